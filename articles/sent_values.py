"""Values of files as the ledger's rows keep them, and whether a file still holds what was sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.dateparse import parse_datetime

from articles.frontmatter import FIELDS, Document, FrontMatterError
from articles.frontmatter.converting import same
from articles.mapping import KEYS, freeze
from articles.models import SentField


def holds(row: SentField, theirs: Any) -> bool:
    """Whether a file with this value holds what was sent. Of a provider only the parts that the desk changed count."""
    if _is_in_parts(row, theirs):
        return all(same(theirs.get(part), row.value.get(part)) for part in _desks_parts(row))
    return same(row.value, theirs)


def feeds_part(row: SentField, theirs: Any) -> Any:
    """The feed's last word, where the file holds what was sent: of a provider its other parts may be new."""
    if not _is_in_parts(row, theirs):
        return row.feed_value
    kept = {part: row.feed_value[part] for part in _desks_parts(row) if part in row.feed_value}
    return {part: value for part, value in theirs.items() if part not in _desks_parts(row)} | kept


def _is_in_parts(row: SentField, theirs: Any) -> bool:
    return all(isinstance(one, dict) for one in (row.value, row.feed_value, theirs))


def _desks_parts(row: SentField) -> set[str]:
    parts = {*row.value, *row.feed_value}
    return {part for part in parts if not same(row.value.get(part), row.feed_value.get(part))}


def keys_of(names: Iterable[str]) -> set[str]:
    """The file keys of the desk's fields. ``secured`` has no attribute, so it is never among them."""
    return {KEYS[name] for name in names if name in KEYS}


def values_of(text: str, path: str) -> Mapping[str, Any]:
    try:
        return Document.parse(text, path=path, limit=max(len(text), 1)).values
    except FrontMatterError:
        return {}  # an older desk could read it, this one cannot: nothing is known of it


def freeze_all(value: Any) -> Any:
    """A file's value as the JSON of a row holds it."""
    if isinstance(value, list):
        return [freeze_all(item) for item in value]
    if isinstance(value, dict):
        return {str(key): freeze_all(item) for key, item in value.items()}
    return freeze(value)


def thawed(key: str, value: Any) -> Any:
    """A value as a Document has it, from the JSON of the row."""
    return parse_datetime(value) if isinstance(value, str) and FIELDS[key].shape.kind == "moment" else value

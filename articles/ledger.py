"""The ledger of what left the desk: which field of which article was sent, and what the feed made of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.dateparse import parse_datetime

from articles.frontmatter import FIELDS
from articles.models import SentField


def feed_values(articles: Iterable[int]) -> dict[int, dict[str, Any]]:
    """What the feed itself last said of the fields that were sent: article -> file key -> value. One query.

    It is the base that a later text is compared with: the repository holds the desk's value since the export, so the
    text as last imported no longer tells what the feed wants. None where the feed's file lacked the key.
    """
    found: dict[int, dict[str, Any]] = {}
    rows = SentField.objects.filter(article__in=list(articles)).exclude(state=SentField.State.REPLACED)
    for article, key, value in rows.values_list("article_id", "field", "feed_value"):
        found.setdefault(article, {})[key] = _thawed(key, value)
    return found


def _thawed(key: str, value: Any) -> Any:
    """A value as a Document has it, from the JSON of the row."""
    return parse_datetime(value) if isinstance(value, str) and FIELDS[key].shape.kind == "moment" else value

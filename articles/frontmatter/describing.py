"""The files that describe providers and topics, with some of their values replaced, or made anew.

The same core as for articles: only the lines of the named keys change, and the result is read again before it is returned.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from articles.frontmatter import nodes, patching
from articles.frontmatter.converting import Converter
from articles.frontmatter.errors import FrontMatterError
from articles.frontmatter.schema import COUNT, REMOVE, WORD, Field, Shape
from articles.frontmatter.splitting import Split, split
from articles.frontmatter.values import same

NAMES = Shape("names")
LOGOS = Shape("list", parts={"url": WORD, "width": COUNT, "height": COUNT})
PROVIDER_FIELDS = {
    name: Field(name, shape, 0)
    for name, shape in {"taxonomy": WORD, "_id": WORD, "name": WORD, "domain": WORD, "description": WORD, "images": LOGOS}.items()
}
TOPIC_FIELDS = {
    name: Field(name, shape, 0)
    for name, shape in {
        "taxonomy": WORD, "_id": WORD, "name": WORD, "shortname": WORD, "parent": WORD, "keywords": NAMES, "hashtags": NAMES,
    }.items()
}  # fmt: skip


def replace_provider(text: str, changes: Mapping[str, Any], path: str = "") -> str:
    """The text of a provider's file with other values by file key; what is empty goes. Raises FrontMatterError."""
    return _replaced(text, changes, path, split, PROVIDER_FIELDS)


def replace_topic(text: str, changes: Mapping[str, Any], path: str = "") -> str:
    """The text of a topic's file with other values by file key; what is empty goes. Raises FrontMatterError."""
    return _replaced(text, changes, path, whole, TOPIC_FIELDS)


def new_provider(values: Mapping[str, Any], path: str = "") -> str:
    """A file for a provider that has none: values by file key. Raises FrontMatterError."""
    return replace_provider("---\ntaxonomy: organization\n_id: seed\n---\n", {"_id": ""} | dict(values), path)


def new_topic(values: Mapping[str, Any], path: str = "") -> str:
    """A file for a topic that has none: values by file key. Raises FrontMatterError."""
    return replace_topic("taxonomy: topic\n_id: seed\n", {"_id": ""} | dict(values), path)


def whole(text: str, path: str) -> Split:
    """A text that is YAML from its beginning to its end, without fences."""
    return Split(text, 1 if text.startswith("\ufeff") else 0, len(text), len(text), 1, "\r\n" if "\r\n" in text else "\n")


def _replaced(
    text: str, changes: Mapping[str, Any], path: str, cut: Callable[[str, str], Split], fields: Mapping[str, Field]
) -> str:
    values = _values(cut(text, path), path)
    wanted = {
        key: REMOVE if value in ("", [], None) else value
        for key, value in changes.items()
        if not same(_counted(values.get(key)), value) and (value not in ("", [], None) or key in values)
    }
    if not wanted:
        return text
    parts = cut(text, path)
    # Counts are compared as numbers, so that a picture whose size stays keeps its lines.
    old = {key: _counted(value) for key, value in values.items()}
    new = patching.patched(parts, nodes.tree(parts, path), old, wanted, path, fields)
    read = _values(cut(new, path), path)
    for key in {*values, *read, *wanted}:
        expected = wanted.get(key, old.get(key))
        if not same(_counted(read.get(key)), None if expected is REMOVE else expected):
            raise FrontMatterError(f'"{key}" cannot be changed safely in this file.', path, key=key)
    return new


def _values(parts: Split, path: str) -> dict[str, Any]:
    values = Converter(path).unknown(nodes.tree(parts, path))
    return values if isinstance(values, dict) else {}


def _counted(value: Any) -> Any:
    """A list of pictures with numbers for what counts pixels; anything else as it is."""
    if not isinstance(value, list):
        return value
    return [
        {
            name: int(part) if name in ("width", "height") and isinstance(part, str) and part.isdecimal() else part
            for name, part in item.items()
        }
        if isinstance(item, dict)
        else item
        for item in value
    ]

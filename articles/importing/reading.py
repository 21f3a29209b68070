"""From a file's bytes to what the desk stores: everything that can be done before the database is touched."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from articles.frontmatter import Document, FrontMatterError
from articles.frontmatter.document import related_entries
from articles.frontmatter.errors import Finding
from articles.importing.report import Problem
from articles.importing.sources import SourceEntry
from articles.mapping import LONGEST_NAME, LONGEST_TOPIC, article_values

NUL = re.compile(r"\\(?:0|x00|u0000|U00000000)")  # as YAML escapes it; the character itself is refused anywhere


@dataclass(frozen=True, slots=True)
class Arrival:
    """One article file that was read. ``values`` are the file's own, ``mirrored`` the article's attributes."""

    path: str
    blob_id: str
    text: str
    values: dict[str, Any]
    mirrored: dict[str, Any]
    related_urls: Sequence[str | None] = ()
    warnings: tuple[Finding, ...] = ()

    @property
    def related(self) -> list[dict[str, Any]]:
        """The entries themselves: asking for them reads them."""
        return related_entries(self.values)

    @property
    def spelling(self) -> tuple[str, str]:
        """The provider's name and domain as the file has them, "" where it has none."""
        return (self.mirrored["provider_name"] or "", self.mirrored["provider_domain"] or "")


def read_article(entry: SourceEntry, blob_id: str, data: bytes, limit: int) -> Arrival:
    """Read one article. Raises FrontMatterError, also for what one of the two databases could not hold."""
    document = Document.parse(data, path=entry.path, limit=limit)
    mirrored = article_values(document.values)
    for name in ("provider_name", "provider_domain"):
        if len(mirrored[name] or "") > LONGEST_NAME:
            raise FrontMatterError(f"The provider's name or domain is longer than {LONGEST_NAME} characters.",
                                   entry.path, key="provider")  # fmt: skip
    if any(len(name or "") > LONGEST_TOPIC for name in mirrored["topics"] or ()):
        raise FrontMatterError(f"A topic is longer than {LONGEST_TOPIC} characters.", entry.path, key="topics")
    if NUL.search(document.text):
        for key in ("provider", "images", "related"):
            if holds_nul(document.values.get(key)):
                raise FrontMatterError(f'"{key}" holds a NUL character. Remove it.', entry.path, key=key)
    return Arrival(entry.path, blob_id, document.text, document.values, mirrored, document.related_urls,
                   document.warnings)  # fmt: skip


def holds_nul(value: Any) -> bool:
    """Whether a NUL hides anywhere in what becomes JSON: PostgreSQL cannot hold one."""
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(holds_nul(part) for pair in value.items() for part in pair)
    return isinstance(value, list) and any(map(holds_nul, value))


def as_problem(path: str, error: Exception) -> Problem:
    """Whatever a file raised, as a problem of that file alone."""
    if isinstance(error, FrontMatterError):
        return Problem(storable(path), storable(error.message), error.line, error.column, storable(error.key))
    return Problem(storable(path), f"The file could not be read ({type(error).__name__}).")


def storable(text: str) -> str:
    """Text of strangers, such as a name that is not UTF-8, in a form that every database and terminal can take."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")

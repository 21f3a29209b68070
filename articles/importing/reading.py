"""From a file's bytes to what the desk stores: everything that can be done before the database is touched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from articles.frontmatter import Document, FrontMatterError
from articles.importing.report import Problem
from articles.importing.sources import SourceEntry
from articles.mapping import LONGEST_NAME, LONGEST_TOPIC, article_values


@dataclass(frozen=True, slots=True)
class Arrival:
    """One article file that was read. ``values`` are the file's own, ``mirrored`` the article's attributes."""

    path: str
    blob_id: str
    text: str
    values: dict[str, Any]
    mirrored: dict[str, Any]

    @property
    def related(self) -> list[dict[str, Any]]:
        return [entry for entry in self.values.get("related") or () if isinstance(entry, dict)]

    @property
    def spelling(self) -> tuple[str, str]:
        """The provider's name and domain as the file has them, "" where it has none."""
        return (self.mirrored["provider_name"] or "", self.mirrored["provider_domain"] or "")


def read_article(entry: SourceEntry, blob_id: str, data: bytes, limit: int) -> Arrival:
    """Read one article. Raises FrontMatterError, also for names too long for the tables."""
    document = Document.parse(data, path=entry.path, limit=limit)
    mirrored = article_values(document.values)
    for name in ("provider_name", "provider_domain"):
        if len(mirrored[name] or "") > LONGEST_NAME:
            raise FrontMatterError(f"The provider's name or domain is longer than {LONGEST_NAME} characters.",
                                   entry.path, key="provider")  # fmt: skip
    if any(len(name or "") > LONGEST_TOPIC for name in mirrored["topics"] or ()):
        raise FrontMatterError(f"A topic is longer than {LONGEST_TOPIC} characters.", entry.path, key="topics")
    return Arrival(entry.path, blob_id, document.text, document.values, mirrored)


def as_problem(path: str, error: Exception) -> Problem:
    """Whatever a file raised, as a problem of that file alone."""
    if isinstance(error, FrontMatterError):
        return Problem(path, error.message, error.line, error.column, error.key)
    return Problem(path, f"The file could not be read ({type(error).__name__}).")

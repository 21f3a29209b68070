"""What every source offers, and which of its files a desk reads."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import TracebackType

RECOGNISED = re.compile(
    r"_news/(?:.+/)?[^/]+\.(?:md|markdown)|_data/organizations/[^/]+\.md|_data/topics/[^/]+\.ya?ml|_config\.yml"
    r"|(?:_news/(?:.+/)?|_data/(?:organizations|topics)/)\.(?:git)?keep"
)
LOOSE = re.compile(r"[^/]+\.(?:md|markdown)")


class SourceError(Exception):
    """The source as a whole cannot be read. The text is a sentence that says what to do."""


class SourceProblem(Exception):
    """One file that cannot be read. ``data`` are its bytes as far as there are any."""

    def __init__(self, path: str, message: str, data: bytes | None = None) -> None:
        super().__init__(f"{path}: {message}")
        self.path, self.message, self.data = path, message, data


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """One file of a source. ``path`` is the site's own; ``place`` is how the source finds it again.

    ``blob_id`` is Git's name for its bytes where the source knows it without reading.
    """

    path: str
    place: str
    size: int
    blob_id: str | None = None


class Source(ABC):
    """A place that files come from. ``entries`` lists them sorted by path; ``read`` gives one's bytes.

    ``problems`` are files that the listing refused; ``notices`` are sentences for the person who imports.
    """

    kind: str

    def __init__(self, label: str, limit: int) -> None:
        self.label, self.limit = label, limit
        self.revision: str | None = None
        self.problems: list[SourceProblem] = []
        self.notices: list[str] = []

    @abstractmethod
    def entries(self) -> list[SourceEntry]:
        """Every recognised file, sorted by path."""

    @abstractmethod
    def read(self, entry: SourceEntry) -> bytes:
        """The bytes of one entry. Raises SourceProblem."""

    def read_all(self, entries: Iterable[SourceEntry]) -> Iterator[tuple[SourceEntry, bytes | SourceProblem]]:
        """The entries with their bytes, or with what is wrong with them, in order."""
        for entry in entries:
            try:
                yield entry, self.read(entry)
            except SourceProblem as problem:
                yield entry, problem

    def close(self) -> None:  # noqa: B027 - most sources hold nothing open
        """Let go of whatever is open."""

    def __enter__(self) -> Source:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def site_paths(paths: Iterable[str]) -> dict[str, str]:
    """The recognised files among ``paths``: place in the source -> path in the site.

    One folder around the whole site, as archives have it, is taken off. A source without a site's folders but with loose
    Markdown files is a folder of news.
    """
    listed = list(paths)
    recognised = {path: path for path in listed if RECOGNISED.fullmatch(path)}
    if recognised:
        return recognised
    tops = {path.partition("/")[0] for path in listed if "/" in path}
    for top in sorted(tops):
        inner = {path: path[len(top) + 1 :] for path in listed if path.startswith(top + "/")}
        found = {place: path for place, path in inner.items() if RECOGNISED.fullmatch(path)}
        if found:
            return found
    return {path: path for path in listed if LOOSE.fullmatch(path) and path.casefold() != "readme.md"}

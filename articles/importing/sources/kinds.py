"""What every source offers, and which of its files a desk reads."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import NamedTuple

from articles.frontmatter.files import UnsafePath, folded, safe_path

# A name that begins with "._" is macOS's own note about a file, not a file.
RECOGNISED = re.compile(
    r"_news/(?:.+/)?(?!\._)[^/]+\.(?:md|markdown)|_data/organizations/(?!\._)[^/]+\.md"
    r"|_data/topics/(?!\._)[^/]+\.ya?ml|_config\.yml"
    r"|(?:_news/(?:.+/)?|_data/(?:organizations|topics)/)\.(?:git)?keep",
    re.DOTALL,
)
FOLDERS = ("_news", "_data", "_data/organizations", "_data/topics")
INSIDE = ("_news/", "_data/organizations/", "_data/topics/")
LOOSE = re.compile(r"(?!\.)[^/]+\.(?:md|markdown)", re.DOTALL)
PAPERS = re.compile(r"(?i)(readme|changelog|contributing|code_of_conduct|security|licen[cs]e)\b.*")
FENCE = re.compile(rb"(?:\xef\xbb\xbf)?---[ \t]*\r?\n")
ESCAPES = re.compile(r"\A/|\\|\0|\A[A-Za-z]:|(?:\A|/)\.\.(?:/|\Z)")
CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
MOST_FILES = 500_000  # names that are looked at before a source is taken for something else
MOST_KEPT = 16_000_000  # bytes of refused files that are kept in memory
NOT_PLAIN = "It is a link or no plain file; only plain files are read. Put the file itself there."
TOO_LARGE = "It has {:,} bytes; the limit is {:,}. Make it smaller, or raise DESK_FILE_LIMIT."
SHOWN = 5


class SourceError(Exception):
    """The source as a whole cannot be read. The text is a sentence that says what to do."""


class SourceProblem(Exception):
    """One file that cannot be read. ``data`` are its bytes as far as there are any.

    Control characters and bytes that are no UTF-8 stand in ``path`` as escapes.
    """

    def __init__(self, path: str, message: str, data: bytes | None = None) -> None:
        self.path = shown(path)
        self.message, self.data = message, data
        super().__init__(f"{self.path}: {message}")


def shown(path: str) -> str:
    """A path with escapes for control characters and for bytes that are no UTF-8."""
    return CONTROLS.sub(lambda found: found[0].encode("unicode_escape").decode(), path)


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """One file of a source. ``path`` is the site's own; ``place`` is how the source finds it again.

    ``blob_id`` is Git's name for its bytes where the source knows it without reading.
    """

    path: str
    place: str
    size: int
    blob_id: str | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of a source since an earlier revision: the files that are new or other, and names that are gone."""

    entries: list[SourceEntry]
    gone: list[str]


class Found(NamedTuple):
    """One thing that a source holds, before it is known whether a desk reads it.

    ``refused`` is a sentence where it may not be read; ``kept`` tells whether its bytes can be had for the quarantine.
    """

    name: str
    place: str
    size: int
    blob_id: str | None = None
    refused: str = ""
    kept: bool = True


class Source(ABC):
    """A place that files come from. ``entries`` lists them sorted by path; ``read`` gives one's bytes.

    ``problems`` are files that the listing refused; ``notices`` are sentences for the person who imports. ``revision``
    is the commit, where there is one. ``location`` is where the source is found again, without any password.
    """

    kind: str

    def __init__(self, label: str, limit: int) -> None:
        self.label, self.limit = label, limit
        self.location = ""
        self.revision: str | None = None
        self.problems: list[SourceProblem] = []
        self.notices: list[str] = []
        self._entries: list[SourceEntry] | None = None
        self._room = MOST_KEPT

    def entries(self) -> list[SourceEntry]:
        """Every recognised file, sorted by path; a second call costs nothing. Raises SourceError when there is none."""
        if self._entries is None:
            chosen = self._chosen(self._list())
            if not chosen and not self.problems:
                raise SourceError(
                    f"{self.label} holds no articles: there is no _news folder at its top or one folder below, and no Markdown "
                    "file that begins with a line ---. Name the folder or repository that has them."
                )
            self._tell_twins(chosen)
            self._entries = sorted(chosen, key=lambda entry: entry.path)
        return self._entries

    def branch(self) -> str:
        """The branch that was asked for by its name; empty where none was."""
        return ""

    def knows(self, commit: str) -> bool:
        """Whether the source is at this commit or came from it."""
        return False

    def changed_since(self, commit: str, witnesses: Sequence[str]) -> Changed | None:
        """What changed since a commit that the source ``knows``; None where only ``entries`` can tell.

        ``witnesses`` are paths that the earlier commit had: they show that the site lay at the same place in it.
        ``problems`` are then those of the changed files alone.
        """
        return None

    def read(self, entry: SourceEntry) -> bytes:
        """The bytes of one entry. Raises SourceProblem."""
        for _, data in self.read_all([entry]):
            if isinstance(data, bytes):
                return data
            raise data
        raise SourceProblem(entry.path, "It is no longer there.")

    @abstractmethod
    def read_all(self, entries: Iterable[SourceEntry]) -> Iterator[tuple[SourceEntry, bytes | SourceProblem]]:
        """The entries with their bytes, or with what is wrong with them, in order."""

    @abstractmethod
    def _list(self) -> Iterable[Found]:
        """Everything that the source holds, or at least everything that may be a site's."""

    def close(self) -> None:  # noqa: B027 - most sources hold nothing open
        """Let go of whatever is open."""

    def __enter__(self) -> Source:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # --- which of them are the site's
    def _chosen(self, listed: Iterable[Found]) -> list[SourceEntry]:
        found: dict[str, Found] = {}
        twice: list[Found] = []
        for one in listed:
            if ESCAPES.search(one.name):
                self._refuse(one, one.name, _why(one.name))
            elif one.name in found:
                twice.append(one)
            else:
                found[one.name] = one
        places = site_paths(found, {name for name, one in found.items() if one.refused}) or self._loose(found)
        for one in twice:
            if one.name in places:
                self._refuse(one, places[one.name], "The source holds this name twice; the first one is read.")
        return self._readable(found, places)

    def _readable(self, found: Mapping[str, Found], places: Mapping[str, str]) -> list[SourceEntry]:
        """Those of the site's files (name -> path) that may be read."""
        chosen = []
        for name, path in places.items():
            one = found[name]
            reason = one.refused or _why(path)
            if not reason and one.size > self.limit:
                reason, one = TOO_LARGE.format(one.size, self.limit), one._replace(kept=False)
            if reason:
                self._refuse(one, path, reason)
            else:
                chosen.append(SourceEntry(path, one.place, one.size, one.blob_id))
        return chosen

    def _loose(self, found: Mapping[str, Found]) -> dict[str, str]:
        """The Markdown files at the top, when at least one of them is an article. An archive may have one folder around
        them. Papers such as a README belong to it only when they are articles themselves."""
        tops = {name.partition("/")[0] for name in found}
        around = f"{tops.pop()}/" if self.kind == "archive" and len(tops) == 1 else ""
        loose = {name: name.removeprefix(around) for name in found if LOOSE.fullmatch(name.removeprefix(around))}
        articles = (path for name, path in loose.items() if not PAPERS.fullmatch(path) and self._is_fenced(found[name]))
        if next(articles, None) is None:
            return {}
        return {
            name: path for name, path in loose.items() if not PAPERS.fullmatch(path) or self._is_fenced(found[name])
        }

    def _is_fenced(self, one: Found) -> bool:
        return not one.refused and one.size <= self.limit and bool(FENCE.match(self._bytes(one) or b""))

    def _refuse(self, one: Found, path: str, sentence: str) -> None:
        """A problem, with the file's bytes where they can be had."""
        data = None
        if one.kept and one.size <= min(self.limit, self._room):
            data = self._bytes(one)
            self._room -= len(data or b"")
        self.problems.append(SourceProblem(path, sentence, data))

    def _bytes(self, one: Found) -> bytes | None:
        for _, data in self.read_all([SourceEntry(one.name, one.place, one.size)]):
            return data if isinstance(data, bytes) else data.data
        return None

    def _tell_twins(self, entries: Iterable[SourceEntry]) -> None:
        groups: defaultdict[str, list[str]] = defaultdict(list)
        for entry in entries:
            groups[folded(entry.path)].append(entry.path)
        twins = [paths for paths in groups.values() if len(paths) > 1]
        for paths in twins[:SHOWN]:
            self.notices.append(f"On many disks these are one file; all were read: {', '.join(sorted(paths))}.")
        if len(twins) > SHOWN:
            self.notices.append(f"… and {len(twins) - SHOWN:,} more names that differ only in case or composition.")


def site_paths(paths: Iterable[str], links: Container[str] = ()) -> dict[str, str]:
    """The recognised files among ``paths``: name in the source -> path in the site.

    One folder around the whole site, as archives have it, is taken off. ``links`` are those of ``paths`` that are no plain
    files: they are listed where a site's files or folders would stand, so that they can be reported. Raises SourceError
    when there are several sites.
    """
    listed = list(paths)
    here = {path: path for path in listed if is_recognised(path, path in links)}
    if here.keys() - {"_config.yml"}:
        return here
    inner: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for name in listed:
        top, _, path = name.partition("/")
        if path and is_recognised(path, name in links):
            inner[top][name] = path
    sites = {top: found for top, found in inner.items() if any(path.startswith("_news") for path in found.values())}
    sites = sites or {top: found for top, found in inner.items() if set(found.values()) != {"_config.yml"}}
    if len(sites) > 1:
        names = ", ".join(sorted(sites)[:SHOWN])
        raise SourceError(f"There are several sites in it ({names}). Import one of these folders, as a source of its own.")
    return next(iter(sites.values()), here)


def is_recognised(path: str, link: bool) -> bool:
    if link and (path in FOLDERS or path.startswith(INSIDE)):
        return True
    return RECOGNISED.fullmatch(path) is not None


def _why(path: str) -> str:
    """What is wrong with a path; "" when nothing is."""
    try:
        safe_path(path)
    except UnsafePath as error:
        return str(error)
    return ""

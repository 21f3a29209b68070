"""Where a site's files come from: a folder, an archive, or a Git repository. Plain Python, nothing of Django."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from articles.importing.sources.archive import open_archive
from articles.importing.sources.folder import FolderSource
from articles.importing.sources.git import GitSource, is_repository
from articles.importing.sources.kinds import (
    Changed,
    Source,
    SourceEntry,
    SourceError,
    SourceProblem,
)
from articles.importing.sources.remotes import Mirror, Remote, is_address

__all__ = ["Changed", "Source", "SourceEntry", "SourceError", "SourceProblem", "open_source", "place_of"]

LIMIT = 5_000_000  # bytes of one file


def open_source(
    location: str | Path,
    *,
    rev: str | None = None,
    limit: int = LIMIT,
    prefer_files: bool = False,
    mirrors: Path | None = None,
) -> Source:
    """The source at ``location``: a folder, a zip or tar, or a Git repository (bare, worktree, bundle, or an address).

    A repository at an https or ssh address is brought up to date in ``mirrors``, the folder of the desk's own copies.

    A Git worktree is read at ``rev`` or HEAD; without ``rev``, when files of the site are not committed, it is read as a
    folder, since people expect the files that they see, and a notice says so. ``prefer_files`` always reads the folder.
    Raises SourceError with a sentence that says what to do.
    """
    if mirrors is not None and _is_elsewhere(str(location)):
        return _mirrored(str(location), rev, limit, mirrors)
    path = _local(str(location))
    source = _opened(path, rev, limit, prefer_files)
    source.location = place_of(path)
    return source


def place_of(location: str | Path) -> str:
    """Where a source is found again: a full path, or an address without its password. Raises SourceError."""
    if is_address(str(location)) and _is_elsewhere(str(location)):
        return Remote(str(location)).plain
    try:
        return str(_local(str(location)).resolve())
    except (OSError, RuntimeError) as error:
        raise SourceError(f"{location} cannot be read: {error}.") from error


def _opened(path: Path, rev: str | None, limit: int, prefer_files: bool) -> Source:
    try:
        if not path.exists():
            raise SourceError(f"There is nothing at {path}. Name a folder, a zip or tar, or a Git repository.")
        git = is_repository(path) and not (prefer_files and path.is_dir())
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror or error}. Check its permissions.") from error
    if git:
        source = GitSource(path, rev=rev, limit=limit)
        is_checked_out = source.is_at_head and (path / ".git").exists()
        return _as_it_lies(source, path, limit) if is_checked_out else source
    if rev:
        raise SourceError(f"{path} is not a Git repository, so it has no revision {rev}.")
    if path.is_dir():
        return FolderSource(path, limit=limit)
    archive = open_archive(path, limit) if path.is_file() else None
    if archive is None:
        raise SourceError(f"{path.name} is neither a folder, a zip or tar, nor a Git repository or bundle.")
    return archive


def _is_elsewhere(location: str) -> bool:
    """Whether Git can bring it from another machine. Files there are read where they lie."""
    return is_address(location) and location.partition("://")[0].lower() in ("https", "ssh", location.lower())


def _mirrored(address: str, rev: str | None, limit: int, mirrors: Path) -> Source:
    mirror = Mirror(Remote(address), mirrors)
    mirror.update()
    source = GitSource(mirror.path, rev=rev, limit=limit)
    source.label, source.location = mirror.remote.shown, mirror.remote.plain
    return source


def _local(location: str) -> Path:
    """The place on this machine that a path or a file:// address names."""
    if location.startswith("-"):
        raise SourceError(f"A source cannot begin with a dash. If it is a folder, write ./{location}")
    if "\0" in location:
        raise SourceError("The name of a source cannot hold a NUL.")
    if location.casefold().startswith("file://"):
        address = urlsplit(location)
        if address.netloc not in ("", "localhost"):
            raise SourceError(f"{location} is on another machine. Clone it first, then import the clone.")
        return Path(unquote(address.path))
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", location):
        raise SourceError(f"{location} is on another machine. Clone or download it first, then import that.")
    try:
        return Path(location).expanduser()
    except RuntimeError as error:
        raise SourceError(f"There is nothing at {location}: {error}.") from error


def _as_it_lies(source: GitSource, path: Path, limit: int) -> Source:
    """The worktree as Git has it, or its files where some of them are not committed."""
    try:
        source.entries()
        count = source.uncommitted(path.resolve())
    except BaseException:
        source.close()
        raise
    if not count:
        return source
    source.close()
    folder = FolderSource(path, limit=limit)
    folder.notices.append(
        f"{count} file{' is' if count == 1 else 's are'} not committed, so the folder was read as it lies. "
        "Use --rev HEAD to read the commit."
    )
    return folder

"""Where a site's files come from: a folder, an archive, or a Git repository. Plain Python, nothing of Django."""

from __future__ import annotations

from pathlib import Path

from articles.importing.sources.archive import ArchiveSource, is_archive
from articles.importing.sources.folder import FolderSource
from articles.importing.sources.git import GitSource, is_repository
from articles.importing.sources.kinds import (
    Source,
    SourceEntry,
    SourceError,
    SourceProblem,
)

__all__ = ["Source", "SourceEntry", "SourceError", "SourceProblem", "open_source"]


def open_source(
    location: str | Path, *, rev: str | None = None, limit: int = 5_000_000, prefer_files: bool = False
) -> Source:
    """The source at ``location``: a folder, a zip or tar, or a Git repository (bare, worktree or bundle).

    A Git worktree is read at ``rev`` or HEAD; without ``rev``, when files of the site are not committed, it is read as a
    folder, since people expect the files that they see, and a notice says so. ``prefer_files`` always reads the folder.
    Raises SourceError with a sentence that says what to do.
    """
    path = Path(location).expanduser()
    if str(location).startswith("-"):
        raise SourceError("A source cannot begin with a dash.")
    if not path.exists():
        raise SourceError(f"There is nothing at {path}. Name a folder, a zip or tar, or a Git repository.")
    if is_repository(path) and not (prefer_files and path.is_dir()):
        source = GitSource(path, rev=rev, limit=limit)
        return source if rev or not path.is_dir() else _as_it_lies(source, path, limit)
    if rev:
        raise SourceError(f"{path} is not a Git repository, so it has no revision {rev}.")
    if path.is_dir():
        return FolderSource(path, limit=limit)
    if is_archive(path):
        return ArchiveSource(path, limit=limit)
    raise SourceError(f"{path.name} is neither a folder, a zip or tar, nor a Git repository or bundle.")


def _as_it_lies(source: GitSource, path: Path, limit: int) -> Source:
    """The worktree as Git has it, or its files where some of them are not committed."""
    if not (path / ".git").exists():
        return source
    entries = source.entries()
    count = source.uncommitted(path.resolve())
    if not count:
        source.remember(entries)
        return source
    source.close()
    folder = FolderSource(path, limit=limit)
    folder.notices.append(
        f"{count} file{' is' if count == 1 else 's are'} not committed, so the folder was read as it lies. "
        "Use --rev HEAD to read the commit."
    )
    return folder

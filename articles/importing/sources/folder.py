"""A folder of files as they lie on the disk."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from articles.frontmatter.files import Reader, walk
from articles.importing.sources.kinds import (
    FOLDERS,
    MOST_FILES,
    NOT_PLAIN,
    Found,
    Source,
    SourceEntry,
    SourceError,
    SourceProblem,
)

SKIPPED = {"_site", "node_modules"}  # what is built, not written; hidden folders are skipped as well


class FolderSource(Source):
    """Reads regular files only; links, pipes and devices are problems, never opened."""

    kind = "folder"

    def __init__(self, root: Path, limit: int) -> None:
        super().__init__(str(root), limit)
        self.root = root.resolve()

    def read_all(self, entries: Iterable[SourceEntry]) -> Iterator[tuple[SourceEntry, bytes | SourceProblem]]:
        with Reader(self.root) as reader:
            for entry in entries:
                try:
                    data: bytes | SourceProblem = reader.read(entry.place, self.limit)
                except OSError as error:
                    sentence = f"It cannot be read: {error.strerror}." if error.strerror else str(error)
                    data = SourceProblem(entry.path, sentence)
                yield entry, data

    def _list(self) -> Iterable[Found]:
        try:
            yield from self._site("")
            with os.scandir(self.root) as listed:
                tops = sorted(listed, key=lambda entry: entry.name)
            for top in tops:
                if not top.is_dir(follow_symlinks=False):
                    if top.name not in ("_config.yml", *FOLDERS):
                        yield _found(top.name, top.stat(follow_symlinks=False))
                elif top.name not in SKIPPED and not top.name.startswith((".", "_")):
                    yield from self._site(f"{top.name}/")
        except OSError as error:
            place = f" ({error.filename})" if isinstance(error.filename, str) and error.filename else ""
            raise SourceError(
                f"The folder {self.root}{place} cannot be read: {error.strerror or error}. Check its permissions."
            ) from error

    def _site(self, prefix: str) -> Iterator[Found]:
        """What lies in a site's folders below ``prefix``. A folder that is a link is listed itself."""
        linked: set[str] = set()
        for name in ("_config.yml", *FOLDERS):
            try:
                info = (self.root / prefix / name).lstat()
            except (FileNotFoundError, NotADirectoryError):
                continue
            if name.partition("/")[0] in linked:
                continue
            if not stat.S_ISDIR(info.st_mode):
                linked.add(name)
                yield _found(prefix + name, info)
            elif name != "_data":
                for count, (path, inside) in enumerate(walk(self.root, prefix + name)):
                    if count > MOST_FILES:
                        raise SourceError(f"The folder {self.root} holds more than {MOST_FILES:,} files. Is it a site?")
                    yield _found(path, inside)


def _found(name: str, info: os.stat_result) -> Found:
    plain = stat.S_ISREG(info.st_mode)
    return Found(name, name, info.st_size, refused="" if plain else NOT_PLAIN, kept=plain)

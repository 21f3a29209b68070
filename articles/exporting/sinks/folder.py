"""A folder: all files are staged beside their places, brought to the disk, and then renamed into place."""

from __future__ import annotations

import contextlib
import fcntl
import os
from pathlib import Path

from articles.exporting.sinks.kinds import Sink, SinkError
from articles.frontmatter.files import (
    TEMPORARY,
    Batch,
    Reader,
    folder_of,
    remove,
    safe_path,
    walk,
)

LARGEST = 50_000_000  # bytes of a file that stands in the way


class FolderReader(Sink):
    """A folder that is only looked at, for a dry run. It need not be there yet."""

    keeps_files = True

    def __init__(self, root: Path) -> None:
        self.root, self.label = root, str(root)
        self._reader = Reader(root)
        if root.exists() and not root.is_dir():
            raise SinkError(f"{root} is a file. Name a folder, or a name that ends in .zip.")
        if not root.resolve().parent.is_dir():
            raise SinkError(f"The folder {root.parent} does not exist. Make it first.")

    def read(self, path: str) -> bytes | None:
        try:
            return self._reader.read(safe_path(path), LARGEST)
        except FileNotFoundError:
            return None

    def is_one_file(self, path: str, other: str) -> bool:
        # Staged files stand there under their temporary names.
        for end in ("", TEMPORARY):
            here = self._identity(path + end)
            if here is not None and here == self._identity(other + end):
                return True
        return False

    def write(self, path: str, data: bytes) -> None:
        raise SinkError("A dry run writes nothing.")

    def remove(self, path: str) -> None:
        raise SinkError("A dry run removes nothing.")

    def close(self) -> None:
        self._reader.close()

    def abort(self) -> None:
        self._reader.close()

    def _identity(self, path: str) -> tuple[int, int] | None:
        with contextlib.suppress(FileNotFoundError), folder_of(self.root, path) as (folder, name):
            found = os.stat(name, dir_fd=folder, follow_symlinks=False)
            return found.st_dev, found.st_ino
        return None


class FolderSink(FolderReader):
    """Writes below ``root``, which is made when missing. A second export to it waits for nothing: it is told."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        try:
            root.mkdir(exist_ok=True)
            self._lock = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
        except OSError as error:
            raise SinkError(f"The folder {root} cannot be written to: {error.strerror}.") from error
        if not os.access(root, os.W_OK):
            os.close(self._lock)
            raise SinkError(f"The folder {root} cannot be written to. Choose another, or change its permissions.")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._lock)
            raise SinkError(f"Another export is writing to {root}. Try again when it has finished.") from error
        self._batch = Batch(root)
        self._removals: list[str] = []
        self._clear_leftovers()

    def write(self, path: str, data: bytes) -> None:
        self._batch.write(path, data)

    def remove(self, path: str) -> None:
        self._removals.append(safe_path(path))

    def close(self) -> None:
        super().close()
        if self._lock < 0:
            return
        try:
            self._batch.publish()
            for path in self._removals:
                remove(self.root, path)
        finally:
            self._batch.abort()
            self._unlock()

    def abort(self) -> None:
        super().abort()
        self._batch.abort()
        self._unlock()

    def _unlock(self) -> None:
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def _clear_leftovers(self) -> None:
        """Remove what an export that was killed had staged."""
        for top in sorted(entry.name for entry in os.scandir(self.root) if entry.is_dir(follow_symlinks=False)):
            if top in ("_news", "_data") or not top.startswith((".", "node_modules")):
                for path, _ in walk(self.root, top):
                    if path.endswith(TEMPORARY):
                        with contextlib.suppress(OSError, ValueError):
                            remove(self.root, path)
        for entry in os.scandir(self.root):
            if entry.name.endswith(TEMPORARY) and entry.is_file(follow_symlinks=False):
                os.unlink(entry.path)

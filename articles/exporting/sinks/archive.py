"""A zip: written beside its place, brought to the disk, and renamed into place. The same files give the same bytes."""

from __future__ import annotations

import contextlib
import fcntl
import os
import zipfile
from pathlib import Path
from typing import BinaryIO

from articles.exporting.sinks.kinds import Sink, SinkError
from articles.frontmatter.files import TEMPORARY, safe_path

EPOCH = (1980, 1, 1, 0, 0, 0)  # of every entry, so that a zip depends on its contents alone
LEVEL = 6


class ZipSink(Sink):
    """Writes a new zip to ``path``; what stood there is replaced when it is complete."""

    keeps_files = False

    def __init__(self, path: Path) -> None:
        self.path, self.label = path, str(path)
        if path.is_dir():
            raise SinkError(f"{path} is a folder. Name a file that ends in .zip.")
        if not path.parent.is_dir():
            raise SinkError(f"The folder {path.parent} does not exist. Make it first.")
        self._temporary = path.with_name(path.name + TEMPORARY)
        try:
            self._file = self._own()
        except BlockingIOError as error:
            raise SinkError(f"Another export is writing {path}. Try again when it has finished.") from error
        except OSError as error:
            raise SinkError(f"{path} cannot be written: {error.strerror}.") from error
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL)

    def _own(self) -> BinaryIO:
        """The temporary file, empty and locked; what an export that was killed left there is taken over."""
        handle = os.open(self._temporary, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            there = os.stat(self._temporary, follow_symlinks=False)
            if there.st_ino != os.fstat(handle).st_ino:
                raise BlockingIOError  # another export had it, and has just put it in place
            os.ftruncate(handle, 0)
        except OSError:
            os.close(handle)
            raise
        return os.fdopen(handle, "w+b")

    def read(self, path: str) -> bytes | None:
        return None

    def write(self, path: str, data: bytes) -> None:
        entry = zipfile.ZipInfo(safe_path(path), EPOCH)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = 0o100644 << 16
        self._zip.writestr(entry, data)

    def remove(self, path: str) -> None:
        raise SinkError("A new zip holds nothing to remove.")

    def close(self) -> None:
        if self._file.closed:
            return
        try:
            self._zip.close()
            self._file.flush()
            os.fsync(self._file.fileno())
            os.replace(self._temporary, self.path)  # before the lock is let go, so that it is our own file
            self._file.close()
            folder = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError:
            self.abort()
            raise

    def abort(self) -> None:
        if self._file.closed:
            return
        with contextlib.suppress(OSError):
            self._temporary.unlink()
        self._zip.fp = None  # else it would still try to end the zip when it is collected
        with contextlib.suppress(OSError, ValueError):
            self._file.close()

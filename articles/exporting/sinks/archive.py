"""A zip: written beside its place, brought to the disk, and renamed into place. The same files give the same bytes."""

from __future__ import annotations

import contextlib
import os
import zipfile
from pathlib import Path

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
            self._file = open(self._temporary, "wb")  # noqa: SIM115 - closed by close() or abort()
        except OSError as error:
            raise SinkError(f"{path} cannot be written: {error.strerror}.") from error
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL)

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
            self._file.close()
            os.replace(self._temporary, self.path)
            folder = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError:
            self.abort()
            raise

    def abort(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._file.close()
        with contextlib.suppress(OSError):
            self._temporary.unlink()

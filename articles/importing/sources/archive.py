"""A zip or tar. Entries are read one by one into memory, within limits; nothing is ever extracted."""

from __future__ import annotations

import zipfile
from pathlib import Path

from articles.importing.sources.kinds import Source, SourceError
from articles.importing.sources.tars import TarSource, is_tar
from articles.importing.sources.zips import ZipSource


def open_archive(path: Path, limit: int) -> Source | None:
    """The zip or tar at ``path``, None when it is neither. Its first bytes say what it is, whatever its name says.

    A tar may end with a zip inside it, so a zip is one from its first bytes on, or else something that is no tar.
    """
    try:
        with path.open("rb") as file:
            head = file.read(4)
        if head in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"):
            return ZipSource(path, limit)
        if is_tar(path):
            return TarSource(path, limit)
        return ZipSource(path, limit) if zipfile.is_zipfile(path) else None
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror or error}.") from error

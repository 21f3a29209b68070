"""A zip or tar. Entries are read one by one into memory, within limits; nothing is ever extracted."""

from __future__ import annotations

import bz2
import gzip
import lzma
import stat
import tarfile
import zipfile
import zlib
from pathlib import Path
from typing import IO

from articles.frontmatter.files import UnsafePath, safe_path
from articles.importing.sources.kinds import (
    Source,
    SourceEntry,
    SourceError,
    SourceProblem,
    site_paths,
)

MOST_ENTRIES = 60_000
MOST_BYTES = 2_000_000_000  # of all entries together, unpacked
TARS = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
BROKEN = (zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError, RuntimeError, ValueError,
          NotImplementedError)  # fmt: skip


def is_archive(path: Path) -> bool:
    """Whether the file is a zip or tar, by its bytes."""
    try:
        return path.is_file() and (zipfile.is_zipfile(path) or tarfile.is_tarfile(path))
    except OSError:
        return False


class ArchiveSource(Source):
    kind = "archive"

    def __init__(self, path: Path, limit: int) -> None:
        super().__init__(path.name, limit)
        self.path = path
        self._zip: zipfile.ZipFile | None = None
        self._members: dict[str, zipfile.ZipInfo] = {}
        self._contents: dict[str, bytes] = {}
        try:
            if zipfile.is_zipfile(path):
                self._zip = zipfile.ZipFile(path)
        except BROKEN as error:
            raise SourceError(f"{path.name} is damaged and cannot be read: {error}.") from error

    def close(self) -> None:
        if self._zip:
            self._zip.close()

    def entries(self) -> list[SourceEntry]:
        sizes = self._list_zip() if self._zip else self._list_tar()
        entries = [SourceEntry(path, place, sizes[place]) for place, path in site_paths(sizes).items()]
        wanted = {entry.place for entry in entries}
        self._contents = {place: data for place, data in self._contents.items() if place in wanted}
        if not entries and not self.problems:
            raise SourceError(f"{self.label} holds no articles: there is no _news folder and no Markdown file in it.")
        return sorted(entries, key=lambda entry: entry.path)

    def read(self, entry: SourceEntry) -> bytes:
        if self._zip is None:
            return self._contents[entry.place]
        member = self._members[entry.place]
        try:
            with self._zip.open(member) as file:
                data = _bounded(file, self.limit)
        except BROKEN as error:
            raise SourceProblem(entry.path, f"This entry of the archive is damaged: {error}.") from error
        if data is None:
            raise SourceProblem(entry.path, f"This entry is larger than the limit of {self.limit:,} bytes.")
        return data

    # --- zip
    def _list_zip(self) -> dict[str, int]:
        assert self._zip is not None
        members = self._zip.infolist()
        size = self.path.stat().st_size
        if len(members) > MOST_ENTRIES:
            raise SourceError(f"{self.label} has {len(members):,} entries; the limit is {MOST_ENTRIES:,}.")
        # Entries that overlap let 5 kB become 40 MB: together they claim more than the file has.
        if sum(member.compress_size for member in members) > size:
            raise SourceError(f"{self.label} is not an honest archive: its entries overlap.")
        if sum(member.file_size for member in members) > MOST_BYTES:
            raise SourceError(f"{self.label} would unpack to more than {MOST_BYTES:,} bytes.")
        found: dict[str, int] = {}
        for member in members:
            name = getattr(member, "orig_filename", member.filename)
            if name.endswith("/"):
                continue
            kind = stat.S_IFMT(member.external_attr >> 16)
            sentence = ""
            if kind and not stat.S_ISREG(kind):
                sentence = "It is a link or no plain file; only plain files are read."
            elif member.flag_bits & 0x1:
                sentence = "It is encrypted."
            elif member.file_size > self.limit:
                sentence = f"It has {member.file_size:,} bytes; the limit is {self.limit:,}."
            if self._taken(name, sentence, found):
                found[name] = member.file_size
                self._members[name] = member
        return found

    # --- tar
    def _list_tar(self) -> dict[str, int]:
        """Reads the whole stream once: a tar has no directory, and going back in a compressed one costs it again."""
        found: dict[str, int] = {}
        total = 0
        try:
            with _opened(self.path) as stream, tarfile.open(fileobj=stream, mode="r|", errorlevel=1) as tar:
                for count, member in enumerate(tar):
                    if count > MOST_ENTRIES:
                        raise SourceError(f"{self.label} has more than {MOST_ENTRIES:,} entries.")
                    if member.isdir():
                        continue
                    sentence = ""
                    if not member.isfile() or member.issparse():
                        sentence = "It is a link or no plain file; only plain files are read."
                    elif member.size > self.limit:
                        sentence = f"It has {member.size:,} bytes; the limit is {self.limit:,}."
                    if not self._taken(member.name.removeprefix("./"), sentence, found):
                        continue
                    file = tar.extractfile(member)
                    data = file.read(self.limit + 1) if file else b""
                    total += len(data)
                    if total > MOST_BYTES:
                        raise SourceError(f"{self.label} unpacks to more than {MOST_BYTES:,} bytes.")
                    name = member.name.removeprefix("./")
                    found[name] = len(data)
                    if name.endswith((".md", ".markdown", ".yml", ".yaml")):
                        self._contents[name] = data
        except BROKEN as error:
            raise SourceError(f"{self.label} is damaged and cannot be read: {error}.") from error
        return found

    def _taken(self, name: str, sentence: str, found: dict[str, int]) -> bool:
        """Whether an entry may be read; if not, it is a problem with its reason."""
        if not sentence:
            try:
                safe_path(name)
            except UnsafePath as error:
                sentence = str(error)
        if not sentence and name in found:
            sentence = "The archive holds this name twice; the first one is read."
        if sentence:
            if name.endswith((".md", ".markdown", ".yml", ".yaml")) or "\0" in name or ".." in name:
                self.problems.append(SourceProblem(name.replace("\0", "\\0"), sentence))
            return False
        return True


def _opened(path: Path) -> IO[bytes]:
    """The tar's bytes, unpacked as a stream that stops at the limit of all entries together."""
    with path.open("rb") as file:
        head = file.read(6)
    opened: IO[bytes]
    if head[:2] == b"\x1f\x8b":
        opened = gzip.open(path)  # type: ignore[assignment]  # noqa: SIM115 - closed by _Bounded
    elif head[:3] == b"BZh":
        opened = bz2.open(path)  # noqa: SIM115
    elif head == b"\xfd7zXZ\x00":
        opened = lzma.open(path)  # noqa: SIM115
    else:
        opened = path.open("rb")
    return _Bounded(opened)  # type: ignore[return-value]


class _Bounded:
    """A stream that ends in an error when it gives more than it may."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream, self.left = stream, MOST_BYTES + MOST_BYTES // 10

    def read(self, size: int = -1) -> bytes:
        data = self.stream.read(size)
        self.left -= len(data)
        if self.left < 0:
            raise tarfile.ReadError(f"it unpacks to more than {MOST_BYTES:,} bytes")
        return data

    def __enter__(self) -> _Bounded:
        return self

    def __exit__(self, *_: object) -> None:
        self.stream.close()


def _bounded(file: IO[bytes], limit: int) -> bytes | None:
    data = file.read(limit + 1)
    return None if len(data) > limit else data

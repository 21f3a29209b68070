"""A zip. What its directory claims is checked before anything is unpacked."""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

from articles.importing.sources.kinds import (
    NOT_PLAIN,
    Found,
    Source,
    SourceEntry,
    SourceError,
    SourceProblem,
)
from articles.importing.sources.unpacking import FREE, MOST_BYTES, MOST_RATIO

MOST_ENTRIES = 60_000
MOST_DIRECTORY = 32_000_000
# zipfile unpacks the other methods without a bound: 4 kB of bzip2 can become gigabytes.
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
    NotImplementedError,
)
END, END_64, LOCATOR = struct.Struct("<4s4H2LH"), struct.Struct("<4sQ2H2L4Q"), struct.Struct("<4sLQL")
DIRECTORY_ENTRY, LOCAL_ENTRY = 46, 30  # bytes without names


class ZipSource(Source):
    kind = "archive"

    def __init__(self, path: Path, limit: int) -> None:
        super().__init__(path.name, limit)
        try:
            with path.open("rb") as file:
                count = entry_count(file, path.stat().st_size)
            if count > MOST_ENTRIES:
                raise SourceError(f"{path.name} has more than {MOST_ENTRIES:,} entries.")
            self._zip = zipfile.ZipFile(path)
        except BROKEN as error:
            raise SourceError(f"{path.name} is damaged and cannot be read: {error}.") from error
        self._members = self._zip.infolist()
        try:
            self._check(path.stat().st_size)
        except SourceError:
            self._zip.close()
            raise

    def close(self) -> None:
        self._zip.close()

    def read_all(self, entries: Iterable[SourceEntry]) -> Iterator[tuple[SourceEntry, bytes | SourceProblem]]:
        for entry in entries:
            yield entry, self._read(entry)

    def _list(self) -> Iterable[Found]:
        for number, member in enumerate(self._members):
            # zipfile cuts the name at a NUL; the whole one tells what was meant.
            name = member.orig_filename
            kind = stat.S_IFMT(member.external_attr >> 16)
            if stat.S_ISDIR(kind) or name.endswith("/"):
                continue
            refused = ""
            if kind and not stat.S_ISREG(kind):
                refused = NOT_PLAIN
            elif member.flag_bits & 0x41:
                refused = "It is encrypted. Pack the files without a password."
            elif member.compress_type not in METHODS:
                refused = "It is packed in a way that is not read here. Pack the files with deflate, as every tool can."
            readable = member.compress_type in METHODS and not member.flag_bits & 0x41
            yield Found(name, str(number), member.file_size, refused=refused, kept=readable)

    def _check(self, size: int) -> None:
        """Refuses a zip whose entries share their bytes, or that would unpack to too much."""
        members = sorted(self._members, key=lambda member: member.header_offset)
        overlap = any(
            one.header_offset + LOCAL_ENTRY + one.compress_size > other.header_offset
            for one, other in pairwise(members)
        )
        if overlap or sum(member.compress_size for member in members) > size:
            raise SourceError(f"{self.label} is not an honest archive: its entries overlap. Nothing of it was read.")
        unpacked = sum(member.file_size for member in members)
        if unpacked > MOST_BYTES or unpacked > max(FREE, size * MOST_RATIO):
            raise SourceError(f"{self.label} would unpack to {unpacked:,} bytes, which is too much for its size.")

    def _read(self, entry: SourceEntry) -> bytes | SourceProblem:
        member = self._members[int(entry.place)]
        try:
            with self._zip.open(member) as file:
                data = file.read(self.limit + 1)
        except BROKEN as error:
            return SourceProblem(entry.path, f"It is damaged in the archive: {error}.", self._salvaged(member))
        if len(data) > self.limit:
            return SourceProblem(entry.path, f"It is larger than the limit of {self.limit:,} bytes.")
        return data

    def _salvaged(self, member: zipfile.ZipInfo) -> bytes | None:
        """What can be had of a damaged entry, for the quarantine."""
        file = self._zip.fp
        if file is None or member.compress_type not in METHODS:
            return None
        try:
            file.seek(member.header_offset)
            head = file.read(LOCAL_ENTRY)
            name, extra = struct.unpack_from("<2H", head, 26)
            file.seek(name + extra, 1)
            packed = file.read(min(member.compress_size, self.limit))
            if member.compress_type == zipfile.ZIP_STORED:
                return packed
            return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, self.limit)
        except BROKEN:
            return None


def entry_count(file: BinaryIO, size: int) -> int:
    """How many entries the directory of a zip lists, counted without making an object of each.

    Stops counting above the limit. Raises BadZipFile when there is no directory.
    """
    start = max(0, size - END.size - 0xFFFF - END_64.size - LOCATOR.size)
    file.seek(start)
    tail = file.read()
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or place + END.size > len(tail):
        raise zipfile.BadZipFile("it has no directory")
    length, end = END.unpack_from(tail, place)[5], start + place
    at_64 = place - LOCATOR.size - END_64.size
    if at_64 >= 0 and tail[at_64 + END_64.size :][:4] == b"PK\x06\x07" and tail[at_64:][:4] == b"PK\x06\x06":
        length, end = END_64.unpack_from(tail, at_64)[8], start + at_64
    if length > MOST_DIRECTORY:
        raise SourceError(f"The directory of the archive has {length:,} bytes; no site has so many files.")
    if length > end:
        raise zipfile.BadZipFile("its directory is larger than the file")
    file.seek(end - length)
    directory = file.read(length)
    count = at = 0
    while at + DIRECTORY_ENTRY <= len(directory) and count <= MOST_ENTRIES:
        at += DIRECTORY_ENTRY + sum(struct.unpack_from("<3H", directory, at + 28))
        count += 1
    return count

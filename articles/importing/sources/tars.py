"""A tar, packed or not. It is read once, as a stream; what a desk may want of it is set aside on the disk.

The headers are read here and not by ``tarfile``, which takes a header of any length into memory, needs quadratic time for
some of them before Python 3.11.10, and unpacks xz with as much memory as the file asks for.
"""

from __future__ import annotations

import lzma
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, NamedTuple

from articles.importing.sources.kinds import (
    NOT_PLAIN,
    Found,
    Source,
    SourceEntry,
    SourceError,
    SourceProblem,
)
from articles.importing.sources.unpacking import BrokenStream, Stream

MOST_ENTRIES = 60_000
MOST_HEADER = 64_000  # bytes of one extended header
BLOCK = 512
IN_MEMORY = 8_000_000
WANTED = (".md", ".markdown", ".yml", ".yaml", "keep")
PLAIN, FOLDER, WITHOUT_BYTES, SPARSE = b"0\x007", b"5", b"123456", b"S"


class Member(NamedTuple):
    name: str
    size: int
    refused: str
    data: bytes | None


def members(stream: Stream, limit: int) -> Iterator[Member]:
    """The entries of a tar that are no folders. ``data`` are the bytes of plain files of up to ``limit`` bytes that may
    be a site's. Raises BrokenStream."""
    extended: dict[str, str] = {}
    for _ in range(MOST_ENTRIES * 4):
        block = stream.read(BLOCK)
        if len(block) < BLOCK:
            raise BrokenStream("it is cut off: its end is missing")
        if not block.strip(b"\0"):
            return
        if not is_header(block):
            raise BrokenStream("a header is damaged")
        kind, size = block[156:157], number(block[124:136])
        if kind in b"xgXLK":
            if size > MOST_HEADER:
                raise BrokenStream(f"a header has {size:,} bytes")
            text = stream.read(size)
            stream.skip(-size % BLOCK)
            if kind == b"L":
                extended["path"] = _text(text)
            elif kind in b"xX":
                extended.update(records(text))
            continue
        name = extended.get("path") or _name(block)
        if "size" in extended:
            size = int(extended["size"]) if extended["size"].isascii() and extended["size"].isdigit() else -1
        if size < 0:
            raise BrokenStream("a header has no size")
        sparse = kind == SPARSE or any(key.startswith("GNU.sparse.") for key in extended)
        extended = {}
        more = kind == SPARSE and block[482] == 1
        while more:
            more = stream.read(BLOCK)[504:505] == b"\1"
        size = 0 if kind in WITHOUT_BYTES else size
        data = None
        if kind in PLAIN and not sparse and size <= limit and name.endswith(WANTED):
            data = stream.read(size)
            if len(data) < size:
                raise BrokenStream("it ends in the middle of a file")
            stream.skip(-size % BLOCK)
        else:
            stream.skip(size + -size % BLOCK)
        if kind != FOLDER and not name.endswith("/"):
            yield Member(name, size, NOT_PLAIN if kind not in PLAIN or sparse else "", data)
    raise BrokenStream(f"it has more than {MOST_ENTRIES:,} entries")


def is_header(block: bytes) -> bool:
    """Whether the checksum is right. Some old programs counted the bytes as signed."""
    if len(block) < BLOCK:
        return False
    rest, written = block[:148] + b" " * 8 + block[156:], number(block[148:156])
    return written in (sum(rest), sum(rest) - 256 * sum(byte > 127 for byte in rest))


def number(field: bytes) -> int:
    """A number of a header, -1 where it is none."""
    if field[:1] == b"\x80":
        return int.from_bytes(field[1:], "big")
    digits = field.strip(b" \0")
    try:
        return int(digits or b"0", 8)
    except ValueError:
        return -1


def records(text: bytes) -> dict[str, str]:
    """The ``length key=value`` lines of a pax header."""
    found, at = {}, 0
    while at < len(text):
        digits, space, _ = text[at : at + 12].partition(b" ")
        length = int(digits) if space and digits.isdigit() else 0
        if not len(digits) + 3 <= length <= len(text) - at:
            raise BrokenStream("an extended header is damaged")
        key, _, value = text[at + len(digits) + 1 : at + length - 1].partition(b"=")
        found[_text(key)] = _text(value)
        at += length
    return found


def _name(block: bytes) -> str:
    name, prefix = block[:100], block[345:500] if block[257:263] == b"ustar\0" else b""
    return "/".join(part for part in (_text(prefix.partition(b"\0")[0]), _text(name.partition(b"\0")[0])) if part)


def _text(data: bytes) -> str:
    return data.removesuffix(b"\0").decode("utf-8", "surrogateescape")


def is_tar(path: Path) -> bool:
    """Whether the file is a tar, packed or not, by its first header."""
    try:
        with path.open("rb") as file:
            block = Stream(file, path.stat().st_size).read(BLOCK)
    except (BrokenStream, lzma.LZMAError, zlib.error, ValueError):
        return False
    except OSError as error:
        if error.errno is None:  # bz2 says so when the bytes are not its own
            return False
        raise
    return is_header(block) or (len(block) == BLOCK and not block.strip(b"\0"))


class TarSource(Source):
    kind = "archive"

    def __init__(self, path: Path, limit: int) -> None:
        super().__init__(path.name, limit)
        self.path = path
        self._aside: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed by close()

    def close(self) -> None:
        self._aside.close()

    def read_all(self, entries: Iterable[SourceEntry]) -> Iterator[tuple[SourceEntry, bytes | SourceProblem]]:
        for entry in entries:
            if not entry.place:
                yield entry, SourceProblem(entry.path, NOT_PLAIN)
                continue
            self._aside.seek(int(entry.place))
            yield entry, self._aside.read(entry.size)

    def _list(self) -> Iterable[Found]:
        listed = []
        try:
            with self.path.open("rb") as file:
                for member in members(Stream(file, self.path.stat().st_size), self.limit):
                    place = ""
                    if member.data is not None:
                        place = str(self._aside.seek(0, 2))
                        self._aside.write(member.data)
                    name = member.name.removeprefix("./")
                    listed.append(Found(name, place, member.size, refused=member.refused, kept=bool(place)))
                    if len(listed) > MOST_ENTRIES:
                        raise BrokenStream(f"it has more than {MOST_ENTRIES:,} entries")
        except (BrokenStream, lzma.LZMAError, zlib.error, EOFError, ValueError) as error:
            raise SourceError(f"{self.label} cannot be read: {error}. Nothing of it was taken.") from error
        except OSError as error:
            raise SourceError(f"{self.label} cannot be read: {error.strerror or error}.") from error
        return listed

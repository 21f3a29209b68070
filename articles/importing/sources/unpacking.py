"""Packed streams, unpacked piece by piece: never more at once than was asked for, never more in all than a site has."""

from __future__ import annotations

import bz2
import lzma
import zlib
from typing import IO, Protocol

MOST_BYTES = 2_000_000_000  # of the unpacked stream
FREE = 100_000_000  # bytes up to which no ratio is suspicious
MOST_RATIO = 200  # text packs ten times smaller; a bomb a thousand times
MOST_MEMORY = 128_000_000  # bytes that unpacking xz may use; its highest level asks for 65 MB
CHUNK = 64 * 1024
MAGIC = 6  # bytes by which a packed stream is known


class BrokenStream(Exception):
    """What is wrong with the stream, as the end of a sentence."""


class Unpacker(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class Gunzip:
    """zlib with the manners of the other two."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def needs_input(self) -> bool:
        return not self._zlib.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._zlib.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        return self._zlib.decompress(self._zlib.unconsumed_tail + data, max_length)


def unpacker(head: bytes) -> Unpacker | None:
    """What unpacks a stream that begins so; None when it is not packed."""
    if head.startswith(b"\x1f\x8b"):
        return Gunzip()
    if head.startswith(b"BZh"):
        return bz2.BZ2Decompressor()
    if head.startswith(b"\xfd7zXZ\x00"):
        return lzma.LZMADecompressor(memlimit=MOST_MEMORY)
    return None


class Stream:
    """The unpacked bytes, given out piece by piece and counted."""

    def __init__(self, file: IO[bytes], size: int) -> None:
        self.file, self.most = file, min(MOST_BYTES, max(FREE, size * MOST_RATIO))
        self.given = 0
        self._pending = file.read(CHUNK)
        self._unpacker = unpacker(self._pending)
        self._ready = b""

    def read(self, size: int) -> bytes:
        """Exactly ``size`` bytes, fewer only at the end."""
        parts, missing = [], size
        while missing and (self._ready or self._fill()):
            part, self._ready = self._ready[:missing], self._ready[missing:]
            parts.append(part)
            missing -= len(part)
        self.given += size - missing
        if self.given > self.most:
            raise BrokenStream(f"it unpacks to more than {self.most:,} bytes")
        return b"".join(parts)

    def skip(self, size: int) -> None:
        while size > 0:
            step = min(size, CHUNK)
            if len(self.read(step)) < step:
                raise BrokenStream("it ends in the middle of a file")
            size -= step

    def _fill(self) -> bool:
        """Put the next piece in ``_ready``. False at the end."""
        while not self._ready:
            given, self._pending = self._pending, b""
            if self._unpacker is None:
                self._ready = given or self.file.read(CHUNK)
                return bool(self._ready)
            if self._unpacker.eof:
                # Packed files may follow each other; what follows and is not packed is padding.
                rest = self._unpacker.unused_data or given
                rest += self.file.read(CHUNK) if len(rest) < MAGIC else b""
                self._unpacker = unpacker(rest)
                if self._unpacker is None:
                    self._unpacker = _Ended()
                    return False
                given = rest
            if self._unpacker.needs_input and not given:
                given = self.file.read(CHUNK)
            self._ready = self._unpacker.decompress(given, CHUNK)
            if not (given or self._ready or self._unpacker.eof):
                raise BrokenStream("it is cut off")
        return True


class _Ended:
    eof, needs_input, unused_data = True, False, b""

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        return b""

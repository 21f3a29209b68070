"""Thumbnails on the disk, by the hash of the original's address; and which originals were refused, until when."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from articles.thumbnails.making import Size

SOON, LATER, LONGEST = 120.0, 6 * 3600.0, 7 * 86400.0  # seconds until a refused picture is tried again, doubling
STALE = 60.0  # seconds after which a claim or an unfinished file belongs to nobody
TOUCHED = 3600.0  # how exactly the last use is kept
STORES = 64  # pictures between two sweeps


@dataclass(frozen=True)
class Stock:
    """What lies in the cache: files and bytes of thumbnails, and the reasons of refusals with their count."""

    files: int
    size: int
    refusals: dict[str, int]


class Cache:
    """``limit`` is in bytes. Every write is whole or not there; every read copes with what another process took away."""

    def __init__(self, folder: Path, limit: int) -> None:
        self.folder, self.limit = folder, limit
        self._until_sweep = 0

    def path(self, url: str, ending: str) -> Path:
        name = hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()[:40]
        return self.folder / name[:2] / f"{name}.{ending}"

    def read(self, url: str, size: Size) -> bytes | None:
        """The thumbnail; None where it is not there or not whole."""
        path = self.path(url, f"{size.word}.webp")
        try:
            data = path.read_bytes()
            # A power cut can leave a file with a name and no bytes. RIFF says its own length.
            if data[:4] != b"RIFF" or int.from_bytes(data[4:8], "little") + 8 != len(data):
                return None
            if time.time() - path.stat().st_mtime > TOUCHED:
                os.utime(path)
        except OSError:
            return None
        return data

    def has(self, url: str, size: Size) -> bool:
        return self.path(url, f"{size.word}.webp").exists()

    def store(self, url: str, made: dict[Size, bytes]) -> None:
        """Keep every size, and forget that the picture was ever refused. Raises OSError where the disk is full."""
        for size, data in made.items():
            self._write(self.path(url, f"{size.word}.webp"), data)
        self.path(url, "no").unlink(missing_ok=True)
        self._until_sweep -= 1
        if self._until_sweep < 0:
            self._until_sweep = STORES
            self.sweep()

    def refuse(self, url: str, reason: str, *, lasting: bool) -> None:
        """Remember the refusal: each one in a row waits twice as long as the one before."""
        path = self.path(url, "no")
        turns = _note(path).turns
        pause = min((LATER if lasting else SOON) * 2 ** min(turns, 20), LONGEST)
        note = _Note(turns + 1, time.time() + pause, reason)
        with contextlib.suppress(OSError):
            self._write(path, json.dumps(note).encode())

    def refused(self, url: str) -> bool:
        """Whether the picture is not to be tried now. One look at the disk where there is no note."""
        return _note(self.path(url, "no")).until > time.time()

    @contextlib.contextmanager
    def claim(self, url: str) -> Iterator[bool]:
        """Whether this process may fetch the picture now; while the block runs, no other may.

        The claim of a process that was killed ends after a minute.
        """
        path = self.path(url, "busy")
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > STALE:
                path.unlink()
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except FileExistsError:
            yield False
            return
        try:
            yield True
        finally:
            path.unlink(missing_ok=True)

    def sweep(self) -> int:
        """Take away the thumbnails that were used least lately, down to nine tenths of the limit. Says how many.

        Reads the names of all files: 20,000 in about 0.1 s.
        """
        kept, now, taken = [], time.time(), 0
        for entry in self._files():
            with contextlib.suppress(OSError):
                found = entry.stat()
                if entry.name.endswith(".webp"):
                    kept.append((found.st_mtime, found.st_size, entry.path))
                elif now - found.st_mtime > (2 * LONGEST if entry.name.endswith(".no") else STALE):
                    os.unlink(entry.path)
        total = sum(size for _, size, _ in kept)
        if total <= self.limit:
            return 0
        for _, size, path in sorted(kept):
            if total <= self.limit * 0.9:
                break
            with contextlib.suppress(OSError):
                os.unlink(path)
                taken += 1
            total -= size
        return taken

    def stock(self) -> Stock:
        files = size = 0
        refusals: dict[str, int] = {}
        for entry in self._files():
            with contextlib.suppress(OSError):
                if entry.name.endswith(".webp"):
                    files, size = files + 1, size + entry.stat().st_size
                elif entry.name.endswith(".no"):
                    reason = _note(Path(entry.path)).reason
                    refusals[reason] = refusals.get(reason, 0) + 1
        return Stock(files, size, refusals)

    def forget_refusals(self) -> int:
        """Let every refused picture be tried again. Says how many."""
        names = [entry.path for entry in self._files() if entry.name.endswith(".no")]
        for name in names:
            Path(name).unlink(missing_ok=True)
        return len(names)

    def _files(self) -> Iterator[os.DirEntry[str]]:
        if not self.folder.is_dir():
            return
        with os.scandir(self.folder) as folders:
            for folder in [entry for entry in folders if entry.is_dir()]:
                with contextlib.suppress(OSError), os.scandir(folder.path) as entries:
                    yield from entries

    def _write(self, path: Path, data: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(f".{secrets.token_hex(6)}.part")
        try:
            unfinished.write_bytes(data)
            os.replace(unfinished, path)
        except OSError:
            unfinished.unlink(missing_ok=True)
            raise


class _Note(NamedTuple):
    """One refusal: how many in a row, until when (seconds of ``time.time``), and why."""

    turns: int = 0
    until: float = 0.0
    reason: str = ""


def _note(path: Path) -> _Note:
    """The refusal at the path; an empty one where there is none that can be read."""
    try:
        turns, until, reason = json.loads(path.read_bytes())
        return _Note(int(turns), float(until), str(reason))
    except (OSError, ValueError, TypeError):
        return _Note()

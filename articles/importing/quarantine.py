"""Files that did not go in: kept with their bytes and the reason, told again for as long as they stay as they are."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from articles.importing.reading import storable
from articles.importing.report import Problem
from articles.models import QuarantinedFile, Site

MOST_FILES, MOST_BYTES = 20, 4_000_000  # that wait to be written together


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that did not go in: its bytes as far as there are any, and why."""

    problem: Problem
    blob_id: str
    data: bytes | None


class Quarantine:
    """One site's quarantine during one import. ``problems`` are those of this run, old ones included.

    A file that somebody has mended is in: it is told no more, and its row, which keeps the source's own bytes, goes when
    the source brings other ones. ``mending``: this import is that of a mended file.
    """

    def __init__(self, site: Site, origin: str, at: datetime, *, mending: bool = False) -> None:
        self.site, self.origin, self.at, self.mending = site, storable(origin)[:1000], at, mending
        self.problems: list[Problem] = []
        self.mended: list[str] = []
        self._waiting: list[Refused] = []
        rows = QuarantinedFile.objects.filter(site=site)
        known = rows.only("path", "blob_id", "reason", "line", "column", "key", "mended_at") if not mending else ()
        self._rows = {row.path: row for row in known if row.mended_at is None}
        self._mended = {row.path for row in known if row.mended_at is not None}

    def tells_again(self, path: str, blob: str) -> bool:
        """Whether exactly these bytes were refused before; the problem is reported from what was kept."""
        row = self._rows.get(path)
        if row is None or row.blob_id != blob:
            return False
        self.problems.append(Problem(path, row.reason, row.line, row.column, row.key))
        return True

    def tell_all_but(self, paths: Container[str]) -> None:
        """Report every file that was refused before, except those of ``paths``, which are looked at anew."""
        self.problems += [
            Problem(path, row.reason, row.line, row.column, row.key)
            for path, row in self._rows.items()
            if path not in paths
        ]

    def untold(self) -> list[str]:
        """Files that were refused before and that this run, which looked at everything, has not met."""
        told = {problem.path for problem in self.problems}
        return [path for path in self._rows if path not in told]

    def refuse(self, refused: Refused) -> None:
        """Take a file in with the next ``write``; one that could not be read before for the same reason is only told."""
        told = refused.problem
        problem = replace(told, path=storable(told.path)[:1000], message=storable(told.message), key=told.key[:200])
        self.problems.append(problem)
        row = self._rows.get(problem.path)
        if not self.mending and (row is None or (row.blob_id, row.reason) != (refused.blob_id, problem.message)):
            self._waiting.append(Refused(problem, refused.blob_id, refused.data))

    @property
    def is_waiting(self) -> bool:
        return bool(self._waiting)

    @property
    def is_full(self) -> bool:
        size = sum(len(one.data or b"") for one in self._waiting)
        return len(self._waiting) >= MOST_FILES or size >= MOST_BYTES

    @property
    def waiting_count(self) -> int:
        return len(self._waiting)

    def write(self) -> None:
        """Store what was refused. Call it inside a transaction."""
        for one in self._waiting:
            problem = one.problem
            QuarantinedFile.objects.update_or_create(
                site=self.site,
                path=problem.path,
                defaults={
                    "content": one.data,
                    "blob_id": one.blob_id,
                    "reason": problem.message,
                    "line": problem.line,
                    "column": problem.column,
                    "key": problem.key,
                    "origin": self.origin,
                    "found_at": self.at,
                    "dismissed_at": None,
                    "dismissed_by": None,
                    "dismissed_for": "",
                    "mended": None,
                    "mended_at": None,
                    "mended_by": None,
                },
            )
            self._mended.discard(problem.path)
        self._waiting = []

    def mend(self, path: str) -> None:
        """Note that a file is again as it was when it last went in."""
        if path in self._rows:
            self.mended.append(path)

    def release(self, paths: Sequence[str]) -> None:
        """Let go of files that are in now. Call it inside a transaction."""
        left = [*self.among(paths), *(path for path in paths if path in self._mended)]
        if left:
            QuarantinedFile.objects.filter(site=self.site, path__in=left).delete()
        for path in left:
            self._rows.pop(path, None)
            self._mended.discard(path)

    def among(self, paths: Iterable[str]) -> list[str]:
        """Those of the paths that are in quarantine."""
        return list(dict.fromkeys(path for path in paths if path in self._rows))

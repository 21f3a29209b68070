"""Times, medians and the table that is printed."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Timed:
    """Seconds of one or more runs: processor time of this process, and wall time. Medians."""

    cpu: float
    wall: float


def timed(act: Callable[[], object], runs: int = 5, before: Callable[[], object] | None = None) -> Timed:
    """The medians of ``runs`` runs of ``act``; ``before`` prepares each run and is not counted."""
    cpu, wall = [], []
    for _ in range(runs):
        if before:
            before()
        gc.collect()
        started, worked = time.perf_counter(), time.process_time()
        act()
        cpu.append(time.process_time() - worked)
        wall.append(time.perf_counter() - started)
    return Timed(statistics.median(cpu), statistics.median(wall))


def row(work: str, figure: str, target: str, mark: str, peers: str) -> str:
    """The five columns of the table, at least two blanks apart."""
    return f"{work:<56}  {figure:<32}  {target:<36}  {mark:<7}  {peers}".rstrip()


@dataclass(frozen=True)
class Line:
    """One line of the table: what was done, what it cost, what performance we aim for, and whether that is met."""

    work: str
    figure: str
    target: str
    met: bool | None
    peers: str = ""

    def __str__(self) -> str:
        mark = {True: "met", False: "NOT met", None: "—"}[self.met]
        return row(self.work, self.figure, self.target, mark, self.peers)


def ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


def times(peer: float, ours: float) -> str:
    return f"{peer / ours:.0f}×" if peer / ours >= 10 else f"{peer / ours:.1f}×"

"""One import while it is under way: what its steps share, and the two acts that all of them take part in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from articles.importing.deliveries import Deliveries
from articles.importing.following import Following
from articles.importing.holdings import Holdings
from articles.importing.pace import Pace
from articles.importing.quarantine import Quarantine, Refused
from articles.importing.record import Record, Tally
from articles.importing.report import Problem
from articles.importing.sources import Source
from articles.models import ImportRun, Site
from articles.policy import Policy, policy_of

Progress = Callable[[int, int], None]
REPAIR = "repair"  # the kind of a source that holds one refused file as somebody has mended it


class UnderWay:
    """``part``: the source is known to be only a part of the site. ``total`` are the files that will be looked at."""

    def __init__(
        self, source: Source, site: Site, *, at: datetime, actor: Any, progress: Progress | None, part: bool,
        run: ImportRun | None,
    ) -> None:  # fmt: skip
        self.source, self.site, self.at, self.part = source, site, at, part
        self.progress = progress or (lambda done, of: None)
        self.pace = Pace()
        self.tally = Tally()
        self.total = 0
        self.following = Following(site, source)
        self.record = Record(source, site, at, actor, self.following, run)
        self.holdings = Holdings(site)
        self.quarantine = Quarantine(site, source.label, at, mending=self.is_repair)
        self.deliveries = Deliveries(site, source, at)

    @property
    def is_repair(self) -> bool:
        return self.source.kind == REPAIR

    @cached_property
    def policy(self) -> Policy:
        """Read once for the whole run."""
        return policy_of(self.site)

    def advance(self, count: int) -> None:
        """So many files more are done. What ``progress`` raises ends the import here, between two slices."""
        self.tally.done += count
        self.progress(self.tally.done, self.total)

    def refuse(self, refused: Sequence[Refused], *, later: bool = False) -> None:
        """Put files into quarantine; ``later``: a few together, unless they are many or large by now."""
        for one in refused:
            self.quarantine.refuse(one)
        if self.quarantine.is_waiting and (not later or self.quarantine.is_full):
            with self.pace.slice():
                self.record.begin()
                self.tally.refused += self.quarantine.waiting_count
                self.quarantine.write()
        self.advance(len(refused))

    def problems(self) -> tuple[Problem, ...]:
        """Every file that is refused now, by path."""
        return tuple(sorted(self.quarantine.problems, key=lambda problem: problem.path))

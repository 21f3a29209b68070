"""What one import counts, and the row that says so while it runs and afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from articles.importing.following import Following
from articles.importing.reading import storable
from articles.importing.report import Problem, change_counts
from articles.importing.sources import Source
from articles.models import ImportRun, Site

State = ImportRun.State

@dataclass
class Tally:
    """Articles by what became of them; ``others`` are the files around them, ``left`` articles that are missing in the source
    and stay as they are."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    conflicts: int = 0
    withdrawn: int = 0
    others: int = 0
    alerts: int = 0
    refused: int = 0
    left: int = 0
    done: int = 0
    changes: Counter[str] = field(default_factory=Counter)  # rewritten files by the gravest class of their change
    written: list[int] = field(default_factory=list)  # articles whose related entries are new
    moved: list[int] = field(default_factory=list)  # articles that are new or have a new address
    fresh: list[int] = field(default_factory=list)  # articles that are new
    followed: list[int] = field(default_factory=list)  # articles in which anything may be new


class Record:
    """The run's own row: one that a worker has leased, else made with the first thing that is written. A run without an end
    was stopped."""

    def __init__(
        self, source: Source, site: Site, at: datetime, actor: Any, following: Following, run: ImportRun | None = None
    ) -> None:
        self.source, self.site, self.at, self.actor, self.following = source, site, at, actor, following
        self.row, self.leased = run, run is not None
        # What an earlier worker of this run has counted, in the transactions that it finished.
        self.was = run if run is not None and run.taken_at is not None else ImportRun()
        self.wrote = False

    def was_stopped(self) -> bool:
        """Whether the site's last run broke off, or this one did before another worker took it up."""
        if self.row is not None and self.row.taken_at is not None:
            return True
        others = ImportRun.objects.filter(site=self.site).exclude(kind="")  # which those have that wrote something
        if self.row is not None:
            others = others.exclude(pk=self.row.pk)
        last = others.order_by("-pk").values_list("state", flat=True)[:1]
        return any(state != State.FINISHED for state in last)

    def begin(self) -> None:
        """Say that a run is under way. Call it in every transaction that writes files."""
        if not self.wrote:
            names = {
                "origin": storable(self.source.label)[:1000], "kind": self.source.kind, "revision": self.source.revision or "",
            }  # fmt: skip
            if self.row is None:
                self.row = ImportRun.objects.create(
                    site=self.site, actor=self.actor, started_at=self.at, state=State.RUNNING, **names
                )
            else:
                ImportRun.objects.filter(pk=self.row.pk).update(**names)
            # Nobody else imports into this site now: whoever still seems to, from a terminal, was killed.
            left = ImportRun.objects.filter(site=self.site, state=State.RUNNING, worker=None).exclude(pk=self.row.pk)
            left.update(state=State.STOPPED)
        self.wrote = True
        self.following.let_go()

    def note(self, tally: Tally) -> None:
        """Keep the counts so far, so that a run that is stopped says how far it came."""
        assert self.row is not None
        was, changes = self.was, tally.changes + Counter(self.was.changes)
        ImportRun.objects.filter(pk=self.row.pk).update(
            created=was.created + tally.created, updated=was.updated + tally.updated,
            unchanged=max(0, tally.unchanged - was.created - was.updated), conflicts=was.conflicts + tally.conflicts,
            withdrawn=was.withdrawn + tally.withdrawn, refused=was.refused + tally.refused, left=tally.left,
            changes=change_counts(changes) | {"alerts": tally.alerts + was.changes.get("alerts", 0)},
        )  # fmt: skip

    def end(self, tally: Tally, problems: Sequence[Problem]) -> None:
        if self.row is not None:
            self.note(tally)
            values: dict[str, Any] = {} if self.leased else {"source": self.following.source_row()}
            ImportRun.objects.filter(pk=self.row.pk).update(
                finished_at=timezone.now(), state=State.FINISHED, lease_until=None,
                problems=[problem.as_dict() for problem in problems],
                notices=[storable(notice)[:1000] for notice in self.source.notices], **values,
            )  # fmt: skip

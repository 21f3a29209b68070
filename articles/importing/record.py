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


@dataclass
class Tally:
    """Articles by what became of them; ``others`` are the files around them."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    conflicts: int = 0
    withdrawn: int = 0
    others: int = 0
    alerts: int = 0
    done: int = 0
    changes: Counter[str] = field(default_factory=Counter)  # rewritten files by the gravest class of their change
    written: list[int] = field(default_factory=list)  # articles whose related entries are new
    moved: list[int] = field(default_factory=list)  # articles that are new or have a new address
    fresh: list[int] = field(default_factory=list)  # articles that are new
    followed: list[int] = field(default_factory=list)  # articles in which anything may be new


class Record:
    """The run's own row, made with the first thing that is written: a run without an end was stopped."""

    def __init__(self, source: Source, site: Site, at: datetime, actor: Any, following: Following) -> None:
        self.source, self.site, self.at, self.actor, self.following = source, site, at, actor, following
        self.row: ImportRun | None = None

    @staticmethod
    def was_stopped(site: Site) -> bool:
        """Whether the site's last run has no end."""
        last = ImportRun.objects.filter(site=site).order_by("-pk").values_list("finished_at", flat=True)[:1]
        return any(end is None for end in last)

    def begin(self) -> None:
        """Say that a run is under way. Call it in every transaction that writes files."""
        if self.row is None:
            self.row = ImportRun.objects.create(
                site=self.site,
                actor=self.actor,
                started_at=self.at,
                origin=storable(self.source.label)[:1000],
                kind=self.source.kind,
                revision=self.source.revision or "",
            )
        self.following.let_go()

    def note(self, tally: Tally) -> None:
        """Keep the counts so far, so that a run that is stopped says how far it came."""
        assert self.row is not None
        ImportRun.objects.filter(pk=self.row.pk).update(
            created=tally.created, updated=tally.updated, unchanged=tally.unchanged, conflicts=tally.conflicts,
            withdrawn=tally.withdrawn, changes=change_counts(tally.changes) | {"alerts": tally.alerts},
        )  # fmt: skip

    def end(self, tally: Tally, problems: Sequence[Problem]) -> None:
        if self.row is not None:
            self.note(tally)
            ImportRun.objects.filter(pk=self.row.pk).update(
                finished_at=timezone.now(), problems=[problem.as_dict() for problem in problems]
            )

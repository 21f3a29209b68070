"""What rules and blocks did at the end of one import: how much, which acts, and all of it taken back."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet

from articles import bulk
from articles.decisions import undo
from articles.models import BulkRun, ImportRun, Review
from articles.workflow import Action, By

SECONDS = 5.0  # that a page works on taking back; a second takes back some thousand
DECIDING = (Action.APPROVE, Action.REJECT, Action.HOLD)


@dataclass(frozen=True)
class Ruled:
    """``runs``: what each rule did, in their order. ``blocked`` counts what was rejected because its provider is blocked,
    ``blocked_left`` what of it nobody took back."""

    runs: Sequence[BulkRun] = ()
    blocked: int = 0
    blocked_left: int = 0

    @property
    def is_told(self) -> bool:
        """Whether anything was done, or failed."""
        return bool(self.blocked) or any(run.done_count or run.failure for run in self.runs)

    @property
    def decided(self) -> int:
        """Articles that were decided."""
        return self.blocked + sum(run.done_count for run in self.runs if run.action in DECIDING)

    @property
    def changed(self) -> int:
        """Articles whose values, assignment or watching changed and no more."""
        return sum(run.done_count for run in self.runs if run.action not in DECIDING)

    @property
    def is_undoable(self) -> bool:
        return bool(self.blocked_left) or any(is_undoable(run) for run in self.runs)


def ruled(run: ImportRun) -> Ruled:
    """What rules and blocks did at the end of an import. Three queries."""
    blocked = list(_blocked(run).values_list("undone_by", flat=True))
    return Ruled(bulk.runs_of_moment(run.site, run.started_at), len(blocked), blocked.count(None))


def acts(run: ImportRun, found: Ruled) -> QuerySet[Review]:
    """The rows of all of it, in the order in which they were written."""
    keys = [Q(pk__in=bulk.acts_of(one).order_by().values("pk")) for one in found.runs]
    rows = Review.objects.filter(reduce(or_, [*keys, Q(pk__in=_blocked(run).values("pk"))]))
    return rows.select_related("article", "rule", "undone_by").order_by("pk")


def is_undoable(run: BulkRun) -> bool:
    """Whether a rule's run is over, did something, and nobody took it back or does so now."""
    undoing = next(iter(run.undone_by.all()), None)
    taken_back = undoing is not None and (undoing.is_open or undoing.state == BulkRun.State.FINISHED)
    return run.is_over and bool(run.done_count) and not taken_back


def take_back(run: ImportRun, *, editor: Any, at: datetime, seconds: float = SECONDS) -> BulkRun | None:
    """Undo what rules and blocks did at the end of an import, the last first, since an earlier act cannot be undone before a
    later one on the same article. Articles on which somebody has built since are left alone.

    None when all of it is done; else, after so many seconds, the run that a worker has to end before the rest can be undone.
    Raises DecisionRefused.
    """
    ends, found = time.monotonic() + seconds, ruled(run)
    for one in reversed(found.runs):
        undoing = bulk.begin_undo(one, editor=editor, at=at) if is_undoable(one) else next(iter(one.undone_by.all()), None)
        while undoing is not None and undoing.is_open:
            left = ends - time.monotonic()
            if left <= 0 or not bulk.advance(undoing.pk, seconds=left):
                undoing.refresh_from_db()
                if undoing.is_open:
                    return undoing
            undoing.refresh_from_db()
    rows = _blocked(run).filter(undone_by=None)
    for first in {row.batch: row for row in rows}.values():
        undo(first, editor=editor, at=at, whole=True)
    return None


def _blocked(run: ImportRun) -> QuerySet[Review]:
    rows = Review.objects.filter(action=Action.REJECT, at=run.started_at, by=By.RULE, rule=None, article__site=run.site_id)
    return rows.order_by("pk")

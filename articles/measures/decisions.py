"""All decisions of the window, counted once by hour; several questions are answered from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import BooleanField, Case, Count, Q, Value, When

from articles.measures.window import MomentText, Window
from articles.models import Review, Site
from articles.models.review import ReviewQuerySet
from articles.workflow import Action, By

DECISIONS = (Action.APPROVE, Action.REJECT, Action.HOLD)
DECIDING = (Action.APPROVE, Action.REJECT)  # those after which nothing waits any more


@dataclass(frozen=True, slots=True)
class Counted:
    """Decisions of one hour that are alike. ``hour`` is 0 to 23; ``undone``: whether they were taken back."""

    day: date
    hour: int
    action: str
    by: str
    undone: bool
    count: int


@dataclass(frozen=True)
class Tally:
    rows: tuple[Counted, ...]

    def count(self, fits: Callable[[Counted], bool]) -> int:
        return sum(row.count for row in self.rows if fits(row))


def decisions_of(site: Site, window: Window) -> ReviewQuerySet:
    """The decisions of the window, also those that were taken back. One range of an index for each kind."""
    return Review.objects.filter(
        article__site=site, action__in=DECISIONS, at__gte=window.start, at__lt=window.end
    ).order_by()  # type: ignore[return-value]


def tally(site: Site, window: Window) -> Tally:
    """One query; at most as many rows as hours times kinds."""
    undone = Case(When(undone_by__isnull=False, then=Value(True)), default=Value(False), output_field=BooleanField())
    rows = (
        decisions_of(site, window)
        .annotate(moment=MomentText("at", 13), undone=undone)
        .values("moment", "action", "by", "undone")
        .annotate(number=Count("pk"))
        .values_list("moment", "action", "by", "undone", "number")
    )
    return Tally(
        tuple(
            Counted(date.fromisoformat(moment[:10]), int(moment[11:]), action, by, bool(undone), number)
            for moment, action, by, undone, number in rows
        )
    )


def taken_back(site: Site, window: Window) -> tuple[int, int]:
    """How many decisions people made in the window, and how many of them were taken back since. One query."""
    of_people = decisions_of(site, window).filter(by=By.EDITOR)
    found = of_people.aggregate(made=Count("pk"), undone=Count("pk", filter=Q(undone_by__isnull=False)))
    return found["made"], found["undone"]

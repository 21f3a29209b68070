"""Are we keeping up? And when do we work?"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from articles.measures.decisions import DECIDING, Tally
from articles.measures.window import MomentText, Window
from articles.models import Article, Site
from articles.workflow import Action, By, Status

OFF_HAND = Q(status=Status.LIVE) | Q(status=Status.PENDING, withdrawn=True)  # went without anybody's decision


@dataclass(frozen=True)
class Day:
    day: date
    arrived: int
    decided: int


@dataclass(frozen=True)
class Hour:
    """What was decided in one hour of the day, on all days together."""

    hour: int
    approved: int
    rejected: int
    held: int

    @property
    def total(self) -> int:
        return self.approved + self.rejected + self.held


def keeping_up(site: Site, window: Window, counted: Tally) -> tuple[Day, ...]:
    """Each day with the articles that arrived and needed somebody, and what was decided on it. Oldest first.

    What the feed publishes by itself or has taken back undecided needed nobody. Decided by people and by rules. One query.
    """
    rows = (
        Article.objects.of_site(site)
        .filter(arrived_at__gte=window.start, arrived_at__lt=window.end)
        .exclude(OFF_HAND)
        .order_by()
        .annotate(moment=MomentText("arrived_at", 10))
        .values("moment")
        .annotate(number=Count("pk"))
        .values_list("moment", "number")
    )
    arrived = {date.fromisoformat(moment): number for moment, number in rows}
    decided = decided_by_day(counted)
    return tuple(Day(day, arrived.get(day, 0), decided[day]) for day in window.dates)


def decided_by_day(counted: Tally) -> Counter[date]:
    """What was approved or rejected, by people and by rules, and not taken back."""
    found: Counter[date] = Counter()
    for row in counted.rows:
        if row.action in DECIDING and not row.undone:
            found[row.day] += row.count
    return found


def undone_by_day(counted: Tally, window: Window) -> tuple[tuple[date, int, int], ...]:
    """Each day with the decisions of people that were made on it, and how many of them were taken back since."""
    made: Counter[date] = Counter()
    undone: Counter[date] = Counter()
    for row in counted.rows:
        if row.by == By.EDITOR:
            made[row.day] += row.count
            undone[row.day] += row.count if row.undone else 0
    return tuple((day, made[day], undone[day]) for day in window.dates)


def hours(counted: Tally) -> tuple[Hour, ...]:
    """The 24 hours of the day with what people decided in them, and did not take back."""
    found: Counter[tuple[int, str]] = Counter()
    for row in counted.rows:
        if row.by == By.EDITOR and not row.undone:
            found[row.hour, row.action] += row.count
    return tuple(Hour(hour, *(found[hour, action] for action in (Action.APPROVE, Action.REJECT, Action.HOLD))) for hour in range(24))

"""A person's own pace. It is shown to that person and to nobody else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any

from django.db.models import Count, Q

from articles.measures.decisions import DECIDING, decisions_of
from articles.measures.window import Window, midnight
from articles.models import Site
from articles.workflow import By

LATEST = 5_000  # timed decisions that are looked at
ENOUGH = 5  # timed decisions, before a week is compared with another


@dataclass(frozen=True)
class Pace:
    """Seconds from shown to decided, None where nothing was timed. ``week`` begins on Monday. ``daily``: each day of the
    window that has timed decisions, with their median. ``lately`` is the median of the last seven days, ``earlier`` that of
    the seven before; None where fewer than ``ENOUGH`` were timed."""

    median: float | None
    p75: float | None
    timed: int
    today: int
    week: int
    daily: tuple[tuple[date, float], ...]
    lately: float | None = None
    earlier: float | None = None

    @property
    def change(self) -> float | None:
        """Seconds that a decision takes longer than a week before; less than zero where it takes less."""
        return None if self.lately is None or self.earlier is None else self.lately - self.earlier


def pace(person: Any, site: Site, window: Window) -> Pace:
    """The person's latest timed decisions of the window, and what the person has decided. Two queries."""
    own = decisions_of(site, window).filter(actor=person, by=By.EDITOR, undone_by__isnull=True)
    rows = own.filter(shown_at__isnull=False).order_by("-at", "-pk").values_list("shown_at", "at")[:LATEST]
    timed = [(at.date(), (at - shown).total_seconds()) for shown, at in rows if at >= shown]
    seconds = sorted(second for _, second in timed)
    days: dict[date, list[float]] = {}
    for day, second in reversed(timed):
        days.setdefault(day, []).append(second)
    monday = midnight(window.today - timedelta(days=window.today.weekday()))
    counted = own.filter(action__in=DECIDING, at__gte=monday).aggregate(
        week=Count("pk"), today=Count("pk", filter=Q(at__gte=midnight(window.today)))
    )
    return Pace(
        median(seconds) if seconds else None,
        third_quartile(seconds) if seconds else None,
        len(seconds),
        counted["today"],
        counted["week"],
        tuple((day, median(values)) for day, values in days.items()),
        _median_of(days, window.dates[-7:]),
        _median_of(days, window.dates[-14:-7]),
    )


def _median_of(days: Mapping[date, list[float]], dates: Iterable[date]) -> float | None:
    found = [second for day in dates for second in days.get(day, ())]
    return median(found) if len(found) >= ENOUGH else None


def third_quartile(ordered: list[float]) -> float:
    """The least value that three quarters do not exceed."""
    return ordered[-(-len(ordered) * 3 // 4) - 1]

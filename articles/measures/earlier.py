"""How many waited on each of the last days? Reckoned back from what waits now, by the rows of what happened since."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, F, Q

from articles.measures.window import MomentText, Window, midnight
from articles.models import Article, Review, Site
from articles.workflow import Action, Status

DAYS = 14
MOST = 20_000  # rows that are looked at; where there are more, nothing is told
WAITS = Q(from_status=Status.PENDING) | Q(to_status=Status.PENDING)


@dataclass
class Life:
    """One article: the day on which it arrived, whether it waits now, and the days of its rows with whether it waited before
    each, newest first. Days as text, 2026-11-20, as the database says them: reading moments would take half of the time."""

    arrived: str
    waits: bool
    before: list[tuple[str, bool]] = field(default_factory=list)

    def waited(self, day: str) -> bool:
        """Whether it waited as that day began, if it had arrived."""
        return next((was for of, was in reversed(self.before) if of >= day), self.waits)


def waited(site: Site, window: Window, now: int) -> tuple[int, ...]:
    """How many waited as each of the last ``DAYS`` days began, the oldest first, today last. ``now``: how many wait. Empty
    where more than ``MOST`` rows would have to be read. Two queries: arrivals by day, from an index, and the rows of these
    days by which something may have begun or ceased to wait."""
    first = window.today - timedelta(days=DAYS - 1)
    days = [(first + timedelta(days=place)).isoformat() for place in range(DAYS)]
    lives = _lives(site, midnight(first))
    if lives is None:
        return ()
    came = _came(site, midnight(first))
    counts = [now - sum(number for of, number in came.items() if of >= day) for day in days]
    for life in lives:
        for place, day in enumerate(days):
            if life.arrived < day:
                counts[place] += life.waited(day) - life.waits
    return tuple(counts)


def _lives(site: Site, since: datetime) -> list[Life] | None:
    """Those articles to which something happened since; None where that was too much."""
    rows = Review.objects.filter(
        (WAITS & ~Q(from_status=F("to_status"))) | Q(before__has_key="withdrawn"),
        article__site=site, at__gte=since,
        action__in=list(Action),  # all of them, but so the index of decisions knows where to look
    ).order_by("-pk").annotate(day=MomentText("at", 10), arrived=MomentText("article__arrived_at", 10))  # fmt: skip
    found: dict[int, Life] = {}
    withdrawn: dict[int, bool] = {}
    names = ("article", "day", "from_status", "before__withdrawn", "arrived", "article__status", "article__withdrawn")
    for number, (pk, day, status, was, arrived, status_now, withdrawn_now) in enumerate(rows.values_list(*names)[: MOST + 1]):
        if number == MOST:
            return None
        if pk not in found:
            found[pk] = Life(arrived, status_now == Status.PENDING and not withdrawn_now)
            withdrawn[pk] = withdrawn_now
        withdrawn[pk] = withdrawn[pk] if was is None else was
        found[pk].before.append((day, status == Status.PENDING and not withdrawn[pk]))
    return list(found.values())


def _came(site: Site, since: datetime) -> Counter[str]:
    """What waits now, by the day on which it arrived, of the days since."""
    rows = (
        Article.objects.of_site(site)
        .pending()
        .filter(arrived_at__gte=since)
        .order_by()
        .annotate(moment=MomentText("arrived_at", 10))
        .values("moment")
        .annotate(number=Count("pk"))
        .values_list("moment", "number")
    )
    return Counter(dict(rows))

"""Is the line at 70 right? What editors approve, by the quality that the robot gave."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from articles.measures.decisions import DECIDING, decisions_of
from articles.measures.window import Window
from articles.models import Review, Site
from articles.workflow import Action, By

LATEST = 2_000  # decisions that are looked at
CHUNK = 500  # articles that one question is asked about: of more PostgreSQL would read all rows that there are
STEP, LAST = 10, 110  # a band's width, and where the last one begins
ENOUGH = 5  # decisions, before a band's share says anything
WANTED = 70  # percent: "7 in 10"
UNTOLD: Any = object()


@dataclass(frozen=True)
class Band:
    """Decisions on articles that the robot gave a quality from ``least`` on. None: it gave none."""

    least: int | None
    approved: int
    decided: int

    @property
    def share(self) -> float:
        """Percent approved."""
        return self.approved * 100 / self.decided if self.decided else 0.0

    @property
    def is_firm(self) -> bool:
        return self.decided >= ENOUGH


@dataclass(frozen=True)
class Line:
    """All bands, lowest first; that without a quality last. ``is_all``: whether older decisions were left out."""

    bands: tuple[Band, ...]
    is_all: bool

    @property
    def decided(self) -> int:
        return sum(band.decided for band in self.bands)

    @property
    def suggested(self) -> int | None:
        """The quality from which on every band with enough decisions is approved 7 times in 10; None where there is none."""
        found = None
        for band in reversed([band for band in self.bands if band.least is not None and band.is_firm]):
            if band.share < WANTED:
                break
            found = band.least
        return found


def line(site: Site, window: Window) -> Line:
    """The latest decisions of people in the window, by the quality that the robot had given when they were made.

    One query for the decisions, and one for the rows of each ``CHUNK`` of their articles that speak of a quality.
    """
    rows = decisions_of(site, window).filter(action__in=DECIDING, by=By.EDITOR, undone_by__isnull=True)
    found = list(rows.order_by("-at", "-pk").values_list("pk", "article_id", "action", "article__quality")[: LATEST + 1])
    decided, is_all = found[:LATEST], len(found) <= LATEST
    told = _told({article for _, article, _, _ in decided})
    counts: dict[int | None, list[int]] = {least: [0, 0] for least in (*range(0, LAST + 1, STEP), None)}
    for pk, article, action, now in decided:
        quality = robot_quality(told.get(article, ()), pk, now)
        band = counts[None if quality is None else min(max(quality, 0) // STEP * STEP, LAST)]
        band[0] += action == Action.APPROVE
        band[1] += 1
    return Line(tuple(Band(least, *band) for least, band in counts.items()), is_all)


Row = tuple[int, str, Mapping[str, Any], Mapping[str, Any], Mapping[str, Any]]  # pk, by, before, after, unheeded


def _told(articles: Collection[int]) -> dict[int, list[Row]]:
    """The rows of each article that change its quality, or say what the feed gave it meanwhile; in their order."""
    speaking = Review.objects.filter(Q(before__has_key="quality") | Q(unheeded__has_key="quality")).order_by("article", "pk")
    found: dict[int, list[Row]] = {}
    keys = sorted(articles)
    for start in range(0, len(keys), CHUNK):
        rows = speaking.filter(article__in=keys[start : start + CHUNK])
        for article, *row in rows.values_list("article_id", "pk", "by", "before", "after", "unheeded"):
            found.setdefault(article, []).append(tuple(row))
    return found


def robot_quality(rows: Iterable[Row], decision: int, now: int | None) -> int | None:
    """The quality that the feed had given an article when that decision was made.

    ``rows`` are all rows that speak of it, oldest first, and ``now`` is the article's quality as it is. What the desk holds
    is not the feed's: then what was there before the desk held it is, or what the feed said later and the desk did not take.
    (A feed that comes to say just what the desk holds leaves no row; the next thing that it says tells of it.)
    """
    value = UNTOLD
    for pk, by, before, after, unheeded in rows:
        if pk <= decision:
            value = _said(value, by, before, after, unheeded)
        elif "quality" in unheeded:
            return unheeded["quality"][0]
        elif value is UNTOLD:
            return before["quality"]
        elif by == By.FEED:
            break
    return now if value is UNTOLD else value


def _said(value: Any, by: str, before: Mapping[str, Any], after: Mapping[str, Any], unheeded: Mapping[str, Any]) -> Any:
    """What the feed gives the article after this row, if ``value`` was what it gave before."""
    if "quality" in unheeded:
        return unheeded["quality"][1]
    if by == By.FEED or "quality" not in after.get("desk_fields", ["quality"]):
        return after["quality"]  # followed, or given back
    was_the_feeds = "quality" not in before.get("desk_fields", ["quality"])
    return before["quality"] if was_the_feeds or value is UNTOLD else value

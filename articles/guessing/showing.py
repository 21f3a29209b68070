"""A suggestion in words: how the desk decided on articles like this, and why this one is like them."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext

from articles.guessing.bayes import Push, band_of
from articles.guessing.features import READ, features, in_words
from articles.guessing.learning import ENOUGH, bayes_of
from articles.labels import spoken
from articles.models import Article, Lesson

REASONS = 3
SURE = 0.7  # share from which the desk has a habit; below 1 - SURE it has the other one
LISTED = 15  # weights a side on the page of what was learned


@dataclass(frozen=True)
class Guess:
    """``leans`` is "yes", "no" or "" (not sure, or nothing learned). ``reasons`` are words with the decisions behind them."""

    sentence: str
    leans: str = ""
    reasons: tuple[tuple[str, str], ...] = ()
    learned: bool = True


_read: dict[int, Lesson] = {}  # by site: a lesson is some hundred kilobytes and changes once in fifty decisions


def lesson_of(site: int) -> Lesson | None:
    """The site's lesson, kept in this process as long as its version stays. One query, two after it changed."""
    row = Lesson.objects.filter(site=site).values_list("pk", "version", "learned_at").first()
    if row is None:
        _read.pop(site, None)
        return None
    kept = _read.get(site)
    if kept is None or (kept.pk, kept.version, kept.learned_at) != row:
        kept = _read[site] = Lesson.objects.get(pk=row[0])
    return kept


def guess(article: Article, lesson: Lesson | None) -> Guess:
    """What the desk's past decisions say of the article. No query."""
    if lesson is None:
        return Guess(gettext("No suggestion yet: the desk learns from %(count)s decisions on.") % {"count": ENOUGH}, learned=False)
    taught = bayes_of(lesson)
    found = features({name: getattr(article, name) for name in READ})
    approved, decided = band_of([tuple(band) for band in lesson.bands], taught.odds(found))
    share = approved / decided if decided else 0.5
    if 1 - SURE < share < SURE:
        return Guess(gettext("Not sure: the desk approved %(count)s of 10 like this.") % {"count": round(share * 10)})
    leans = "yes" if share >= SURE else "no"
    sign = 1 if leans == "yes" else -1
    pushes = [push for push in taught.pushes(found) if push.weight * sign > 0][:REASONS]
    return Guess(_sentence(share), leans, tuple((spoken(in_words(push.feature)), _record(push)) for push in pushes))


def _sentence(share: float) -> str:
    if share >= 0.5:
        return gettext("The desk approved %(count)s of 10 like this.") % {"count": round(share * 10)}
    return gettext("The desk rejected %(count)s of 10 like this.") % {"count": round((1 - share) * 10)}


def _record(push: Push) -> str:
    return gettext("approved %(approved)s of %(decided)s") % {"approved": push.approved, "decided": push.approved + push.rejected}


def learned(lesson: Lesson) -> dict[str, Any]:
    """The strongest weights of both sides in words: (words, record, times more likely)."""
    taught = bayes_of(lesson)
    pushes = [push for push in taught.pushes(taught.counts) if push.approved + push.rejected >= 5]
    return {
        "towards": [_row(push) for push in pushes if push.weight > 0][:LISTED],
        "against": [_row(push) for push in pushes if push.weight < 0][:LISTED],
        "features": len(taught.counts),
    }


def _row(push: Push) -> tuple[str, str, str]:
    return spoken(in_words(push.feature)), _record(push), str(number_format(exp(abs(push.weight)), 1))

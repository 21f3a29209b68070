"""The headline figures of the dashboard in words: what is true now, what has changed, and a small line of the days before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles import measures
from articles.charts import Drawing, spark
from articles.labels import percent
from articles.views.dashboard_shown import share, tenths, whole
from articles.views.rows import age as age_words

BETTER, WORSE, SAME = "up", "down", "flat"


@dataclass(frozen=True)
class Tile:
    """``change`` says what has changed, and ``tone`` whether for the better; ``more`` stands below it. ``own`` marks what
    only this person sees."""

    name: str
    value: str
    more: str
    change: str = ""
    tone: str = SAME
    spark: Drawing | None = None
    own: bool = False


def waiting(waits: measures.Waiting, waited: Sequence[int], days: Sequence[measures.Day], at: datetime) -> Tile:
    arrived = whole(days[-1].arrived)
    more = _("%(arrived)s arrived today") % {"arrived": arrived}
    if waits.oldest and waits.oldest <= at:
        more = _("%(arrived)s arrived today · oldest %(age)s") % {"arrived": arrived, "age": age_words(at - waits.oldest)}
    if not waited:
        return Tile(_("Waiting"), whole(waits.count), more)
    grown = waits.count - waited[-1]
    change = _("%(change)s since yesterday") % {"change": _signed(grown, whole)}
    line = spark(_("Waiting as each day began, and now"), [*waited, waits.count])
    return Tile(_("Waiting"), whole(waits.count), more, change, _tone(grown), line)


def decided(days: Sequence[measures.Day], goal: int | None) -> Tile:
    """``goal``: the desk's own, for a day."""
    today = days[-1].decided
    more = _("%(count)s yesterday") % {"count": whole(days[-2].decided)}
    line = spark(_("Decided each day"), [day.decided for day in days])
    if not goal:
        return Tile(_("Decided today"), whole(today), more, spark=line)
    change = _("%(share)s of the desk’s %(goal)s") % {"share": percent(today * 100 // goal), "goal": whole(goal)}
    return Tile(_("Decided today"), whole(today), more, change, BETTER if today >= goal else SAME, line)


def pace(found: measures.Pace) -> Tile:
    counts = _("%(today)s today, %(week)s this week") % {"today": whole(found.today), "week": whole(found.week)}
    if found.p75 is None:
        return Tile(_("Your pace"), "–", counts, own=True)
    more = _("%(share)s within %(p75)s · %(counts)s") % {"share": percent(75), "p75": _seconds(found.p75), "counts": counts}
    line = spark(_("Your median each day"), [value for _day, value in found.daily])
    change, tone = "", SAME
    if found.change is not None:
        told = round(found.change, 1)
        change, tone = _("%(change)s s against the week before") % {"change": _signed(told, tenths)}, _tone(told)
    return Tile(_("Your pace"), _seconds(found.median), more, change, tone, line, own=True)


def undone(days: Sequence[tuple[date, int, int]], before: tuple[int, int]) -> Tile:
    """``days`` as ``undone_by_day`` has them; ``before``: what was made and undone in as many days before these."""
    made, taken = sum(day[1] for day in days), sum(day[2] for day in days)
    more = ngettext("%(undone)s of %(made)s decision", "%(undone)s of %(made)s decisions", made) % {
        "undone": whole(taken), "made": whole(made),
    }  # fmt: skip
    line = spark(_("Share undone each day"), [day[2] / day[1] if day[1] else 0 for day in days])
    change, tone = "", SAME
    if made and before[0]:
        points = round(taken * 100 / made - before[1] * 100 / before[0], 1)
        change = _("%(change)s points against the %(days)s days before") % {"change": _signed(points, tenths), "days": len(days)}
        tone = _tone(points)
    return Tile(_("Undone"), share(taken, made), more, change, tone, line)


def _seconds(number: float | None) -> str:
    return "–" if number is None else _("%(number)s s") % {"number": tenths(number)}


def _signed(number: float, said: Callable[[Any], str]) -> str:
    """“+61”, “−0.8”, “±0”."""
    sign = "+" if number > 0 else "−" if number < 0 else "±"
    return f"{sign}{said(abs(number))}"


def _tone(grown: float) -> str:
    """Of all these figures less is better."""
    return WORSE if grown > 0 else BETTER if grown < 0 else SAME

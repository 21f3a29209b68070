"""The numbers of the dashboard in words, drawings and tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles import measures
from articles.charts import Drawing, Group, Point, Table, grouped_bars, marked_bar, share_line, stacked_bars
from articles.labels import percent
from articles.measures.quality import ENOUGH, LAST, STEP
from articles.workflow import PUBLISH_LINE

MOST_TOPICS = 8
TICKS = 14  # words below an axis, at most


@dataclass(frozen=True)
class Shown:
    """A chart as the page needs it: ``said`` is the answer in a sentence. ``drawing`` is None where there is nothing yet."""

    said: str
    drawing: Drawing | None
    table: Table


@dataclass(frozen=True)
class Topic:
    name: str
    count: str
    bar: Drawing
    is_missing: bool


def whole(number: int) -> str:
    """A count with its thousands apart."""
    return number_format(number, force_grouping=True)


def tenths(number: float) -> str:
    return number_format(round(number, 1), decimal_pos=1)


def share(part: int, of: int) -> str:
    """A share as percent with one decimal, “–” of nothing."""
    return percent(tenths(part * 100 / of)) if of else "–"


# --- charts -----------------------------------------------------------------------------------------------------------
def keeping_up(days: Sequence[measures.Day]) -> Shown:
    arrived, decided = sum(day.arrived for day in days), sum(day.decided for day in days)
    figures = {"arrived": whole(arrived), "decided": whole(decided), "more": whole(abs(arrived - decided))}
    if arrived > decided:
        said = _("%(arrived)s arrived, %(decided)s decided: %(more)s more came in than went out.") % figures
    elif arrived < decided:
        said = _("%(arrived)s arrived, %(decided)s decided: %(more)s more went out than came in.") % figures
    else:
        said = _("%(arrived)s arrived, and as many were decided.") % figures
    step = -(-len(days) // TICKS)
    groups = []
    for number, day in enumerate(reversed(days)):
        told = number % step == 0
        words = "" if not told else _("today") if not number else date_format(day.day, "j")
        groups.append(Group(words, (day.arrived, day.decided), strong=not number, minor=number // step % 2 == 1))
    chart = grouped_bars(
        _("Arrived and decided, each of %(count)s days. %(said)s") % {"count": len(days), "said": said},
        groups[::-1], ("f-mute", "f-pen"), whole, height=180,
    )  # fmt: skip
    table = Table(
        _("Arrived and decided, day by day"), (_("Day"), _("Arrived"), _("Decided")),
        [(_day(day.day), whole(day.arrived), whole(day.decided)) for day in reversed(days)],
    )  # fmt: skip
    return Shown(said, chart if arrived or decided else None, table)


def line(found: measures.Line) -> Shown:
    suggested = found.suggested
    if not found.decided:
        said = ""
    elif suggested is None:
        said = _("There is no quality from which on editors approve 7 in 10.")
    else:
        said = _("From %(quality)s on, editors approve 7 in 10 or more.") % {"quality": suggested}
    bands = [band for band in found.bands if band.decided]
    if any(not band.is_firm for band in bands if band.least is not None):
        said = _("%(said)s Hollow points: fewer than %(count)s decisions.") % {"said": said, "count": ENOUGH}
    chart = share_line(
        _("Share that editors approve, by the robot’s quality. %(said)s") % {"said": said},
        [Point(band.least + STEP / 2, band.share, band.is_firm) for band in bands if band.least is not None],
        [(at, str(at)) for at in range(STEP, LAST + 1, 2 * STEP)],
        end=LAST + STEP,
        line=(PUBLISH_LINE, _("%(line)s now") % {"line": PUBLISH_LINE}),
        other=None if suggested in (None, PUBLISH_LINE) else (suggested, _("%(quality)s: 7 in 10") % {"quality": suggested}),
        percents=[percent(number) for number in (0, 50, 100)],
        height=180,
    )
    caption = _("What editors decided, by the robot’s quality")
    if not found.is_all:
        caption = _("The latest %(count)s decisions, by the robot’s quality") % {"count": whole(found.decided)}
    table = Table(
        caption, (_("Quality"), _("Approved"), _("Decided"), _("Share")),
        [(_band(band), whole(band.approved), whole(band.decided), share(band.approved, band.decided)) for band in bands],
    )  # fmt: skip
    return Shown(said, chart if found.decided else None, table)


def ages(waits: measures.Waiting) -> Shown:
    stale = sum(age.count for age in waits.ages if age.is_stale)
    said = ngettext(
        "%(stale)s is older than a day: most of its heat is gone.", "%(stale)s are older than a day: most of their heat is gone.", stale
    ) % {"stale": whole(stale)}
    groups = [
        Group(_short_age(age), (age.count,), classes=("f-heat",) if age.is_stale else ()) for age in waits.ages
    ]
    chart = grouped_bars(
        _("Waiting articles by age. %(said)s") % {"said": said}, groups, ("f-pen",), whole, height=150, told=True
    )
    table = Table(
        _("Waiting articles by age"), (_("Age"), _("Waiting")), [(_age(age), whole(age.count)) for age in waits.ages]
    )
    return Shown(said, chart if waits.count else None, table)


def hours(found: Sequence[measures.Hour]) -> Shown:
    total = sum(hour.total for hour in found)
    busiest = max(found, key=lambda hour: hour.total)
    said = _("Most between %(hour)s and %(next)s: %(count)s.") % {
        "hour": busiest.hour, "next": busiest.hour + 1, "count": whole(busiest.total),
    } if total else ""  # fmt: skip
    groups = [Group(str(hour.hour), (hour.approved, hour.rejected, hour.held), minor=hour.hour % 3 != 0) for hour in found]
    chart = stacked_bars(
        _("Decisions by hour of the day. %(said)s") % {"said": said}, groups, ("f-ok", "f-no", "f-mute"), whole, height=170
    )
    table = Table(
        _("Decisions by hour of the day, UTC"), (_("Hour"), _("Approved"), _("Rejected"), _("Later")),
        [(f"{one.hour}:00", whole(one.approved), whole(one.rejected), whole(one.held)) for one in found if one.total],
    )  # fmt: skip
    return Shown(said, chart if total else None, table)


def coverage(found: Sequence[measures.Coverage]) -> tuple[str, list[Topic], Table]:
    """The answer, the topics with most to tell, and the table of all."""
    missed = sorted((one for one in found if one.missing >= 1), key=lambda one: -one.missing)
    said = ""
    if missed:
        said = _("Furthest below its mark: %(topic)s, %(count)s instead of %(mark)s.") % {
            "topic": missed[0].topic, "count": whole(missed[0].recent), "mark": tenths(missed[0].mark),
        }  # fmt: skip
    elif found:
        said = _("No topic is below its mark.")
    chosen = sorted(found, key=lambda one: -max(one.recent, one.mark))[:MOST_TOPICS]
    most = max((max(one.recent, one.mark) for one in chosen), default=0)
    topics = [
        Topic(
            one.topic,
            whole(one.recent),
            marked_bar(_("Mark: %(mark)s") % {"mark": tenths(one.mark)}, one.recent, one.mark, most),
            one.missing >= 1,
        )
        for one in found if one in chosen
    ]  # fmt: skip
    table = Table(
        _("Approved by topic"), (_("Topic"), _("Last 7 days"), _("Four-week mark")),
        [(one.topic, whole(one.recent), tenths(one.mark)) for one in found],
    )  # fmt: skip
    return said, topics, table


def candidates(found: Sequence[measures.Candidate]) -> list[tuple[measures.Candidate, str, str]]:
    """Providers with their record, and what a rule would save."""
    shown = []
    for one in found:
        record = _("%(share)s of %(decided)s rejected") % {"share": percent(one.share), "decided": whole(one.decided)}
        saves = ngettext("Saves about %(count)s decision a week", "Saves about %(count)s decisions a week", max(1, round(one.a_week)))
        shown.append((one, record, saves % {"count": whole(max(1, round(one.a_week)))}))
    return shown


# --- words of places on an axis ---------------------------------------------------------------------------------------
def _day(day: date) -> str:
    return date_format(day, "D, j N Y")


def _band(band: measures.Band) -> str:
    if band.least is None:
        return _("none given")
    if band.least == LAST:
        return _("%(least)s and more") % {"least": band.least}
    return _("%(least)s to %(most)s") % {"least": band.least, "most": band.least + STEP - 1}


def _age(age: measures.Age) -> str:
    if age.most is None:
        return _("over %(days)s d") % {"days": age.least // 24}
    if not age.least:
        return _("under %(hours)s h") % {"hours": age.most}
    if age.most > 24:
        return _("%(least)s to %(most)s d") % {"least": age.least // 24, "most": age.most // 24}
    return _("%(least)s to %(most)s h") % {"least": age.least, "most": age.most}


def _short_age(age: measures.Age) -> str:
    """The same where there is little room."""
    if age.most is None:
        return _("> %(days)s d") % {"days": age.least // 24}
    if not age.least:
        return _("< %(hours)s h") % {"hours": age.most}
    if age.most > 24:
        return _("%(least)s–%(most)s d") % {"least": age.least // 24, "most": age.most // 24}
    return _("%(least)s–%(most)s h") % {"least": age.least, "most": age.most}

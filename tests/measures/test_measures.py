"""Every figure of the dashboard, beside what a plain loop over the same rows counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

import pytest
from django.contrib.auth.models import User

from articles import measures
from articles.decisions import decide, undo
from articles.models import (
    Article,
    Conflict,
    ExportRun,
    ImportRun,
    Provider,
    QuarantinedFile,
    Repository,
    Review,
    Rule,
    Site,
)
from articles.providers import change
from articles.workflow import Action, Trust
from tests.factories import NOON, make_article, make_person, make_site
from tests.measures.playing import TOPICS, Play, played
from tests.rules.making import is_, make_rule, of_provider

pytestmark = pytest.mark.django_db


@pytest.fixture
def play(site: Site, editor: User, second_editor: User) -> Play:
    other = played(make_site("elsewhere"), [editor], seed=3, articles=9, acts=15)  # must not be counted
    assert Review.objects.filter(article__site=other.site, action="approve").exists()
    return played(site, [editor, second_editor], seed=11, articles=34, acts=110)


def standing(site: Site, *actions: str, by: str = "") -> Iterator[Review]:
    undone = set(Review.objects.filter(undoes__isnull=False).values_list("undoes", flat=True))
    for row in Review.objects.filter(article__site=site).select_related("article", "article__provider"):
        if row.pk not in undone and row.action in actions and by in ("", row.by):
            yield row


def days_back(count: int) -> list[date]:
    return [NOON.date() - timedelta(days=back) for back in range(count - 1, -1, -1)]


def test_every_figure_is_what_a_plain_loop_counts(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    site = play.site
    for days in measures.WINDOWS:
        window = measures.Window(days, NOON)
        dates = days_back(days)
        counted = measures.tally(site, window)
        assert list(window.dates) == dates

        arrived = Counter(
            one.arrived_at.date() for one in Article.objects.filter(site=site)
            if one.status != "live" and not (one.status == "pending" and one.withdrawn)
        )  # fmt: skip
        decided = Counter(row.at.date() for row in standing(site, "approve", "reject"))
        expected = [(day, arrived[day], decided[day]) for day in dates]
        assert [(one.day, one.arrived, one.decided) for one in measures.keeping_up(site, window, counted)] == expected

        hours = Counter((row.at.hour, row.action) for row in standing(site, "approve", "reject", "hold", by="editor") if row.at.date() in dates)
        found = [(one.approved, one.rejected, one.held) for one in measures.hours(counted)]
        assert found == [tuple(hours[hour, action] for action in ("approve", "reject", "hold")) for hour in range(24)]

        made = Counter(row.at.date() for row in Review.objects.filter(article__site=site, by="editor", action__in=["approve", "reject", "hold"]))
        kept = Counter(row.at.date() for row in standing(site, "approve", "reject", "hold", by="editor"))
        assert list(measures.undone_by_day(counted, window)) == [(day, made[day], made[day] - kept[day]) for day in dates]

        past = {day - timedelta(days=days) for day in dates}
        made_before = [row for row in Review.objects.filter(article__site=site, by="editor", action__in=["approve", "reject", "hold"]) if row.at.date() in past]
        kept_before = sum(row.at.date() in past for row in standing(site, "approve", "reject", "hold", by="editor"))
        assert measures.taken_back(site, window.before) == (len(made_before), len(made_before) - kept_before)
        assert_line(play, window, dates)
        assert_candidates(site, window, dates)
        for person in play.people:
            assert_pace(person, site, window, dates)
    assert_waiting(site)
    assert_coverage(site)
    monkeypatch.setattr("articles.measures.quality.LATEST", 10)
    assert (measures.line(site, window).decided, measures.line(site, window).is_all) == (10, False)
    assert sum(made.values()) > sum(kept.values()) > 60
    assert all(measures.pace(person, site, window).timed > 1 for person in play.people)
    assert measures.taken_back(site, measures.Window(28, NOON).before)[1] > 0
    acts = {Action.APPROVE, Action.REJECT, Action.HOLD, Action.EDIT, Action.UNDO, Action.FOLLOW}
    assert acts <= set(Review.objects.filter(article__site=site).values_list("action", flat=True))
    assert {row.by for row in standing(site, "approve", "reject")} == {"editor", "rule"}


def assert_line(play: Play, window: measures.Window, dates: list[date]) -> None:
    approved: Counter[int | None] = Counter()
    total: Counter[int | None] = Counter()
    for row in standing(play.site, "approve", "reject", by="editor"):
        if row.at.date() in dates:
            quality = play.judged[row.pk]
            band = None if quality is None else min(quality // 10 * 10, 110)
            total[band] += 1
            approved[band] += row.action == "approve"
    found = measures.line(play.site, window)
    assert found.is_all and found.decided == sum(total.values())
    assert {band.least: (band.approved, band.decided) for band in found.bands if band.decided} == {
        band: (approved[band], total[band]) for band in total
    }


def assert_candidates(site: Site, window: measures.Window, dates: list[date]) -> None:
    record: dict[int, list[str]] = {}
    for row in standing(site, "approve", "reject", by="editor"):
        if row.at.date() in dates:
            record.setdefault(row.article.provider_id, []).append(row.action)
    expected = {
        provider: (acts.count("reject"), len(acts)) for provider, acts in record.items()
        if len(acts) >= 5 and acts.count("reject") / len(acts) >= 0.8
    }  # fmt: skip
    assert {one.provider: (one.rejected, one.decided) for one in measures.candidates(site, window)} == expected


def assert_pace(person: User, site: Site, window: measures.Window, dates: list[date]) -> None:
    own = [row for row in standing(site, "approve", "reject", "hold", by="editor") if row.actor_id == person.pk]
    timed = [row for row in own if row.shown_at and row.at.date() in dates]
    seconds = [(row.at - row.shown_at).total_seconds() for row in timed]  # type: ignore[operator]
    found = measures.pace(person, site, window)
    assert (found.median, found.timed) == (median(seconds) if seconds else None, len(seconds))
    within = [one for one in seconds if sum(other <= one for other in seconds) >= 0.75 * len(seconds)]
    assert found.p75 == min(within, default=None)
    decided = [row for row in own if row.action != "hold"]
    monday = NOON.date() - timedelta(days=NOON.weekday())
    assert found.week == sum(row.at.date() >= monday for row in decided)
    assert found.today == sum(row.at.date() == NOON.date() for row in decided)
    weeks = [[one for one, row in zip(seconds, timed, strict=True) if row.at.date() in some] for some in (dates[-7:], dates[-14:-7])]
    lately, earlier = (median(some) if len(some) >= 5 else None for some in weeks)
    assert (found.lately, found.earlier) == (lately, earlier)
    assert found.change == (lately - earlier if lately is not None and earlier is not None else None)
    by_day = {day: median([one for one, row in zip(seconds, timed, strict=True) if row.at.date() == day]) for day in {row.at.date() for row in timed}}
    assert list(found.daily) == sorted(by_day.items())


def assert_waiting(site: Site) -> None:
    waiting = [one for one in Article.objects.filter(site=site) if one.status == "pending" and not one.withdrawn]
    ages = Counter(sum(NOON - one.queued_at >= timedelta(hours=hours) for hours in (1, 6, 24, 72)) for one in waiting)
    found = measures.waiting(site, NOON)
    assert [one.count for one in found.ages] == [ages[place] for place in range(5)]
    assert (found.count, found.oldest) == (len(waiting), min(one.queued_at for one in waiting))


def assert_coverage(site: Site) -> None:
    recent, before = days_back(7), days_back(35)[:28]
    expected: dict[str, list[int]] = {}
    for one in Article.objects.filter(site=site, status="approved"):
        for name in set(one.topic_links.values_list("topic__name", flat=True)):
            counts = expected.setdefault(name, [0, 0])
            counts[0] += one.decided_at.date() in recent
            counts[1] += one.decided_at.date() in before
    expected = {name: counts for name, counts in expected.items() if any(counts)}
    window = measures.Window(14, NOON)
    assert {one.topic: [one.recent, one.before] for one in measures.coverage(site, window)} == expected
    assert len(expected) >= 3

    site.main_topic = TOPICS[0]
    assert {one.topic for one in measures.coverage(site, window)} == expected.keys() - {TOPICS[0]}


def test_the_pipeline_tells_what_stands_in_the_way(site: Site, editor: User) -> None:
    article, *others = (make_article(site) for _ in range(4))
    Repository.objects.create(site=site, location="/there", failure="It is not there.")
    for number, path in enumerate(("b.md", "a.md", "gone.md")):
        QuarantinedFile.objects.create(
            site=site, path=path, reason="no", found_at=NOON - timedelta(hours=number), dismissed_at=NOON if number == 2 else None
        )
    for key, settled in (("title", None), ("excerpt", None), ("type", NOON)):
        Conflict.objects.create(article=article, field=key, base="a", theirs="b", ours="c", found_at=NOON, settled_at=settled)
    since = NOON - timedelta(days=20)
    decide([article], Action.APPROVE, editor=editor, at=since)
    done = [decide([one], Action.REJECT, editor=editor, at=since + timedelta(hours=1)) for one in others]
    undo(done[0].reviews[0], editor=editor, at=NOON)
    ImportRun.objects.create(site=site, started_at=since, finished_at=since, created=3)
    ExportRun.objects.create(site=site, started_at=since, finished_at=since, destination="zip")
    ExportRun.objects.create(site=site, started_at=NOON, destination="zip")

    found = measures.pipeline(site)

    assert (found.failure, found.quarantined, found.conflicts) == ("It is not there.", 2, 1)
    assert found.refused is not None and found.refused.path == "a.md"
    assert found.imported is not None and found.imported.created == 3
    assert found.exported is not None and not found.exported.is_finished and found.exported_at == since
    assert found.waiting == 2


def test_a_new_desk_has_figures_too(site: Site, editor: User) -> None:
    window = measures.Window(14, NOON)
    counted = measures.tally(site, window)

    assert counted.rows == () and all((one.arrived, one.decided) == (0, 0) for one in measures.keeping_up(site, window, counted))
    assert measures.line(site, window).decided == 0 and measures.line(site, window).suggested is None
    assert measures.waiting(site, NOON).count == 0 and measures.waiting(site, NOON).oldest is None
    assert (measures.coverage(site, window), measures.candidates(site, window)) == ((), ())
    assert measures.pace(editor, site, window) == measures.Pace(None, None, 0, 0, 0, ())
    assert measures.waited(site, window, 0) == (0,) * 14 and measures.taken_back(site, window) == (0, 0)
    assert measures.pipeline(site) == measures.Pipeline(None, "", 0, None, 0, None, None, 0)


@pytest.mark.pure
def test_a_window_is_whole_days_of_utc() -> None:
    window = measures.Window(14, datetime.fromisoformat("2026-11-20T23:30:00-05:00"))

    assert (window.today, window.dates[0], len(window.dates)) == (date(2026, 11, 21), date(2026, 11, 8), 14)
    assert (window.start.isoformat(), window.end.isoformat()) == ("2026-11-08T00:00:00+00:00", "2026-11-22T00:00:00+00:00")


@pytest.mark.pure
@pytest.mark.parametrize(
    ("shares", "suggested"),
    [
        ({50: (7, 10), 60: (8, 10), 70: (10, 10)}, 50),
        ({50: (7, 10), 60: (6, 10), 70: (10, 10)}, 70),
        ({50: (7, 10), 60: (0, 4), 70: (10, 10)}, 50),  # four decisions say nothing
        ({70: (6, 10)}, None),
        ({70: (4, 4)}, None),
        ({None: (9, 9)}, None),
    ],
)
def test_the_line_might_stand_where_seven_in_ten_begin(shares: dict[Any, tuple[int, int]], suggested: int | None) -> None:
    found = measures.Line(tuple(measures.Band(least, *counts) for least, counts in shares.items()), True)

    assert found.suggested == suggested


def test_who_is_rejected_less_than_four_times_in_five_is_no_candidate(site: Site) -> None:
    editor = make_person()
    for provider, rejected, approved in (("All", 5, 0), ("Enough", 8, 2), ("Nearly", 4, 2), ("Few", 4, 0), ("Blocked", 9, 0), ("Ruled", 9, 0)):
        for place in range(rejected + approved):
            decide([make_article(site, provider=provider)], Action.REJECT if place < rejected else Action.APPROVE, editor=editor, at=NOON)

    Provider.objects.filter(name="Blocked").update(trust=Trust.BLOCKED)
    for name, further in (("Ruled", []), ("Enough", [{"kind": "quality", "value": [None, 40]}])):
        provider = Provider.objects.get(name=name)
        when = [{"kind": "provider", "value": {"name": name, "domain": provider.domain}}, *further]
        Rule.objects.create(site=site, name=name, conditions=when, effects={"decide": "reject"}, is_on=True, switched_by=editor)

    found = measures.candidates(site, measures.Window(14, NOON))

    assert [(one.name, one.rejected, one.decided, one.share, one.a_week) for one in found] == [("Enough", 8, 10, 80, 5.0), ("All", 5, 5, 100, 2.5)]


def test_what_a_rule_or_a_block_decides_already_is_no_candidate(site: Site) -> None:
    """One that is off, or that asks for more, is named instead, so that nobody writes a second one."""
    editor, admin = make_person(), make_person("admin")
    for provider in ("Blocked", "Ruled", "Watched", "Off", "Partly", "Topic", "Free"):
        decide([make_article(site, provider=provider) for _ in range(5)], Action.REJECT, editor=editor, at=NOON)
    for name, trust in (("Blocked", "blocked"), ("Watched", "watch")):
        change(Provider.objects.get(name=name), {"trust": trust}, actor=admin)
    window = measures.Window(14, NOON)
    assert len(measures.candidates(site, window)) == measures.providers.MOST
    make_rule(site, of_provider("Ruled"), actor=admin)
    make_rule(site, is_("trust", "watch"), actor=admin)
    make_rule(site, of_provider("Free"), is_("trust", "watch"), then={"watch": True}, actor=admin)
    off = make_rule(site, of_provider("Off"))
    partly = make_rule(site, of_provider("Partly"), is_("quality", [None, 10]), actor=admin)
    make_rule(site, of_provider("Topic"), then={"add": "Rail"}, actor=admin)

    found = {one.name: one.rule for one in measures.candidates(site, window)}

    assert found == {"Off": off.pk, "Partly": partly.pk, "Topic": None, "Free": None}

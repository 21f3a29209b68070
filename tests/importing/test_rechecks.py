"""What a change of the feed means to an editor: its class, what was not heeded, and when to look again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from articles.decisions import decide, edit, release, undo
from articles.mapping import exported_text
from articles.models import Conflict, ImportRun, Review
from articles.workflow import Action
from tests.factories import NOON
from tests.importing.feeding import ENTRY, HEAT, LATER, SECRET, TITLE, Feed, comes_home, last, policy, send

LATEST = LATER + timedelta(hours=1)


# --- classes
@pytest.mark.parametrize(
    ("change", "gravest"),
    [(SECRET, "noise"), (HEAT, "drift"), (ENTRY, "context"), (TITLE, "decision"),
     (("type: article\n", "type: article\nmood: calm\n"), "context"), (('title: "Tram waits"', "title: Tram waits"), "noise")],
    ids=["noise", "drift", "context", "decision", "unknown key", "spelling"],
)  # fmt: skip
@pytest.mark.parametrize("touched", [False, True])
def test_rewrites_are_counted_by_their_gravest_class(
    feed: Feed, editor: Any, change: tuple[str, str], gravest: str, touched: bool
) -> None:
    if touched:
        edit([feed.article], {"quality": 90}, editor=editor, at=NOON)
    rows, version = Review.objects.count(), feed.article.version

    report = feed.writes(SECRET, change) if change != SECRET else feed.writes(change)

    assert {name for name, count in report.changes.items() if count} == {gravest}
    assert report.as_dict()["changes"][gravest] == 1
    assert ImportRun.objects.first().changes == dict(report.changes) | {"alerts": 0}  # type: ignore[union-attr]
    is_loud = gravest == "decision"
    assert (Review.objects.count() - rows, feed.article.version - version) == (is_loud, is_loud)


def test_a_quiet_class_brings_back_nobody_and_writes_all_the_same(feed: Feed, editor: Any) -> None:
    policy(feed.site, "title", change="context")
    decide([feed.article], Action.APPROVE, editor=editor, at=NOON)
    version = feed.article.version

    report = feed.writes(TITLE)

    article = feed.article
    assert (article.title, article.version, article.recheck, report.alerts) == ("Tram leaves", version, "", 0)
    assert article.search_text.startswith(" tram leaves ")


def test_a_change_of_status_always_leaves_a_row(feed: Feed) -> None:
    policy(feed.site, "published", owner="desk", change="noise")

    feed.writes(("published: false", "published: true"))

    assert (feed.article.status, last().to_status, feed.article.version) == ("live", "live", 2)


def test_what_the_policy_makes_a_decision_leaves_a_row(feed: Feed, editor: Any) -> None:
    policy(feed.site, "related", owner="feed", change="decision")
    decide([feed.article], Action.APPROVE, editor=editor, at=NOON)

    report = feed.writes(ENTRY)

    assert (report.changes["decision"], report.alerts, feed.article.recheck) == (1, 1, "changed")
    assert last().action == "follow"


# --- what was not heeded, and looking again
def test_a_decided_article_records_what_it_did_not_follow(feed: Feed, editor: Any) -> None:
    decide([feed.article], Action.APPROVE, editor=editor, at=NOON, changes={"quality": 90})

    report = feed.writes(("quality: 64", "quality: 70"), ("published: false\n", ""), TITLE)

    article = feed.article
    assert (article.status, article.published, article.quality, article.title) == ("approved", True, 90, "Tram leaves")
    assert (article.feed_published, article.recheck, article.recheck_since) == (None, "changed", LATER)
    assert last().unheeded == {"quality": [64, 70], "published": [False, None]}
    assert last().after["title"] == "Tram leaves"
    assert report.alerts == 1


@pytest.mark.parametrize(
    ("change", "decision", "reason"),
    [
        (TITLE, Action.APPROVE, "changed"),
        (TITLE, Action.REJECT, "changed"),
        (('originalUrl: "https://tribune', 'originalUrl: "https://weekly'), Action.APPROVE, "swapped"),
        (('originalUrl: "https://tribune', 'originalUrl: "https://weekly'), Action.REJECT, "changed"),
        (("name: Harbour Tribune", "name: Rail Weekly"), Action.APPROVE, "swapped"),
        (("domain: tribune", "domain: weekly"), Action.APPROVE, "swapped"),
        (("published: false\n", "published: false\nremoved: true\n"), Action.APPROVE, "gone"),
        (("published: false\n", "published: false\nremoved: true\n"), Action.REJECT, "gone"),
        (HEAT, Action.APPROVE, ""),
        (SECRET, Action.APPROVE, ""),
        (("published: false", "published: true"), Action.APPROVE, ""),
        (("published: false", "published: true"), Action.REJECT, "changed"),
    ],
)
def test_why_a_decided_article_wants_another_look(
    feed: Feed, editor: Any, change: tuple[str, str], decision: Action, reason: str
) -> None:
    decide([feed.article], decision, editor=editor, at=NOON)

    report = feed.writes(change)

    assert (feed.article.recheck, report.alerts) == (reason, bool(reason))
    assert feed.article.recheck_since == (LATER if reason else None)
    assert feed.article.status == ("approved" if decision == Action.APPROVE else "rejected")


def test_the_graver_reason_stays_and_is_counted_once(feed: Feed, editor: Any) -> None:
    decide([feed.article], Action.APPROVE, editor=editor, at=NOON)

    steps = [
        feed.writes(TITLE, at=LATER).alerts,
        feed.writes(("quality: 64", "quality: 65"), at=LATEST).alerts,
        feed.writes(("name: Harbour Tribune", "name: Rail Weekly"), at=LATEST).alerts,
        feed.writes(("published: false\n", "published: false\nremoved: true\n"), at=LATEST).alerts,
    ]

    assert steps == [1, 0, 1, 0]
    assert (feed.article.recheck, feed.article.recheck_since) == ("swapped", LATEST)


def test_what_comes_back_is_gone_no_longer(feed: Feed, editor: Any) -> None:
    decide([feed.article], Action.APPROVE, editor=editor, at=NOON)
    feed.writes(("published: false\n", "published: false\nremoved: true\n"))

    feed.writes(("removed: true\n", ""))

    assert (feed.article.recheck, feed.article.withdrawn) == ("changed", False)


def test_a_new_decision_ends_the_look_and_undoing_it_brings_it_back(feed: Feed, editor: Any) -> None:
    decide([feed.article], Action.APPROVE, editor=editor, at=NOON)
    feed.writes(TITLE)

    done = decide([feed.article], Action.REJECT, editor=editor, at=LATEST)
    assert (feed.article.recheck, feed.article.recheck_since) == ("", None)
    undo(done.reviews[0], editor=editor, at=LATEST)

    assert (feed.article.status, feed.article.recheck, feed.article.recheck_since) == ("approved", "changed", LATER)


def test_an_alert_after_a_decision_outlives_its_undo(feed: Feed, editor: Any) -> None:
    decide([feed.article], Action.APPROVE, editor=editor, at=NOON)
    feed.writes(TITLE)
    done = decide([feed.article], Action.REJECT, editor=editor, at=LATER)
    feed.writes(("published: false\n", "published: false\nremoved: true\n"), at=LATEST)

    report = undo(done.reviews[0], editor=editor, at=LATEST)

    assert report.refused == ()
    assert (feed.article.status, feed.article.recheck, feed.article.recheck_since) == ("approved", "gone", LATEST)


# --- undo and release meet the feed
def test_an_undone_decision_follows_what_the_feed_said_meanwhile(feed: Feed, editor: Any) -> None:
    done = decide([feed.article], Action.REJECT, editor=editor, at=NOON, changes={"quality": 3})
    feed.writes(("published: false", "published: true"), ("quality: 64", "quality: 70"))

    undo(done.reviews[0], editor=editor, at=LATEST)

    article = feed.article
    assert (article.status, article.published, article.quality, article.desk_fields) == ("live", True, 70, [])


def test_an_undone_decision_that_was_exported_is_taken_back_by_the_next_export(feed: Feed, editor: Any) -> None:
    done = decide([feed.article], Action.APPROVE, editor=editor, at=NOON)
    send(feed.article, "published", True, False)
    send(feed.article, "heat", 64, -1)
    comes_home(feed)

    undo(done.reviews[0], editor=editor, at=LATEST)

    assert (feed.article.status, feed.article.published, feed.article.desk_fields) == (
        "pending", False, ["heat", "published"],
    )  # fmt: skip
    text = exported_text(feed.article, feed.text)
    assert "published: false\n" in text and "heat: -1\n" in text
    feed.text = text
    feed.writes(("quality: 64", "quality: 65"))
    feed.writes(("published: false", "published: true"))
    assert (feed.article.status, feed.article.published) == ("live", True)


def test_released_fields_take_what_the_file_says_and_follow_it(feed: Feed, editor: Any) -> None:
    edit([feed.article], {"title": "Ours", "heat": 99, "quality": 3}, editor=editor, at=NOON)
    feed.writes(TITLE, HEAT)
    assert Conflict.objects.filter(settled_at=None).count() == 1

    report = release([feed.article], ["title", "heat", "excerpt"], editor=editor, at=LATEST)

    article = feed.article
    assert (article.title, article.heat, article.quality, article.desk_fields) == ("Tram leaves", 12, 3, ["quality"])
    assert [(row.action, row.actor) for row in report.reviews] == [("edit", editor)]
    assert (Conflict.objects.get().settled_at, Conflict.objects.get().settled_by) == (LATEST, report.reviews[0])
    feed.writes(("Tram leaves", "Tram arrives"), ("heat: 12", "heat: 13"))
    assert (feed.article.title, feed.article.heat) == ("Tram arrives", 13)


def test_a_release_is_undone_like_any_act(feed: Feed, editor: Any) -> None:
    edit([feed.article], {"heat": 99}, editor=editor, at=NOON)
    report = release([feed.article], ["heat"], editor=editor, at=LATER)

    undo(report.reviews[0], editor=editor, at=LATEST)

    assert (feed.article.heat, feed.article.desk_fields) == (99, ["heat"])


def test_releasing_what_is_not_the_desks_does_nothing(feed: Feed, editor: Any) -> None:
    report = release([feed.article], ["heat", "title"], editor=editor, at=LATER)

    assert (report.reviews, report.refused, feed.article.version) == ((), (), 1)

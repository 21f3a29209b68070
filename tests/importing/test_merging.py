"""Where a change of the feed meets the desk: who wins, what is recorded, who is told."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.decisions import decide, edit, release, undo
from articles.mapping import exported_text
from articles.models import (
    Article,
    Conflict,
    ExportRun,
    FieldPolicy,
    ImportRun,
    Review,
    SentField,
    Site,
    SourceFile,
)
from articles.workflow import Action, Reason
from tests.factories import NOON, make_site, make_text
from tests.importing.feeding import LATER, PATH, Feed
from tests.importing.folders import bring, counts, news, put

LATEST = LATER + timedelta(hours=1)
TITLE = ('title: "Tram waits"', 'title: "Tram leaves"')
SECRET = ("c2VjcmV0LW9mLXRlc3Q", "YW5vdGhlci1zZWNyZXQ")
HEAT = ("heat: -1", "heat: 12")
ENTRY = ("secured: ", 'related:\n  - title: "Other"\n    webUrl: "https://x.example/"\n\nsecured: ')


@pytest.fixture
def feed(tmp_path: Path, site: Site) -> Feed:
    return Feed(tmp_path, site)


def policy(site: Site, field: str, owner: str = "ask", change: str = "decision") -> None:
    FieldPolicy.objects.update_or_create(site=site, field=field, defaults={"owner": owner, "change": change})


def send(article: Article, field: str, value: Any, feed_value: Any) -> None:
    """What an export leaves in the ledger."""
    run = ExportRun.objects.create(site=article.site, destination="there")
    SentField.objects.create(article=article, field=field, value=value, feed_value=feed_value, run=run,
                             sent_at=NOON, state_since=NOON)  # fmt: skip


def comes_home(feed: Feed) -> Any:
    """Our own export, as the next import finds it."""
    feed.text = exported_text(feed.article, feed.text)
    return feed.writes()


def last() -> Review:
    return Review.objects.order_by("pk").last()  # type: ignore[return-value]


# --- the feed's own last word is the base
def test_a_feed_that_repeats_itself_after_our_export_has_not_spoken(feed: Feed, editor: Any) -> None:
    edit([feed.article], {"title": "Ours", "excerpt": "Ours too."}, editor=editor, at=NOON)
    send(feed.article, "title", "Ours", "Tram waits")
    send(feed.article, "excerpt", "Ours too.", "A tram learns to wait.")
    old = feed.text
    comes_home(feed)

    feed.text = old
    feed.writes(("quality: 64", "quality: 70"))

    assert (feed.article.title, feed.article.excerpt, feed.article.quality) == ("Ours", "Ours too.", 70)
    assert feed.article.desk_fields == ["excerpt", "title"]
    assert Conflict.objects.count() == 0


def test_a_feed_that_says_something_new_after_our_export_is_a_conflict(feed: Feed, editor: Any) -> None:
    edit([feed.article], {"title": "Ours"}, editor=editor, at=NOON)
    send(feed.article, "title", "Ours", "Tram waits")
    old = feed.text
    comes_home(feed)

    feed.text = old
    feed.writes(TITLE)

    row = Conflict.objects.get()
    assert (row.base, row.ours, row.theirs) == ("Tram waits", "Ours", "Tram leaves")
    assert feed.article.title == "Ours"


def test_what_the_desk_says_anew_after_an_export_is_no_conflict_with_its_own_export(feed: Feed, editor: Any) -> None:
    edit([feed.article], {"title": "Ours", "provider_name": "Mine"}, editor=editor, at=NOON)
    send(feed.article, "title", "Ours", "Tram waits")
    provider = {"name": "Harbour Tribune", "domain": "tribune.example"}
    send(feed.article, "provider", provider | {"name": "Mine"}, provider)
    sent = exported_text(feed.article, feed.text)
    edit([feed.article], {"title": "Ours, better", "provider_name": "Mine, better"}, editor=editor, at=NOON)

    feed.text = sent
    feed.writes()
    feed.writes(("quality: 64", "quality: 70"), ("domain: tribune", "domain: weekly"))

    assert Conflict.objects.count() == 0
    assert (feed.article.title, feed.article.provider_name, feed.article.provider_domain) == (
        "Ours, better", "Mine, better", "weekly.example",
    )  # fmt: skip
    feed.writes(("title: \"Ours\"", "title: \"Theirs\""))
    assert (Conflict.objects.get().theirs, feed.article.title) == ("Theirs", "Ours, better")


def test_our_own_export_coming_home_is_no_alert_and_no_row(feed: Feed, editor: Any) -> None:
    decide([feed.article], Action.APPROVE, editor=editor, at=NOON, changes={"title": "Ours", "quality": 90})
    send(feed.article, "published", True, False)
    rows, version = Review.objects.count(), feed.article.version

    report = comes_home(feed)

    article = feed.article
    assert (report.alerts, article.recheck, article.version, Review.objects.count()) == (0, "", version, rows)
    assert article.feed_published is False
    assert exported_text(article, article.source_file.text) == article.source_file.text


# --- policy
def test_the_feed_takes_a_touched_field_that_the_policy_gives_it(feed: Feed, editor: Any) -> None:
    policy(feed.site, "title", owner="feed")
    edit([feed.article], {"title": "Ours", "quality": 90}, editor=editor, at=NOON)

    feed.writes(("quality: 64", "quality: 70"))
    assert feed.article.title == "Ours"
    feed.writes(TITLE)

    assert (feed.article.title, feed.article.desk_fields) == ("Tram leaves", ["quality"])
    assert last().before == {"desk_fields": ["quality", "title"], "title": "Ours"}
    assert last().after == {"desk_fields": ["quality"], "title": "Tram leaves"}
    assert Conflict.objects.count() == 0


def test_the_desk_keeps_a_touched_field_that_the_policy_gives_it(feed: Feed, editor: Any) -> None:
    policy(feed.site, "title", owner="desk")
    edit([feed.article], {"title": "Ours"}, editor=editor, at=NOON)

    feed.writes(TITLE)

    assert (feed.article.title, feed.article.desk_fields) == ("Ours", ["title"])
    assert last().unheeded == {"title": ["Tram waits", "Tram leaves"]}
    assert Conflict.objects.count() == 0


def test_topics_merge_by_item_where_the_policy_asks(feed: Feed, editor: Any) -> None:
    policy(feed.site, "topics", owner="ask")
    edit([feed.article], {"topics": ["Machines", "Ports"]}, editor=editor, at=NOON)

    feed.writes(("  - Rail\n", "  - Rail\n  - Harbour\n"))

    assert (feed.article.topics, feed.article.desk_fields) == (["Machines", "Harbour", "Ports"], ["topics"])
    assert Conflict.objects.count() == 0


def test_a_decision_keeps_its_flag_whatever_the_policy(feed: Feed, editor: Any) -> None:
    policy(feed.site, "published", owner="feed")
    decide([feed.article], Action.REJECT, editor=editor, at=NOON, reason=Reason.THIN)

    feed.writes(("published: false", "published: true"))

    assert (feed.article.status, feed.article.published, feed.article.feed_published) == ("rejected", False, True)


@pytest.mark.parametrize(
    ("owner", "title", "fields", "choice"), [("feed", "Tram leaves", [], "theirs"), ("desk", "Ours", ["title"], "ours")]
)
def test_a_policy_that_asks_nobody_any_more_settles_at_the_next_import(
    feed: Feed, editor: Any, owner: str, title: str, fields: list[str], choice: str
) -> None:
    edit([feed.article], {"title": "Ours"}, editor=editor, at=NOON)
    feed.writes(TITLE)
    policy(feed.site, "title", owner=owner)

    bring(feed.root, feed.site, at=LATEST)

    row = Conflict.objects.get()
    assert (row.settled_at, row.choice, feed.article.title, feed.article.desk_fields) == (LATEST, choice, title, fields)
    assert row.settled_by == (last() if owner == "feed" else None)


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
    assert article.search_text.startswith("tram leaves")


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


# --- conflicts
def test_a_conflict_ends_when_the_feed_goes_back(feed: Feed, editor: Any) -> None:
    edit([feed.article], {"title": "Ours"}, editor=editor, at=NOON)
    feed.writes(TITLE)

    feed.writes((TITLE[1], TITLE[0]), at=LATEST)

    assert (Conflict.objects.get().settled_at, feed.article.title) == (LATEST, "Ours")


def test_an_editor_who_goes_back_keeps_the_conflict_open(feed: Feed, editor: Any) -> None:
    edit([feed.article], {"title": "Ours"}, editor=editor, at=NOON)
    feed.writes(TITLE)
    edit([feed.article], {"title": "Tram waits"}, editor=editor, at=LATER)

    feed.writes(("quality: 64", "quality: 70"), at=LATEST)

    row = Conflict.objects.get()
    assert (row.ours, row.theirs, row.settled_at, feed.article.title) == (
        "Tram waits", "Tram leaves", None, "Tram waits",
    )  # fmt: skip


def test_a_moment_in_conflict_keeps_its_kind(feed: Feed, editor: Any) -> None:
    edit([feed.article], {"published_at": NOON}, editor=editor, at=NOON)
    was = feed.text.split("publishedDateTime: ")[1].split("\n")[0]

    feed.writes((was, "2026-11-01T00:00:00Z"))
    feed.writes(("quality: 64", "quality: 70"))
    assert (Conflict.objects.get().settled_at, feed.article.published_at) == (None, NOON)

    feed.writes(("2026-11-01T00:00:00Z", was))
    assert Conflict.objects.get().settled_at == LATER


# --- an article made on the desk
def test_a_file_of_an_article_that_was_made_on_the_desk_is_its_own(tmp_path: Path, site: Site) -> None:
    made = Article.objects.create(site=site, path=PATH, title="Ours", quality=40, status="approved", published=True)
    put(tmp_path, {PATH: make_text(title="Theirs", published="true"), news(2): make_text()})

    report = bring(tmp_path, site)

    article = Article.objects.get(path=PATH)
    assert (article.pk, counts(report), report.conflicts) == (made.pk, (1, 1, 0), 1)
    assert (article.title, article.quality, article.status, article.excerpt) == (
        "Ours", 40, "approved", "A tram learns to wait.",
    )  # fmt: skip
    assert article.desk_fields == ["quality", "title"]
    assert article.source_file.text == (tmp_path / PATH).read_text()
    row = Conflict.objects.get()
    assert (row.field, row.base, row.ours, row.theirs) == ("title", None, "Ours", "Theirs")
    assert counts(bring(tmp_path, site)) == (0, 0, 2)


# --- cost
def test_a_slice_costs_the_same_for_one_and_for_fifty(tmp_path: Path, editor: Any) -> None:
    costs = []
    for count in (1, 50):
        site, root = make_site(), tmp_path / str(count)
        texts = {news(number) + f"-{number}.md": make_text(published="false") for number in range(count)}
        put(root, texts)
        bring(root, site)
        articles = list(Article.objects.filter(site=site))
        decide(articles, Action.APPROVE, editor=editor, at=NOON)
        edit(Article.objects.filter(site=site), {"excerpt": "Ours."}, editor=editor, at=NOON)  # type: ignore[arg-type]
        put(root, {
            path: text.replace("title: ", f"title: {place}", 0).replace('"A tram', f'"{place}: a tram')
            .replace("quality: 64", f"quality: {place}").replace("  - Rail", "  - Harbour")
            .replace("name: Harbour Tribune", "name: Rail Weekly").replace(*ENTRY)
            for place, (path, text) in enumerate(texts.items(), 100)
        })  # fmt: skip
        from articles.importing import pace

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(pace, "FIRST", 200)
            with CaptureQueriesContext(connection) as queries:
                report = bring(root, site, at=LATER)
        assert (counts(report), report.conflicts, report.alerts) == ((0, count, 0), count, count)
        costs.append(len(queries))

    assert costs[0] == costs[1]


def test_noise_reads_no_article(feed: Feed, editor: Any) -> None:
    decide([feed.article], Action.APPROVE, editor=editor, at=NOON)

    with CaptureQueriesContext(connection) as queries:
        feed.writes(SECRET)

    asked = [query["sql"] for query in queries if query["sql"].startswith("SELECT")]
    assert not any('FROM "articles_article"' in sql and '"title"' in sql for sql in asked)
    assert SourceFile.objects.get().text == feed.text

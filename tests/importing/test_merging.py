"""Where a change of the feed meets the desk: who wins, what is recorded, who is told."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.decisions import decide, edit
from articles.mapping import exported_text
from articles.models import (
    Article,
    Conflict,
    Review,
    Site,
    SourceFile,
)
from articles.workflow import Action, Reason
from tests.factories import NOON, make_site, make_text
from tests.importing.feeding import ENTRY, LATER, PATH, SECRET, TITLE, Feed, comes_home, last, policy, send
from tests.importing.folders import bring, counts, news, put

LATEST = LATER + timedelta(hours=1)


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


def test_a_feed_that_repeats_itself_is_no_alert_and_no_row(feed: Feed, editor: Any) -> None:
    decide([feed.article], Action.APPROVE, editor=editor, at=NOON, changes={"quality": 90})
    send(feed.article, "published", True, False)
    send(feed.article, "quality", 90, 64)
    old = feed.text
    comes_home(feed)
    rows = Review.objects.count()

    feed.text = old
    report = feed.writes()

    assert (report.alerts, report.changes["decision"], Review.objects.count()) == (0, 1, rows)
    assert (feed.article.published, feed.article.quality, feed.article.feed_published) == (True, 90, False)
    report = feed.writes(("quality: 64", "quality: 70"))
    assert (report.alerts, last().unheeded) == (1, {"quality": [64, 70]})


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

    # One statement more for each few hundred rows: of SQLite a statement takes at most 999 values, and fifty headlines
    # that are alike make many pairs of likely duplicates.
    assert costs[1] - costs[0] <= 10


def test_noise_reads_no_article(feed: Feed, editor: Any) -> None:
    decide([feed.article], Action.APPROVE, editor=editor, at=NOON)

    with CaptureQueriesContext(connection) as queries:
        feed.writes(SECRET)

    asked = [query["sql"] for query in queries if query["sql"].startswith("SELECT")]
    assert not any('FROM "articles_article"' in sql and '"title"' in sql for sql in asked)
    assert SourceFile.objects.get().text == feed.text

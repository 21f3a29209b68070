"""Files that changed: what follows the feed, what stays the desk's, and what becomes a conflict."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from articles.decisions import decide, edit
from articles.models import Article, Conflict, RelatedArticle, Review, Site, SourceFile
from articles.workflow import Action, Reason
from tests.factories import NOON, make_text
from tests.importing.feeding import LATER, PATH, TITLE, Feed
from tests.importing.folders import bring, counts, news, put, text_with_related


def test_an_untouched_article_follows_the_feed(feed: Feed) -> None:
    report = feed.writes(TITLE, ("quality: 64", "quality: 70"), ("  - Rail\n", "  - Rail\n  - Harbour\n"))

    article = feed.article
    assert counts(report) == (0, 1, 0)
    assert (article.title, article.quality, article.topics) == ("Tram leaves", 70, ["Machines", "Rail", "Harbour"])
    assert article.search_text.startswith(" tram leaves ")
    assert [link.topic.name for link in article.topic_links.all()] == ["Machines", "Rail", "Harbour"]
    assert (article.version, article.desk_fields) == (2, [])
    assert article.source_file.text == feed.text
    row = Review.objects.get()
    assert (row.action, row.by, row.after["title"]) == ("follow", "feed", "Tram leaves")


def test_an_article_arrives_once(feed: Feed) -> None:
    arrived = feed.article.arrived_at

    feed.writes(TITLE, at=LATER + timedelta(hours=1))

    assert feed.article.source_file.imported_at == LATER + timedelta(hours=1)
    assert feed.article.arrived_at == arrived == LATER


def test_an_untouched_article_follows_a_new_provider(feed: Feed) -> None:
    feed.writes(("name: Harbour Tribune", "name: Rail Weekly"), ("  domain: tribune", "  domain: weekly"))

    article = feed.article
    assert (article.provider.name, article.provider.domain) == ("Rail Weekly", "weekly.example")
    assert article.provider_name == "Rail Weekly"


def test_keys_that_come_and_go_are_followed(feed: Feed) -> None:
    feed.writes(("quality: 64\n", ""), ("heat: -1\n", ""), ("published: false\n", ""))
    assert (feed.article.quality, feed.article.heat, feed.article.published) == (None, None, None)

    feed.writes(("type: article\n", "type: article\nquality: 12\npublished: true\n"))
    assert (feed.article.quality, feed.article.published, feed.article.status) == (12, True, "live")


def test_an_undecided_article_follows_published_back_and_forth(feed: Feed) -> None:
    feed.writes(("published: false", "published: true"))
    assert feed.article.status == "live"

    feed.writes(("published: true", "published: false"))
    assert feed.article.status == "pending"
    assert [(row.from_status, row.to_status) for row in Review.objects.order_by("pk")] == [
        ("pending", "live"), ("live", "pending"),
    ]  # fmt: skip


def test_removed_takes_an_article_out_of_the_queue_and_back(feed: Feed) -> None:
    feed.writes(("published: false\n", "published: false\nremoved: true\n"))
    assert (feed.article.withdrawn, feed.article.removed) == (True, True)

    feed.writes(("removed: true\n", ""))
    assert (feed.article.withdrawn, feed.article.removed) == (False, None)


@pytest.mark.parametrize(
    ("old", "new"),
    [("c2VjcmV0LW9mLXRlc3Q", "YW5vdGhlci1zZWNyZXQ"), ("heat: -1", "heat: 12")],
    ids=["noise", "drift"],
)
def test_noise_and_drift_bother_nobody(feed: Feed, old: str, new: str) -> None:
    report = feed.writes((old, new))

    assert counts(report) == (0, 1, 0)
    assert (feed.article.version, Review.objects.count()) == (1, 0)
    assert feed.article.source_file.text == feed.text
    assert feed.article.heat == (12 if "heat" in new else -1)
    assert counts(bring(feed.root, feed.site)) == (0, 0, 1)


def test_a_decision_survives_every_flip_of_the_feed(feed: Feed, editor: Any) -> None:
    decide([feed.article], Action.REJECT, editor=editor, at=NOON, reason=Reason.THIN)

    for now, then in (("true", "false"), ("false", "true"), ("true", "false")):
        feed.writes((f"published: {then}", f"published: {now}"))
        assert (feed.article.status, feed.article.published) == ("rejected", False)
    assert Conflict.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "first", "second"),
    [
        ({"quality": 80}, ("quality: 64", "quality: 80"), ("quality: 80", "quality: 95")),
        ({"heat": 80}, ("heat: -1", "heat: 80"), ("heat: 80", "heat: 95")),
        ({"topics": ["Rail"]}, ("  - Machines\n", ""), ("  - Rail\n", "  - Harbour\n")),
    ],
    ids=["quality", "heat", "topics"],
)
def test_what_the_desk_owns_stays_even_after_the_feed_agreed_once(
    feed: Feed, editor: Any, changes: dict[str, Any], first: tuple[str, str], second: tuple[str, str]
) -> None:
    edit([feed.article], changes, editor=editor, at=NOON)

    feed.writes(first)
    feed.writes(second)

    assert {name: getattr(feed.article, name) for name in changes} == changes
    assert Conflict.objects.count() == 0


def test_a_title_that_only_the_desk_changed_stays(feed: Feed, editor: Any) -> None:
    edit([feed.article], {"title": "Ours"}, editor=editor, at=NOON)

    feed.writes(("quality: 64", "quality: 70"))

    assert (feed.article.title, feed.article.quality) == ("Ours", 70)
    assert Conflict.objects.count() == 0


def test_a_title_that_both_changed_is_a_conflict_with_three_sides(feed: Feed, editor: Any) -> None:
    edit([feed.article], {"title": "Ours"}, editor=editor, at=NOON)

    report = feed.writes(TITLE, ("quality: 64", "quality: 70"))

    row = Conflict.objects.get()
    assert report.conflicts == 1
    assert (row.field, row.base, row.ours, row.theirs) == ("title", "Tram waits", "Ours", "Tram leaves")
    assert (feed.article.title, feed.article.quality) == ("Ours", 70)
    assert SourceFile.objects.get().text == feed.text


def test_an_open_conflict_moves_with_the_feed_and_is_counted_once(feed: Feed, editor: Any) -> None:
    edit([feed.article], {"title": "Ours"}, editor=editor, at=NOON)
    feed.writes(TITLE)

    report = feed.writes(("Tram leaves", "Tram arrives"))
    feed.writes(("quality: 64", "quality: 70"))

    row = Conflict.objects.get()
    assert (report.conflicts, row.base, row.ours, row.theirs) == (0, "Tram waits", "Ours", "Tram arrives")
    assert row.settled_at is None


def test_a_conflict_is_settled_when_the_feed_comes_to_agree(feed: Feed, editor: Any) -> None:
    edit([feed.article], {"title": "Ours"}, editor=editor, at=NOON)
    feed.writes(TITLE)

    feed.writes(("Tram leaves", "Ours"))

    assert Conflict.objects.get().settled_at == LATER


def test_a_conflict_of_the_providers_name_lets_its_domain_follow(feed: Feed, editor: Any) -> None:
    edit([feed.article], {"provider_name": "Mine"}, editor=editor, at=NOON)

    feed.writes(("name: Harbour Tribune", "name: Rail Weekly"), ("  domain: tribune", "  domain: weekly"))

    assert Conflict.objects.get().field == "provider"
    assert (feed.article.provider_name, feed.article.provider_domain) == ("Mine", "weekly.example")


def test_pictures_of_both_sides_are_joined(feed: Feed, editor: Any) -> None:
    ours = [*feed.article.images, {"url": "https://pictures.example/ours.jpg"}]
    edit([feed.article], {"images": ours}, editor=editor, at=NOON)

    feed.writes(("    isCached: true\n", '    isCached: true\n  - url: "https://pictures.example/theirs.jpg"\n'))

    urls = [image["url"].rpartition("/")[2] for image in feed.article.images]
    assert urls == ["waits.jpg", "theirs.jpg", "ours.jpg"]
    assert Conflict.objects.count() == 0


def test_changed_related_entries_are_written_anew(tmp_path: Path, site: Site) -> None:
    put(tmp_path, {PATH: text_with_related("https://tribune.example/b", slug="a"), news(2): make_text(slug="b")})
    bring(tmp_path, site)
    text = (tmp_path / PATH).read_text()

    put(tmp_path, {PATH: text.replace("secured", '  - title: "Second"\n    webUrl: "https://x.example/"\n\nsecured')})
    bring(tmp_path, site)

    rows = RelatedArticle.objects.filter(article__path=PATH)
    assert [(row.title, row.target and row.target.path) for row in rows] == [("A copy", news(2)), ("Second", None)]
    article = Article.objects.get(path=PATH)
    assert (article.related_count, article.version, Review.objects.count()) == (2, 1, 0)


def test_a_text_that_only_speaks_of_related_things_has_no_entries(tmp_path: Path, site: Site) -> None:
    text = make_text(title="A related tram: related", heat=5)
    bring(put(tmp_path, {PATH: text}), site)

    report = bring(put(tmp_path, {PATH: text.replace("heat: 5", "heat: 6")}), site)

    assert report.changes == {"noise": 0, "drift": 1, "context": 0, "decision": 0}


def test_related_entries_leave_an_article_whose_address_changed(tmp_path: Path, site: Site) -> None:
    put(tmp_path, {PATH: text_with_related("https://tribune.example/b", slug="a"), news(2): make_text(slug="b")})
    bring(tmp_path, site)

    text = (tmp_path / news(2)).read_text()
    put(tmp_path, {news(2): text.replace("tribune.example/b", "tribune.example/new")})
    bring(tmp_path, site)

    assert RelatedArticle.objects.get().target is None


def test_an_article_that_was_taken_off_the_desk_comes_in_again(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    from articles.importing import intake

    prepare = intake.prepare

    def late(changed: Any, keys: Any) -> Any:
        prepared = prepare(changed, keys)
        feed.article.delete()
        return prepared

    monkeypatch.setattr(intake, "prepare", late)
    report = feed.writes(TITLE)

    assert counts(report) == (1, 0, 0)
    assert feed.article.title == "Tram leaves"


@pytest.mark.parametrize("line_end", ["\r\n", "\r"])
def test_changes_are_seen_whatever_the_line_ends(tmp_path: Path, site: Site, line_end: str) -> None:
    text = text_with_related("https://tribune.example/b").replace("\n", line_end)
    put(tmp_path, {PATH: text.encode()})
    bring(tmp_path, site)

    put(tmp_path, {PATH: text.replace("A copy", "Another copy").encode()})
    bring(tmp_path, site)

    row = RelatedArticle.objects.get()
    assert (row.title, row.web_url, row.entry["title"]) == ("Another copy", "https://tribune.example/b", "Another copy")


def test_the_entries_of_an_article_cost_one_query(tmp_path: Path, site: Site, django_assert_num_queries: Any) -> None:
    put(tmp_path, {PATH: text_with_related("https://tribune.example/b", slug="a")})
    bring(tmp_path, site)
    article = Article.objects.get()
    SourceFile.objects.update(text="no article any more")
    rows = list(article.related_entries.all())

    with django_assert_num_queries(1):
        assert [(row.title, row.web_url) for row in rows] == [(None, None)] and not article.related_values

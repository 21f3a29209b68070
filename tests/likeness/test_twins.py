"""Likely duplicates in the tables: at import, on edit, and among many."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from articles.decisions import edit, undo
from articles.following import follow_feed
from articles.importing import links
from articles.importing.pipeline import import_site
from articles.importing.rows import insert
from articles.importing.sources import open_source
from articles.likeness import twins
from articles.likeness.stories import alike_words, likely_duplicates, mark_alike, story
from articles.models import Article, ArticleSketch, RelatedArticle, Site, Twin
from tests.factories import NOON, from_feed, make_article, make_site, make_text

pytestmark = pytest.mark.django_db
CRANES = "Port of Halden lets autonomous cranes unload night ships"
TURNED = "Autonomous cranes unload night ships: Port of Halden lets"
OTHER = "Night trains get a seat map after eleven years of waiting"


def pairs(site: Site) -> set[tuple[int, int]]:
    return set(Twin.objects.filter(article__site=site).values_list("article_id", "other_id"))


def both(one: Article, other: Article) -> set[tuple[int, int]]:
    return {(one.pk, other.pk), (other.pk, one.pk)}


def test_alike_titles_are_paired_from_both_sides(site: Site) -> None:
    one, other = make_article(site, title=CRANES), make_article(site, title=TURNED, provider="Milo")
    make_article(site, title=OTHER)

    assert pairs(site) == both(one, other)
    assert [twin.other for twin in likely_duplicates(one)] == [other]


def test_one_address_makes_twins_whatever_the_title(site: Site) -> None:
    one = make_article(site, title=CRANES, slug="cranes")
    other = make_article(site, title=OTHER, slug="cranes/?utm_source=mail")

    assert pairs(site) == both(one, other)
    assert all(Twin.objects.values_list("same_page", flat=True))


def test_sites_do_not_meet(site: Site) -> None:
    make_article(site, title=CRANES, slug="cranes")
    make_article(make_site(), title=CRANES, slug="cranes")

    assert not Twin.objects.exists()


def test_an_edit_finds_and_loses_twins_and_undo_finds_them_again(site: Site, editor: User) -> None:
    one, other = make_article(site, title=CRANES), make_article(site, title=OTHER)

    report = edit([other], {"title": TURNED}, editor=editor, at=NOON)
    assert pairs(site) == both(one, other)
    undo(report.reviews[0], editor=editor, at=NOON)
    assert pairs(site) == set()
    edit([Article.objects.get(pk=other.pk)], {"web_url": one.web_url + "?fbclid=1"}, editor=editor, at=NOON)
    assert pairs(site) == both(one, other)


def test_an_edit_of_the_quality_looks_for_nothing(site: Site, editor: User) -> None:
    article = make_article(site, title=CRANES)

    with CaptureQueriesContext(connection) as queries:
        edit([article], {"quality": 80}, editor=editor, at=NOON)

    assert not [query for query in queries if "sketch" in query["sql"] or "twin" in query["sql"].replace("twin_id", "")]


def test_the_feed_swaps_a_headline_and_the_twins_follow(site: Site) -> None:
    one, other = make_article(site, title=CRANES), make_article(site, title=TURNED)
    assert pairs(site) == both(one, other)

    with transaction.atomic():
        follow_feed([from_feed(other, {"title": OTHER})], at=NOON)

    assert pairs(site) == set()


def test_a_large_import_pairs_across_the_parts_in_which_it_looks(
    site: Site, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "PAIRED", 2)
    for number in range(1, 6):
        text = make_text(title="Council approves the harbour budget for spring", slug=f"council-{number}")
        (tmp_path / "_news").mkdir(exist_ok=True)
        (tmp_path / "_news" / f"2026-03-0{number}-council.md").write_text(text)

    with open_source(tmp_path) as source:
        assert not import_site(source, site, at=NOON).problems

    keys = sorted(Article.objects.filter(site=site).values_list("pk", flat=True))
    assert len(keys) == 5 and pairs(site) == {(a, b) for a in keys for b in keys if a != b}


def test_import_pairs_what_it_brings_and_what_was_there(site: Site, tmp_path: Any) -> None:
    folder = tmp_path / "_news"
    folder.mkdir()
    (folder / "2026-11-20-a.md").write_text(make_text(title=CRANES))
    (folder / "2026-11-20-b.md").write_text(make_text(title=OTHER))
    with open_source(str(tmp_path)) as source:
        import_site(source, site, at=NOON)
    assert pairs(site) == set()
    assert ArticleSketch.objects.filter(article__site=site).count() == 18
    (folder / "2026-11-21-c.md").write_text(make_text(title=TURNED))
    with open_source(str(tmp_path)) as source:
        import_site(source, site, at=NOON)

    a, c = (Article.objects.get(path__endswith=f"-{name}.md") for name in "ac")
    assert pairs(site) == both(a, c)
    assert a.page_key is not None


def test_a_number_that_a_crowd_shares_tells_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(twins, "CROWD", 3)
    made = [make_article(site, title=CRANES) for _ in range(3)]
    assert len(pairs(site)) == 6
    made.append(make_article(site, title=CRANES))

    assert (made[3].pk, made[0].pk) not in pairs(site)


def test_looking_up_one_among_many_reads_few_rows_through_the_index(site: Site) -> None:
    rows = 3_000
    first = make_article(site, title=CRANES)
    with transaction.atomic():
        insert(ArticleSketch, ("article_id", "key"), [(first.pk, number) for number in range(rows)])
    make_article(site, title=TURNED)
    with CaptureQueriesContext(connection) as queries, transaction.atomic():
        assert twins.pair(site.pk, [first.pk]) == 1

    assert len(queries) <= 12
    wanted = ArticleSketch.objects.filter(key__in=[1, 2, 3]).values_list("article_id", "key")
    if connection.vendor == "sqlite":
        assert "sketch_by_key" in wanted.explain()


def test_queue_flags_say_how_many_and_where_in_one_query(site: Site, editor: User) -> None:
    one = make_article(site, title=CRANES)
    make_article(site, title=CRANES, status="live")
    listed = [one, make_article(site, title=OTHER)]

    with CaptureQueriesContext(connection) as queries:
        mark_alike(listed)

    assert len(queries) == 1
    assert [article.alike for article in listed] == ["100% like 1 published", ""]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("twin_rows", "words"),
    [
        ([], ""),
        ([(96, False, "pending")], "96% like 1 in the queue"),
        ([(40, True, "rejected")], "Same address as 1 rejected"),
        ([(96, False, "pending"), (81, False, "live")], "2 likely duplicates"),
    ],
)
def test_flags_in_words(twin_rows: list[tuple[int, bool, str]], words: str) -> None:
    assert alike_words(twin_rows) == words


def test_a_story_holds_twins_of_twins_and_those_that_name_each_other(site: Site) -> None:
    one = make_article(site, title=CRANES)
    two = make_article(site, title=f"{CRANES} and dockers")
    three = make_article(site, title=f"{CRANES} and dockers ask why")
    four = make_article(site, title="Autonomous cranes unload first ships at Halden, port says")
    stranger = make_article(site, title=OTHER)
    for article, target in ((one, four), (four, one), (one, stranger), (stranger, one), (one, two)):
        RelatedArticle.objects.create(article=article, place=target.pk, target=target)
    Twin.objects.filter(article__in=[one, three], other__in=[one, three]).delete()

    with CaptureQueriesContext(connection) as queries:
        found = story(one)

    assert [article.pk for article in found] == [one.pk, two.pk, four.pk, three.pk]
    assert len(queries) == 4


def test_a_story_is_bounded(site: Site) -> None:
    made = [make_article(site, title=CRANES) for _ in range(15)]

    assert len(story(made[0])) == 12

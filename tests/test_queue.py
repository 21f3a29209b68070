"""The queue: what an address means, its one spelling, its chips, and what comes next."""
from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.http import QueryDict

from articles import claims
from articles.models import Article, Claim
from articles.queue import Queue
from tests.factories import NOON, make_article, make_site

pytestmark = pytest.mark.django_db


def titles(asked: Queue) -> list[str]:
    return [article.title or "" for article in asked.page(NOON)[0]]


def read(site: Any, query: str) -> Queue:
    return Queue.read(site, QueryDict(query))


@pytest.mark.parametrize(
    ("query", "written"),
    [
        ("", ""),
        ("status=pending&q=&quality=&topic=&sort=quality", ""),
        ("q=quality:20..79+heat:25..+tram", "quality=20..79&heat=25..&q=tram"),
        ("q=topic:rail&topic=Machines", "topic=Rail"),
        ("topic=rail", "topic=Rail"),
        ("q=since:2d", "age=2d"),
        ("since=2D", "age=2d"),
        ("since=2026-01-01&before=2026-02-01", "since=2026-01-01&before=2026-02-01"),
        ("quality_from=20&quality_to=79&heat_to=50", "quality=20..79&heat=..50"),
        ("published=true&has=related&is=edited&status=any", "status=any&published=yes&has=related&is=edited"),
        ("quality=high", "q=quality%3Ahigh"),
        ("topic=nowhere&sort=upwards", "q=topic%3Anowhere"),
        ("q=status:waiting&status=held", ""),
        ("unknown=1&site=elsewhere", ""),
    ],
)
def test_an_address_has_one_spelling(query: str, written: str) -> None:
    site = make_site()
    make_article(site)

    asked = read(site, query)

    assert asked.query_string == written
    assert read(site, written).parameters == asked.parameters
    if not asked.left:
        assert Queue.stored(site, written).parameters == asked.parameters


def test_a_provider_is_found_by_name_domain_and_key() -> None:
    site = make_site()
    article = make_article(site)
    key = str(article.provider_id)

    for typed in ("harbour tribune", "TRIBUNE.example", key):
        asked = read(site, f"provider={typed}")
        assert asked.filters == {"provider": key}
        assert asked.chips()[1].value == str(article.provider)
        assert asked.text == f'provider:"{article.provider}"'
        assert read(site, f"q={asked.text}").filters == asked.filters


def test_what_is_not_on_the_site_is_told() -> None:
    asked = read(make_site(), "q=topic:azure+tram&provider=nobody")

    assert asked.problems == (
        "“topic:azure” was left out. This site has no topic of that name.",
        "“provider:nobody” was left out. This site has no provider of that name.",
    )
    assert [str(term) for term in asked.terms] == ["tram"]


def test_chips_take_their_filter_away() -> None:
    site = make_site()
    make_article(site)
    asked = read(site, 'quality=20..79&has=picture,related&topic=Rail&sort=heat&q=tram "so it is" -ferry')

    assert [(chip.label, chip.value, chip.without.replace("&sort=heat", "")) for chip in asked.chips()] == [
        ("Status", "Waiting", asked.query_string.replace("&sort=heat", "").replace("quality", "status=any&quality", 1)),
        ("Quality", "20 to 79", "topic=Rail&has=picture%2Crelated&q=tram+%22so+it+is%22+-ferry"),
        ("Topic", "Rail", "quality=20..79&has=picture%2Crelated&q=tram+%22so+it+is%22+-ferry"),
        ("Has", "picture", "quality=20..79&topic=Rail&q=tram+%22so+it+is%22+-ferry&has=related"),
        ("Has", "related", "quality=20..79&topic=Rail&q=tram+%22so+it+is%22+-ferry&has=picture"),
        ("Words", "tram", "quality=20..79&topic=Rail&has=picture%2Crelated&q=%22so+it+is%22+-ferry"),
        ("Words", "“so it is”", "quality=20..79&topic=Rail&has=picture%2Crelated&q=tram+-ferry"),
        ("Without", "ferry", "quality=20..79&topic=Rail&has=picture%2Crelated&q=tram+%22so+it+is%22"),
    ]


def test_filters_keep_what_they_say(editor: Any) -> None:
    site = make_site()
    day = datetime(2026, 11, 18, tzinfo=UTC)

    def one(title: str, **words: Any) -> Article:
        return make_article(site, **{"title": title, "moment": "2026-11-20T10:00:00Z"} | words)

    one("low", quality=10, moment=f"{day:%Y-%m-%dT%H:%M:%SZ}")
    one("edge", quality=20, heat=25)
    one("hot", quality=79, heat=80)
    one("top", quality=120, type="video")
    one("held", status="held")
    one("live", published="true")
    edited = one("edited", quality=50)
    Article.objects.filter(pk=edited.pk).update(desk_fields=["quality"], images=[], topics=None, quality=None, heat=None)
    table = {
        "": ["top", "hot", "edge", "low", "edited"],
        "quality=20..79": ["hot", "edge"],
        "quality=..20": ["edge", "low"],
        "heat=25..": ["hot", "edge"],
        "heat=0..": ["hot", "edge"],
        "type=video": ["top"],
        "topic=Rail": ["top", "hot", "edge", "low", "edited"],
        "published=no": ["top", "hot", "edge", "low", "edited"],
        "published=yes": [],
        "published=yes&status=any": ["live"],
        "status=held": ["held"],
        "status=any&q=held": ["held"],
        "has=picture": ["top", "hot", "edge", "low"],
        "has=topics": ["top", "hot", "edge", "low"],
        "has=related": [],
        "is=edited": ["edited"],
        "since=2026-11-19": ["top", "hot", "edge", "edited"],
        "before=2026-11-19": ["low"],
        "since=2026-11-18&before=2026-11-19": ["low"],
        "before=2026-11-18": [],
        "age=1d": ["top", "hot", "edge", "edited"],
        "before=2d": ["low"],
    }
    for query, expected in table.items():
        assert titles(read(site, query)) == expected, query
        assert read(site, query).count(NOON) == len(expected), query
        assert titles(Queue.stored(site, query)) == expected, query


def test_what_came_later_waits() -> None:
    site = make_site()
    make_article(site, title="first", quality=50)
    asked = replace(Queue(site), seen=Article.objects.get().pk)
    make_article(site, title="better", quality=90)

    assert titles(asked) == ["first"]
    assert [article.title for article in asked.come_since(NOON)] == ["better"]
    assert read(site, asked.place_string).seen == asked.seen
    assert asked.query_string == ""


def test_next_skips_what_others_have_open(editor: Any, second_editor: Any) -> None:
    site = make_site()
    first, second, third = (make_article(site, quality=quality) for quality in (90, 80, 70))
    claims.claim(first, second_editor)
    claims.claim(second, second_editor)
    asked = Queue(site)

    assert asked.first(NOON, editor) == third
    assert asked.first(NOON, second_editor) == first
    assert asked.next_after(third, NOON, editor) is None
    assert asked.next_after(third, NOON) == first
    Claim.objects.filter(article=second).update(until=NOON - timedelta(days=900))
    assert asked.first(NOON, editor) == second
    assert asked.following(first, NOON, 5, editor) == [second, third]


def test_taking_the_next_claims_it(editor: Any, second_editor: Any) -> None:
    site = make_site()
    made = [make_article(site, quality=quality) for quality in (90, 80)]

    assert Queue(site).take_next(None, NOON, editor) == made[0]
    assert Queue(site).take_next(None, NOON, second_editor) == made[1]
    assert Queue(site).take_next(made[0], NOON, editor) is None
    assert {claim.article_id: claim.holder for claim in Claim.objects.all()} == {
        made[0].pk: editor, made[1].pk: second_editor,
    }  # fmt: skip


def test_an_articles_place_is_counted_in_the_view(monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any) -> None:
    site = make_site()
    made = {quality: make_article(site, quality=quality) for quality in (90, 66, 64, 40)}
    view = read(site, "quality=..70")

    with django_assert_num_queries(1):
        assert view.standing(made[64], NOON) == (3, 2)
    assert [view.standing(made[quality], NOON) for quality in (66, 40)] == [(3, 1), (3, 3)]
    assert view.standing(made[90], NOON) == (3, 0)  # it is not in the view
    assert read(site, "quality=..70&sort=oldest").standing(made[64], NOON) == (3, 2)
    monkeypatch.setattr("articles.queue.COUNTED_TO", 2)
    assert [Queue(site).standing(made[quality], NOON) for quality in (66, 64, 40)] == [(3, 2), (3, 3), (3, 3)]

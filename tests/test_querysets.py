"""The language of the queue: what each phrase finds, in which order, and by which index."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from articles.models import Article, Provider, Site, Topic
from articles.querysets import ORDERS, Order
from articles.workflow import Status
from tests.factories import NOON, make_article, make_site, make_text


def found(articles: Any) -> list[Article]:
    return list(articles)


def test_pending_leaves_out_what_the_feed_took_away(site: Site) -> None:
    waiting = make_article(site)
    make_article(site, withdrawn=True)
    make_article(site, status="approved")

    assert found(Article.objects.pending()) == [waiting]
    assert found(Article.objects.with_status("pending")) == [waiting]


@pytest.mark.parametrize("status", [status for status in Status if status != Status.PENDING])
def test_with_status_finds_that_status_alone(site: Site, status: Status) -> None:
    articles = {one: make_article(site, status=one.value) for one in Status}

    assert found(Article.objects.with_status(status.value)) == [articles[status]]


def test_decided_are_approved_and_rejected(site: Site) -> None:
    articles = {one: make_article(site, status=one.value) for one in Status}

    assert set(Article.objects.decided()) == {articles[Status.APPROVED], articles[Status.REJECTED]}
    assert found(Article.objects.approved()) == [articles[Status.APPROVED]]


@pytest.mark.parametrize(("minutes", "due"), [(-1, True), (0, True), (1, False)])
def test_due_is_what_was_held_until_now(site: Site, minutes: int, due: bool) -> None:
    make_article(site, status="held", hold_until=NOON + timedelta(minutes=minutes))
    make_article(site, status="held", hold_until=NOON - timedelta(minutes=1), withdrawn=True)

    assert Article.objects.due(NOON).exists() is due


def test_of_site_keeps_sites_apart(site: Site) -> None:
    own = make_article(site)
    make_article(make_site())

    assert found(Article.objects.of_site(site)) == [own]


@pytest.mark.parametrize(
    ("least", "most", "expected"),
    [
        (None, None, {0, 69, 70, 189, None}),
        (70, None, {70, 189}),
        (None, 69, {0, 69}),
        (0, None, {0, 69, 70, 189}),
        (69, 70, {69, 70}),
        (71, 70, set()),
    ],
)
def test_of_quality_includes_both_ends_and_no_unknown(
    site: Site, least: int | None, most: int | None, expected: set[int | None]
) -> None:
    for quality in (0, 69, 70, 189):
        make_article(site, quality=quality)
    make_article(site, text=make_text().replace("quality: 64\n", ""))

    assert set(Article.objects.of_quality(least, most).values_list("quality", flat=True)) == expected


def test_about_finds_each_article_once(site: Site) -> None:
    text = make_text().replace("  - Rail\n", "  - Rail\n  - Rail\n")
    twice, other = make_article(site, text=text), make_article(site, text=make_text().replace("  - Rail\n", ""))
    rail = Topic.objects.get(site=site, name="Rail")

    assert found(Article.objects.about(rail)) == [twice]
    assert set(Article.objects.about(Topic.objects.get(site=site, name="Machines"))) == {twice, other}


def test_from_provider_of_type_and_since(site: Site) -> None:
    article = make_article(site, provider="Quay Post", type="video", moment="2026-11-20T11:00:00Z")
    make_article(site, moment="2026-11-20T10:59:59Z")
    hour = NOON - timedelta(hours=1)

    assert found(Article.objects.from_provider(Provider.objects.get(name="Quay Post"))) == [article]
    assert found(Article.objects.of_type("video")) == [article]
    assert found(Article.objects.since(hour)) == [article]


@pytest.mark.parametrize(
    ("words", "finds"),
    [
        (["straße"], True),
        (["STRASSE"], True),
        (["quay", "frei"], True),
        (["quay", "voll"], False),
        (["100%"], True),
        (["100_"], False),
        ([], True),
    ],
)
def test_matching_wants_every_word(site: Site, words: list[str], finds: bool) -> None:
    make_article(site, title="Straße frei, 100% sicher", provider="Quay Post")

    assert Article.objects.matching(words).exists() is finds


def test_count_to_counts_no_further(site: Site) -> None:
    for _ in range(5):
        make_article(site)

    assert [Article.objects.all().count_to(most) for most in (10, 5, 4, 2)] == [5, 5, 5, 3]


def test_a_listing_brings_its_provider_and_no_long_text(site: Site, django_assert_num_queries: Any) -> None:
    for _ in range(3):
        make_article(site)

    with django_assert_num_queries(1):
        rows = [(row.title, row.provider.name, row.provider.trust) for row in Article.objects.for_listing()]

    assert len(rows) == 3
    assert {"search_text", "featured_content"} <= Article.objects.for_listing()[0].get_deferred_fields()


# --- order
QUALITIES = (None, 0, 64, 64, 64, 189)
MOMENTS = (NOON, NOON, NOON, NOON - timedelta(microseconds=1), NOON + timedelta(days=9), NOON)


def ranked(order: Order, articles: list[Article]) -> list[Article]:
    """The articles in that order, worked out in Python."""

    def rank(article: Article) -> tuple[Any, ...]:
        return tuple(
            value if sign == "" else -value
            for sign, value in (
                ("-" if column.startswith("-") else "", number(getattr(article, column.lstrip("-"))))
                for column in order.columns
            )
        )

    return sorted(articles, key=rank)


def number(value: Any) -> int:
    return (value - NOON) // timedelta(microseconds=1) if isinstance(value, datetime) else value


@pytest.fixture
def mixed(site: Site) -> list[Article]:
    for quality, moment in zip(QUALITIES, MOMENTS, strict=True):
        article = make_article(site)
        Article.objects.filter(pk=article.pk).update(quality=quality, heat=quality, queued_at=moment)
    return list(Article.objects.all())


@pytest.mark.parametrize("order", ORDERS.values(), ids=list(ORDERS))
def test_every_order_ends_in_the_key(order: Order, mixed: list[Article]) -> None:
    assert order.fields[-1] == "id"
    assert found(Article.objects.in_order(order)) == ranked(order, mixed)


@pytest.mark.parametrize("order", ORDERS.values(), ids=list(ORDERS))
def test_beyond_and_before_divide_the_order_at_every_place(order: Order, mixed: list[Article]) -> None:
    expected = ranked(order, mixed)
    for place, article in enumerate(expected):
        values = tuple(getattr(article, name) for name in order.fields)

        assert found(Article.objects.in_order(order).beyond(order, values)) == expected[place + 1 :]
        assert found(Article.objects.before(order, values)) == expected[:place][::-1]


# --- cost
BY_TIME = ("article_waiting_time", "article_status_time")  # either gives what waits in the order of time
INDEXES = {
    "quality": ("article_waiting_quality",),
    "heat": ("article_waiting_heat",),
    "newest": BY_TIME,
    "oldest": BY_TIME,
    "lowest": ("article_waiting_quality",),
}


def plan(articles: Any) -> str:
    """How the database would find the articles, had it many of them."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
    return articles.explain()


@pytest.mark.parametrize("name", ORDERS)
@pytest.mark.parametrize("deep", [False, True], ids=["first page", "later page"])
def test_the_queue_is_read_from_an_index_in_order(site: Site, name: str, deep: bool) -> None:
    order = ORDERS[name]
    article = make_article(site)
    articles = Article.objects.of_site(site).pending().in_order(order)
    if deep:
        articles = articles.beyond(order, tuple(getattr(article, field) for field in order.fields))

    told = plan(articles.for_listing()[:51])

    assert any(index in told for index in INDEXES[name]), told
    assert "TEMP B-TREE" not in told
    assert "Sort" not in told
    assert "SCAN articles_article" not in told.replace("USING", "")


@pytest.mark.parametrize(
    ("name", "index"),
    [("due", "article_held"), ("decided", "article_status_time")],
)
def test_what_is_due_and_what_is_decided_have_an_index(site: Site, name: str, index: str) -> None:
    articles = {
        "due": Article.objects.due(NOON),
        "decided": Article.objects.of_site(site).with_status("approved").in_order(ORDERS["newest"]),
    }[name]

    assert index in plan(articles)

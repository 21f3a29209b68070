"""The feed's side of the door: what it does to articles, what it is not obeyed in, and when somebody should look again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from articles.decisions import decide
from articles.following import follow_feed
from articles.models import Article, Review, Site
from articles.workflow import Action
from tests.factories import NOON, fresh, from_feed, make_article

LATER = NOON + timedelta(minutes=5)


def state(article: Article) -> dict[str, Any]:
    return Article.objects.filter(pk=article.pk).values().get()


@pytest.mark.parametrize(
    ("was", "says", "becomes"),
    [("false", True, "live"), ("true", False, "pending"), ("true", True, "live"), ("false", None, "pending")],
)
def test_an_undecided_article_follows_the_feed(site: Site, was: str, says: bool | None, becomes: str) -> None:
    article = make_article(site, published=was)

    follow_feed([from_feed(article, {"published": says})], at=NOON)

    assert fresh(article).status == becomes


@pytest.mark.parametrize(("decision", "says"), [(Action.APPROVE, False), (Action.REJECT, True), (Action.HOLD, True)])
def test_a_decided_article_keeps_its_decision(site: Site, editor: User, decision: Action, says: bool) -> None:
    article = make_article(site)
    decide([article], decision, editor=editor, at=NOON)
    status = fresh(article).status

    follow_feed([from_feed(fresh(article), {"title": "New", "removed": None})], at=NOON)
    follow_feed([from_feed(fresh(article), {"published": says})], at=LATER)

    assert fresh(article).status == status


def test_following_the_feed_leaves_a_row_of_the_feed(site: Site) -> None:
    article = make_article(site)

    follow_feed([from_feed(article, {"title": "New", "excerpt": article.excerpt})], at=NOON)

    review = Review.objects.get()
    assert (review.action, review.by, review.actor, review.at) == ("follow", "feed", None, NOON)
    assert review.after == {"title": "New"}
    assert fresh(article).version == 2


def test_heat_alone_drifts_without_a_row_or_a_version(site: Site) -> None:
    article = make_article(site, heat=50)

    report = follow_feed([from_feed(article, {"heat": 41, "title": article.title})], at=NOON)

    assert report.reviews == ()
    assert (fresh(article).heat, fresh(article).version) == (41, 1)
    assert not Review.objects.exists()


@pytest.mark.parametrize(("removed", "withdrawn"), [(True, True), (False, False), (None, False)])
def test_what_the_feed_removes_is_withdrawn_and_kept(site: Site, removed: bool | None, withdrawn: bool) -> None:
    article = make_article(site)

    follow_feed([from_feed(article, {"removed": removed})], at=NOON)

    assert (fresh(article).withdrawn, fresh(article).status) == (withdrawn, "pending")


def test_what_the_feed_brings_back_waits_again(site: Site) -> None:
    article = make_article(site)
    follow_feed([from_feed(article, {"removed": True})], at=NOON)

    follow_feed([from_feed(fresh(article), {"removed": None})], at=LATER)

    assert fresh(article) in Article.objects.pending()


def test_nothing_new_from_the_feed_writes_nothing(site: Site) -> None:
    article = make_article(site)
    before = state(article)

    follow_feed([from_feed(article, {"title": article.title, "quality": article.quality})], at=NOON)

    assert state(article) == before
    assert not Review.objects.exists()

"""Counts of topics, and what their keywords find."""

from __future__ import annotations

from datetime import timedelta

import pytest

from articles.models import Article, Site, Topic
from articles.topics import counts_of, hits_of
from articles.topics.figures import Counts
from tests.factories import NOON, make_article, make_site

pytestmark = pytest.mark.django_db


@pytest.fixture
def rail(site: Site) -> Topic:
    """Of four articles about Rail one is approved, one is approved and old, one waits and is old."""
    for status, days in (("pending", 1), ("approved", 1), ("approved", 100), ("pending", 100)):
        article = make_article(site, status=status, title="A tram, a C# tramway")
        Article.objects.filter(pk=article.pk).update(queued_at=NOON - timedelta(days=days))
    make_article(make_site(), title="A tram elsewhere")
    return Topic.objects.get(site=site, name="Rail")


def test_counts_are_of_what_waits_and_of_the_last_90_days(rail: Topic) -> None:
    assert counts_of(rail.site, NOON)[rail.pk] == Counts(waiting=2, lately=2)


def test_hits_are_whole_words_in_the_same_articles(rail: Topic, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["tram", "TRAM,", "c#", "ram", "learns to wait", "tram"]

    found = hits_of(rail, NOON, words)
    assert dict(found.words) == {"tram": 3, "TRAM,": 3, "c#": 3, "ram": 0, "learns to wait": 3} and (found.read, found.is_all) == (3, True)

    monkeypatch.setattr("articles.topics.figures.READ", 2)
    found = hits_of(rail, NOON, ["tram"])
    assert (found.words, found.read, found.is_all) == ([("tram", 2)], 2, False)

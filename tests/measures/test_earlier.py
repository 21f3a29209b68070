"""How many waited on the days before, beside what was counted on those days."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User

from articles import measures
from articles.decisions import decide, undo, wake
from articles.following import bring_back, withdraw
from articles.measures.window import midnight
from articles.models import Article, Review, Site
from articles.workflow import Action
from tests.factories import NOON, make_article, make_site
from tests.measures.playing import Play

pytestmark = pytest.mark.django_db


def test_it_is_what_was_counted_on_each_of_those_days(site: Site, editor: User) -> None:
    """Sixteen days are lived through; each midnight somebody counts what waits."""
    play, dice = Play(site, [editor], random.Random(7)), random.Random(5)
    elsewhere = make_site("elsewhere")
    written: list[int] = []
    for back in range(16, -1, -1):
        day = midnight(NOON.date() - timedelta(days=back))
        written.append(measures.waiting(site, day).count)
        for hour in (0, 6, 11):  # the first acts of a day are made as it begins
            live(play, dice, day + timedelta(hours=hour), elsewhere)

    found = measures.waited(site, measures.Window(14, NOON), measures.waiting(site, NOON).count)

    assert list(found) == written[-14:]
    assert len(set(found)) > 6
    kinds = set(Review.objects.filter(article__site=site).values_list("action", flat=True))
    assert kinds >= {"approve", "reject", "hold", "wake", "undo", "follow"}


def live(play: Play, dice: random.Random, at: datetime, elsewhere: Site) -> None:
    """Some articles arrive, and some of what may happen to articles happens."""
    for place in [play.site, play.site, elsewhere][: dice.randrange(4)]:
        article = make_article(place, quality=60, published=dice.random() < 0.2, status="pending")
        status = "live" if article.published else "pending"
        Article.objects.filter(pk=article.pk).update(arrived_at=at, queued_at=at, status=status, withdrawn=dice.random() < 0.1)
    articles = list(Article.objects.order_by("pk"))
    for article in dice.sample(articles, min(3, len(articles))):
        act = dice.choice(("decide", "decide", "withdraw", "bring", "undo", "wake"))
        person, rows = play.people[0], Review.objects.filter(article=article)
        if act == "decide":
            decide([article], dice.choice((Action.APPROVE, Action.REJECT, Action.HOLD)), editor=person, at=at)
        elif act == "withdraw":
            withdraw([article], at=at)
        elif act == "bring":
            bring_back([article], at=at)
        elif act == "undo" and rows:
            undo(dice.choice(list(rows)), editor=person, at=at)
        elif act == "wake":
            wake(article.site, at=at)


def test_where_too_much_has_happened_nothing_is_told(site: Site, editor: User, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        article = make_article(site)
        Article.objects.filter(pk=article.pk).update(arrived_at=NOON - timedelta(days=3))
        decide([article], Action.APPROVE, editor=editor, at=NOON)
    window = measures.Window(14, NOON)
    monkeypatch.setattr("articles.measures.earlier.MOST", 2)
    assert measures.waited(site, window, 0) == (*[0] * 11, 2, 2, 2)

    monkeypatch.setattr("articles.measures.earlier.MOST", 1)

    assert measures.waited(site, window, 0) == ()

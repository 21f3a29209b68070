"""Who was first, what they did and when, and what is now true: told to whoever came second."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from articles.decisions import decide, edit, undo, wake
from articles.following import follow_feed
from articles.models import Site
from articles.workflow import Action
from tests.factories import NOON, fresh, from_feed, make_article

LATER = NOON + timedelta(minutes=5)


@pytest.mark.parametrize(
    ("seconds", "ago"),
    [(0, "0 s ago"), (59, "59 s ago"), (60, "1 min ago"), (7200, "2 h ago"), (200_000, "2 d ago"), (-5, "0 s ago")],
)
def test_the_first_act_is_told_with_its_age(
    site: Site, editor: User, second_editor: User, seconds: int, ago: str
) -> None:
    article = make_article(site)
    seen = fresh(article)
    edit([article], {"quality": 70}, editor=editor, at=NOON)

    report = decide([seen], Action.APPROVE, editor=second_editor, at=NOON + timedelta(seconds=seconds))

    assert report.refused[0].sentence == f"ida edited this {ago}. It is waiting now."


def test_a_change_by_the_feed_is_told(site: Site, editor: User) -> None:
    article = make_article(site)
    seen = fresh(article)
    follow_feed([from_feed(article, {"title": "A tram arrives"})], at=NOON)

    report = decide([seen], Action.APPROVE, editor=editor, at=LATER)

    assert report.refused[0].sentence == "The feed changed this 5 min ago. It is waiting now."


def test_what_woke_meanwhile_is_told(site: Site, editor: User) -> None:
    article = make_article(site)
    decide([article], Action.HOLD, editor=editor, at=NOON, until=LATER)
    seen = fresh(article)
    wake(site, at=LATER)

    report = decide([seen], Action.APPROVE, editor=editor, at=LATER + timedelta(hours=1))

    assert report.refused[0].sentence == "The desk brought back this 1 h ago. It is waiting now."


def test_an_undone_decision_is_told(site: Site, editor: User, second_editor: User) -> None:
    article = make_article(site)
    first = decide([article], Action.APPROVE, editor=editor, at=NOON)
    seen = fresh(article)
    undo(first.reviews[0], editor=editor, at=NOON)

    report = decide([seen], Action.REJECT, editor=second_editor, at=LATER)

    assert report.refused[0].sentence == "ida undid a decision on this 5 min ago. It is waiting now."

"""What readers of a site may see: approved and live, the newest, and never more."""
from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.decisions import decide
from articles.feeds.published import newest
from articles.models import Article, Site, Topic
from articles.workflow import Action
from tests.factories import NOON, make_article, make_site

pytestmark = pytest.mark.django_db


def test_only_approved_and_live_articles_are_seen(site: Site, editor: Any) -> None:
    waiting, approved, rejected, held, withdrawn = (make_article(site) for _ in range(5))
    live = make_article(site, published="true")
    gone = make_article(site, published="true", withdrawn=True)
    other = make_article(make_site(), published="true")
    decide([approved, withdrawn], Action.APPROVE, editor=editor, at=NOON)
    decide([rejected], Action.REJECT, editor=editor, at=NOON)
    decide([held], Action.HOLD, editor=editor, at=NOON)
    Article.objects.filter(pk=withdrawn.pk).update(withdrawn=True)

    seen = newest(site, NOON)

    assert {one.pk for one in seen} == {approved.pk, live.pk}
    assert not {waiting.pk, gone.pk, other.pk} & {one.pk for one in seen}


def test_newest_come_first_over_both_kinds_and_no_more_than_asked(site: Site, editor: Any) -> None:
    live = [make_article(site, published="true", moment=f"2026-11-{day:02}T00:00:00Z") for day in (2, 4, 6)]
    approved = [make_article(site, moment=f"2026-11-{day:02}T00:00:00Z") for day in (3, 5, 7)]
    decide(approved, Action.APPROVE, editor=editor, at=NOON)

    assert [one.pk for one in newest(site, NOON, most=4)] == [approved[2].pk, live[2].pk, approved[1].pk, live[1].pk]


def test_topic_narrows(site: Site) -> None:
    about = make_article(site, published="true")
    make_article(site, text=about.source_file.text.replace("  - Rail\n", ""))

    assert [one.pk for one in newest(site, NOON, Topic.objects.get(name="Rail"))] == [about.pk]


def test_costs_the_same_for_one_and_for_fifty(site: Site) -> None:
    counts = []
    for number in (1, 49):
        for _ in range(number):
            make_article(site, published="true")
        with CaptureQueriesContext(connection) as caught:
            assert newest(site, NOON)
        counts.append(len(caught))
    assert counts == [2, 2]

"""Clocks that jump by a day, and zones: acts stay in the order in which they were made, and no age is negative."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from django.test import Client

from articles.decisions import decide, edit, undo, wake
from articles.models import Review, Site
from articles.refusals import told
from articles.views.rows import age
from articles.workflow import Action, Status
from tests.factories import NOON, fresh, make_article

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.mark.parametrize("jump", [-DAY, DAY, timedelta(days=-400)])
def test_acts_are_ordered_by_when_they_were_made_and_not_by_the_clock(site: Site, editor: Any, page_of: Any, jump: timedelta) -> None:
    article = make_article(site)
    decide([article], Action.APPROVE, editor=editor, at=NOON)
    edit([fresh(article)], {"quality": 91}, editor=editor, at=NOON + jump)

    undo(Review.objects.order_by("-pk").first(), editor=editor, at=NOON + jump * 2)
    assert [row.action for row in Review.objects.order_by("pk")] == ["approve", "edit", "undo"]
    assert fresh(article).quality == 64 and fresh(article).status == Status.APPROVED

    client: Client = page_of(editor)
    client.post("/undo/", {})
    assert fresh(article).status == Status.PENDING
    page = client.get(f"/articles/{article.pk}/history/").content.decode()
    assert page.index("Edited") < page.index("Approved"), "the newest act is the first in the history"


@pytest.mark.parametrize("jump", [-DAY, DAY])
def test_an_article_that_was_put_aside_comes_back_when_the_clock_says_so(site: Site, editor: Any, jump: timedelta) -> None:
    article = make_article(site)
    decide([article], Action.HOLD, editor=editor, at=NOON)

    woken = wake(site, at=NOON + jump).reviews

    assert len(woken) == (1 if jump > timedelta(0) else 0)
    assert len(wake(site, at=NOON + timedelta(hours=5)).reviews) == 1 - len(woken)
    assert fresh(article).status == Status.PENDING


def test_no_age_is_negative(site: Site, editor: Any) -> None:
    article = make_article(site)
    decide([article], Action.APPROVE, editor=editor, at=NOON)

    assert told([fresh(article)], NOON - DAY)[0].sentence.startswith("ida approved this 0 s ago.")
    assert age(timedelta(seconds=-5)) == "ahead"


@pytest.mark.parametrize("page", ["/queue/", "/review/{pk}/", "/decided/", "/articles/{pk}/history/"])
def test_pages_show_what_lies_ahead_without_a_minus(site: Site, editor: Any, page_of: Any, page: str) -> None:
    article = make_article(site, moment="2999-01-01T00:00:00Z")
    decide([make_article(site)], Action.APPROVE, editor=editor, at=datetime(2999, 1, 1, tzinfo=UTC))

    reply = page_of(editor).get(page.format(pk=article.pk))

    assert reply.status_code == 200
    for unit in ("s", "min", "h", "d", "mo", "y"):
        assert not any(f">-{number} {unit}" in reply.content.decode() for number in range(1, 1000))


def test_moments_are_kept_in_utc(site: Site, editor: Any) -> None:
    article = make_article(site)

    decide([article], Action.APPROVE, editor=editor, at=NOON.astimezone(timezone(timedelta(hours=14))))

    assert Review.objects.get().at == NOON and Review.objects.get().at.utcoffset() == timedelta(0)
    assert fresh(article).decided_at == NOON

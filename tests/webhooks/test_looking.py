"""What was done becomes what is told: each act once, in order, and never the sealed field."""
from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles import tasks
from articles.decisions import decide, edit, undo
from articles.following import follow_feed
from articles.models import Article, Delivery, ExportRun, Review, Site, Webhook
from articles.webhooks import looking, sending
from articles.webhooks.managing import make_webhook, switch
from articles.workflow import Action
from tests.factories import NOON, from_feed, make_article, make_site

pytestmark = pytest.mark.django_db


@pytest.fixture
def hook(site: Site) -> Webhook:
    return make_webhook(site, "https://hears.example/", ["decision", "export"], at=NOON)


def told() -> list[Any]:
    return [json.loads(row.body) for row in Delivery.objects.order_by("pk")]


def test_each_act_is_told_once_with_all_its_articles(hook: Webhook, site: Site, editor: Any) -> None:
    articles = [make_article(site) for _ in range(2)]
    decide(articles, Action.REJECT, editor=editor, at=NOON, reason="thin", note="Ours alone.")

    assert not looking.look(hook.pk, NOON) and not looking.look(hook.pk, NOON)

    (body,) = told()
    row = Delivery.objects.get()
    assert body == {
        "type": "decision", "timestamp": "2026-11-20T12:00:00Z",
        "data": {
            "site": site.name, "batch": str(Review.objects.first().batch), "action": "reject", "by": "editor", "actor": "ida",
            "reason": "thin",
            "articles": [
                {"id": one.pk, "path": one.path, "title": one.title, "url": one.web_url, "version": 2, "from_status": "pending",
                 "to_status": "rejected", "publish_from": None, "publish_until": None, "review": Review.objects.get(article=one).pk}
                for one in articles
            ],
        },
    }  # fmt: skip
    assert "c2VjcmV0" not in row.body and "Ours alone" not in row.body
    assert (row.state, row.event, row.due_at) == ("waiting", "decision", NOON)


def test_only_decisions_of_its_own_site_are_told(hook: Webhook, site: Site, editor: Any) -> None:
    article = make_article(site)
    decide([make_article(make_site())], Action.APPROVE, editor=editor, at=NOON)
    edit([article], {"quality": 7}, editor=editor, at=NOON)
    edited = Review.objects.get(action="edit")
    undo(edited, editor=editor, at=NOON)
    follow_feed([from_feed(Article.objects.get(pk=article.pk), {"title": "Another"})], at=NOON)
    done = decide([Article.objects.get(pk=article.pk)], Action.HOLD, editor=editor, at=NOON)
    undo(done.reviews[0], editor=editor, at=NOON)

    looking.look(hook.pk, NOON)

    assert [one["data"]["action"] for one in told()] == ["hold", "undo"]
    assert not looking.has_news()


def test_export_is_told_without_where_it_went(hook: Webhook, site: Site) -> None:
    run = ExportRun.objects.create(site=site, destination="/srv/inner", written=3, finished_at=NOON, commit="abc", branch="main")

    looking.look(hook.pk, NOON)

    (body,) = told()
    data = body["data"]
    assert (body["type"], data["export"], data["written"], data["commit"]) == ("export", run.pk, 3, "abc") and "/srv" not in str(body)


def test_export_under_way_is_told_when_it_is_done_and_a_dead_one_never(hook: Webhook, site: Site) -> None:
    slow = ExportRun.objects.create(site=site, destination="x", started_at=NOON)
    ExportRun.objects.create(site=site, destination="x", started_at=NOON, finished_at=NOON, written=2)

    looking.look(hook.pk, NOON)
    before = told()
    ExportRun.objects.filter(pk=slow.pk).update(finished_at=NOON, written=1)
    ExportRun.objects.create(site=site, destination="x", started_at=NOON - 2 * looking.DEAD)
    looking.look(hook.pk, NOON)

    assert before == [] and [one["data"]["written"] for one in told()] == [1, 2] and not looking.has_news()


def test_only_what_it_hears_of_is_told(site: Site, editor: Any) -> None:
    hook = make_webhook(site, "https://hears.example/", ["export"], at=NOON)
    decide([make_article(site)], Action.APPROVE, editor=editor, at=NOON)

    looking.look(hook.pk, NOON)

    assert told() == [] and not looking.has_news()


def test_what_was_before_it_or_while_it_was_off_is_not_told(site: Site, editor: Any) -> None:
    decide([make_article(site)], Action.APPROVE, editor=editor, at=NOON)
    hook = make_webhook(site, "https://hears.example/", ["decision"], at=NOON)
    switch(hook, is_on=False)
    decide([make_article(site)], Action.APPROVE, editor=editor, at=NOON)
    looking.look(hook.pk, NOON)
    switch(hook, is_on=True)
    last = make_article(site)
    decide([last], Action.APPROVE, editor=editor, at=NOON)
    switch(hook, is_on=True)  # a second press changes nothing

    looking.look(hook.pk, NOON)

    assert [one["data"]["articles"][0]["id"] for one in told()] == [last.pk]


def test_more_than_one_look_holds_goes_on(hook: Webhook, site: Site, editor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "MOST", 2)
    articles = [make_article(site) for _ in range(5)]
    for article in articles:
        decide([article], Action.APPROVE, editor=editor, at=NOON)

    looks = 1
    while looking.look(hook.pk, NOON):
        looks += 1

    assert looks == 3 and [one["data"]["articles"][0]["id"] for one in told()] == [one.pk for one in articles]


def test_a_place_waits_for_transactions_that_were_open(hook: Webhook, site: Site, editor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow one may hold a smaller key: nothing is told past it before it has ended."""
    open_now: list[str] = ["4/12"]
    monkeypatch.setattr(looking, "_open_transactions", lambda: list(open_now))
    first, second = make_article(site), make_article(site)
    decide([first], Action.APPROVE, editor=editor, at=NOON)

    looking.look(hook.pk, NOON)
    before = len(told())
    decide([second], Action.APPROVE, editor=editor, at=NOON)
    open_now[:] = ["4/12", "5/1"]
    looking.look(hook.pk, NOON)
    still = len(told())
    open_now[:] = ["5/1"]  # the one from then has ended, another began since
    looking.look(hook.pk, NOON)
    then = [one["data"]["articles"][0]["id"] for one in told()]
    open_now.clear()
    looking.look(hook.pk, NOON)

    assert (before, still, then) == (0, 0, [first.pk])
    assert [one["data"]["articles"][0]["id"] for one in told()] == [first.pk, second.pk]


def test_others_open_transactions_are_found_and_not_ones_own(site: Site, editor: Any) -> None:
    """On PostgreSQL by the lock that a writer holds until it ends; SQLite lets nobody write beside us."""
    decide([make_article(site)], Action.APPROVE, editor=editor, at=NOON)
    alone = looking._open_transactions()
    beside = None
    if connection.vendor == "postgresql":
        other = connection.get_new_connection(connection.get_connection_params())
        other.execute("LOCK TABLE articles_review IN ROW EXCLUSIVE MODE")  # as an INSERT does
        beside = looking._open_transactions()
        other.close()

    assert alone == [] and (beside is None or len(beside) == 1)


def test_worker_finds_and_sends_by_itself(hook: Webhook, site: Site, editor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = []
    monkeypatch.setattr(sending, "send", lambda row, at, net: sent.append(row.event) or sending.Outcome(True, "The host answered 200."))
    decide([make_article(site)], Action.APPROVE, editor=editor, at=NOON)

    tasks.take_up(NOON)

    assert sent == ["decision"] and Delivery.objects.get().state == "done"


def test_without_a_webhook_the_worker_asks_little(site: Site, editor: Any) -> None:
    decide([make_article(site)], Action.APPROVE, editor=editor, at=NOON)

    with CaptureQueriesContext(connection) as caught:
        assert not looking.has_news()
    assert len(caught) == 1

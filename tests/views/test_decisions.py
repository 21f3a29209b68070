"""What the review page's forms and its outbox are answered."""
from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles.decisions import edit
from articles.models import Article, Review, Site, Topic
from tests.conftest import signed_in
from tests.factories import NOON, make_article, make_person

pytestmark = pytest.mark.django_db
OUTBOX = {"Desk-Outbox": "1", "HX-Request": "true"}


def send(client: Client, address: str, **data: Any) -> Any:
    return client.post(address, data, headers=OUTBOX)


def decision(article: Article, **data: Any) -> dict[str, Any]:
    return {"version": article.version, "decision": "approve", "key": "k-1"} | data


def now(article: Article) -> Article:
    return Article.objects.get(pk=article.pk)


@pytest.mark.parametrize(
    ("sent", "status", "reason", "quality"),
    [
        ("approve", "approved", "", 64),
        ("lift", "approved", "", 70),
        ("reject", "rejected", "", 64),
        ("reject:broken_link", "rejected", "broken_link", 64),
        ("hold", "held", "", 64),
    ],
)
def test_each_button_says_all_that_is_needed(
    site: Site, editor: User, sent: str, status: str, reason: str, quality: int
) -> None:
    article = make_article(site, quality=64)

    answer = send(signed_in(editor), f"/articles/{article.pk}/decide/", **decision(article, decision=sent, note="why"))

    review = Review.objects.get()
    assert answer.status_code == 200
    assert (now(article).status, review.reason, now(article).quality, review.note) == (status, reason, quality, "why")
    assert answer["Desk-Version"] == str(now(article).version)


def test_a_decision_carries_the_values_of_the_panel(site: Site, editor: User) -> None:
    article = make_article(site, quality=64)
    Topic.objects.create(site=site, name="Ports")

    send(
        signed_in(editor), f"/articles/{article.pk}/decide/",
        **decision(article, quality="72", ruler="72", heat="25", topics_shown="1", topics=["Ports", "Rail"]),
    )  # fmt: skip

    assert Review.objects.count() == 1
    assert (now(article).quality, now(article).heat, now(article).topics) == (72, 25, ["Rail", "Ports"])


def test_empty_items_and_the_order_of_topics_stay(site: Site, editor: User) -> None:
    article = make_article(site)
    Article.objects.filter(pk=article.pk).update(topics=["Rail", None, "Machines"])

    send(
        signed_in(editor), f"/articles/{article.pk}/adjust/",
        version=1, key="k-1", topics_shown="1", topics=["Machines"],
    )  # fmt: skip

    assert now(article).topics == [None, "Machines"]


@pytest.mark.parametrize(("ruler", "quality", "becomes"), [("120", "64", 120), ("64", "72", 72), ("200", "250", 250), ("64", "64", 64)])
def test_the_ruler_counts_only_where_it_was_moved(site: Site, editor: User, ruler: str, quality: str, becomes: int) -> None:
    article = make_article(site, quality=64)

    send(signed_in(editor), f"/articles/{article.pk}/adjust/", version=1, key="k", ruler=ruler, quality=quality)

    assert now(article).quality == becomes


@pytest.mark.parametrize(("role", "status"), [("editor", 422), ("admin", 200)])
def test_new_topics_need_an_admin(site: Site, role: str, status: int) -> None:
    article = make_article(site)

    answer = send(
        signed_in(make_person(role)), f"/articles/{article.pk}/adjust/",
        version=1, key="k", topics_shown="1", topics=["Machines", "Rail", "Tides"],
    )  # fmt: skip

    assert answer.status_code == status
    assert Topic.objects.filter(name="Tides").exists() == (status == 200)
    assert now(article).topics == ["Machines", "Rail"] + (["Tides"] if status == 200 else [])


def test_the_same_act_twice_is_one_and_answers_alike(site: Site, editor: User) -> None:
    article, client = make_article(site), signed_in(editor)
    address = f"/articles/{article.pk}/decide/"

    first = send(client, address, **decision(article))
    edit([now(article)], {"quality": 1}, editor=make_person(), at=NOON)
    again = send(client, address, **decision(article))

    assert (first.status_code, again.status_code) == (200, 200)
    assert first["Desk-Version"] == again["Desk-Version"] == "2"
    assert Review.objects.filter(action="approve").count() == 1


def test_repeating_what_was_taken_back_is_told(site: Site, editor: User) -> None:
    article, client = make_article(site), signed_in(editor)
    address = f"/articles/{article.pk}/decide/"
    send(client, address, **decision(article))
    send(client, "/undo/", undoes="k-1")

    answer = send(client, address, **decision(article))

    assert answer.status_code == 409
    assert "You took this back." in answer.content.decode()
    assert now(article).status == "pending"


def test_undo_by_key_is_one_act_however_often_it_is_sent(site: Site, editor: User, second_editor: User) -> None:
    article, client = make_article(site), signed_in(editor)
    send(client, f"/articles/{article.pk}/decide/", **decision(article))

    assert send(signed_in(second_editor), "/undo/", undoes="k-1").status_code == 404
    answers = [send(client, "/undo/", undoes="k-1") for _ in range(2)]

    assert [(answer.status_code, answer["Desk-Version"]) for answer in answers] == [(200, "3"), (200, "3")]
    assert f'data-article="{article.pk}"' in answers[0].content.decode()
    assert [row.action for row in Review.objects.order_by("pk")] == ["approve", "undo"]


def test_undo_reaches_fifty_acts_back_and_no_further(site: Site, editor: User) -> None:
    article, client = make_article(site, quality=0), signed_in(editor)
    for quality in range(1, 53):
        edit([now(article)], {"quality": quality}, editor=editor, at=NOON)

    for _ in range(55):
        client.post("/undo/", {})

    assert now(article).quality == 2
    assert Review.objects.filter(action="undo").count() == 50


@pytest.mark.parametrize("taken", [True, False])
def test_who_comes_second_is_told_whether_it_is_taken(site: Site, editor: User, second_editor: User, taken: bool) -> None:
    article = make_article(site)
    if taken:
        send(signed_in(second_editor), f"/articles/{article.pk}/decide/", **decision(article))
    else:
        edit([now(article)], {"quality": 1}, editor=second_editor, at=NOON)

    answer = send(signed_in(editor), f"/articles/{article.pk}/decide/", **decision(article, key="k-2"))

    assert (answer.status_code, "Desk-Taken" in answer) == (409, taken)
    assert f'name="version" value="{now(article).version}"' in answer.content.decode()


def test_a_lost_role_is_told_apart_from_a_lost_session(site: Site) -> None:
    article = make_article(site)

    assert send(signed_in(make_person("reader")), f"/articles/{article.pk}/decide/", **decision(article)).status_code == 422
    assert send(Client(), f"/articles/{article.pk}/decide/", **decision(article)).status_code == 302


def test_a_fetched_page_leaves_the_toast_and_the_desk_alone(site: Site, editor: User) -> None:
    article, client = make_article(site), signed_in(editor)
    client.post(f"/articles/{article.pk}/adjust/", {"version": 1, "quality": 71})
    client.post("/undo/", {})
    before = list(Article.objects.values())

    ahead = client.get(f"/review/{article.pk}/", headers={"HX-Request": "true", "Purpose": "prefetch"}).content.decode()
    later = client.get(f"/review/{article.pk}/").content.decode()

    assert "Back in the queue: " not in ahead.split('id="dock"')[1].split("<template")[0]
    assert "Back in the queue:" in later.split('id="dock"')[1].split("<template")[0]
    assert 'name="csrfmiddlewaretoken"' in ahead and f'name="version" value="{now(article).version}"' in ahead
    assert list(Article.objects.values()) == before


def test_the_answer_to_the_outbox_costs_the_same_for_few_and_many(site: Site, editor: User) -> None:
    client, counts = signed_in(editor), []
    for more in (2, 12):
        made = [make_article(site) for _ in range(more)]
        with CaptureQueriesContext(connection) as queries:
            send(client, f"/articles/{made[0].pk}/decide/", **decision(made[0], key=f"k-{more}"))
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_an_act_on_a_row_answers_with_what_the_queue_shows(site: Site, editor: User) -> None:
    client = signed_in(editor)
    made = [make_article(site) for _ in range(3)]
    words = {"from": "queue", "view": "quality=..70"}

    toggled = send(client, f"/articles/{made[0].pk}/adjust/", version=1, key="k-1", toggle="Rail", **words)
    decided = send(client, f"/articles/{made[0].pk}/decide/", **decision(now(made[0]), key="k-2", **words))
    undone = send(client, "/undo/", undoes="k-2", **words)

    for answer, version, counts in ((toggled, "2", "3 match, 3 waiting"), (decided, "3", "2 match, 2 waiting"), (undone, "4", "3 match, 3 waiting")):
        text = answer.content.decode()
        assert (answer.status_code, answer["Desk-Version"]) == (200, version)
        assert counts in text and "<main" not in text
    assert now(made[0]).topics == ["Machines"]

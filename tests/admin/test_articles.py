"""Decisions in the admin: they ask first, decide what was shown, and list what they left alone."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client

from articles.decisions import decide, edit
from articles.models import Article, Review, Site
from articles.workflow import Action
from tests.factories import NOON, make_article
from tests.rules.making import fire_alone, make_rule, of_provider

LIST = "/admin/articles/article/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def client(page_of: Any, desk_admin: Any) -> Client:
    return page_of(desk_admin)


def asked(client: Client, action: str, *articles: Article) -> dict[str, str]:
    """The hidden fields of the page that asks."""
    reply = client.post(LIST, {"action": action, "_selected_action": [article.pk for article in articles]})
    assert reply.status_code == 200
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', reply.content.decode())
    return {name: value for name, value in found if name != "csrfmiddlewaretoken"}


def text_of(reply: Any) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", reply.content.decode())).split())


def statuses() -> list[str]:
    return list(Article.objects.order_by("pk").values_list("status", flat=True))


@pytest.mark.parametrize(
    ("action", "words", "status"),
    [("approve", {}, "approved"), ("reject", {"reason": "thin", "note": "two lines"}, "rejected"), ("hold", {}, "held")],
)
def test_an_action_asks_and_then_acts(client: Client, site: Site, action: str, words: dict[str, str], status: str) -> None:
    first, second, other = (make_article(site) for _ in range(3))

    form = asked(client, action, first, second)
    assert statuses() == ["pending"] * 3 and not Review.objects.exists()
    reply = client.post(LIST, form | words)

    assert reply.status_code == 302
    assert statuses() == [status, status, "pending"]
    rows = Review.objects.order_by("pk")
    assert [(row.article_id, row.action, row.reason, row.note) for row in rows] == [
        (article.pk, action, words.get("reason", ""), words.get("note", "")) for article in (first, second)
    ]
    assert len({row.batch for row in rows}) == 1


def test_what_changed_after_the_page_is_left_alone_and_named(client: Client, site: Site, editor: Any) -> None:
    mine, taken, gone = (make_article(site) for _ in range(3))
    form = asked(client, "approve", mine, taken, gone)
    decide([taken], Action.REJECT, editor=editor, at=NOON)
    Article.objects.filter(pk=gone.pk).delete()

    reply = client.post(LIST, form)

    assert reply.status_code == 409
    assert statuses() == ["approved", "rejected"]
    words = text_of(reply)
    assert "Approved 1 article. 2 articles left alone:" in words
    assert f"{taken.title} : ida rejected this" in words
    assert f"Article {gone.pk} : This article is no longer on the desk." in words


def test_the_page_and_not_the_list_says_which_articles(client: Client, site: Site) -> None:
    chosen, new = make_article(site), make_article(site)
    form = asked(client, "approve", chosen)

    client.post(LIST, form | {"_selected_action": [new.pk], "select_across": "1"})

    assert statuses() == ["approved", "pending"]


@pytest.mark.parametrize("seen", ["", "1", "x:1", "1:x", "1:-1", "9" * 30 + ":1", "1:1," + "2:1"])
def test_a_form_that_we_did_not_write_does_nothing(client: Client, site: Site, seen: str) -> None:
    article = make_article(site)

    client.post(LIST, asked(client, "approve", article) | {"seen": seen})

    assert statuses() == ["pending"] and not Review.objects.exists()


def test_a_reason_that_does_not_exist_is_told(client: Client, site: Site) -> None:
    form = asked(client, "reject", make_article(site))

    reply = client.post(LIST, form | {"reason": "boring"}, follow=True)

    assert "“boring” is no reason for this decision." in text_of(reply)
    assert statuses() == ["pending"]


def test_undo_takes_back_the_acts_that_were_shown(client: Client, site: Site, editor: Any) -> None:
    first, second, untouched = (make_article(site) for _ in range(3))
    decide([first, second], Action.APPROVE, editor=editor, at=NOON)

    form = asked(client, "undo", first, untouched)
    client.post(LIST, form)

    assert form["seen"] == f"{first.pk}:{Review.objects.get(article=first, action='approve').pk}"
    assert statuses() == ["pending"] * 3
    assert Review.objects.filter(action="undo").count() == 2


def test_undo_takes_back_what_a_rule_did_on_each_that_was_chosen(client: Client, site: Site, desk_admin: Any) -> None:
    articles = [make_article(site) for _ in range(3)]
    rule = make_rule(site, of_provider("Harbour Tribune"), actor=desk_admin)
    fire_alone(rule, [one.pk for one in articles], key="k-0")

    form = {"action": "undo", "_selected_action": [one.pk for one in articles[:2]]}
    assert "1 other article" not in text_of(client.post(LIST, form))

    client.post(LIST, asked(client, "undo", *articles[:2]))

    assert statuses() == ["pending", "pending", "rejected"]


def test_the_page_says_that_an_act_touched_others_too(client: Client, site: Site, editor: Any) -> None:
    articles = [make_article(site) for _ in range(3)]
    decide(articles, Action.APPROVE, editor=editor, at=NOON)

    reply = client.post(LIST, {"action": "undo", "_selected_action": [articles[0].pk]})

    assert "These acts were made on 2 other articles as well, and are taken back there too." in text_of(reply)


def test_undo_of_what_somebody_built_on_since_is_refused(client: Client, site: Site, editor: Any) -> None:
    article = make_article(site)
    decide([article], Action.APPROVE, editor=editor, at=NOON)
    form = asked(client, "undo", article)
    edit([Article.objects.get(pk=article.pk)], {"quality": 90}, editor=editor, at=NOON)

    reply = client.post(LIST, form)

    assert reply.status_code == 409
    assert "ida changed this since. Open its history to go back." in text_of(reply)
    assert statuses() == ["approved"]


def test_undo_of_nothing_offers_no_button(client: Client, site: Site) -> None:
    article = make_article(site)

    assert "seen" not in asked(client, "undo", article)


@pytest.mark.once
def test_five_thousand_articles_are_one_field(client: Client, site: Site) -> None:
    Article.objects.bulk_create([Article(site=site, path=f"_news/{number}.md", quality=60, heat=-1) for number in range(5000)])
    form = asked(client, "approve", Article.objects.first()) | {}
    reply = client.post(LIST, {"action": "approve", "_selected_action": [1], "select_across": "1"})
    form["seen"] = re.search(r'name="seen" value="([^"]*)"', reply.content.decode())[1]
    assert len(form["seen"].split()) == 5000 and reply.content.count(b"<li>") < 300

    assert client.post(LIST, form).status_code == 302

    assert Article.objects.filter(status="approved").count() == Review.objects.count() == 5000

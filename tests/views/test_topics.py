"""The pages of topics: the tree and pane, previews, and what each form does."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles.models import Article, BulkRun, Merger, Review, Rule, Site, Topic
from articles.topics import change
from tests.factories import make_article, make_site

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(page_of: Any, desk_admin: Any) -> Client:
    return page_of(desk_admin)


@pytest.fixture
def rail(site: Site) -> Topic:
    """Rail below Machines, with two articles about both; and a topic of another site."""
    make_article(site, title="A tram waits at the points")
    make_article(site)
    rail = Topic.objects.get(name="Rail")
    Topic.objects.filter(pk=rail.pk).update(parent=Topic.objects.get(name="Machines"), keywords=["tram", "ferry"], path="_data/topics/02-rail.yaml")
    Topic.objects.create(site=make_site("zz"), name="Elsewhere")
    return Topic.objects.get(pk=rail.pk)


def text_of(reply: Any) -> str:
    return " ".join(reply.content.decode().split())


def test_the_tree_and_what_keywords_find(client: Client, rail: Topic) -> None:
    page = client.get(f"/topics/{rail.pk}/")
    text = text_of(page)

    assert [(row.topic.name, row.depth, row.above, row.counts.waiting) for row in page.context["rows"]] == [
        ("Machines", 0, "", 2), ("Rail", 1, "Machines", 2),
    ]  # fmt: skip
    assert '<span dir="auto">tram</span><b class="num">2</b>' in text and '<span dir="auto">ferry</span><b class="num">0</b>' in text
    assert [row.topic.name for row in client.get("/topics/?q=FERRY").context["rows"]] == ["Rail"]
    assert "No topic is like this." in text_of(client.get("/topics/?q=zeppelin"))


def test_a_rename_is_shown_done_with_its_articles_and_undone(client: Client, rail: Topic) -> None:
    for name, conditions, effects in (("Asks", [{"kind": "topic", "value": "Rail"}], {}), ("Adds", [], {"add": "Rail"}), ("Other", [], {"add": "Machines"})):
        Rule.objects.create(site=rail.site, name=name, conditions=conditions, effects=effects)
    shown = client.get(f"/topics/{rail.pk}/change/?name=Trains&parent=")
    page = text_of(shown)
    assert [rule.name for rule in shown.context["effect"].rules] == ["Adds"] and "add or remove the name that it has now" in page
    assert client.get(f"/topics/{rail.pk}/change/?name=Rail&parent=").context["effect"].rules == ()
    assert "+ name: Trains" in page and "Rewrite the 2 articles" in page and "- - Rail" in page
    assert Topic.objects.get(pk=rail.pk).name == "Rail" and not Review.objects.exists()

    client.post(f"/topics/{rail.pk}/change/", {"name": "Trains", "parent": "", "rewrite": "on"})

    rail.refresh_from_db()
    assert (rail.name, rail.parent) == ("Trains", None) and {tuple(one.topics) for one in Article.objects.all()} == {("Machines", "Trains")}
    run = BulkRun.objects.get()
    page = text_of(client.get(f"/topics/{rail.pk}/"))
    assert f'href="/bulk/{run.pk}/"' in page and "Rewriting 2 articles:" in page and "Name: <del>Rail</del> <ins>Trains</ins>" in page
    client.post(f"/bulk/{run.pk}/", {"do": "undo"})
    assert {tuple(one.topics) for one in Article.objects.all()} == {("Machines", "Rail")}
    assert "2 articles say so" in text_of(client.get(f"/topics/{rail.pk}/"))
    client.post(f"/topics/{rail.pk}/rewrite/", {"name": "Rail"})
    assert BulkRun.objects.count() == 3 and {one.topics[1] for one in Article.objects.all()} == {"Trains"}

    row = rail.history.first().history_id
    client.post(f"/topics/{rail.pk}/undo/", {"history": row})
    rail.refresh_from_db()
    assert (rail.name, rail.parent.name) == ("Rail", "Machines")
    again = client.post(f"/topics/{rail.pk}/undo/", {"history": row})
    assert again.status_code == 409 and "This is undone already." in text_of(again)


@pytest.mark.parametrize(("words", "sentence"), [({"name": "Machines", "parent": ""}, "called so already"), ({"name": "", "parent": ""}, "required")])
def test_a_name_that_cannot_be_is_refused(client: Client, rail: Topic, words: dict[str, str], sentence: str) -> None:
    reply = client.post(f"/topics/{rail.pk}/change/", words)

    assert reply.status_code == 422 and sentence in text_of(reply) and Topic.objects.get(pk=rail.pk).name == "Rail"
    assert client.post(f"/topics/{rail.parent_id}/change/", {"name": "Machines", "parent": rail.pk}).status_code == 422


def test_a_merger_is_shown_done_and_undone(client: Client, rail: Topic) -> None:
    trams = Topic.objects.create(site=rail.site, name="Trams", keywords=["tram", "bell"])
    page = text_of(client.get(f"/topics/merge/?one={trams.pk}&one={rail.pk}"))
    assert "Merge into Rail" in page and "Its keywords are then: tram, ferry, bell." in page and "No article names it otherwise." in page

    client.post("/topics/merge/", {"one": [trams.pk, rail.pk], "keep": trams.pk, "rewrite": "on"})
    assert {one.topics[1] for one in Article.objects.all()} == {"Trams"} and not Topic.objects.filter(name="Rail").exists()
    merger = Merger.objects.get()
    refused = client.post(f"/topics/mergers/{merger.pk}/undo/")
    assert refused.status_code == 409 and "were rewritten since" in text_of(refused)
    client.post(f"/bulk/{BulkRun.objects.get().pk}/", {"do": "undo"})
    client.post(f"/topics/mergers/{merger.pk}/undo/")
    assert Topic.objects.get(pk=rail.pk).article_links.count() == 2
    assert client.get(f"/topics/merge/?one={rail.pk}").status_code == 422


def test_two_admins_take_nothing_back_from_each_other(client: Client, rail: Topic) -> None:
    at = f"/topics/{rail.pk}/"
    seen = client.get(at).context["seen"]
    change(rail, {"keywords": ["tram", "bell"], "name": "Trains"}, actor=None)

    page = text_of(client.post(f"{at}words/", {"seen": seen, "keywords": "tram\r\nferry", "hashtags": "#Rail", "short_name": ""}, follow=True))
    rail.refresh_from_db()
    assert (rail.keywords, rail.hashtags) == (["tram", "bell"], ["#Rail"])
    assert f'<form action="{at}undo/" method="post">' in page and "Saved <b>Trains</b>" in page

    reply = client.post(f"{at}words/", {"seen": seen, "keywords": "tram", "hashtags": "", "short_name": "R"})
    assert reply.status_code == 409 and "Somebody changed the keywords meanwhile." in text_of(reply)
    assert (reply.context["words"].initial["keywords"], reply.context["words"].initial["hashtags"]) == (["tram"], ["#Rail"])
    late = client.post(f"{at}change/", {"seen": seen, "name": "Railways", "parent": rail.parent_id})
    assert late.status_code == 409 and "Somebody changed the name meanwhile." in text_of(late)
    client.post(f"{at}change/", {"seen": seen, "name": "Rail", "parent": ""})  # who saw Rail has left the name alone
    rail.refresh_from_db()
    assert (rail.name, rail.parent) == ("Trains", None)


def test_a_topic_that_was_merged_leads_to_what_it_has_become(client: Client, rail: Topic) -> None:
    trams = Topic.objects.create(site=rail.site, name="Trams")
    pair = {"one": [trams.pk, rail.pk], "keep": rail.pk}

    first, second = (client.post("/topics/merge/", pair) for _ in range(2))  # as a double press sends it

    assert first["Location"] == second["Location"] == client.get(f"/topics/{trams.pk}/")["Location"] == f"/topics/{rail.pk}/"
    merger = Merger.objects.get()
    assert f'<form action="/topics/mergers/{merger.pk}/undo/" method="post">' in text_of(client.get(f"/topics/{rail.pk}/"))


def test_words_files_and_new_topics(client: Client, rail: Topic) -> None:
    client.post(f"/topics/{rail.pk}/words/", {"keywords": "tram\n\n train \ntram", "hashtags": "#Rail", "short_name": "R"})
    rail.refresh_from_db()
    assert (rail.keywords, rail.hashtags, rail.short_name) == (["tram", "train"], ["#Rail"], "R")
    client.post(f"/topics/{rail.parent_id}/words/", {"act": "describe"})
    assert Topic.objects.get(name="Machines").path == "_data/topics/00-machines.yaml"
    reply = client.post("/topics/new/", {"name": "Sea", "parent": rail.pk})
    made = Topic.objects.get(name="Sea")
    assert reply["Location"] == f"/topics/{made.pk}/" and (made.parent, made.path) == (rail, "_data/topics/01-sea.yaml")
    assert client.post("/topics/new/", {"name": "Sea", "parent": ""}).status_code == 422


def test_the_admin_renames_and_offers_the_same_merger(client: Client, rail: Topic) -> None:
    words = {"name": "Trains", "short_name": "", "parent": "", "keywords": "tram", "hashtags": "", "place": "7"}
    assert client.post(f"/admin/articles/topic/{rail.pk}/change/", words).status_code == 302
    rail.refresh_from_db()
    assert (rail.name, rail.place, rail.aliases.get().name) == ("Trains", 7, "Rail")
    page = client.get(f"/admin/articles/topic/{rail.pk}/change/").content
    assert b'<div class="readonly">tram: 2</div>' in page and b'<div class="readonly">Rail</div>' in page
    assert b"called so already" in client.post(f"/admin/articles/topic/{rail.pk}/change/", words | {"name": "Machines"}).content
    machines = Topic.objects.get(name="Machines")
    reply = client.post("/admin/articles/topic/", {"action": "merge_into_one", "_selected_action": [rail.pk, machines.pk]})
    assert reply["Location"].startswith(f"/topics/merge/?site={rail.site.name}&one=") and client.get(reply["Location"]).status_code == 200
    client.post("/admin/articles/topic/add/", words | {"name": "Air", "site": rail.site.pk})
    assert Topic.objects.get(name="Air").path == "_data/topics/08-air.yaml"


def test_the_tree_costs_the_same_for_few_and_for_many(client: Client, rail: Topic) -> None:
    costs = []
    for count in (0, 50):
        for number in range(count):
            Topic.objects.create(site=rail.site, name=f"Topic {number}", parent=rail)
        client.get(f"/topics/{rail.pk}/")
        with CaptureQueriesContext(connection) as queries:
            page = client.get(f"/topics/{rail.pk}/")
        costs.append(len(queries))
    assert len(page.context["rows"]) == 52 and costs[0] == costs[1]

"""The pages of providers: their table and pane, what each form does, and what they cost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.decisions import decide, edit
from articles.models import Article, Provider, ProviderAlias, Review, Site
from articles.providers import change
from articles.workflow import Action
from tests.factories import make_article, make_person, make_site

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(page_of: Any, desk_admin: Any) -> Client:
    return page_of(desk_admin)


def text_of(reply: Any) -> str:
    return " ".join(reply.content.decode().split())


def lately(article: Article, days: float = 1) -> Article:
    Article.objects.filter(pk=article.pk).update(queued_at=timezone.now() - timedelta(days=days))
    return Article.objects.get(pk=article.pk)


@pytest.fixture
def tribune(site: Site) -> Provider:
    """Of three articles lately one is approved with 10 more than the robot said, one rejected, one waits; a fourth is old."""
    editor, now = make_person("editor", "ida"), timezone.now()
    approved, rejected, _ = (lately(make_article(site), days) for days in (1, 10, 80))
    lately(make_article(site), 100)
    decide([approved], Action.APPROVE, editor=editor, at=now - timedelta(hours=1), changes={"quality": 74})
    decide([rejected], Action.REJECT, editor=editor, at=now - timedelta(days=9))
    return Provider.objects.get(name="Harbour Tribune")


def test_the_table_says_what_a_provider_brings(client: Client, tribune: Provider) -> None:
    page = text_of(client.get("/providers/"))

    assert '<td class="n">3</td>' in page and '<span class="num">50%</span>' in page and "<span>+10</span>" in page
    assert 'aria-label="By week, the earliest first: 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1"' in page
    assert 'All <b class="num">1</b>' in page and 'New <b class="num">1</b>' in page
    assert "2 waiting articles are rejected now." in page
    assert "Back-test on the last 90 days: 1 of 2 agree with editors, 1 would be wrong." in page and "ida approved it 1 h ago" in page
    assert "<td>60–69</td><td class=\"n\">3</td>" in page and "<td>70–79</td><td class=\"n\">0</td>" in page


def test_tabs_search_and_order(client: Client, tribune: Provider) -> None:
    make_article(tribune.site, provider="The Quay Post")
    make_article(make_site("zz"), provider="Elsewhere")
    Provider.objects.filter(name="The Quay Post").update(trust="watch")
    ProviderAlias.objects.create(site=tribune.site, provider=tribune, name="HT Newswire")

    def listed(query: str) -> list[str]:
        return [row.name for row in client.get(f"/providers/?{query}").context["rows"]]

    assert listed("") == ["Harbour Tribune", "The Quay Post"] == listed("sort=name&trust=nonsense")
    assert listed("trust=watch") == ["The Quay Post"] == listed("q=QUAY")
    assert listed("q=newswire") == ["Harbour Tribune"] and listed("q=TRIBUNE.example") == ["Harbour Tribune", "The Quay Post"]
    assert listed("trust=blocked") == [] and "No provider is like this." in text_of(client.get("/providers/?trust=blocked"))


def test_who_is_called_just_what_is_sought_comes_first(client: Client, tribune: Provider) -> None:
    for name in ("A Tribune of Note", "Tribune"):
        make_article(tribune.site, provider=name)

    rows = client.get("/providers/?q=tribune").context["rows"]

    assert [row.name for row in rows] == ["Tribune", "Harbour Tribune", "A Tribune of Note"]


def test_a_name_that_looks_alike_is_merged_in_place_and_parted(client: Client, tribune: Provider) -> None:
    tribune.trust = "trusted"
    tribune.save()
    twin = make_article(tribune.site, provider="Harbour Tribun").provider

    page = text_of(client.get("/providers/?trust=alike"))
    link = f"/providers/merge/?trust=alike&amp;one={tribune.pk}&amp;one={twin.pk}"
    assert "looks like Harbour Tribune" in page and f'href="{link}"' in page and "Unmatched</span>" in page
    page = text_of(client.get(link.replace("&amp;", "&")))
    assert "Merge into Harbour Tribune" in page and "1 article becomes its own. 1 of them waits." in page
    assert 'action="/providers/merge/?trust=alike" method="post"' in page and f'href="/providers/{tribune.pk}/?trust=alike"' in page
    reply = client.post("/providers/merge/?trust=alike", {"one": [twin.pk, tribune.pk], "keep": tribune.pk}, follow=True)
    assert reply.redirect_chain[0][0] == f"/providers/{tribune.pk}/?trust=alike"
    assert Article.objects.filter(provider=tribune).count() == 5
    merger = tribune.site.mergers.get()
    page = text_of(reply)
    assert "Merged with <b>Harbour Tribun</b>" in page
    assert page.count(f'action="/providers/mergers/{merger.pk}/undo/?trust=alike"') == 2  # in the toast, and beside its names

    twice = client.post("/providers/merge/?trust=alike", {"one": [twin.pk, tribune.pk], "keep": tribune.pk})
    assert twice["Location"] == f"/providers/{tribune.pk}/?trust=alike" == client.get(f"/providers/{twin.pk}/?trust=alike")["Location"]
    late = client.post("/providers/merge/", {"one": [twin.pk, make_article(tribune.site, provider="Quay Post").provider_id]})
    assert late.status_code == 409 and "One of these providers was merged meanwhile." in text_of(late)

    assert client.post(f"/providers/mergers/{merger.pk}/undo/?trust=alike")["Location"].endswith("?trust=alike")
    assert Provider.objects.get(pk=twin.pk).name == "Harbour Tribun"
    again = client.post(f"/providers/mergers/{merger.pk}/undo/")
    assert again.status_code == 409 and "This merger is undone already." in text_of(again)
    alone = client.post("/providers/merge/", {"one": [twin.pk]})
    assert alone.status_code == 422 and "Tick at least two providers" in text_of(alone)


def test_a_name_that_looks_alike_is_kept_apart_in_place(client: Client, tribune: Provider) -> None:
    twin = make_article(tribune.site, provider="Harbour Tribun").provider
    at = f"/providers/{twin.pk}/"
    page = text_of(client.get("/providers/?trust=alike"))
    assert f'formaction="{at}change/?trust=alike" name="apart" value="{tribune.pk}"' in page

    reply = client.post(f"{at}change/?trust=alike", {"apart": tribune.pk}, follow=True)

    assert reply.context["rows"] == [] and "No new name looks like one that the desk knows." in text_of(reply)
    assert "Kept apart from: <del>–</del> <ins>Harbour Tribune</ins>" in text_of(reply) and "Names that look alike" not in text_of(reply)
    assert client.post(f"{at}change/", {"apart": make_article(make_site("zz")).provider.pk}).status_code == 404
    client.post(f"{at}undo/", {"history": twin.history.first().history_id})
    assert [row.name for row in client.get("/providers/?trust=alike").context["rows"]] == ["Harbour Tribun"]


def test_blocking_and_what_it_rejected_are_one_undo(client: Client, tribune: Provider) -> None:
    at = f"/providers/{tribune.pk}/"
    client.post(f"{at}trust/", {"trust": "blocked"})
    assert Review.objects.filter(by="rule").count() == 0
    assert client.post(f"{at}trust/?q=tribune&sort=name", {"trust": "normal"})["Location"] == f"{at}?q=tribune&sort=name"

    page = text_of(client.post(f"{at}trust/", {"trust": "blocked", "reject": "on"}, follow=True))

    assert "Blocked, and rejected 2 articles of <b>Harbour Tribune</b>" in page and "If you block it" not in page
    assert "It rejected 2 articles." in page and f'<form action="{at}undo/" method="post">' in page
    row = tribune.history.first().history_id
    assert f'<input type="hidden" name="history" value="{row}">' in page
    page = text_of(client.post(f"{at}undo/", {"history": row}, follow=True))
    tribune.refresh_from_db()
    assert tribune.trust == "normal" and Article.objects.filter(status="pending").count() == 2
    assert "Undone, and 2 articles taken back: <b>Harbour Tribune</b>" in page
    assert client.post(f"{at}undo/", {"history": row}).status_code == 409
    assert client.post(f"{at}undo/", {"history": "x"}).status_code == 422
    assert client.post(f"{at}trust/", {"trust": "holy"}).status_code == 422

    client.post(f"{at}trust/", {"trust": "blocked", "reject": "on"})
    page = text_of(client.post(f"{at}trust/", {"trust": "watch", "back": "on"}, follow=True))
    assert "Watch now, and 2 articles taken back: <b>Harbour Tribune</b>" in page


def test_two_admins_take_nothing_back_from_each_other(client: Client, tribune: Provider) -> None:
    change(tribune, {"description": "Ships\nand cranes. "}, actor=None)
    at = f"/providers/{tribune.pk}/"
    first = client.get(at).context
    words = {"name": tribune.name, "domain": tribune.domain, "description": "Ships\r\nand cranes.", "logo": "", "notes": ""}
    change(tribune, {"notes": "Mind the ads.", "trust": "watch"}, actor=None)

    assert client.post(f"{at}change/", words | {"seen": first["seen"], "name": "Harbour Post"}).status_code == 302
    tribune.refresh_from_db()
    assert (tribune.name, tribune.notes, tribune.description) == ("Harbour Post", "Mind the ads.", "Ships\nand cranes. ")

    reply = client.post(f"{at}change/", words | {"seen": first["seen"], "notes": "Mine."})
    assert reply.status_code == 409 and "Somebody changed the notes meanwhile." in text_of(reply)
    shown = reply.context["form"].initial
    assert (shown["notes"], shown["name"]) == ("Mine.", "Harbour Post")
    assert client.post(f"{at}trust/", {"trust": "trusted", "seen": first["seen"]}).status_code == 409
    assert client.post(f"{at}trust/", {"trust": "trusted", "seen": reply.context["seen"]}).status_code == 302


def test_the_least_approved_come_first_where_asked(client: Client, tribune: Provider, second_editor: Any) -> None:
    for name, approved, rejected in (("Ad Wire", 0, 2), ("Noise", 0, 3), ("Quay Post", 1, 0)):
        made = [lately(make_article(tribune.site, provider=name)) for _ in range(approved + rejected)]
        for action, chosen in ((Action.APPROVE, made[:approved]), (Action.REJECT, made[approved:])):
            if chosen:
                decide(chosen, action, editor=second_editor, at=timezone.now())
    make_article(tribune.site, provider="Unheard")

    rows = client.get("/providers/?sort=approved").context["rows"]

    assert [row.name for row in rows] == ["Noise", "Ad Wire", "Harbour Tribune", "Quay Post", "Unheard"]


def test_names_logo_notes_and_aliases_are_saved_or_refused(client: Client, tribune: Provider) -> None:
    make_article(tribune.site, provider="Quay Post")
    words = {"name": "Harbour Post", "domain": "tribune.example", "description": "", "notes": "Mind the ads."}
    words |= {"logo": "/logo.png", "width": "50", "height": "50"}

    assert client.post(f"/providers/{tribune.pk}/change/", words).status_code == 302
    tribune.refresh_from_db()
    assert (tribune.name, tribune.notes, tribune.images) == ("Harbour Post", "Mind the ads.", [{"url": "/logo.png", "width": 50, "height": 50}])
    for bad, sentence in (({"name": "Quay Post"}, "called so already"), ({"logo": "javascript:x"}, "begins with https://"), ({"name": ""}, "required")):
        reply = client.post(f"/providers/{tribune.pk}/change/", words | bad)
        assert reply.status_code == 422 and sentence in text_of(reply)
    client.post(f"/providers/{tribune.pk}/change/", {"act": "describe"})
    tribune.refresh_from_db()
    assert tribune.path == "_data/organizations/tribune.example.md"
    page = text_of(client.get("/exports/new/?scope=approved"))
    assert "New files" in page and "Harbour Post" in page

    client.post(f"/providers/{tribune.pk}/aliases/", {"name": "HT", "domain": ""})
    alias = ProviderAlias.objects.get(name="HT")
    assert "Quay Post" in text_of(client.post(f"/providers/{tribune.pk}/aliases/", {"name": "Quay Post", "domain": "tribune.example"}))
    client.post(f"/providers/{tribune.pk}/aliases/", {"remove": alias.pk})
    assert not ProviderAlias.objects.filter(pk=alias.pk).exists()
    page = text_of(client.get(f"/providers/{tribune.pk}/"))
    assert "Name: <del>Harbour Tribune</del> <ins>Harbour Post</ins>" in page and "Alias removed: HT" in page


def test_a_provider_is_added_with_a_file(client: Client, site: Site) -> None:
    reply = client.post("/providers/new/", {"name": "Mole Gazette", "domain": "mole.example", "trust": "trusted"})

    made = Provider.objects.get()
    assert reply["Location"] == f"/providers/{made.pk}/" and (made.trust, made.path) == ("trusted", "_data/organizations/mole.example.md")
    again = client.post("/providers/new/", {"name": "Mole Gazette", "domain": "mole.example", "trust": "normal"})
    assert again.status_code == 422 and "is called so already" in text_of(again)
    row = Provider.history.get()
    assert row.history_change_reason == "Added on the desk"
    undo = {"history": row.history_id}
    assert f'name="history" value="{row.history_id}"' in text_of(client.get(reply["Location"]))
    article = make_article(site, provider="Mole Gazette")
    Article.objects.filter(pk=article.pk).update(provider=made)
    assert "Articles carry this name by now" in text_of(client.post(f"/providers/{made.pk}/undo/", undo))
    Article.objects.filter(pk=article.pk).update(provider=article.provider)
    assert client.post(f"/providers/{made.pk}/undo/", undo)["Location"] == "/providers/"
    assert not Provider.objects.filter(pk=made.pk).exists() and not ProviderAlias.objects.filter(domain="mole.example").exists()


def test_figures_cost_the_same_for_one_and_for_fifty(client: Client, tribune: Provider, second_editor: Any) -> None:
    costs = []
    for count in (0, 49):
        for number in range(count):
            article = lately(make_article(tribune.site, provider=f"Paper {number}"))
            if number % 5 == 0:
                edit([article], {"quality": 70}, editor=second_editor, at=timezone.now())
        client.get("/providers/")
        with CaptureQueriesContext(connection) as queries:
            page = client.get("/providers/")
        costs.append(len(queries))
    assert len(page.context["rows"]) == 50 and costs[0] == costs[1]

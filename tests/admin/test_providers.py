"""Providers in the admin: all that the desk's own pages do, by the same functions."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from articles.models import Article, Merger, Provider, ProviderAlias, Site, Topic
from articles.providers import change, resolve
from tests.factories import make_article, make_site

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(page_of: Any, desk_admin: Any) -> Client:
    return page_of(desk_admin)


@pytest.fixture
def tribune(site: Site) -> Provider:
    make_article(site)
    return Provider.objects.get(name="Harbour Tribune")


def save(client: Client, provider: Provider, *aliases: tuple[str, str], removed: int = 0, **values: Any) -> Any:
    """Change a provider, and its aliases, on its page as a browser sends them. ``removed``: the key of an alias."""
    kept = list(provider.aliases.all())
    rows = [{"id": one.pk, "name": one.name, "domain": one.domain} for one in kept]
    rows += [{"id": "", "name": name, "domain": domain} for name, domain in aliases]
    form: dict[str, Any] = {
        "name": provider.name, "domain": provider.domain, "description": "", "trust": provider.trust, "notes": "",
        "aliases-TOTAL_FORMS": len(rows), "aliases-INITIAL_FORMS": len(kept), "aliases-MIN_NUM_FORMS": 0,
        "aliases-MAX_NUM_FORMS": 1000,
    }  # fmt: skip
    for place, row in enumerate(rows):
        form |= {f"aliases-{place}-{name}": value for name, value in row.items()}
        form[f"aliases-{place}-provider"] = provider.pk
        if row["id"] and row["id"] == removed:
            form[f"aliases-{place}-DELETE"] = "on"
    return client.post(f"/admin/articles/provider/{provider.pk}/change/", form | values, follow=bool(values))


def test_an_alias_belongs_to_the_site_and_is_found(client: Client, tribune: Provider) -> None:
    assert save(client, tribune, ("The Tribune", "tribune.example")).status_code == 302

    alias = ProviderAlias.objects.get(name="The Tribune")
    assert (alias.site, alias.provider) == (tribune.site, tribune)
    spelling = ("The Tribune", "tribune.example")
    assert resolve(tribune.site, [spelling]) == {spelling: tribune.pk}


def test_a_spelling_means_one_provider_of_a_site(client: Client, tribune: Provider) -> None:
    make_article(tribune.site, provider="Quay Post")

    reply = save(client, tribune, ("Quay Post", "tribune.example"))

    assert reply.status_code == 200
    assert b"This is an alias of Quay Post already. Merge the two, or remove it there." in reply.content
    assert ProviderAlias.objects.filter(name="Quay Post").count() == 1


def test_another_site_may_use_the_same_spelling(client: Client, tribune: Provider) -> None:
    make_article(make_site(), provider="Quay Post")

    assert save(client, tribune, ("Quay Post", "tribune.example")).status_code == 302
    assert set(ProviderAlias.objects.filter(name="Quay Post").values_list("site", flat=True)) == set(
        Site.objects.values_list("pk", flat=True)
    )


@pytest.mark.parametrize(
    ("aliases", "sentence"),
    [
        ([("", "")], None),
        ([("Trib", ""), ("Trib", "")], b"This alias is here already."),
        ([("Harbour Tribune", "tribune.example")], b"This alias is here already."),
    ],
)
def test_nothing_is_added_twice(client: Client, tribune: Provider, aliases: Any, sentence: bytes | None) -> None:
    before = ProviderAlias.objects.count()

    reply = save(client, tribune, *aliases)

    assert ProviderAlias.objects.count() == before
    assert reply.status_code == (302 if sentence is None else 200)
    assert sentence is None or sentence in reply.content


def test_an_alias_that_articles_carry_stays_here_too(client: Client, tribune: Provider) -> None:
    own = tribune.aliases.get()
    reply = save(client, tribune, removed=own.pk)
    assert b"This is the provider&#x27;s own name. Rename it instead." in reply.content and ProviderAlias.objects.filter(pk=own.pk).exists()
    spare = ProviderAlias.objects.create(site=tribune.site, provider=tribune, name="Trib")

    assert save(client, tribune, removed=spare.pk).status_code == 302

    assert list(tribune.aliases.all()) == [own]
    assert tribune.history.first().history_change_reason == "Alias removed: Trib"


def test_names_logo_and_notes_are_changed_and_an_earlier_row_brought_back(client: Client, tribune: Provider) -> None:
    save(client, tribune, name="Harbour Post", logo="/logo.png", width=50, height=50, notes="Mind the ads.")
    tribune.refresh_from_db()
    assert (tribune.name, tribune.notes, tribune.images) == ("Harbour Post", "Mind the ads.", [{"url": "/logo.png", "width": 50, "height": 50}])
    assert tribune.aliases.filter(name="Harbour Tribune").exists() and tribune.desk_fields == ["images", "name"]

    first = tribune.history.order_by("history_id").first().history_id
    page = f"/admin/articles/provider/{tribune.pk}/history/{first}/"
    values = {"name": "Harbour Tribune", "domain": "tribune.example", "description": "", "trust": "new", "notes": "", "logo": ""}
    assert client.get(page).status_code == 200 and client.post(page, values).status_code == 302
    tribune.refresh_from_db()
    assert (tribune.name, tribune.notes, tribune.images) == ("Harbour Tribune", "", [])
    for wrong, sentence in (({"logo": "javascript:x"}, b"begins with https://"), ({"name": ""}, b"This field is required.")):
        assert sentence in save(client, tribune, **wrong).content


def test_two_admins_take_nothing_back_from_each_other_here_either(client: Client, tribune: Provider) -> None:
    seen = client.get(f"/admin/articles/provider/{tribune.pk}/change/").context["adminform"].form.initial["seen"]
    old = {"name": tribune.name, "trust": tribune.trust}
    change(tribune, {"name": "Harbour Post", "trust": "watch"}, actor=None)

    save(client, tribune, notes="Mind the ads.", seen=seen, **old)
    tribune.refresh_from_db()
    assert (tribune.name, tribune.trust, tribune.notes) == ("Harbour Post", "watch", "Mind the ads.")

    reply = save(client, tribune, seen=seen, **old | {"name": "Harbour Gazette"})
    tribune.refresh_from_db()
    assert b"Somebody changed the name meanwhile." in reply.content and b"successfully" not in reply.content
    assert tribune.name == "Harbour Post"


def test_blocking_shows_its_effect_rejects_what_waits_and_is_taken_back(client: Client, tribune: Provider) -> None:
    twin = make_article(tribune.site, provider="Harbour Tribun", status="approved").provider
    page = client.get(f"/admin/articles/provider/{tribune.pk}/change/").content
    assert f'<a href="/admin/articles/provider/{twin.pk}/change/">Harbour Tribun (tribune.example)</a>'.encode() in page
    assert b"1 article waits now." in page and b"Back-test: nobody has decided on it" in page

    reply = save(client, tribune, trust="blocked", reject_waiting="on")

    mine = Article.objects.filter(provider=tribune)
    assert b"Rejected 1 article." in reply.content and mine.get().status == "rejected"
    assert b"It rejected 1 article." in client.get(f"/admin/articles/provider/{tribune.pk}/change/").content
    reply = save(client, tribune, trust="normal", take_back="on")
    assert b"Took 1 article back." in reply.content and mine.get().status == "pending"


def test_a_merger_is_shown_done_and_undone(client: Client, tribune: Provider) -> None:
    quay = make_article(tribune.site, provider="Quay Post").provider
    Provider.objects.filter(pk=quay.pk).update(trust="blocked")
    chosen = {"action": "merge_into_one", "_selected_action": [tribune.pk, quay.pk]}

    page = client.post("/admin/articles/provider/", chosen).content.decode()
    assert "Quay Post is blocked. Once merged, what it brings is no longer rejected." in page
    assert "Quay Post is blocked: what comes under these names is rejected from now on." in page
    reply = client.post("/admin/articles/provider/", chosen | {"keep": tribune.pk}, follow=True).content.decode()

    merger = Merger.objects.get()
    assert f'href="/admin/articles/merger/{merger.pk}/change/"' in reply and Provider.objects.get() == tribune
    assert b"Choose it in the list" in client.get(f"/admin/articles/merger/{merger.pk}/change/").content
    for sentence in (b"Parted again: Quay Post", b"This merger is undone already."):
        reply = client.post("/admin/articles/merger/", {"action": "part", "_selected_action": [merger.pk]}, follow=True)
        assert sentence in reply.content
    assert Article.objects.get(provider_name="Quay Post").provider_id == quay.pk


def test_nothing_is_deleted_that_articles_would_bring_back(client: Client, tribune: Provider) -> None:
    topic = Topic.objects.first()

    for kind, one in (("provider", tribune), ("topic", topic)):
        assert client.post(f"/admin/articles/{kind}/{one.pk}/delete/", {"post": "yes"}).status_code == 403
        assert b"delete_selected" not in client.get(f"/admin/articles/{kind}/").content

"""The provider's page in the admin: its aliases."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from articles.models import Provider, ProviderAlias, Site
from articles.providers import resolve
from tests.factories import make_article, make_site

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(page_of: Any, desk_admin: Any) -> Client:
    return page_of(desk_admin)


@pytest.fixture
def tribune(site: Site) -> Provider:
    make_article(site)
    return Provider.objects.get(name="Harbour Tribune")


def save(client: Client, provider: Provider, *aliases: tuple[str, str]) -> Any:
    """Add aliases on the provider's page as a browser sends them."""
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
    return client.post(f"/admin/articles/provider/{provider.pk}/change/", form)


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

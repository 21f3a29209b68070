"""Renaming, trust, aliases: what is kept, and what is refused with a sentence."""

from __future__ import annotations

from typing import Any

import pytest

from articles.models import Article, Provider, ProviderAlias, Site
from articles.providers import add_alias, add_provider, change, describe, remove_alias
from articles.recording import ChangeRefused
from tests.factories import make_article

pytestmark = pytest.mark.django_db


@pytest.fixture
def tribune(site: Site) -> Provider:
    make_article(site)
    return Provider.objects.get(name="Harbour Tribune")


def test_an_old_name_goes_on_meaning_the_provider(tribune: Provider, desk_admin: Any) -> None:
    assert change(tribune, {"name": "Harbour Post", "notes": "", "trust": "new"}, actor=desk_admin) == ["name"]

    assert make_article(tribune.site).provider == tribune and tribune.desk_fields == ["name"]
    assert {str(alias) for alias in tribune.aliases.all()} == {"Harbour Post (tribune.example)", "Harbour Tribune (tribune.example)"}
    row = Provider.history.latest()
    assert (row.name, row.history_user) == ("Harbour Post", desk_admin)
    assert change(tribune, {"name": "Harbour Post"}, actor=desk_admin) == []
    assert [row.name for row in Provider.history.order_by("history_id")] == ["Harbour Tribune", "Harbour Post"]


def test_a_name_means_one_provider(tribune: Provider, desk_admin: Any) -> None:
    make_article(tribune.site, provider="Quay Post")
    with pytest.raises(ChangeRefused, match="Quay Post is called so already. Merge the two instead."):
        change(tribune, {"name": "Quay Post", "trust": "watch"}, actor=desk_admin)
    with pytest.raises(ChangeRefused, match="needs a name"):
        change(tribune, {"name": ""}, actor=desk_admin)
    with pytest.raises(ChangeRefused, match="called so already"):
        add_provider(tribune.site, name="Quay Post", domain="tribune.example", actor=desk_admin)
    tribune.refresh_from_db()
    assert (tribune.name, tribune.trust) == ("Harbour Tribune", "new")


def test_blocking_begins_with_what_comes_next(tribune: Provider, desk_admin: Any) -> None:
    change(tribune, {"trust": "blocked"}, actor=desk_admin)
    assert tribune.blocked_from == Article.objects.latest("pk").pk
    change(tribune, {"trust": "watch"}, actor=desk_admin)
    assert tribune.blocked_from is None


def test_an_alias_that_articles_carry_stays(tribune: Provider, desk_admin: Any) -> None:
    alias = add_alias(tribune, ("The Tribune", "tribune.example"), actor=desk_admin)
    make_article(tribune.site, provider="The Tribune")
    with pytest.raises(ChangeRefused, match="1 article carries this name"):
        remove_alias(alias, actor=desk_admin)
    with pytest.raises(ChangeRefused, match="own name"):
        remove_alias(ProviderAlias.objects.get(name="Harbour Tribune"), actor=desk_admin)
    spare = add_alias(tribune, ("", "tribune.example/en"), actor=desk_admin)
    remove_alias(spare, actor=desk_admin)

    assert [row.history_change_reason for row in Provider.history.order_by("history_id")] == [
        "Alias added: The Tribune (tribune.example)", "Alias added:  (tribune.example/en)", "Alias removed:  (tribune.example/en)",
    ]  # fmt: skip


def test_a_provider_is_given_a_file_of_its_own_once(tribune: Provider, desk_admin: Any) -> None:
    describe(tribune, actor=desk_admin)
    twin = add_provider(tribune.site, name="Другой", domain="TRIBUNE.example", actor=desk_admin)
    nameless = add_provider(tribune.site, name="Порт", actor=desk_admin)

    assert (tribune.path, tribune.desk_fields) == ("_data/organizations/tribune.example.md", ["domain", "name"])
    assert (twin.path, nameless.path) == ("_data/organizations/tribune.example-2.md", "_data/organizations/port.md")

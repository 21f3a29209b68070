"""Providers made one, and two again."""

from __future__ import annotations

from typing import Any

import pytest

from articles.models import Article, Merger, Provider, ProviderAlias, SavedView, Site
from articles.narrowing import provider_named
from articles.providers import (
    MergeRefused,
    add_alias,
    change,
    merge,
    preview,
    remove_alias,
    resolve,
    undo,
    why_not_undone,
)
from tests.factories import NOON, make_article, make_person, make_site

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(site: Site) -> tuple[Provider, Provider]:
    """The Tribune with two articles, and the Post with three, one of them rejected."""
    for provider, statuses in (("Harbour Tribune", ("pending", "pending")), ("Quay Post", ("pending", "pending", "rejected"))):
        for status in statuses:
            make_article(site, provider=provider, status=status)
    post = Provider.objects.get(name="Quay Post")
    SavedView.objects.create(site=site, owner=make_person("editor", "ida"), name="Quay", query=f"provider={post.pk}&sort=age")
    Provider.objects.filter(pk=post.pk).update(description="News of the quay", trust="watch", notes="Mind the ads.")
    return Provider.objects.get(name="Harbour Tribune"), Provider.objects.get(pk=post.pk)


def state() -> Any:
    """All that a merger touches."""
    return (
        sorted(Provider.objects.values_list("pk", "name", "domain", "description", "trust", "notes", "path", "desk_fields")),
        sorted(ProviderAlias.objects.values_list("provider", "name", "domain")),
        sorted(Article.objects.values_list("pk", "provider", "status", "version", "provider_name")),
        list(SavedView.objects.values_list("query", flat=True)),
    )


def test_a_preview_says_what_a_merger_does(pair: tuple[Provider, Provider], desk_admin: Any) -> None:
    keep, gone = pair

    before = preview(keep, [gone])
    merger = merge(keep, [gone], at=NOON, actor=desk_admin)

    assert (before.article_count, before.waiting_count, [str(one) for one in before.aliases]) == (3, 2, ["Quay Post (tribune.example)"])
    assert before.filled == {"description": "News of the quay"} and merger.article_count == 3
    assert Article.objects.filter(provider=keep).count() == 5 and not Provider.objects.filter(pk=gone.pk).exists()
    assert keep.description == "News of the quay" and SavedView.objects.get().query == f"provider={keep.pk}&sort=age"
    assert provider_named(keep.site, str(gone.pk)) == keep == provider_named(keep.site, "quay post")
    spelling = ("Quay Post", "tribune.example")
    assert resolve(keep.site, [spelling]) == {spelling: keep.pk}
    said = [row.history_change_reason for row in Provider.history.filter(history_user=desk_admin).order_by("history_id")]
    assert said == ["Merged with Quay Post (tribune.example)", "Merged into Harbour Tribune"]


def test_undo_brings_everything_back_with_what_came_in_since(pair: tuple[Provider, Provider], desk_admin: Any) -> None:
    keep, gone = pair
    before = state()
    merger = merge(keep, [gone], at=NOON, actor=desk_admin)
    assert state() != before

    undo(merger, at=NOON, actor=desk_admin)
    assert state() == before

    merger = merge(keep, [gone], at=NOON, actor=desk_admin)
    late = make_article(keep.site, provider="Quay Post")
    assert late.provider == keep
    undo(merger, at=NOON, actor=desk_admin)
    late.refresh_from_db()
    assert late.provider == gone
    with pytest.raises(MergeRefused, match="undone already"):
        undo(merger, at=NOON, actor=desk_admin)


def test_undo_is_refused_where_somebody_built_on_it(pair: tuple[Provider, Provider], desk_admin: Any) -> None:
    keep, gone = pair
    third = Provider.objects.create(site=keep.site, name="Sea Wire")
    merger = merge(keep, [gone], at=NOON, actor=desk_admin)

    later = merge(third, [keep], at=NOON, actor=desk_admin)
    assert why_not_undone(merger) == "Harbour Tribune was merged into Sea Wire since. Undo that first."
    undo(later, at=NOON, actor=desk_admin)
    assert why_not_undone(merger) == ""

    keep.refresh_from_db()
    change(keep, {"trust": "blocked"}, actor=desk_admin)
    assert "was blocked since" in why_not_undone(merger)
    change(keep, {"trust": "new"}, actor=desk_admin)

    Article.objects.filter(provider_name="Quay Post").update(provider_name="Harbour Tribune")
    remove_alias(ProviderAlias.objects.get(name="Quay Post"), actor=desk_admin)
    add_alias(third, ("Quay Post", "tribune.example"), actor=desk_admin)
    assert why_not_undone(merger) == "The name Quay Post (tribune.example) belongs to Sea Wire by now."
    with pytest.raises(MergeRefused):
        undo(merger, at=NOON, actor=desk_admin)
    assert Merger.objects.get(pk=merger.pk).undone_at is None


def test_what_makes_no_merger_is_refused(pair: tuple[Provider, Provider], desk_admin: Any) -> None:
    keep, gone = pair
    elsewhere = Provider.objects.create(site=make_site(), name="Sea Wire")
    for others, sentence in (([], "at least two"), ([keep], "at least two"), ([elsewhere], "two sites")):
        with pytest.raises(MergeRefused, match=sentence):
            merge(keep, others, at=NOON, actor=desk_admin)
    gone.delete()
    with pytest.raises(MergeRefused, match="merged meanwhile"):
        merge(keep, [gone], at=NOON, actor=desk_admin)

"""Saving a view, and what the page of views does."""
from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import SavedView
from tests.conftest import signed_in
from tests.factories import make_article, make_site

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _counted_anew() -> None:
    cache.clear()


def test_the_queue_is_saved_and_shown_again(editor: Any) -> None:
    make_article(make_site())
    client = signed_in(editor)

    saved = client.post("/views/", {"name": "Rail", "query": "quality=20..79&topic=Rail&sort=heat"})

    assert saved["Location"] == "/queue/?quality=20..79&topic=Rail&sort=heat"
    page = client.get(saved["Location"]).content.decode()
    assert "Saved the view <b>Rail</b>" in page and 'href="/queue/?quality=20..79&amp;topic=Rail&amp;sort=heat"' in page


@pytest.mark.parametrize(("words", "sentence"), [({"name": " "}, "This field is required."), ({"name": "x" * 61}, "at most 60")])
def test_a_view_without_a_good_name_is_not_saved(words: dict[str, str], sentence: str, editor: Any) -> None:
    make_site()
    answer = signed_in(editor).post("/views/", {"query": "", **words})
    assert answer.status_code == 422 and sentence in answer.content.decode()
    assert not SavedView.objects.exists()


def test_what_a_view_holds_is_read_again(editor: Any) -> None:
    """A view cannot smuggle anything into the address that a queue would not write."""
    make_site()
    signed_in(editor).post("/views/", {"name": "Odd", "query": "next=//evil.example&quality=abc&sort=heat&seen=4"})
    assert SavedView.objects.get().query == "sort=heat"


def test_acts_on_the_page(editor: Any) -> None:
    site = make_site()
    first, second = (SavedView.objects.create(site=site, owner=editor, name=name, place=place) for place, name in enumerate("ab"))
    client = signed_in(editor)

    def act(view: SavedView, **words: str) -> Any:
        return client.post(f"/views/{view.pk}/", words, follow=True)

    act(second, act="up")
    assert list(SavedView.objects.values_list("name", flat=True)) == ["b", "a"]
    act(first, act="change", name="Renamed", shared="on")
    first.refresh_from_db()
    assert (first.name, first.shared) == ("Renamed", True)
    assert act(second, act="change", name="Renamed").status_code == 422
    act(first, act="start")
    assert client.get("/")["Location"] == "/queue/"  # a view of everything is the queue
    SavedView.objects.filter(pk=first.pk).update(query="quality=20..79")
    assert client.get("/")["Location"] == "/queue/?quality=20..79"
    page = act(first, act="remove").content.decode()
    assert "Removed <b" in page and "Undo" in page
    act(first, act="restore")
    assert SavedView.objects.get(pk=first.pk).removed_at is None


def test_others_views_are_theirs(editor: Any, second_editor: Any, desk_admin: Any) -> None:
    site = make_site()
    private = SavedView.objects.create(site=site, owner=editor, name="Secret plan")
    shared = SavedView.objects.create(site=site, owner=editor, name="For all", shared=True)
    other = signed_in(second_editor)

    page = other.get("/views/").content.decode()
    assert "For all" in page and "Secret plan" not in page and "Change" not in page.split("For all")[1]
    assert other.post(f"/views/{private.pk}/", {"act": "remove"}).status_code == 404
    assert other.post(f"/views/{shared.pk}/", {"act": "remove"}).status_code == 403
    assert signed_in(desk_admin).post(f"/views/{shared.pk}/", {"act": "remove"}).status_code == 302
    assert not SavedView.objects.there().filter(pk=shared.pk).exists()
    assert SavedView.objects.there().filter(pk=private.pk).exists()


def test_the_page_costs_the_same_for_many_views(editor: Any) -> None:
    site = make_site()
    provider = make_article(site).provider_id
    client = signed_in(editor)

    def cost() -> int:
        cache.clear()
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/views/").status_code == 200
        return len(seen)

    SavedView.objects.create(site=site, owner=editor, name="0", query=f"provider={provider}&topic=Rail")
    few = cost()
    for number in range(1, 20):
        SavedView.objects.create(site=site, owner=editor, name=str(number), query=f"provider={provider}&quality={number}..")
    assert cost() == few

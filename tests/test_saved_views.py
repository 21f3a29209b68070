"""Saved views: whose they are, their order, and what they count."""
from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.http import QueryDict

from articles import saved_views
from articles.models import SavedView
from articles.queue import Queue
from articles.saved_views import ViewRefused
from tests.factories import NOON, make_article, make_site

pytestmark = pytest.mark.django_db


def saved(site: Any, person: Any, name: str, query: str = "", shared: bool = False) -> SavedView:
    return saved_views.save_view(Queue.read(site, QueryDict(query)), person, name=name, shared=shared)


def names(site: Any, person: Any) -> list[str]:
    return [view.name for view in saved_views.views_of(site, person)]


def test_a_view_keeps_the_queue_as_it_is_written(site: Any, editor: Any) -> None:
    view = saved(site, editor, "  Good   rail ", "q=quality:20..79+tram&sort=heat&status=&heat=high")

    assert (view.name, view.query) == ("Good rail", "quality=20..79&q=tram&sort=heat")
    again = saved(site, editor, "Good rail", "type=video", shared=True)
    assert again.pk == view.pk and (again.query, again.shared) == ("type=video", True)


def test_private_views_are_ones_own_and_shared_ones_everybodys(site: Any, editor: Any, second_editor: Any) -> None:
    saved(site, editor, "Mine")
    saved(site, editor, "Ours", shared=True)
    saved(site, second_editor, "Theirs")
    saved(make_site(), editor, "Elsewhere")

    assert names(site, editor) == ["Mine", "Ours"]
    assert names(site, second_editor) == ["Theirs", "Ours"]


def test_only_the_owner_and_admins_change(site: Any, editor: Any, second_editor: Any, senior: Any, desk_admin: Any) -> None:
    view = saved(site, editor, "Ours", shared=True)

    assert [saved_views.may_change(view, one) for one in (editor, second_editor, senior, desk_admin)] == [True, False, False, True]


def test_order_is_the_owners(site: Any, editor: Any) -> None:
    first, second, third = (saved(site, editor, name) for name in ("c", "b", "a"))

    assert names(site, editor) == ["c", "b", "a"]
    saved_views.move_view(third, -1)
    assert names(site, editor) == ["c", "a", "b"]
    saved_views.move_view(first, -1)
    assert names(site, editor) == ["c", "a", "b"]
    saved_views.move_view(first, 1)
    assert names(site, editor) == ["a", "c", "b"]
    saved_views.move_view(second, 1)
    assert names(site, editor) == ["a", "c", "b"]


def test_removing_is_undone(site: Any, editor: Any) -> None:
    view = saved(site, editor, "Ours", shared=True)
    saved_views.start_with(view, editor, True)

    saved_views.remove_view(view, NOON)
    assert names(site, editor) == []
    assert saved_views.first_view(site, editor) is None
    assert saved_views.removed_lately(site, editor, NOON) == [view]
    saved_views.restore_view(view)
    assert names(site, editor) == ["Ours"]

    saved_views.remove_view(view, NOON)
    saved(site, editor, "Ours")
    with pytest.raises(ViewRefused, match="There is a view named “Ours” already"):
        saved_views.restore_view(view)


def test_names_are_once_for_a_person(site: Any, editor: Any, second_editor: Any) -> None:
    view = saved(site, editor, "One")
    saved(site, editor, "Two")
    saved(site, second_editor, "Two")

    with pytest.raises(ViewRefused, match="There is a view named “Two” already"):
        saved_views.change_view(view, name="Two", shared=False)
    with pytest.raises(ViewRefused, match="A view needs a name"):
        saved_views.change_view(view, name=" ", shared=False)
    saved_views.change_view(view, name="Three", shared=True)
    assert names(site, second_editor) == ["Two", "Three"]


def test_one_view_is_where_a_person_starts(site: Any, editor: Any) -> None:
    first, second = saved(site, editor, "One"), saved(site, editor, "Two")

    saved_views.start_with(first, editor, True)
    saved_views.start_with(second, editor, True)
    assert saved_views.first_view(site, editor) == second
    saved_views.start_with(second, editor, False)
    assert saved_views.first_view(site, editor) is None


def test_counts_are_one_query_and_stand_a_while(site: Any, editor: Any, django_assert_num_queries: Any) -> None:
    for quality in (90, 64, 40):
        make_article(site, quality=quality)
    views = [
        saved(site, editor, "Good", "quality=70.."),
        saved(site, editor, "Rail", "topic=Rail&quality=50.."),
        saved(site, editor, "Word", "q=tram"),
        saved(site, editor, "Held", "status=held"),
        saved(site, editor, "None", "provider=harbour tribune&heat=99.."),
    ]
    expected = ["1", "2", "3", "0", "0"]

    with django_assert_num_queries(2 if connection.vendor == "sqlite" else 1):  # SQLite is asked how common “tram” is
        assert [one.count for one in saved_views.counted(views, editor, NOON)] == expected
    make_article(site, quality=95)
    with django_assert_num_queries(0):
        assert [one.count for one in saved_views.counted(views, editor, NOON)] == expected
    cache.clear()
    assert [one.count for one in saved_views.counted(views, editor, NOON)] == ["2", "3", "4", "0", "0"]


def test_counts_are_capped(site: Any, editor: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(saved_views, "COUNTED_TO", 2)
    for _ in range(3):
        make_article(site)

    assert saved_views.counted([saved(site, editor, "All")], editor, NOON)[0].count == "2+"

"""Whose site it is, and whom a text means."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User

from articles.people import is_allowed
from articles.people.colleagues import SEE, WORK, mentioned, people_of, pieces
from tests.factories import make_person, make_seated, make_site


@pytest.mark.django_db
@pytest.mark.parametrize("permission", [SEE, WORK, "articles.change_conflict"])
def test_the_people_of_a_site_are_those_who_are_allowed(permission: str) -> None:
    here, there = make_site(), make_site()
    for role in ("reader", "editor", "senior editor", "admin", "superuser"):
        make_person(role)
    make_seated("editor", here)
    make_seated("admin", there)
    # Whoever has a seat has nothing but seats.
    make_seated("editor", there).groups.add(make_person("admin").groups.get())
    User.objects.filter(pk=make_person("admin").pk).update(is_active=False)
    make_person("reader").user_permissions.add(Permission.objects.get(codename="view_article"))

    allowed = [one for one in User.objects.order_by("username") if is_allowed(one, permission, here)]

    assert list(people_of(here, permission)) == allowed and 3 <= len(allowed) < User.objects.count()


def called(*names: str) -> list[Any]:
    return [SimpleNamespace(pk=name, get_username=lambda name=name: name) for name in names]


@pytest.mark.pure
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@ida", ["ida"]),
        ("Ask @ida.", ["ida"]),
        ("(@ida, @Milo!)", ["ida", "milo"]),
        ("@ida @ida", ["ida"]),
        ("ida@ida.example and @@ida", []),
        ("@idaa @", []),
        ("@jo.b and @jo", ["jo.b", "jo"]),
        ("@Åse-1", ["Åse-1"]),
        ("@ANNA", []),
        ("@Anna", ["Anna"]),
    ],
)
def test_a_text_mentions(text: str, found: list[str]) -> None:
    people = called("ida", "milo", "jo", "jo.b", "Åse-1", "Anna", "anna")

    assert [one.pk for one in mentioned(text, people)] == found


@pytest.mark.pure
def test_a_text_in_pieces_is_the_text() -> None:
    assert pieces("Hi @ida. Bye, @milo", called("ida")) == [("Hi ", False), ("@ida", True), (". Bye, @milo", False)]
    assert pieces("", called("ida")) == []

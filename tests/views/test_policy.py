"""The field policy: what is saved, what is reset, and what cannot be chosen."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from articles.frontmatter import FIELDS
from articles.models import FieldPolicy, Site
from articles.policy import policy_of
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


def defaults() -> dict[str, str]:
    owners = {f"owner-{key}": field.owner for key, field in FIELDS.items()}
    return owners | {f"change-{key}": field.change for key, field in FIELDS.items()}


def text_of(reply: Any) -> str:
    return " ".join(reply.content.decode().split())


def test_saving_stores_only_what_differs(site: Site, desk_admin: User) -> None:
    client = signed_in(desk_admin)

    client.post("/policy/", defaults() | {"owner-title": "desk", "change-excerpt": "context"})

    assert set(FieldPolicy.objects.values_list("field", "owner", "change")) == {("title", "desk", "decision"), ("excerpt", "ask", "context")}
    assert (policy_of(site).owners["title"], policy_of(site).changes["excerpt"]) == ("desk", "context")
    page = text_of(client.get("/policy/"))
    assert "Saved 2 changes of" in page and page.count("· changed here") == 2
    assert "<b>Title</b> set: Desk wins, decision" in page and "sam, just now" in page


def test_giving_a_default_again_removes_the_row_and_keeps_the_history(site: Site, desk_admin: User) -> None:
    client = signed_in(desk_admin)
    client.post("/policy/", defaults() | {"owner-title": "desk"})

    client.post("/policy/", defaults())

    assert not FieldPolicy.objects.exists()
    assert list(FieldPolicy.history.order_by("history_id").values_list("history_type", "history_user__username")) == [("+", "sam"), ("-", "sam")]


def test_one_field_or_all_are_reset(site: Site, desk_admin: User) -> None:
    client = signed_in(desk_admin)
    client.post("/policy/", defaults() | {"owner-title": "desk", "owner-excerpt": "feed", "owner-type": "feed"})

    client.post("/policy/", {"reset": "title"})
    assert set(FieldPolicy.objects.values_list("field", flat=True)) == {"excerpt", "type"}
    client.post("/policy/", {"reset": "all"})

    assert not FieldPolicy.objects.exists()


def test_fixed_owners_cannot_be_chosen(site: Site, desk_admin: User) -> None:
    signed_in(desk_admin).post("/policy/", defaults() | {"owner-published": "feed", "change-published": "context"})

    assert FieldPolicy.objects.values_list("field", "owner", "change").get() == ("published", "desk", "context")


@pytest.mark.parametrize("wrong", [{"owner-title": "nobody"}, {"change-title": ""}])
def test_wrong_input_changes_nothing(site: Site, desk_admin: User, wrong: dict[str, str]) -> None:
    reply = signed_in(desk_admin).post("/policy/", defaults() | {"owner-type": "desk"} | wrong)

    assert reply.status_code == 422 and not FieldPolicy.objects.exists()


def test_every_field_of_the_schema_has_a_row(site: Site, desk_admin: User) -> None:
    page = text_of(signed_in(desk_admin).get("/policy/"))

    assert all(f'name="change-{key}"' in page for key in FIELDS)
    assert "Ask (default)" in page and "follows from the decision" in page


def test_the_admin_refuses_a_fixed_owner(site: Site, desk_admin: User) -> None:
    desk_admin.is_staff = True
    desk_admin.save()
    client = signed_in(desk_admin)
    form = {"site": site.pk, "field": "published", "owner": "feed", "change": "decision"}

    client.post("/admin/articles/fieldpolicy/add/", form)
    assert not FieldPolicy.objects.exists()
    client.post("/admin/articles/fieldpolicy/add/", form | {"field": "title"})

    assert FieldPolicy.objects.get().field == "title"

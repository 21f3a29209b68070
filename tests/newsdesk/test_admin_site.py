"""The admin has no door of its own: people sign in where the limits on wrong passwords are."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.factories import make_person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("wanted", "kept"),
    [
        ("/admin/articles/provider/?q=a%26b", "/admin/articles/provider/?q=a%26b"),
        ("", "/admin/"),
        ("https://evil.example/", "/admin/"),
        ("//evil.example/admin/", "/admin/"),
        ("javascript:alert(1)", "/admin/"),
        ("http:///evil.example", "/admin/"),
        ("\\\\evil.example", "/admin/"),
    ],
)
def test_the_admin_sends_people_to_the_desks_door_and_back(wanted: str, kept: str) -> None:
    make_person("superuser", "root")
    client = Client()

    reply = client.get("/admin/login/", {"next": wanted})
    signed_in = client.post(reply["Location"], {"login": "root", "password": "a-long-password-9"})

    assert reply["Location"].startswith("/accounts/login/?next=")
    assert signed_in["Location"] == kept


def test_a_password_sent_to_the_admin_signs_nobody_in() -> None:
    make_person("superuser", "root")
    client = Client()

    reply = client.post("/admin/login/?next=/admin/", {"username": "root", "password": "a-long-password-9"})

    assert reply.status_code == 302 and "_auth_user_id" not in client.session


def test_who_may_not_enter_is_told_and_not_sent_in_circles(page_of: Any) -> None:
    assert page_of(make_person("editor")).get("/admin/", follow=True).status_code == 403
    assert page_of(make_person("admin")).get("/admin/login/")["Location"] == "/admin/"


def test_the_password_is_changed_at_one_place(page_of: Any) -> None:
    assert page_of(make_person("superuser")).get("/admin/password_change/")["Location"] == "/accounts/password/change/"

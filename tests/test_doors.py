"""Every address again, as somebody would try it who wants in, out or up: redirects that lead away, and words that nobody asked for."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from articles.models import Article, Preferences, SavedView, Seat, Site
from tests.addresses import addresses
from tests.conftest import signed_in
from tests.factories import make_article, make_person, make_seated

pytestmark = [pytest.mark.django_db, pytest.mark.once]
AWAY = ("https://evil.example/", "//evil.example/x", "/\\evil.example", "javascript:alert(1)")
NAMES = ("next", "from", "view", "to", "back", "return", "url", "redirect", "continue", "leave")


@pytest.fixture
def known() -> dict[str, Any]:
    article = make_article()
    return {"pk": article.pk, "other": article.pk, "name": article.site.name, "app_label": "articles", "key": "abc", "objects": {}}


def test_no_address_leads_away(known: dict[str, Any]) -> None:
    """Whatever is asked for by name or said to be where one comes from: each answer stays on the desk's own host."""
    root, stranger = signed_in(make_person("superuser")), Client()
    root.raise_request_exception = False
    led = 0
    asked = [one for one in addresses() if not one.name.startswith("admin:") or one.name == "admin:login"]
    # Leaving last, so that the rest is asked by somebody who is signed in.
    for number, address in enumerate(sorted(asked, key=lambda one: "logout" in one.name)):
        path, target = address.example(known), AWAY[number % len(AWAY)]
        words = dict.fromkeys(NAMES, target) | {"decision": "approve", "version": "1", "theme": "dark"}
        for client in (stranger, root):
            for reply in (
                client.get(path, words, headers={"Referer": target}),
                client.post(f"{path}?next={target}", words, headers={"Referer": target}),
            ):
                to = reply.get("Location") or reply.get("HX-Redirect") or ""
                led += bool(to)
                assert urlsplit(to).netloc in ("", "testserver") and urlsplit(to).scheme in ("", "http"), (address.name, to)
                assert not to.startswith(("//", "/\\", "\\")), (address.name, to)
    assert led > 100


def standing() -> list[Any]:
    """What everybody is and may, and which sites there are."""
    people = User.objects.order_by("pk").values_list("pk", "username", "email", "is_superuser", "is_staff", "is_active", "password")
    roles = User.groups.through.objects.order_by("pk").values_list()
    rights = [Group.permissions.through.objects.count(), User.user_permissions.through.objects.count()]
    return [list(people), list(roles), rights, list(Seat.objects.order_by("pk").values_list()), list(Site.objects.values_list())]


@pytest.mark.parametrize("role", ["editor", "admin"])
def test_no_form_of_the_desk_takes_what_it_did_not_ask_for(known: dict[str, Any], role: str) -> None:
    """Everything that would make somebody more than they are, sent to every address of the desk and of the accounts."""
    person, other = make_person(role), make_person("reader")
    client = signed_in(person)
    client.raise_request_exception = False
    extra = {
        "is_superuser": "on", "is_staff": "on", "is_active": "on", "groups": Group.objects.get(name="admin").pk,
        "user_permissions": "1", "user": other.pk, "person": other.pk, "owner": other.pk, "actor": other.pk, "username": "root",
        "site": "999", "title": "x", "seats": "1", "name": "x", "version": "1", "decision": "hold", "theme": "dark",
    }  # fmt: skip
    before = standing()
    for address in sorted(addresses(), key=lambda one: "logout" in one.name):
        if not address.name.startswith("admin:"):
            client.post(address.example(known), extra)
    assert standing() == before
    assert not Preferences.objects.filter(user=other).exists() and not SavedView.objects.filter(owner=other).exists()
    assert set(Article.objects.values_list("site", flat=True)) == {Article.objects.get().site_id}


def test_a_role_form_gives_a_role_and_nothing_else(site: Site) -> None:
    person, client = make_person("editor", "ida"), signed_in(make_person("admin"))

    client.post(
        f"/users/{person.pk}/",
        {"act": "role", "where": "all", "role": Group.objects.get(name="senior editor").pk, "is_superuser": "on", "is_staff": "on",
         "groups": Group.objects.get(name="admin").pk, "username": "x", "password": "x", "email": "x@x.example"},
    )  # fmt: skip

    after = User.objects.get(pk=person.pk)
    assert (after.username, after.email, after.is_superuser, after.is_staff, after.password) == ("ida", "", False, False, person.password)
    assert [group.name for group in after.groups.all()] == ["senior editor"]


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host"])
def test_a_link_for_somebody_has_the_desks_own_host(header: str) -> None:
    words = {"email": "x@desk.example", "role": str(Group.objects.get_or_create(name="editor")[0].pk), "where": "all"}

    reply = signed_in(make_person("admin")).post("/users/", words, headers={header: "evil.example"})

    assert b"evil.example" not in reply.content and (reply.status_code == 400) is (header == "Host")


def test_passwords_are_not_tried_out_from_inside(site: Site) -> None:
    """Who found an open browser does not guess the password that protects the account's own pages."""
    client = signed_in(make_seated("editor", site))

    codes = [client.post("/accounts/reauthenticate/", {"password": f"guess-{number}"}).status_code for number in range(12)]
    assert codes[0] == 200 and codes[-1] == 429
    change = {"password1": "heron-at-low-tide-4", "password2": "heron-at-low-tide-4"}
    codes = [client.post("/accounts/password/change/", {"oldpassword": f"guess-{number}", **change}).status_code for number in range(7)]
    assert codes[0] == 200 and codes[-1] == 429

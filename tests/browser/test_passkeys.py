"""A passkey in a real browser: added, used to sign in, and refused when it is another one; the pages of doors and people."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.utils import timezone
from playwright.sync_api import Page, expect

from articles.models import AccountEvent
from articles.people import invitations
from articles.people.roles import Manager
from tests.browser.conftest import violations
from tests.factories import make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
PASSWORD = "a-long-password-9"


def with_a_key(page: Page) -> tuple[Any, str]:
    """Plug a key with a fingerprint reader into the browser."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True}
    key = cdp.send("WebAuthn.addVirtualAuthenticator", {"options": {**options, "automaticPresenceSimulation": True}})
    return cdp, key["authenticatorId"]


def test_a_passkey_signs_in_and_nothing_else_does(desk: Any, live_server: Any) -> None:
    page = desk("admin", theme="dark", width=390)
    home = live_server.url.replace("127.0.0.1", "localhost")  # keys are for names, not for numbers
    cookie = next(one for one in page.context.cookies() if one["name"] == "sessionid")
    page.context.add_cookies([{"name": "sessionid", "value": cookie["value"], "url": home}])
    cdp, key = with_a_key(page)

    page.goto(f"{home}/me/")
    page.get_by_role("link", name="Passkeys and codes").click()
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    assert violations(page) == []
    assert Authenticator.objects.filter(type="webauthn", user=page.person).count() == 1
    page.goto(f"{home}/accounts/2fa/")
    expect(page.get_by_text("Signs in alone")).to_be_visible()
    assert violations(page) == []
    make_person("editor", "w" * 150)  # the longest name that there can be
    for path in ("/users/", "/users/log/"):
        page.goto(f"{home}{path}")
        for one in page.locator("summary").all():
            one.click()
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path

    page.goto(f"{home}/accounts/logout/")
    page.get_by_role("button", name="Sign out").click()
    assert violations(page) == []
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/queue/")
    assert AccountEvent.objects.filter(kind="signed_in", person=page.person).count() == 2

    boss = make_person("admin")
    role = Group.objects.get(name="editor")
    _, token = invitations.invite("x@desk.example", role, None, manager=Manager.of(boss), at=timezone.now())
    page.context.clear_cookies()
    page.goto(f"{home}/accounts/login/")
    cdp.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})  # another finger
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.locator("[data-webauthn-failed]")).to_be_visible(timeout=15_000)
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(f"{home}/invitation/{token}/")
    expect(page.get_by_role("heading", name="Join the desk")).to_be_visible()
    assert violations(page) == [] and page.evaluate("document.documentElement.scrollWidth <= innerWidth")

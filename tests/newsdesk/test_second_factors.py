"""Codes and recovery codes after the password, what is sealed of them, and who must have a second factor."""

from __future__ import annotations

import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.contrib.auth.models import User
from django.test import Client

from articles.models import AccountEvent, Site
from tests.conftest import signed_in
from tests.factories import make_person, make_seated, make_site

pytestmark = pytest.mark.django_db
PASSWORD, SECRET = "a-long-password-9", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def ida(db: None) -> User:
    return make_person("editor", "ida")


def code(secret: str = SECRET) -> str:
    """What the app would show now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def at_the_door(client: Client | None = None) -> tuple[Client, Any]:
    client = client or Client()
    return client, client.post("/accounts/login/", {"login": "ida", "password": PASSWORD, "next": "/decided/"})


def answer(client: Client, given: str) -> Any:
    return client.post("/accounts/2fa/authenticate/", {"code": given})


def test_codes_are_set_up_with_the_password_and_one_code(ida: User, site: Site) -> None:
    client = signed_in(ida)
    assert client.get("/accounts/2fa/totp/activate/")["Location"].startswith("/accounts/reauthenticate/")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    secret = client.session["mfa.totp.secret"]

    assert secret in page and "data:image/svg+xml;base64," in page
    assert client.post("/accounts/2fa/totp/activate/", {"code": "000000" if code(secret) != "000000" else "1"}).status_code == 200
    done = client.post("/accounts/2fa/totp/activate/", {"code": code(secret)})

    assert done["Location"] == "/accounts/2fa/recovery-codes/" and client.get(done["Location"]).content.count(b"<li>") == 10
    kept = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in kept and TOTP(Authenticator.objects.get(type="totp")).validate_code(code(secret))


def test_the_password_alone_does_not_let_in_who_has_codes(ida: User, site: Site) -> None:
    TOTP.activate(ida, SECRET)
    client, reply = at_the_door()

    assert reply["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/queue/").status_code == 302
    assert answer(client, "12345").status_code == 200 and client.get("/queue/").status_code == 302
    assert answer(client, code())["Location"] == "/decided/"
    assert client.get("/queue/").status_code == 200


def test_a_code_is_good_once(ida: User, site: Site) -> None:
    TOTP.activate(ida, SECRET)
    seen = code()
    answer(at_the_door()[0], seen)

    client, _ = at_the_door()
    assert answer(client, seen).status_code == 200 and client.get("/queue/").status_code == 302


def test_five_wrong_codes_close_the_door_whoever_knows_the_password(ida: User, site: Site) -> None:
    TOTP.activate(ida, SECRET)
    client, _ = at_the_door()
    right = code()
    wrong = next(word for word in ("111111", "222222") if word != right)

    assert [answer(client, wrong).status_code for _ in range(5)] == [200] * 5
    other, _ = at_the_door()
    last = answer(other, right)

    assert last.status_code == 429 and last["Retry-After"] == "900" and other.get("/queue/").status_code == 302


def test_a_recovery_code_lets_in_once(ida: User, site: Site) -> None:
    TOTP.activate(ida, SECRET)
    one = RecoveryCodes.activate(ida).get_unused_codes()[0]

    client, _ = at_the_door()
    assert answer(client, one).status_code == 302 and client.get("/queue/").status_code == 200
    again, _ = at_the_door()
    assert answer(again, one).status_code == 200


def test_turning_codes_off_asks_for_the_password_and_is_written_down(ida: User) -> None:
    TOTP.activate(ida, SECRET)
    client = signed_in(ida)
    assert client.post("/accounts/2fa/totp/deactivate/")["Location"].startswith("/accounts/reauthenticate/")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})

    client.post("/accounts/2fa/totp/deactivate/")

    assert not Authenticator.objects.exists()
    event = AccountEvent.objects.get(kind="factor_removed")
    assert (event.actor, event.person, event.after) == (ida, ida, {"type": "totp"})


@pytest.mark.parametrize(
    ("asked", "role", "sent"),
    [
        ("none", "admin", False),
        ("admins", "editor", False),
        ("admins", "admin", True),
        ("admins", "superuser", True),
        ("admins", "seated admin", True),
        ("all", "editor", True),
    ],
)
def test_who_must_have_a_second_factor_is_led_to_it(settings: Any, asked: str, role: str, sent: bool) -> None:
    settings.DESK_REQUIRE_MFA = asked
    site = make_site()
    person = make_seated("admin", site) if role == "seated admin" else make_person(role)
    client = signed_in(person)

    for path in ("/queue/", "/users/", "/admin/", "/accounts/email/", "/me/"):
        assert (client.get(path).get("Location") == "/accounts/2fa/") is sent, path
    assert client.post("/queue/live/").status_code == (302 if sent else 200)
    assert client.get("/accounts/2fa/").status_code == client.get("/healthz").status_code == 200
    TOTP.activate(person, SECRET)
    assert client.get("/queue/").status_code == 200


def test_passkeys_are_offered_at_the_door_and_forged_ones_let_nobody_in(ida: User) -> None:
    client = Client()
    options = client.get("/accounts/2fa/webauthn/login/", headers={"Accept": "application/json"}).json()["request_options"]
    assert options["publicKey"]["userVerification"] == "required" and len(options["publicKey"]["challenge"]) >= 32
    for forged in ("", "{}", "[]", '{"id": 1}', '{"response": {"userHandle": "MQ"}}'):
        assert client.post("/accounts/2fa/webauthn/login/", {"credential": forged}).status_code == 302
    assert "_auth_user_id" not in client.session
    inside = signed_in(ida)
    inside.post("/accounts/reauthenticate/", {"password": PASSWORD})
    inside.get("/accounts/2fa/webauthn/add/")
    for forged in ("{}", "[]", '{"id": 1}', '{"id": "eA", "rawId": "eA", "type": "public-key", "response": {}}'):
        assert inside.post("/accounts/2fa/webauthn/add/", {"name": "x", "credential": forged}).status_code == 200, forged
    assert not Authenticator.objects.exists()
    assert "Sign in with a passkey" in client.get("/accounts/login/").content.decode()

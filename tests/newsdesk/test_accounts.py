"""Signing in: limits on wrong passwords, sessions, cookies, and who may have an account."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.models import User
from django.core.cache.backends.filebased import FileBasedCache
from django.test import Client

from tests.factories import make_person, make_site

ROOT = Path(__file__).resolve().parent.parent.parent
DOOR, PASSWORD = "/accounts/login/", "a-long-password-9"
pytestmark = pytest.mark.django_db


def tries(name: str, password: str = "wrong", *, address: str = "192.0.2.1", client: Client | None = None) -> int:
    reply = (client or Client()).post(DOOR, {"login": name, "password": password}, REMOTE_ADDR=address)
    return reply.status_code


def count_hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each password that is hashed from now on."""
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda self, password, salt: hashed.append(password) or encode(self, password, salt))
    return hashed


def test_five_wrong_passwords_close_the_door_for_a_name_before_anything_is_hashed(monkeypatch: pytest.MonkeyPatch) -> None:
    make_person("editor", "ida")
    make_person("editor", "milo")
    assert [tries("ida") for _ in range(5)] == [200] * 5
    hashed = count_hashes(monkeypatch)

    assert [tries("ida", address="192.0.2.9") for _ in range(3)] == [429] * 3  # from anywhere
    assert tries("ida", PASSWORD) == 429  # and with the right one, or a guess would be told
    assert hashed == []
    assert tries("milo", PASSWORD) == 302  # nobody else is locked out


def test_a_name_that_nobody_has_is_limited_the_same() -> None:
    assert [tries("nobody") for _ in range(6)] == [200] * 5 + [429]


def test_twenty_wrong_passwords_close_the_door_for_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    make_person("editor", "ida")
    assert [tries(f"name-{number}") for number in range(20)] == [200] * 20
    hashed = count_hashes(monkeypatch)

    assert [tries(f"more-{number}") for number in range(12)] == [429] * 12
    assert hashed == []
    assert tries("ida", PASSWORD, address="192.0.2.7") == 302  # others come in as before


def test_signing_in_rightly_costs_nothing_of_the_limit() -> None:
    make_person("editor", "ida")

    assert [tries("ida", PASSWORD) for _ in range(12)] == [302] * 12


def test_the_page_says_so_and_when_to_come_back() -> None:
    for _ in range(5):
        tries("ida")

    reply = Client().post(DOOR, {"login": "ida", "password": "wrong"}, REMOTE_ADDR="192.0.2.1")

    assert reply["Retry-After"] == "900"
    assert b"Too many failed login attempts" in reply.content


def test_a_header_of_a_stranger_is_not_an_address() -> None:
    for number in range(20):
        Client().post(DOOR, {"login": f"n{number}", "password": "x"}, REMOTE_ADDR="192.0.2.1", headers={"X-Forwarded-For": f"198.51.100.{number}"})

    assert tries("other") == 429


@pytest.mark.once
def test_counters_survive_a_restart(tmp_path: Path) -> None:
    """They lie in the data folder, so another process sees what this one counted."""
    script = "import django; django.setup()\nfrom django.core.cache import cache; print(cache.incr('tries'))"
    environment = os.environ | {"DESK_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "newsdesk.settings"}
    ours = FileBasedCache(tmp_path / "cache", {})
    ours.set("tries", 4, 900)

    said = subprocess.check_output([sys.executable, "-c", script], cwd=ROOT, env=environment, text=True)

    assert (said, ours.get("tries")) == ("5\n", 5)


# --- sessions and cookies
def test_signing_in_gives_a_new_session_and_signing_out_ends_it() -> None:
    make_person("editor", "ida")
    make_site()
    client = Client()
    client.post("/accounts/login/", {"login": "ida", "password": "wrong"})
    session = client.session
    session["mark"] = 1
    session.save()
    client.cookies["sessionid"] = planted = session.session_key

    client.post(DOOR, {"login": "ida", "password": PASSWORD})
    key = client.cookies["sessionid"].value
    assert key != planted and client.get("/queue/").status_code == 200

    client.post("/accounts/logout/")
    thief = Client()
    thief.cookies["sessionid"] = key
    assert thief.get("/queue/").status_code == 302


@pytest.mark.parametrize("act", ["password", "inactive"])
def test_a_new_password_and_deactivation_end_sessions_elsewhere(page_of: Any, act: str) -> None:
    make_site()
    person = make_person("editor", "ida")
    elsewhere = page_of(person)
    assert elsewhere.get("/queue/").status_code == 200

    if act == "password":
        here = page_of(person)
        form = {"oldpassword": PASSWORD, "password1": "another-long-one-7", "password2": "another-long-one-7"}
        assert here.post("/accounts/password/change/", form).status_code == 302
    else:
        User.objects.filter(pk=person.pk).update(is_active=False)

    assert elsewhere.get("/queue/").status_code == 302


def test_cookies_are_for_the_server_alone(page_of: Any) -> None:
    make_person("editor", "ida")
    client = Client()
    client.get(DOOR)
    client.post(DOOR, {"login": "ida", "password": PASSWORD})
    client.post("/me/choose/", {"theme": "dark"})

    for name in ("sessionid", "theme"):
        assert client.cookies[name]["httponly"], name
    assert {client.cookies[name]["samesite"] for name in ("sessionid", "csrftoken", "theme")} == {"Lax"}
    assert int(client.cookies["sessionid"]["max-age"]) == 14 * 24 * 3600


def test_nobody_signs_up() -> None:
    reply = Client().post("/accounts/signup/", {"username": "eve", "password1": PASSWORD, "password2": PASSWORD})

    assert reply.status_code in (200, 403)
    assert not User.objects.filter(username="eve").exists()


# --- where one is sent
@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example", "javascript:alert(1)", "http:///evil.example", "\\\\evil.example", "https:evil.example"],
)
def test_no_redirect_leaves_the_desk(target: str) -> None:
    make_person("editor", "ida")

    signed_in = Client().post(DOOR, {"login": "ida", "password": PASSWORD, "next": target})
    by_query = Client().post(f"{DOOR}?next={target}", {"login": "ida", "password": PASSWORD})
    client = Client()
    client.post(DOOR, {"login": "ida", "password": PASSWORD})
    out = client.post("/accounts/logout/", {"next": target}, headers={"Referer": "https://evil.example/"})
    chosen = Client().post("/me/choose/", {"theme": "dark", "next": target}, headers={"Referer": target})

    for reply in (signed_in, by_query, out, chosen):
        assert reply.status_code == 302
        assert reply["Location"].startswith("/") and not reply["Location"].startswith("//"), reply["Location"]


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost@evil.example", "localhost\\evil"])
def test_a_host_that_is_not_ours_is_refused(host: str) -> None:
    reply = Client().get(DOOR, headers={"Host": host})

    assert reply.status_code == 400 and host.encode() not in reply.content


def test_forwarded_headers_are_not_believed(page_of: Any) -> None:
    make_site()
    client = page_of(make_person())

    reply = client.get("/", headers={"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"})

    assert reply["Location"] == "/queue/"
    assert not reply.wsgi_request.is_secure() and reply.wsgi_request.get_host() == "testserver"

"""Sessions: the list of them, their ends, and the limit for those that nobody uses; and new passwords by mail."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import AccountEvent, ApiToken, DeskSession, Site
from articles.people import sessions
from articles.tokens import make_token
from tests.conftest import signed_in
from tests.factories import make_person

pytestmark = pytest.mark.django_db
PASSWORD, NEW = "a-long-password-9", "heron-at-low-tide-4"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def ida(db: None) -> User:
    return make_person("editor", "ida")


def came_in(address: str = "192.0.2.1", agent: str = FIREFOX, password: str = PASSWORD) -> Client:
    client = Client(REMOTE_ADDR=address, headers={"User-Agent": agent})
    client.post("/accounts/login/", {"login": "ida", "password": password})
    return client


def later(monkeypatch: pytest.MonkeyPatch, **span: float) -> None:
    """Set the desk's clock to so much after now."""
    now = datetime.now(UTC) + timedelta(**span)
    monkeypatch.setattr(timezone, "now", lambda: now)


def test_one_sees_where_one_is_signed_in(ida: User, site: Site) -> None:
    here, _ = came_in(), came_in("198.51.100.7", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) AppleWebKit/605 Safari/604.1")

    page = " ".join(here.get("/me/").content.decode().split())

    assert "<b>Firefox on Linux</b> <span class=\"tag pen\">Here</span>" in page and "<b>Safari on iPhone</b>" in page
    assert "198.51.100.7" in page and page.count('name="session"') == 1  # this one is not ended from the list


def test_one_session_is_ended_and_the_others_are_not(ida: User, site: Site) -> None:
    here, there, third = came_in(), came_in("198.51.100.7"), came_in("203.0.113.3")

    here.post("/me/sessions/", {"session": DeskSession.objects.get(address="198.51.100.7").pk})

    assert [client.get("/queue/").status_code for client in (here, there, third)] == [200, 302, 200]
    assert DeskSession.objects.count() == 2


def test_all_others_are_ended(ida: User, site: Site) -> None:
    here, there, third = came_in(), came_in(), came_in()
    before = Session.objects.count()

    here.post("/me/sessions/")

    assert "Signed out of 2 other places." in here.get("/me/").content.decode()
    assert [client.get("/queue/").status_code for client in (here, there, third)] == [200, 302, 302]
    assert Session.objects.count() == before - 2
    assert AccountEvent.objects.get(kind="sessions_ended").after == {"sessions": 2}


def test_one_signs_out_everywhere_here_too(ida: User, site: Site) -> None:
    here, there, other = came_in(), came_in(), signed_in(make_person())

    reply = here.post("/me/sessions/", {"everywhere": "1"})

    assert reply["Location"] == "/accounts/login/"
    assert [client.get("/queue/").status_code for client in (here, there, other)] == [302, 302, 200]
    assert DeskSession.objects.filter(person=ida).count() == 0


@pytest.mark.parametrize("named", ["0", "x", "9" * 30, "theirs"])
def test_nobody_ends_the_session_of_somebody_else(ida: User, site: Site, named: str) -> None:
    other = signed_in(make_person())
    number = str(DeskSession.objects.get().pk) if named == "theirs" else named

    assert came_in().post("/me/sessions/", {"session": number}).status_code == 404
    assert other.get("/queue/").status_code == 200


def test_what_nobody_uses_for_a_day_is_over(ida: User, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    client = came_in()

    later(monkeypatch, hours=23.9)
    assert client.get("/queue/").status_code == 200  # which counts from here again
    later(monkeypatch, hours=47)
    assert client.get("/queue/").status_code == 200
    later(monkeypatch, hours=72)

    assert client.get("/queue/").status_code == 302 and not DeskSession.objects.exists()


def test_a_session_is_over_after_fourteen_days_however_much_it_is_used(ida: User, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    client = came_in()

    for day in range(1, 15):
        later(monkeypatch, days=day * 0.99)
        assert client.get("/healthz").status_code == 200 and sessions.SEEN in client.session, day
    later(monkeypatch, days=14.01)

    assert client.get("/queue/").status_code == 302


def test_a_page_that_asks_by_itself_is_nobody_at_work(ida: User, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    client = came_in()
    later(monkeypatch, hours=23)
    assert client.post("/queue/live/").status_code == 200

    later(monkeypatch, hours=25)

    assert client.post("/queue/live/").status_code == 302


def test_a_session_that_the_desk_does_not_know_is_over(ida: User, site: Site) -> None:
    client = came_in()
    session = client.session
    del session[sessions.SEEN]  # as from before there was a list
    session.save()

    assert client.get("/queue/").status_code == 302


def test_being_seen_is_written_every_five_minutes_and_costs_nothing_between(ida: User, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    client = came_in()
    client.get("/healthz")
    seen = DeskSession.objects.get().seen_at
    with CaptureQueriesContext(connection) as queries:
        client.get("/healthz")
    assert not [query for query in queries if "desksession" in query["sql"]]

    later(monkeypatch, minutes=6)
    client.get("/healthz")

    assert DeskSession.objects.get().seen_at - seen >= timedelta(minutes=5)


def test_an_old_row_goes_when_one_comes_in_again(ida: User) -> None:
    came_in()
    DeskSession.objects.update(seen_at=timezone.now() - timedelta(days=15))
    came_in()

    assert DeskSession.objects.count() == 1


def test_a_new_password_ends_the_sessions_elsewhere_for_good(ida: User, site: Site) -> None:
    here, there = came_in(), came_in()
    key = there.cookies["sessionid"].value

    here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})

    assert not Session.objects.filter(session_key=key).exists() and there.get("/queue/").status_code == 302
    assert AccountEvent.objects.filter(kind="password", actor=ida).count() == 1
    assert came_in(password=NEW).get("/queue/").status_code == 200 and came_in().get("/queue/").status_code == 302


# --- forgotten passwords
def test_without_mail_nobody_gets_a_link_and_no_log_does(ida: User, settings: Any, capfd: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    User.objects.update(email="ida@desk.example")
    client = Client()

    page, sent = client.get("/accounts/password/reset/"), client.post("/accounts/password/reset/", {"email": "ida@desk.example"})

    assert (page.status_code, sent.status_code) == (200, 403) and "This desk sends no mail" in page.content.decode()
    said = capfd.readouterr()
    assert "reset" not in said.out + said.err


def test_with_mail_a_link_gives_a_new_password_once(ida: User, site: Site) -> None:
    User.objects.update(email="ida@desk.example")
    there = came_in()
    Client().post("/accounts/password/reset/", {"email": "ida@desk.example"})
    link = next(line for line in mail.outbox[0].body.split() if line.startswith("http://testserver"))
    client = Client()
    form = client.get(link, follow=True).redirect_chain[-1][0]

    assert client.post(form, {"password1": "short", "password2": "short"}).status_code == 200
    client.post(form, {"password1": NEW, "password2": NEW, "is_superuser": "on", "is_staff": "on"})

    ida.refresh_from_db()
    assert ida.check_password(NEW) and not ida.is_superuser and not ida.is_staff
    assert there.get("/queue/").status_code == 302 and came_in(password=NEW).get("/queue/").status_code == 200
    assert "no longer good" in Client().get(link, follow=True).content.decode()


def test_a_stranger_learns_nothing_and_gets_no_mail(ida: User) -> None:
    User.objects.update(email="ida@desk.example")
    known, unknown = (Client().post("/accounts/password/reset/", {"email": f"{name}@desk.example"}) for name in ("ida", "eve"))

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert [message.to for message in mail.outbox] == [["ida@desk.example"]]


def test_the_closed_get_no_link(ida: User) -> None:
    User.objects.update(email="ida@desk.example", is_active=False)
    Client().post("/accounts/password/reset/", {"email": "ida@desk.example"})

    assert mail.outbox == []


def test_a_link_in_a_mail_has_the_desks_own_host(ida: User, settings: Any) -> None:
    User.objects.update(email="ida@desk.example")

    for header in ("Host", "X-Forwarded-Host"):
        Client().post("/accounts/password/reset/", {"email": "ida@desk.example"}, headers={header: "evil.example"})

    assert all("evil.example" not in message.body for message in mail.outbox)


def test_mail_that_is_asked_for_is_limited(ida: User) -> None:
    User.objects.update(email="ida@desk.example")
    codes = [Client().post("/accounts/password/reset/", {"email": "ida@desk.example"}).status_code for _ in range(7)]

    assert codes[:5] == [302] * 5 and codes[-1] == 429 and len(mail.outbox) == 5


# --- and what becomes of the programs
def token_of(person: User) -> ApiToken:
    return make_token(person, "Nightly report", ["read"], at=timezone.now())[0]


@pytest.mark.parametrize("ticked", [False, True])
def test_a_new_password_asks_whether_tokens_end_with_the_old_one(ida: User, site: Site, ticked: bool) -> None:
    row, theirs = token_of(ida), token_of(make_person())
    here = came_in()
    page = here.get("/accounts/password/change/").content.decode()
    assert "Nightly report" in page and 'name="tokens"' in page and "checked" not in page

    form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW} | ({"tokens": "on"} if ticked else {})
    here.post("/accounts/password/change/", form)

    assert [one.is_valid(timezone.now()) for one in ApiToken.objects.filter(pk__in=[row.pk, theirs.pk])] == [True, not ticked]
    log = AccountEvent.objects.filter(kind="tokens_revoked").values_list("person_name", "before", "address")
    assert list(log) == ([("ida", {"tokens": [str(row)]}, "192.0.2.1")] if ticked else [])


def test_who_lost_the_password_finds_the_tick_set(ida: User, site: Site) -> None:
    User.objects.update(email="ida@desk.example")
    token_of(ida)
    client = Client()
    client.post("/accounts/password/reset/", {"email": "ida@desk.example"})
    link = next(line for line in mail.outbox[0].body.split() if line.startswith("http://testserver"))

    page = client.get(link, follow=True)
    assert re.search(r'<input[^>]*name="tokens"[^>]*checked', page.content.decode())
    client.post(page.redirect_chain[-1][0], {"password1": NEW, "password2": NEW, "tokens": "on"})

    assert not ApiToken.objects.valid(timezone.now()).exists()


def test_who_has_no_token_is_not_asked(ida: User, site: Site) -> None:
    make_token(ida, "Old", ["read"], at=timezone.now() - timedelta(days=91))

    assert 'name="tokens"' not in came_in().get("/accounts/password/change/").content.decode()

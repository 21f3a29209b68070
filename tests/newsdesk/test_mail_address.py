"""One's own mail address: changed with the password, once the new address has answered, and written down."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client

from articles.models import AccountEvent, Site
from tests.conftest import signed_in
from tests.factories import make_person

pytestmark = pytest.mark.django_db
PAGE, PASSWORD = "/accounts/email/", "a-long-password-9"


@pytest.fixture
def ida(db: None) -> User:
    person = make_person("editor", "ida")
    User.objects.filter(pk=person.pk).update(email="ida@desk.example")
    EmailAddress.objects.create(user=person, email="ida@desk.example", primary=True, verified=True)
    return person


def known(person: User) -> Client:
    client = signed_in(person)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def link_in_mail() -> str:
    return next(word for word in mail.outbox[0].body.split() if word.startswith("http://testserver"))


def test_it_is_not_changed_without_the_password(ida: User, site: Site) -> None:
    client = signed_in(ida)

    assert client.get(PAGE)["Location"].startswith("/accounts/reauthenticate/")
    client.post(PAGE, {"action_add": "1", "email": "eve@desk.example"})

    assert mail.outbox == [] and not EmailAddress.objects.filter(email="eve@desk.example").exists()


def test_the_new_one_counts_from_when_it_was_confirmed(ida: User, site: Site) -> None:
    client = known(ida)
    client.post(PAGE, {"action_add": "1", "email": "ida@quay.example"})

    assert "A link was sent to ida@quay.example." in " ".join(client.get(PAGE).content.decode().split())
    assert User.objects.get(pk=ida.pk).email == "ida@desk.example" and mail.outbox[0].to == ["ida@quay.example"]
    assert mail.outbox[0].body.startswith("ida wants the mail of newsdesk to come to this address.")
    page = client.get(link_in_mail()).content.decode()
    assert "Confirm it" in page and User.objects.get(pk=ida.pk).email == "ida@desk.example"  # reading changes nothing
    client.post(link_in_mail())

    assert User.objects.get(pk=ida.pk).email == "ida@quay.example"
    assert list(EmailAddress.objects.values_list("email", flat=True)) == ["ida@quay.example"]
    event = AccountEvent.objects.get(kind="mail")
    assert (event.person, event.before, event.after) == (ida, {"email": "ida@desk.example"}, {"email": "ida@quay.example"})
    assert "no longer good" in Client().get(link_in_mail()).content.decode()
    told = mail.outbox[-1]
    assert told.to == ["ida@desk.example"] and "ida@quay.example" in told.body  # the old one hears of it


def test_one_that_nobody_confirmed_is_called_so(site: Site) -> None:
    """As of accounts that were made at the terminal."""
    person = make_person("editor", "milo")
    User.objects.filter(pk=person.pk).update(email="milo@desk.example")
    client = known(person)

    assert "Your address is milo@desk.example. Nobody has confirmed yet" in " ".join(client.get(PAGE).content.decode().split())
    client.post(PAGE, {"action_send": "1", "email": "milo@desk.example"})
    client.post(link_in_mail())

    assert EmailAddress.objects.get(user=person).verified and "Your address is milo@desk.example." in client.get(PAGE).content.decode()


def test_the_old_one_is_kept_where_one_thinks_better_of_it(ida: User, site: Site) -> None:
    client = known(ida)
    client.post(PAGE, {"action_add": "1", "email": "ida@quay.example"})

    client.post(PAGE, {"action_remove": "1", "email": "ida@quay.example"})
    client.post(link_in_mail())

    assert User.objects.get(pk=ida.pk).email == "ida@desk.example" and not AccountEvent.objects.filter(kind="mail").exists()


def test_without_mail_the_page_says_so_and_takes_nothing(ida: User, site: Site, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    client = known(ida)

    page, sent = client.get(PAGE), client.post(PAGE, {"action_add": "1", "email": "ida@quay.example"})

    assert (page.status_code, sent.status_code) == (200, 403) and "This desk sends no mail" in page.content.decode()
    assert Client().get(PAGE)["Location"].startswith("/accounts/login/")
    assert EmailAddress.objects.get().email == "ida@desk.example"


# --- what is told by mail
def test_a_new_password_is_told_with_where_it_came_from(ida: User, site: Site) -> None:
    client = Client(REMOTE_ADDR="192.0.2.1")
    client.post("/accounts/login/", {"login": "ida", "password": PASSWORD})

    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": "heron-at-low-tide-4", "password2": "heron-at-low-tide-4"})

    (letter,) = mail.outbox
    assert letter.to == ["ida@desk.example"] and "UTC, from 192.0.2.1." in letter.body
    assert "heron" not in letter.body and letter.body.startswith("This has changed in your account:")


def test_a_server_that_refuses_undoes_nothing_and_is_named_in_the_log(
    ida: User, site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client = known(ida)

    def refuse(*_: Any, **__: Any) -> int:
        raise ConnectionRefusedError("Nobody answers")

    monkeypatch.setattr("django.core.mail.message.EmailMessage.send", refuse)
    page = client.post(PAGE, {"action_add": "1", "email": "ida@quay.example"})
    forgotten = Client().post("/accounts/password/reset/", {"email": "ida@desk.example"})
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": "heron-at-low-tide-4", "password2": "heron-at-low-tide-4"})

    assert page.status_code == 503 and "The mail server did not take the mail" in page.content.decode()
    assert list(EmailAddress.objects.values_list("email", flat=True)) == ["ida@desk.example"]
    assert forgotten.status_code == 302 and User.objects.get(pk=ida.pk).check_password("heron-at-low-tide-4")
    assert sum("Nobody answers" in line for line in caplog.messages) == 3

"""Invitations: who may send which, a link that is good once, and nothing in the database that opens the door."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group, User
from django.core import mail, signing
from django.test import Client
from django.utils import timezone

from articles.models import AccountEvent, Invitation, Site
from articles.people import invitations, is_allowed
from articles.people.invitations import SALT, LinkUnknown
from articles.people.roles import Manager
from tests.conftest import signed_in
from tests.factories import make_person, make_seated, make_site

pytestmark = pytest.mark.django_db
PASSWORD = "heron-at-low-tide-4"


@pytest.fixture
def admin(db: None) -> User:
    return make_person("admin", "sam")


def role(name: str) -> Group:
    return Group.objects.get(name=name)


def invited(client: Client, email: str = "ida@desk.example", name: str = "editor", where: Any = "all") -> Any:
    return client.post("/users/", {"email": email, "role": role(name).pk, "where": where})


def link_of(reply: Any) -> str:
    """The path of the link that a page shows."""
    found = re.search(r'value="http://testserver(/invitation/[^"]+)"', reply.content.decode())
    assert found, reply.content.decode()[-2000:]
    return found[1]


def joining(path: str, name: str = "ida", password: str = PASSWORD, again: str = "", client: Client | None = None) -> Any:
    return (client or Client()).post(path, {"name": name, "password": password, "again": again or password})


# --- the way in
def test_a_link_makes_an_account_with_its_role_and_signs_in(admin: User) -> None:
    here, there = make_site("harbour"), make_site("quarry")
    reply = invited(signed_in(admin), where=[str(here.pk)])
    path = link_of(reply)
    client = Client()

    assert client.get(path).status_code == 200 and not User.objects.filter(username="ida").exists()
    assert joining(path, client=client)["Location"] == "/"

    ida = User.objects.get(username="ida")
    assert (ida.email, ida.is_staff, ida.is_superuser, list(ida.groups.all())) == ("ida@desk.example", False, False, [])
    assert [is_allowed(ida, "articles.decide_article", site) for site in (here, there)] == [True, False]
    assert client.get("/queue/").status_code == 200 and client.get("/queue/?site=quarry").status_code == 404
    assert [event.kind for event in AccountEvent.objects.order_by("pk")][-3:] == ["invited", "accepted", "signed_in"]


def test_a_role_on_all_sites_is_a_group(admin: User) -> None:
    joining(link_of(invited(signed_in(admin), name="senior editor")))

    assert [group.name for group in User.objects.get(username="ida").groups.all()] == ["senior editor"]


def test_a_link_is_good_once(admin: User) -> None:
    path = link_of(invited(signed_in(admin)))
    joining(path)

    assert Client().get(path).status_code == joining(path, name="eve").status_code == 404
    assert not User.objects.filter(username="eve").exists()


def test_of_two_at_the_same_moment_one_comes_in(admin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    token = link_of(invited(signed_in(admin))).split("/")[2]
    seen = invitations.wanted(token, timezone.now())
    monkeypatch.setattr(invitations, "wanted", lambda token, at: seen)  # both have read it as open
    invitations.accept(token, name="ida", password=PASSWORD, at=timezone.now())

    with pytest.raises(LinkUnknown):
        invitations.accept(token, name="eve", password=PASSWORD, at=timezone.now())


def test_of_two_who_want_one_name_the_second_chooses_another(admin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    path = link_of(invited(signed_in(admin)))
    with monkeypatch.context() as both_have_looked:
        both_have_looked.setattr("articles.forms.people.JoinForm.clean_name", lambda form: form.cleaned_data["name"])
        reply = joining(path, name="sam")

    assert reply.status_code == 422 and "Somebody has just taken this name." in reply.content.decode()
    assert joining(path).status_code == 302  # the link was not used up


def test_a_link_ends_where_its_address_has_an_account_meanwhile(admin: User) -> None:
    path = link_of(invited(signed_in(admin)))
    EmailAddress.objects.create(user=make_person("editor"), email="ida@desk.example", verified=True)

    assert joining(path).status_code == 404 and not User.objects.filter(username="ida").exists()


@pytest.mark.parametrize("why", ["expired", "withdrawn", "renewed", "inviter closed", "inviter demoted", "site gone"])
def test_a_link_ends(admin: User, why: str) -> None:
    site, client = make_site("harbour"), signed_in(admin)
    path = link_of(invited(client, where=[str(site.pk)]))
    made = Invitation.objects.get()
    if why == "expired":
        Invitation.objects.update(expires_at=timezone.now())
    elif why in ("withdrawn", "renewed"):
        client.post(f"/users/invitations/{made.pk}/", {"act": "withdraw" if why == "withdrawn" else "resend"})
    elif why == "inviter closed":
        User.objects.filter(pk=admin.pk).update(is_active=False)
    elif why == "inviter demoted":
        admin.groups.set([role("editor")])
    else:
        site.delete()

    reply = joining(path)

    assert reply.status_code == 404 and "no longer good" in reply.content.decode()
    assert not User.objects.filter(username="ida").exists()


def test_the_renewed_link_is_good_and_lasts_anew(admin: User) -> None:
    client = signed_in(admin)
    invited(client)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))

    path = link_of(client.post(f"/users/invitations/{Invitation.objects.get().pk}/", {"act": "resend"}))

    assert joining(path).status_code == 302


@pytest.mark.parametrize("forged", ["x", "x:y", "a" * 200, "secret"])
def test_a_link_that_the_desk_did_not_sign_asks_the_database_nothing(forged: str, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert Client().get(f"/invitation/{forged}/").status_code == 404


def test_the_database_holds_nothing_that_opens_the_door(admin: User) -> None:
    token = link_of(invited(signed_in(admin))).split("/")[2]
    secret = signing.Signer(salt=SALT).unsign(token)

    kept = str(list(Invitation.objects.values())) + str(list(AccountEvent.objects.values()))
    assert secret not in kept and token not in kept and len(secret) >= 32
    assert signed_in(admin).get("/users/").content.decode().count(secret) == 0  # it was shown once


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ({"password": "short"}, "too short"),
        ({"password": "password12"}, "too common"),
        ({"password": "ida@desk.example"}, "too similar"),
        ({"again": "something-else-5"}, "not the same"),
        ({"name": "sam"}, "already exists"),
        ({"name": "<b>"}, "valid username"),
        ({"name": "admin"}, "can not be used"),
    ],
)
def test_names_and_passwords_are_looked_at(admin: User, settings: Any, words: dict[str, str], error: str) -> None:
    settings.ACCOUNT_USERNAME_BLACKLIST = ["admin"]
    path = link_of(invited(signed_in(admin)))

    reply = joining(path, **words)

    assert reply.status_code == 422 and error in reply.content.decode(), reply.content.decode()[-1500:]
    assert User.objects.count() == 1 and joining(path).status_code == 302  # the link was not used up


def test_what_the_page_did_not_ask_for_is_not_taken(admin: User) -> None:
    path = link_of(invited(signed_in(admin)))
    Client().post(path, {"name": "ida", "password": PASSWORD, "again": PASSWORD, "is_superuser": "on", "is_staff": "on",
                         "role": role("admin").pk, "where": "all", "email": "eve@desk.example", "groups": role("admin").pk})  # fmt: skip

    ida = User.objects.get(username="ida")
    assert (ida.is_superuser, ida.is_staff, ida.email, [group.name for group in ida.groups.all()]) == (False, False, "ida@desk.example", ["editor"])


def test_who_is_signed_in_makes_no_second_account(admin: User) -> None:
    client = signed_in(admin)
    path = link_of(invited(client))

    page = client.get(path).content.decode()

    assert "You are signed in as sam" in page
    assert joining(path, client=client).status_code == 200 and User.objects.count() == 1


# --- who may invite whom
def test_nobody_gives_more_than_they_have() -> None:
    here, there = make_site("harbour"), make_site("quarry")
    client = signed_in(make_seated("admin", here))

    assert invited(client, where=[str(here.pk)], name="admin").status_code == 200
    for where in ("all", [str(there.pk)], [str(here.pk), str(there.pk)], "nonsense", []):
        assert invited(client, "eve@desk.example", where=where).status_code == 422, where
    boss = Group.objects.create(name="boss")
    boss.permissions.set(role("admin").permissions.all())
    boss.permissions.add(*role("admin").permissions.model.objects.filter(codename="change_user"))
    assert invited(client, "eve@desk.example", "boss", [str(here.pk)]).status_code == 422
    assert Invitation.objects.count() == 1
    assert invited(signed_in(make_person("superuser")), "eve@desk.example", "boss").status_code == 200


@pytest.mark.parametrize("person", ["editor", "senior editor", "reader"])
def test_only_admins_invite(person: str) -> None:
    assert invited(signed_in(make_person(person))).status_code == 403


def test_an_address_is_invited_once_and_has_one_account(admin: User) -> None:
    client = signed_in(admin)
    invited(client)

    again = invited(client, "IDA@desk.example")
    joining(link_of(client.post(f"/users/invitations/{Invitation.objects.get().pk}/", {"act": "resend"})))
    known = invited(client, "Ida@Desk.example")

    assert again.status_code == known.status_code == 422
    assert "invited already" in again.content.decode() and "has an account already" in known.content.decode()


def test_invitations_of_other_sites_are_not_seen() -> None:
    here, there = make_site("harbour"), make_site("quarry")
    for site in (here, there):
        invited(signed_in(make_seated("admin", site)), f"new@{site.name}.example", where=[str(site.pk)])
    client = signed_in(make_seated("admin", here))

    page = client.get("/users/").content.decode()

    assert "new@harbour.example" in page and "new@quarry.example" not in page
    other = Invitation.objects.get(email="new@quarry.example")
    assert client.post(f"/users/invitations/{other.pk}/", {"act": "withdraw"}).status_code == 404


# --- by mail, and without
def test_the_link_goes_by_mail_where_there_is_one(admin: User) -> None:
    reply = invited(signed_in(admin))

    sent = mail.outbox[0]
    assert sent.to == ["ida@desk.example"] and "http://testserver" + link_of(reply) in sent.body
    assert Invitation.objects.get().mailed and "is on its way" in reply.content.decode()
    assert reply["Cache-Control"] == "no-store"


def test_without_mail_the_admin_hands_it_over_and_no_log_holds_it(admin: User, settings: Any, capfd: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

    reply = invited(signed_in(admin))

    assert "The desk sends no mail" in reply.content.decode() and not Invitation.objects.get().mailed
    token = link_of(reply).split("/")[2]
    said = capfd.readouterr()
    assert token not in said.out + said.err


def test_a_mail_server_that_fails_is_told(admin: User, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody there

    reply = invited(signed_in(admin))

    assert "The mail could not be sent" in reply.content.decode() and link_of(reply)


def test_a_manager_is_nobody_without_the_right(site: Site) -> None:
    assert not Manager.of(make_person("senior editor")) and not Manager.of(make_person("reader"))
    assert Manager.of(make_person("admin")).everywhere and not Manager.of(make_seated("admin", site)).everywhere

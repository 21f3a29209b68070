"""What admins do with accounts, and what they may not."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import AccountEvent, ApiToken, Invitation, Seat, Site
from articles.people import accounts
from articles.people.roles import Manager, PeopleRefused
from articles.tokens import make_token
from tests.conftest import signed_in
from tests.factories import NOON, make_person, make_seated, make_site

pytestmark = pytest.mark.django_db


@pytest.fixture
def sites(db: None) -> tuple[Site, Site]:
    return make_site("harbour"), make_site("quarry")


@pytest.fixture
def admin(db: None) -> User:
    return make_person("admin", "sam")


def role(name: str) -> Group:
    return Group.objects.get(name=name)


def press(client: Client, person: User, act: str, **words: Any) -> Any:
    return client.post(f"/users/{person.pk}/", {"act": act} | words)


def standing(person: User) -> dict[str, str]:
    return accounts.described(User.objects.get(pk=person.pk))


def test_a_role_on_a_site_takes_the_place_of_one_on_all_and_back(admin: User, sites: tuple[Site, Site]) -> None:
    person, client = make_person("editor"), signed_in(admin)

    press(client, person, "role", where=str(sites[0].pk), role=role("senior editor").pk)
    assert standing(person) == {"harbour": "senior editor"}
    press(client, person, "role", where=str(sites[1].pk), role=role("editor").pk)
    assert standing(person) == {"harbour": "senior editor", "quarry": "editor"}
    press(client, person, "role", where=str(sites[0].pk), role="")
    assert standing(person) == {"quarry": "editor"}
    press(client, person, "role", where="all", role=role("admin").pk)
    assert standing(person) == {"*": "admin"} and not Seat.objects.exists()

    told = [(event.actor, event.person, event.before, event.after) for event in AccountEvent.objects.filter(kind="role").order_by("pk")]
    assert told[0] == (admin, person, {"*": "editor"}, {"harbour": "senior editor"})
    assert told[3] == (admin, person, {"quarry": "editor"}, {"*": "admin"}) and len(told) == 4


def test_nobody_changes_their_own_role_or_closes_their_own_account(admin: User) -> None:
    root = make_person("superuser")
    for person in (admin, root):
        client = signed_in(person)
        for act in ("role", "deactivate", "drop_factors", "new_password", "sign_out", "revoke_tokens"):
            assert press(client, person, act, where="all", role=role("editor").pk).status_code == 422, act
    assert standing(admin) == {"*": "admin"} and User.objects.filter(is_active=True).count() == 2


def test_the_last_admin_stays(admin: User) -> None:
    """Two admins who close each other at the same moment: the second has read its rights before the first one wrote."""
    other = make_person("admin", "tove")
    managers = [Manager.of(person) for person in (admin, other)]

    accounts.deactivate(other, manager=managers[0], at=NOON)
    with pytest.raises(PeopleRefused, match="the last admin"):
        accounts.deactivate(admin, manager=managers[1], at=NOON)
    with pytest.raises(PeopleRefused, match="the last admin"):
        accounts.change_role(admin, role("editor"), None, manager=managers[1], at=NOON)

    assert standing(admin) == {"*": "admin"} and User.objects.get(pk=admin.pk).is_active


def test_a_closed_account_is_out_at_once_and_comes_back_without_its_sessions(admin: User, sites: tuple[Site, Site]) -> None:
    person = make_person("admin", "ida")
    elsewhere, client = signed_in(person), signed_in(admin)
    Invitation.objects.create(email="x@desk.example", role=role("editor"), secret_hash="x", invited_by=person, expires_at=NOON)
    token = make_token(person, "Nightly report", ["read"], at=timezone.now())[0]

    press(client, person, "deactivate")
    assert elsewhere.get("/queue/")["Location"].startswith("/accounts/login/") and not Invitation.objects.open().exists()
    closed = Client().post("/accounts/login/", {"login": "ida", "password": "a-long-password-9"}, follow=True)
    assert "This account is closed" in closed.content.decode()

    press(client, person, "reactivate")
    assert elsewhere.get("/queue/").status_code == 302 and signed_in(person).get("/queue/").status_code == 200
    kinds = list(AccountEvent.objects.filter(actor=admin, person=person).order_by("pk").values_list("kind", flat=True))
    assert kinds == ["sessions_ended", "tokens_revoked", "deactivated", "reactivated"]
    assert not ApiToken.objects.valid(timezone.now()).filter(pk=token.pk).exists()


def test_signing_somebody_out_ends_all_their_sessions_and_no_other(admin: User, sites: tuple[Site, Site]) -> None:
    person, other = make_person("editor"), signed_in(make_person("editor"))
    places, client = [signed_in(person), signed_in(person)], signed_in(admin)

    press(client, person, "sign_out")

    assert [place.get("/queue/").status_code for place in (*places, other, client)] == [302, 302, 200, 200]


def test_an_admin_revokes_the_tokens_of_one_person(admin: User, sites: tuple[Site, Site]) -> None:
    person, other, client = make_person("editor"), make_person("editor"), signed_in(admin)
    for each, count in ((person, 2), (other, 1)):
        for _ in range(count):
            make_token(each, "Nightly report", ["read"], at=timezone.now())
    assert "Revoke 2 API tokens" in client.get("/users/").content.decode()

    press(client, person, "revoke_tokens")

    assert [one.person for one in ApiToken.objects.valid(timezone.now())] == [other]
    event = AccountEvent.objects.get(kind="tokens_revoked")
    assert (event.actor, event.person, len(event.before["tokens"])) == (admin, person, 2)


def test_a_link_for_a_new_password_is_made_for_who_forgot(admin: User) -> None:
    person, client = make_person("editor", "ida"), signed_in(admin)

    page = press(client, person, "new_password")
    link = page.content.decode().split('value="http://testserver')[1].split('"')[0]
    stranger = Client()
    form = stranger.get(link, follow=True)
    stranger.post(form.redirect_chain[-1][0], {"password1": "heron-at-low-tide-4", "password2": "heron-at-low-tide-4"})

    assert page["Cache-Control"] == "no-store" and User.objects.get(pk=person.pk).check_password("heron-at-low-tide-4")
    assert "no longer good" in Client().get(link, follow=True).content.decode()
    assert AccountEvent.objects.filter(actor=admin, person=person, kind="password_link").count() == 1


def test_second_factors_are_taken_from_who_lost_them(admin: User) -> None:
    person = make_person("editor")
    Authenticator.objects.create(user=person, type="totp", data={})

    press(signed_in(admin), person, "drop_factors")

    assert not Authenticator.objects.exists()
    assert AccountEvent.objects.get(kind="factor_removed").before == {"types": ["totp"]}


def test_an_admin_of_a_site_reaches_only_whose_roles_they_could_give(sites: tuple[Site, Site]) -> None:
    here, there = sites
    client = signed_in(make_seated("admin", here))
    mine, both, theirs = make_seated("editor", here), make_seated("editor", here, there), make_seated("editor", there)
    everywhere, root = make_person("editor"), make_person("superuser")

    for act in ("deactivate", "sign_out", "drop_factors", "new_password", "revoke_tokens"):
        for person, code in ((both, 422), (theirs, 404), (everywhere, 422), (root, 422)):
            assert press(client, person, act).status_code == code, (act, person)
    assert press(client, both, "role", where=str(here.pk), role=role("senior editor").pk).status_code == 302
    assert standing(both) == {"harbour": "senior editor", "quarry": "editor"}
    for person in (mine, both, everywhere):
        for where in ("all", str(there.pk)):
            assert press(client, person, "role", where=where, role=role("editor").pk).status_code == 422
    assert press(client, everywhere, "role", where=str(here.pk), role=role("editor").pk).status_code == 422
    assert press(client, mine, "deactivate").status_code == 302
    assert User.objects.filter(is_active=False).count() == 1


def test_a_superuser_is_managed_by_superusers_alone(admin: User) -> None:
    root = make_person("superuser")

    assert press(signed_in(admin), root, "deactivate").status_code == 422
    assert press(signed_in(make_person("superuser")), root, "deactivate").status_code == 302
    technician = make_person("editor")
    technician.user_permissions.add(role("admin").permissions.model.objects.get(codename="change_user"))
    assert press(signed_in(admin), technician, "new_password").status_code == 422  # who may more than the admin


def test_the_list_says_who_may_what_where(admin: User, sites: tuple[Site, Site]) -> None:
    person = make_seated("editor", sites[0], name="ida")
    Seat.objects.create(person=person, site=sites[1], role=role("senior editor"))
    Site.objects.filter(pk=sites[0].pk).update(title="Harbour")
    Authenticator.objects.create(user=person, type="totp", data={})
    make_person("reader", "nobody")

    page = " ".join(signed_in(admin).get("/users/").content.decode().split())

    assert "Editor, Harbour" in page and "Senior editor, A site" in page and "Codes" in page and "No role" in page
    assert "3 accounts" in page and "never seen" in page and "Admin, all sites" in page
    client = signed_in(make_seated("admin", sites[0]))
    page = " ".join(client.get("/users/").content.decode().split())
    assert "Editor, Harbour" in page and "Senior editor, A site" not in page  # what there is elsewhere is not told
    assert f'id="person-{admin.pk}"' in page and "nobody" not in page


def test_the_list_costs_the_same_for_2_and_50(admin: User, sites: tuple[Site, Site]) -> None:
    client, costs = signed_in(admin), []
    for count in (2, 48):
        made = User.objects.bulk_create(User(username=f"{count}-{number}") for number in range(count))
        Seat.objects.bulk_create(Seat(person=person, site=site, role=role("editor")) for person in made[::2] for site in sites)
        User.groups.through.objects.bulk_create(User.groups.through(user=person, group=role("editor")) for person in made[1::2])
        Authenticator.objects.bulk_create(Authenticator(user=person, type="totp", data={}) for person in made)
        client.get("/users/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/users/")
        costs.append(len(queries))

    assert costs[0] == costs[1]


def test_people_are_invited_before_there_is_a_site(admin: User) -> None:
    assert signed_in(admin).get("/users/").status_code == 200


def test_a_press_that_is_none_says_so(admin: User) -> None:
    assert press(signed_in(admin), make_person("editor"), "promote").status_code == 422

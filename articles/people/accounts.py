"""The people of the desk and what admins do with their accounts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.db.models import Max, Q, QuerySet, prefetch_related_objects
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from articles.models import ApiToken, Invitation, Seat, Site
from articles.people import programs, sessions
from articles.people.log import Kind, record
from articles.people.roles import Manager, PeopleRefused

FACTORS = {Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN}


@dataclass(frozen=True)
class Row:
    """One person in the list. ``roles``: (site or None for all, role's name); ``factors``: types of second factors;
    ``tokens``: how many API tokens open something."""

    person: Any
    roles: tuple[tuple[Site | None, str], ...]
    factors: frozenset[str]
    may_manage: bool
    may_seat: bool
    tokens: int = 0


def people_for(manager: Manager) -> QuerySet[User]:
    """Whom the manager sees: everybody, or those with a role on one of their sites. By name."""
    people = User.objects.annotate(seen_at=Coalesce(Max("desk_sessions__seen_at"), "last_login")).order_by("username")
    if not manager.everywhere:
        mine = [site.pk for site in manager.sites]
        seated = Seat.objects.filter(site__in=mine).values("person")
        everywhere = Q(seats=None) & (Q(is_superuser=True) | Q(groups__isnull=False))
        people = people.filter(pk__in=User.objects.filter(Q(pk__in=seated) | everywhere).values("pk"))
    return people


def rows(people: Sequence[User] | QuerySet[User], manager: Manager, at: datetime) -> list[Row]:
    """What the list says of each at that moment. The number of queries does not grow with them."""
    found = list(people)
    _prefetch(found)
    tokens = Counter(ApiToken.objects.valid(at).filter(person__in=found).order_by().values_list("person", flat=True))
    factors: dict[int, set[str]] = {}
    known = Authenticator.objects.filter(user__in=found, type__in=FACTORS)
    for person, kind in known.values_list("user", "type"):
        factors.setdefault(person, set()).add(kind)
    return [
        Row(
            person,
            _roles(person, manager),
            frozenset(factors.get(person.pk, ())),
            manager.may_manage(person),
            _may_seat(manager, person),
            tokens[person.pk],
        )
        for person in found
    ]


def change_role(person: User, role: Group | None, site: Site | None, *, manager: Manager, at: datetime, address: str = "") -> None:
    """Give a role on one site, or with ``site`` None on all of them, instead of the one they had there; with ``role`` None
    take it away. A role on all sites ends the seats, a seat ends the role on all. Raises PeopleRefused, and nothing changed.
    """
    with transaction.atomic():
        person = _locked(person)
        if not _may_seat(manager, person):
            raise PeopleRefused(_("You cannot change the role of this account."))
        before = described(person)
        here = [seat for seat in person.seats.all() if site and seat.site_id == site.pk]
        if any(not manager.may_give(seat.role_id, seat.site_id) for seat in here) or (site and not manager.has_site(site.pk)):
            raise PeopleRefused(_("You cannot change the role of this account."))
        if (site is None or person.groups.all()) and not manager.may_manage(person):
            raise PeopleRefused(_("Only an admin of all sites can change this role."))
        if role is not None and not manager.may_give(role.pk, site.pk if site else None):
            raise PeopleRefused(_("You cannot give a role that may do more than yours."))
        if site is None:
            person.seats.all().delete()
            person.groups.set([role] if role else [])
        else:
            person.groups.clear()
            Seat.objects.filter(person=person, site=site).delete()
            if role:
                Seat.objects.create(person=person, site=site, role=role)
        _keep_an_admin()
        after = described(User.objects.get(pk=person.pk))
        if after != before:
            _withdraw_invitations(person, at)
            record(Kind.ROLE, at=at, actor=manager.person, person=person, address=address, before=before, after=after)


def deactivate(person: User, *, manager: Manager, at: datetime, address: str = "") -> None:
    """Close an account: its sessions and its API tokens end at once, and so do the invitations that it sent. Raises
    PeopleRefused."""
    with transaction.atomic():
        person = _managed(person, manager)
        if person.is_active:
            User.objects.filter(pk=person.pk).update(is_active=False)
            _keep_an_admin()
            sessions.end(person, at=at, actor=manager.person, address=address)
            programs.shut_out(person, at=at, actor=manager.person, address=address)
            _withdraw_invitations(person, at)
            record(
                Kind.DEACTIVATED, at=at, actor=manager.person, person=person, address=address,
                before={"active": True}, after={"active": False},
            )  # fmt: skip


def reactivate(person: User, *, manager: Manager, at: datetime, address: str = "") -> None:
    """Open a closed account again, with the roles and the password that it had. Raises PeopleRefused."""
    with transaction.atomic():
        person = _managed(person, manager)
        if not person.is_active:
            User.objects.filter(pk=person.pk).update(is_active=True)
            record(
                Kind.REACTIVATED, at=at, actor=manager.person, person=person, address=address,
                before={"active": False}, after={"active": True},
            )  # fmt: skip


def sign_out(person: User, *, manager: Manager, at: datetime, address: str = "") -> int:
    """End all sessions of the person. How many there were. Raises PeopleRefused."""
    return sessions.end(_managed(person, manager), at=at, actor=manager.person, address=address)


def revoke_tokens(person: User, *, manager: Manager, at: datetime, address: str = "") -> int:
    """End all programs that act in the person's name. How many tokens there were. Raises PeopleRefused."""
    return programs.shut_out(_managed(person, manager), at=at, actor=manager.person, address=address)


def drop_factors(person: User, *, manager: Manager, at: datetime, address: str = "") -> None:
    """Take away all second factors, as for somebody who lost the telephone. Raises PeopleRefused."""
    with transaction.atomic():
        person = _managed(person, manager)
        kinds = sorted(Authenticator.objects.filter(user=person.pk).values_list("type", flat=True))
        if kinds:
            Authenticator.objects.filter(user=person.pk).delete()
            record(
                Kind.FACTOR_REMOVED, at=at, actor=manager.person, person=person, address=address, before={"types": kinds}
            )  # fmt: skip


def note_password_link(person: User, *, manager: Manager, at: datetime, address: str = "") -> None:
    """Write down that a link for a new password was made for the person. Raises PeopleRefused: then none may be made."""
    person = _managed(person, manager)
    if not person.is_active:
        raise PeopleRefused(_("This account is closed. Reactivate it first."))
    record(Kind.PASSWORD_LINK, at=at, actor=manager.person, person=person, address=address)


def described(person: User) -> dict[str, str]:
    """The person's roles as the log keeps them: site's name, or "*" for all -> role's name."""
    seats = {seat.site.name: seat.role.name for seat in person.seats.select_related("site", "role")}
    groups = ", ".join(person.groups.order_by("name").values_list("name", flat=True))
    return seats or ({"*": groups} if groups else {})


# --- what each act needs ----------------------------------------------------------------------------------------------
def _prefetch(people: list[User]) -> None:
    prefetch_related_objects(people, "groups", "seats__site", "seats__role", "user_permissions")


def _roles(person: User, manager: Manager) -> tuple[tuple[Site | None, str], ...]:
    """Roles on sites that the manager knows nothing of are left out."""
    seats = [(seat.site, seat.role.name) for seat in person.seats.all() if manager.everywhere or manager.has_site(seat.site_id)]
    if person.seats.all():
        return tuple(seats)
    return tuple((None, group.name) for group in person.groups.all())


def _may_seat(manager: Manager, person: User) -> bool:
    """Whether the manager may change a role of the person somewhere: nobody's own, no superuser's."""
    if person.pk == manager.person.pk or person.is_superuser:
        return False
    seats = list(person.seats.all())
    if manager.everywhere:
        return manager.may_manage(person)
    return any(manager.may_give(seat.role_id, seat.site_id) for seat in seats)


def _locked(person: User) -> User:
    """The person as they are now. Changes of people come one after the other, so that two admins cannot remove each other
    at the same moment: all of them wait for the rows of the groups."""
    list(Group.objects.select_for_update().order_by("pk").values_list("pk", flat=True))
    return User.objects.get(pk=person.pk)


def _managed(person: User, manager: Manager) -> User:
    with transaction.atomic():
        found = _locked(person)
        if not manager.may_manage(found):
            raise PeopleRefused(_("You cannot do this with this account."))
        return found


def _keep_an_admin() -> None:
    """Somebody who manages everything must be left. Raises PeopleRefused, which undoes the act."""
    manages = Q(groups__permissions__codename="change_seat", groups__permissions__content_type__app_label="articles", seats=None)
    if not User.objects.filter(Q(is_superuser=True) | manages, is_active=True).exists():
        raise PeopleRefused(_("This is the last admin. Make another one first."))


def _withdraw_invitations(person: User, at: datetime) -> None:
    Invitation.objects.open().filter(invited_by=person).update(withdrawn_at=at)

"""Who may do what on which site.

A group is a role on every site, a seat a role on one. Who has a seat has nothing but seats, whatever groups they are in;
superusers may do everything everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import F, FilteredRelation, Q

from articles.models import Seat, Site

Seats = Mapping[int, frozenset[str]]  # site's number -> permissions, as "articles.decide_article"


def is_allowed(person: Any, permission: str, site: Site | int) -> bool:
    """Whether the person has the permission on the site. The one question of pages, decisions, runs and interfaces."""
    if not person.is_active:
        return False
    if person.is_superuser:
        return True
    seats = seats_of(person)
    if not seats:
        return bool(person.has_perm(permission))
    return permission in seats.get(_number(site), ())


def is_allowed_somewhere(person: Any, permission: str) -> bool:
    """Whether the person has the permission on one site at least."""
    seats = seats_of(person)
    if not seats or not person.is_active:
        return bool(person.has_perm(permission))
    return any(permission in permissions for permissions in seats.values())


def seats_of(person: Any) -> Seats:
    """What the person may do on each site that they have a seat on; empty for those whose groups hold everywhere.

    One query, once for each person object, which is once a request.
    """
    if person.pk is None or person.is_superuser:
        return {}
    if not hasattr(person, "_desk_seats"):
        found: dict[int, set[str]] = {}
        for site, label, name in Seat.objects.filter(person=person.pk).order_by().values_list("site", *_columns("role__")):
            found.setdefault(site, set()).add(f"{label}.{name}")
        person._desk_seats = {site: frozenset(names) for site, names in found.items()}
    seats: Seats = person._desk_seats
    return seats


def forget_seats(person: Any) -> None:
    """Ask the database anew, after the person's seats or groups were changed."""
    for name in ("_desk_seats", "_perm_cache", "_group_perm_cache", "_user_perm_cache"):
        if hasattr(person, name):
            delattr(person, name)


def sites_of(person: Any) -> list[Site]:
    """The sites that exist for the person, by name. The same query says whether they have seats; those cost one more."""
    if person.is_superuser:
        return list(Site.objects.order_by("name"))
    mine = FilteredRelation("seats", condition=Q(seats__person=person.pk))
    sites = list(Site.objects.annotate(mine=mine, role=F("mine__role")).order_by("name"))
    taken = {site.pk: site.role for site in sites if site.role}  # type: ignore[attr-defined]
    if not hasattr(person, "_desk_seats"):
        may: dict[int, set[str]] = {role: set() for role in taken.values()}
        if taken:
            for role, label, name in Group.objects.filter(pk__in=may).values_list("pk", *_columns("")):
                may[role].add(f"{label}.{name}")
        person._desk_seats = {site: frozenset(may[role]) for site, role in taken.items()}
    return [site for site in sites if site.pk in taken] if taken else sites


def sit_down(person: Any, site: Site) -> None:
    """From here on ``person.has_perm("…")`` and ``perms`` in templates speak of this site."""
    person._desk_site = site.pk


class SeatBackend:
    """Django's question ``has_perm``, answered for people with seats; for all others the next backend answers.

    Asked with a site, or with something of one, it speaks of that; else of the page's site; and where no page has named
    one, of what the person may do on every site there is, as Django's admin shows all of them.
    """

    def authenticate(self, request: Any, **credentials: Any) -> None:
        """Seats let nobody in."""

    def has_perm(self, person: Any, permission: str, obj: Any = None) -> bool:
        if person.is_anonymous or not person.is_active:
            return False
        if obj is not None:
            site = obj if isinstance(obj, Site) else getattr(obj, "site_id", None)
            if site is None or not is_allowed(person, permission, site):
                raise PermissionDenied  # which ends the question: no group is asked
            return True
        if not seats_of(person):
            return False
        if permission not in _here(person):
            raise PermissionDenied
        return True

    def get_all_permissions(self, person: Any, obj: Any = None) -> frozenset[str]:
        return _here(person) if person.is_active and seats_of(person) else frozenset()

    def has_module_perms(self, person: Any, label: str) -> bool:
        if person.is_anonymous or not person.is_active or not seats_of(person):
            return False
        if not any(permission.startswith(f"{label}.") for permission in _here(person)):
            raise PermissionDenied
        return True


def _here(person: Any) -> frozenset[str]:
    """What the person may do on the page's site; without one, what they may do on all. One query a person then."""
    seats = seats_of(person)
    site = getattr(person, "_desk_site", None)
    if site is not None:
        return seats.get(site, frozenset())
    if not hasattr(person, "_desk_everywhere"):
        sites = Site.objects.values_list("pk", flat=True)
        person._desk_everywhere = frozenset.intersection(*(seats.get(pk, frozenset()) for pk in sites))
    everywhere: frozenset[str] = person._desk_everywhere
    return everywhere


def _columns(before: str) -> tuple[str, str]:
    return f"{before}permissions__content_type__app_label", f"{before}permissions__codename"


def _number(site: Site | int) -> int:
    return site if isinstance(site, int) else site.pk

"""Which people somebody may manage, and which roles they may give: never more than they have themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group

from articles.models import Site
from articles.people.rights import is_allowed, seats_of, sites_of

MANAGE = "articles.change_seat"


class PeopleRefused(Exception):
    """What was wished for people or their roles is not allowed. The text is a sentence for the screen."""


@dataclass(frozen=True)
class Manager:
    """What somebody may manage: ``sites``, by name, and with ``everywhere`` also people whose groups hold on all of them.

    ``roles``: each group's permissions, by its number. Falsy for who manages nothing.
    """

    person: Any
    sites: tuple[Site, ...]
    everywhere: bool
    roles: dict[int, frozenset[str]]

    @classmethod
    def of(cls, person: Any) -> Manager:
        """Four queries at most, whatever there is."""
        everywhere = bool(person.is_active and not seats_of(person) and person.has_perm(MANAGE))
        sites = tuple(site for site in sites_of(person) if is_allowed(person, MANAGE, site))
        found: dict[int, set[str]] = {}
        columns = ("pk", "permissions__content_type__app_label", "permissions__codename")
        for role, label, name in Group.objects.values_list(*columns) if everywhere or sites else ():
            found.setdefault(role, set()).update([f"{label}.{name}"] if name else [])
        return cls(person, sites, everywhere, {role: frozenset(names) for role, names in found.items()})

    def __bool__(self) -> bool:
        return self.everywhere or bool(self.sites)

    def has_site(self, site: int) -> bool:
        return any(one.pk == site for one in self.sites)

    def may_give(self, role: int, site: int | None) -> bool:
        """Whether the role may be given on the site; with None on all, also on those to come."""
        if role not in self.roles or not (self.everywhere if site is None else self.has_site(site)):
            return False
        return self.person.is_superuser or self.roles[role] <= self._own(site)

    def groups(self) -> list[Group]:
        """The roles that may be given somewhere, the smallest first. One query."""
        places: Iterable[int | None] = (None, *(site.pk for site in self.sites))
        given = [role for role in self.roles if any(self.may_give(role, place) for place in places)]
        return sorted(Group.objects.filter(pk__in=given), key=lambda group: (len(self.roles[group.pk]), group.name))

    def may_manage(self, person: Any) -> bool:
        """Whether the account as a whole is theirs to close, to sign out or to give a new password.

        Never one's own, a superuser's only for superusers, and otherwise whose roles they could give. Costs no query where
        groups, seats and own permissions were prefetched.
        """
        if person.pk == self.person.pk:
            return False
        if self.person.is_superuser:
            return True
        if person.is_superuser or person.user_permissions.all():
            return False
        seats = list(person.seats.all())
        if seats:
            return all(self.may_give(seat.role_id, seat.site_id) for seat in seats)
        return self.everywhere and all(self.may_give(group.pk, None) for group in person.groups.all())

    def _own(self, site: int | None) -> frozenset[str] | set[str]:
        seats = seats_of(self.person)
        return seats.get(site or 0, frozenset()) if seats else set(self.person.get_all_permissions())

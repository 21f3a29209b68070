"""The people of one site: who may see it or work there, and whom a text means with ``@name``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import Permission, User
from django.db.models import Exists, OuterRef, Q, QuerySet

from articles.models import Seat, Site

SEE = "articles.view_article"
WORK = "articles.decide_article"
# A name as Django allows it. Before it no letter, so that a mail address mentions nobody.
AT_NAME = re.compile(r"(?<![\w@.+-])@([\w.@+-]{1,150})")
Named = tuple[dict[str, Any], dict[str, Any]]  # by name as it is; in small letters
Piece = tuple[str, bool]  # of a text; whether it names somebody


def people_of(site: Site | int, permission: str = SEE) -> QuerySet[User]:
    """Whoever is allowed that on the site (``rights.is_allowed``), by name. One query."""
    label, _dot, name = permission.partition(".")
    wanted = Permission.objects.filter(content_type__app_label=label, codename=name)
    seats = Seat.objects.filter(person=OuterRef("pk"))
    seated = seats.filter(site=site, role__permissions__in=wanted)
    everywhere = ~Exists(seats) & (
        Q(pk__in=User.objects.filter(groups__permissions__in=wanted).values("pk"))
        | Q(pk__in=User.objects.filter(user_permissions__in=wanted).values("pk"))
    )
    allowed = Q(is_superuser=True) | Exists(seated) | everywhere
    return User.objects.filter(allowed, is_active=True).order_by("username")


def mentioned(text: str, people: Iterable[Any]) -> list[Any]:
    """Those of the people whom the text names, in its order, each once."""
    known = _by_name(people)
    found = [_meant(match[1], known) for match in AT_NAME.finditer(text)]
    return list({person.pk: person for person, _length in filter(None, found)}.values())


def pieces(text: str, people: Iterable[Any]) -> list[Piece]:
    """The text in pieces, with the names of these people apart."""
    known, found, place = _by_name(people), [], 0
    for match in AT_NAME.finditer(text):
        meant = _meant(match[1], known)
        if meant:
            end = match.start(1) + meant[1]
            found += [(text[place : match.start()], False), (text[match.start() : end], True)]
            place = end
    return [piece for piece in [*found, (text[place:], False)] if piece[0]]


def _by_name(people: Iterable[Any]) -> Named:
    """Each under their name as it is, and in small letters where only one is called so."""
    exact = {person.get_username(): person for person in people}
    small: dict[str, list[Any]] = {}
    for name, person in exact.items():
        small.setdefault(name.casefold(), []).append(person)
    return exact, {name: some[0] for name, some in small.items() if len(some) == 1}


def _meant(typed: str, known: Named) -> tuple[Any, int] | None:
    """Whom a name means and how many letters of it: “@ida.” at the end of a sentence is ida."""
    while typed:
        person = known[0].get(typed) or known[1].get(typed.casefold())
        if person is not None:
            return person, len(typed)
        if typed[-1] not in ".@+-":
            return None
        typed = typed[:-1]
    return None

"""The log of accounts: one row for whatever happens to one, in the transaction of the act."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from allauth.core.internal.ratelimit import get_ip
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from articles.models import AccountEvent

Kind = AccountEvent.Kind


def record(
    kind: AccountEvent.Kind,
    *,
    at: datetime,
    actor: Any = None,
    person: Any = None,
    name: str = "",
    address: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> AccountEvent:
    """Add a row. ``name`` says whom it is about where there is no account yet."""
    return AccountEvent.objects.create(
        kind=kind,
        at=at,
        actor=actor,
        actor_name=actor.get_username() if actor else "",
        person=person,
        person_name=name or (person.get_username() if person else ""),
        address=address,
        before=dict(before or {}),
        after=dict(after or {}),
    )


def address_of(request: HttpRequest | None) -> str:
    """The network address that a request came from; "" where the server knows none, as on a socket of this machine."""
    if request is None:
        return ""
    try:
        return str(get_ip(request))
    except PermissionDenied:
        return ""

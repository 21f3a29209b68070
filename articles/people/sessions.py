"""Where people are signed in: one row for each browser, which ends with Django's session or ends it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest

from articles.models import DeskSession
from articles.people.log import Kind, address_of, record

SEEN = "desk_seen"  # in the session: when it was last used, as seconds, so that asking costs nothing
BEGAN = "desk_began"  # in the session: when somebody signed in, as seconds
WRITTEN = timedelta(minutes=5)  # the row and the session are written at most this often


def begin(request: HttpRequest, person: Any, at: datetime) -> None:
    """Remember the sign-in that was just made. Its session has its new key already."""
    session = request.session
    if session.session_key is None:
        session.save()
    session[SEEN] = session[BEGAN] = at.timestamp()
    DeskSession.objects.filter(person=person, seen_at__lt=at - timedelta(seconds=settings.SESSION_COOKIE_AGE)).delete()
    DeskSession.objects.update_or_create(
        key=session.session_key,
        defaults={
            "person": person,
            "began_at": at,
            "seen_at": at,
            "address": address_of(request),
            "agent": request.headers.get("User-Agent", "")[:200],
        },
    )


def is_over(request: HttpRequest, at: datetime) -> bool:
    """Whether the session was left alone for longer than the desk allows, is too old however much it is used, or is not
    known to the desk at all."""
    seen, began, now = request.session.get(SEEN), request.session.get(BEGAN), at.timestamp()
    if seen is None or began is None:
        return True
    return bool(now - seen > settings.DESK_IDLE_HOURS * 3600 or now - began > settings.SESSION_COOKIE_AGE)


def touch(request: HttpRequest, at: datetime) -> None:
    """Note that the person is there. No query but every five minutes."""
    if at.timestamp() - request.session[SEEN] >= WRITTEN.total_seconds():
        request.session[SEEN] = at.timestamp()
        if not DeskSession.objects.filter(key=request.session.session_key).update(seen_at=at):
            began = request.session[BEGAN]
            begin(request, request.user, at)  # its key has changed, as with a new password
            request.session[BEGAN] = began


def sessions_of(person: Any, at: datetime) -> list[DeskSession]:
    """Where the person is signed in now, the last used first. Two queries."""
    known = list(DeskSession.objects.filter(person=person.pk, seen_at__gt=at - timedelta(hours=settings.DESK_IDLE_HOURS)))
    alive = Session.objects.filter(session_key__in=[one.key for one in known], expire_date__gt=at)
    keys = set(alive.values_list("session_key", flat=True))
    return [one for one in known if one.key in keys]


def end(person: Any, *, at: datetime, actor: Any, address: str = "", only: int | None = None, but: str | None = None) -> int:
    """End the person's sessions: all, ``only`` the one of that number, or all ``but`` the one with that key. How many there were."""
    wanted = DeskSession.objects.filter(person=person.pk)
    if only is not None:
        wanted = wanted.filter(pk=only)
    if but is not None:
        wanted = wanted.exclude(key=but)
    with transaction.atomic():
        keys = list(wanted.values_list("key", flat=True))
        if keys:
            forget(keys)
            after = {"sessions": len(keys)}
            record(Kind.SESSIONS_ENDED, at=at, actor=actor, person=person, address=address, after=after)
    return len(keys)


def forget(keys: Iterable[str]) -> None:
    """Remove sessions with their rows."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    for key in keys:
        store(key).delete()
    DeskSession.objects.filter(key__in=list(keys)).delete()

"""Deliveries on their way: signed, sent to public addresses alone, tried again later and later.

The worker does it, one at a time. A host that is away costs one try for all that waits for it, and never holds up others.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import Delivery
from articles.thumbnails.addresses import target_of
from articles.thumbnails.refusals import Offline, Refused
from articles.thumbnails.wire import Net, ask
from articles.webhooks.signing import signed_headers

SECONDS = 5.0  # for one try
LEASE = timedelta(seconds=60)  # after which a try that was killed belongs to nobody
FIRST, LONGEST = timedelta(seconds=30), timedelta(hours=6)  # until the next try, doubling
MOST_TRIES = 12  # within some fourteen hours
KEPT = timedelta(days=30)
OWN_FAULT = range(400, 500)  # the host is there and does not like this one message
PASSING = frozenset({408, 425, 429})


@dataclass(frozen=True)
class Outcome:
    """What came of one try. ``away``: the host itself is the trouble, not the message."""

    done: bool
    sentence: str
    away: bool = False


def is_due(at: datetime) -> bool:
    return _due(at).exists()


def send_due(seconds: float, net: Net | None = None) -> bool:
    """Send what is due, for at most so many seconds and one try more. Whether there is more."""
    until = time.monotonic() + seconds
    while (row := _due(timezone.now()).select_related("webhook").order_by("due_at", "pk").first()) is not None:
        if time.monotonic() >= until:
            return True
        try_once(row, timezone.now(), net)
    return False


def try_once(row: Delivery, at: datetime, net: Net | None = None) -> bool:
    """Send one delivery and keep what came of it. False where another worker has it."""
    mine = Delivery.objects.filter(pk=row.pk, state=Delivery.State.WAITING, tries=row.tries)
    if not mine.update(tries=F("tries") + 1, tried_at=at, due_at=at + LEASE):
        return False
    outcome = send(row, at, net or own_net())
    tries, most = row.tries + 1, 1 if row.event == Delivery.TEST else MOST_TRIES
    again = at + min(FIRST * 2 ** (tries - 1), LONGEST)
    state = Delivery.State.DONE if outcome.done else Delivery.State.WAITING if tries < most else Delivery.State.FAILED
    Delivery.objects.filter(pk=row.pk).update(state=state, due_at=again, outcome=outcome.sentence[:300])
    waiting = Delivery.objects.filter(webhook=row.webhook_id, state=Delivery.State.WAITING)
    if outcome.away and row.event != Delivery.TEST:
        waiting.filter(due_at__lt=again).update(due_at=again)
    elif outcome.done and row.event == Delivery.TEST:
        waiting.filter(due_at__gt=at).exclude(tried_at__gt=at - LEASE).update(due_at=at)  # the host is back: nothing need wait
    return True


def send(row: Delivery, at: datetime, net: Net) -> Outcome:
    """One try. Redirects are not followed: the address that an admin wrote is the one that hears it."""
    body = row.body.encode()
    try:
        target = target_of(row.webhook.url, inner=settings.DESK_WEBHOOK_INNER)
        reply = ask(target, net, time.monotonic() + SECONDS, headers=signed_headers(row, body, at), body=body)
        try:
            status = reply.status
        finally:
            reply.close()
    except Refused as refused:
        return Outcome(False, str(refused), away=True)
    except Offline:
        return Outcome(False, _("The network is not there."), away=True)
    except ssl.SSLCertVerificationError:
        return Outcome(False, _("The host's certificate is not valid for its name."), away=True)
    except TimeoutError:
        return Outcome(False, _("The host took too long."), away=True)
    except (OSError, http.client.HTTPException, ValueError):
        return Outcome(False, _("The host broke off or gave no proper answer."), away=True)
    words = _("The host answered %(status)s.") % {"status": status}
    return Outcome(200 <= status < 300, words, away=not (200 <= status < 300) and (status not in OWN_FAULT or status in PASSING))


def send_again(rows: QuerySet[Delivery], at: datetime) -> int:
    """Let deliveries be tried now, whatever became of them, with all their tries before them. How many."""
    return rows.update(state=Delivery.State.WAITING, tries=0, due_at=at)


def forget(at: datetime) -> None:
    """Clear away what is older than it is of use. One look at the oldest where there is nothing to clear."""
    oldest = Delivery.objects.order_by("pk").values_list("made_at", flat=True).first()
    if oldest is not None and oldest < at - KEPT:
        Delivery.objects.filter(made_at__lt=at - KEPT).delete()


def own_net() -> Net:
    """How webhooks reach the world: public addresses alone, unless the admin's setting says otherwise."""
    if settings.DESK_WEBHOOK_INNER:
        return Net(look_up=_look_up_inner, allows=lambda address: True)
    return Net()


def _look_up_inner(host: str, port: int) -> Sequence[str]:
    """Also names that only this machine knows."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Refused("The host's name is not known.", lasting=False) from error
    return list(dict.fromkeys(str(place[0]) for *_rest, place in found))


def _due(at: datetime) -> QuerySet[Delivery]:
    return Delivery.objects.filter(state=Delivery.State.WAITING, due_at__lte=at, webhook__is_on=True)


"""What is due, and how it went: sources to look at and places to export to.

A failure is tried again later and later. It is news once: whoever notes it first tells the admins, until it goes well again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TypeVar

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.mail import send_mail
from django.db.models import Q
from django.utils.translation import gettext as _

from articles.models import Scheduled

LOG = logging.getLogger(__name__)
FIRST_RETRY, LAST_RETRY = 30, 3600  # seconds
UNSENT = -1
Row = TypeVar("Row", bound=Scheduled)


def is_due(row: Scheduled, at: datetime, *, every: int | None = None, asked_at: datetime | None = None) -> bool:
    """Whether its time has come. ``every`` (seconds) is for rows that have no time of their own; ``asked_at``: when somebody
    asked for a look."""
    if row.retry_at is not None and at < row.retry_at:
        return False
    if asked_at is not None and (row.looked_at is None or asked_at > row.looked_at):
        return True
    every = row.every or every
    if not every:
        return row.retry_at is not None
    return row.looked_at is None or row.retry_at is not None or row.looked_at + timedelta(seconds=every) <= at


def went_well(row: Scheduled, at: datetime) -> None:
    """It was looked at, and nothing stood in the way."""
    type(row)._default_manager.filter(pk=row.pk).update(
        looked_at=at, failure="", failed_count=0, retry_at=None, told_at=None
    )


def went_wrong(row: Scheduled, at: datetime, sentence: str) -> bool:
    """Note a failure and when to try again. Whether it is news, and nobody has been told yet."""
    rows = type(row)._default_manager.filter(pk=row.pk)
    count = row.failed_count + 1
    wait = min(LAST_RETRY, max(FIRST_RETRY, row.every or 0) * 2 ** min(count - 1, 10))
    rows.update(
        looked_at=at, failure=sentence.replace("\0", "")[:2000], failed_count=count, retry_at=at + timedelta(seconds=wait)
    )
    return bool(rows.filter(told_at=None).update(told_at=at))


def tell_of_failure(row: Scheduled, subject: str, sentence: str, *, permission: str) -> None:
    """Mail a failure. When the mail does not go out it is tried with the next failure."""
    body = _("%(sentence)s\n\nThe desk goes on trying. There is no other mail until it has gone well again.") % {"sentence": sentence}
    if tell_admins(row, subject, body, permission=permission) == UNSENT:
        type(row)._default_manager.filter(pk=row.pk).update(told_at=None)


def tell_admins(row: Scheduled, subject: str, body: str, *, permission: str) -> int:
    """Mail to everybody active who has an address and, on the row's site, ``permission`` (a codename). How many were told:
    0 where nobody is there, ``UNSENT`` where the mail could not be sent to any of them."""
    people = get_user_model().objects.filter(is_active=True).exclude(email="")
    holds = {"permissions__codename": permission, "permissions__content_type__app_label": "articles"}
    groups = Group.objects.filter(**holds).values("pk")
    # Who has seats has those alone, as everywhere; so a seat on another site hears nothing.
    allowed = Q(is_superuser=True) | Q(seats=None, groups__in=groups) | Q(seats__site=row.site_id, seats__role__in=groups)  # type: ignore[attr-defined]
    found = _addresses(people.filter(allowed).values_list("email", flat=True).distinct())
    if not found:
        return 0
    sent = 0
    for address in found:  # each alone: nobody learns the others' addresses
        try:
            sent += send_mail(" ".join(subject.split())[:200], body, None, [address])
        except Exception:  # noqa: BLE001 - a mail server's trouble must not end a run
            LOG.exception("A mail to an admin could not be sent.")
    return sent or UNSENT


def _addresses(found: Iterable[str]) -> list[str]:
    return sorted(set(found))

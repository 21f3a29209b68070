"""When a digest is due, and how it goes out: once a period, by one of the workers, and later where the mail server is away."""

from __future__ import annotations

import logging
import smtplib
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from articles.digests.gathering import Gathered, gather
from articles.models import Mention, Preferences
from articles.people.invitations import mail_goes_out
from articles.workflow import Digest

log = logging.getLogger(__name__)
HOUR = 6  # UTC, when digests are due; weekly ones on Mondays
DAYS = {Digest.DAILY: 1, Digest.WEEKLY: 7}
FIRST, LONGEST = timedelta(minutes=5), timedelta(hours=6)  # until the next try, doubling


@dataclass
class Sent:
    """What became of the digests that were due. ``empty``: there was nothing to tell. ``more``: some are due still."""

    sent: int = 0
    empty: int = 0
    refused: int = 0
    more: bool = False


def next_due(digest: Digest, after: datetime) -> datetime:
    """The first moment after ``after`` at which such a digest is due."""
    day = after.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    if digest == Digest.WEEKLY:
        day += timedelta(days=-day.weekday())
    while day <= after:
        day += timedelta(days=DAYS[digest])
    return day


def choose(person: Any, digest: Digest, *, at: datetime) -> None:
    """Let the person have a digest so often. What was chosen before and is chosen again stays due when it was."""
    due = None if digest == Digest.OFF else next_due(digest, at)
    chosen, made = Preferences.objects.get_or_create(user=person, defaults={"digest": digest, "digest_due_at": due})
    if not made:
        changed = Preferences.objects.filter(pk=chosen.pk).exclude(digest=digest)
        changed.update(digest=digest, digest_due_at=due, digest_tries=0)


def is_due(at: datetime) -> bool:
    return mail_goes_out() and _due(at).exists()


def send_due(at: datetime, *, seconds: float = 60.0) -> Sent:
    """Send what is due, for at most so many seconds and one mail more. Nothing where the desk has no mail server."""
    found, until = Sent(), time.monotonic() + seconds
    if not mail_goes_out():
        return found
    while (row := _due(at).select_related("user").order_by("-digest_tries", "digest_due_at", "pk").first()) is not None:
        if time.monotonic() >= until:
            found.more = True
            break
        _send_one(row, at, found)
    return found


def _due(at: datetime) -> QuerySet[Preferences]:
    return Preferences.objects.filter(digest__in=list(DAYS), digest_due_at__lte=at, user__is_active=True)


def _send_one(row: Preferences, at: datetime, found: Sent) -> None:
    """One person's digest. Whoever moves its moment first sends it: of a worker that is killed then, nobody sends it again
    in this period, and the next one tells the same."""
    digest = Digest(row.digest)
    # Half a period on, so that one that was late is not followed by the next within the hour.
    due = next_due(digest, at + timedelta(days=DAYS[digest]) / 2)
    mine = Preferences.objects.filter(pk=row.pk, digest=row.digest, digest_due_at=row.digest_due_at)
    if not mine.update(digest_due_at=due):
        return
    gathered = gather(row.user)
    if not gathered or not row.user.email:
        found.empty += 1
        Preferences.objects.filter(pk=row.pk).update(digest_tries=0)
        return
    try:
        letter(row, gathered).send()
    except (OSError, ValueError) as error:  # smtplib's own errors are OSErrors; a ValueError is an address that is none
        found.refused += 1
        _try_later(row, at, due, error)
        return
    found.sent += 1
    Mention.objects.filter(pk__in=gathered.mentions).update(told_at=at)
    Preferences.objects.filter(pk=row.pk).update(digest_tries=0)


def _try_later(row: Preferences, at: datetime, due: datetime, error: Exception) -> None:
    """Back to the queue, later each time. A server that is away costs one try for all that are due, and one line."""
    again = at + min(FIRST * 2 ** min(row.digest_tries, 10), LONGEST)
    if not Preferences.objects.filter(digest_tries__gt=0).exists():
        log.warning("The mail server refused a digest: %s. It is tried again, later each time.", " ".join(str(error).split())[:300])
    Preferences.objects.filter(pk=row.pk).update(digest_due_at=min(again, due), digest_tries=row.digest_tries + 1)
    if not isinstance(error, (smtplib.SMTPRecipientsRefused, ValueError)):
        _due(at).update(digest_due_at=again)


def letter(row: Preferences, gathered: Gathered) -> EmailMessage:
    """The mail in the person's language, as plain text."""
    language = row.language if row.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    with translation.override(language):
        words = {"sites": gathered.sites, "me": f"{settings.DESK_URL}{reverse('articles:me')}" if settings.DESK_URL else ""}
        body = f"{render_to_string('people/digest.txt', words).strip()}\n"
        return EmailMessage(
            gettext("What waits for you on newsdesk"), body, to=[row.user.email], headers={"Auto-Submitted": "auto-generated"}
        )

"""Tokens of the API: made for one person, shown once, known by their hash alone."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from articles.models import ApiToken
from articles.workflow import Scope

BEGINNING = "desk_"  # tells scanners of leaked secrets, and people, what it is
LETTERS = 12  # of the token that are kept and shown
DAYS = 90  # how long a token lasts where nobody says otherwise
MOST = 50  # tokens of one person that still open something
USED = timedelta(minutes=1)  # how exactly the last use is kept


class TokenRefused(Exception):
    """The token cannot be made. The text is a sentence for the screen."""


class TokenEnded(Exception):
    """A token of the desk that opens nothing any more. The text is a sentence for whoever holds it."""


def make_token(person: Any, name: str, scopes: Collection[str], *, at: datetime, days: int = DAYS) -> tuple[ApiToken, str]:
    """The row, and the token itself, which nobody can find out again. Raises TokenRefused."""
    if tokens_of(person, at).count() >= MOST:
        raise TokenRefused(_("You have %(count)s tokens already. Revoke one that is not used any more.") % {"count": MOST})
    token = BEGINNING + secrets.token_urlsafe(32)
    row = ApiToken.objects.create(
        person=person,
        name=name,
        prefix=token[:LETTERS],
        digest=_digest(token),
        scopes=[scope.value for scope in Scope if scope in scopes],
        made_at=at,
        expires_at=at + timedelta(days=days),
    )
    return row, token


def tokens_of(person: Any, at: datetime) -> QuerySet[ApiToken]:
    """The person's tokens that open something at that moment, the newest first."""
    return ApiToken.objects.valid(at).filter(person=person)


def found_token(token: str, at: datetime) -> ApiToken | None:
    """The row of a token that opens something, or None for one that there never was. One query, and a write where the last
    use is over a minute old. Raises TokenEnded."""
    row = ApiToken.objects.filter(digest=_digest(token)).select_related("person").first()
    if row is None:
        return None
    if row.revoked_at is not None:
        raise TokenEnded(_("This token was revoked. Make another one under Me, API tokens."))
    if at >= row.expires_at:
        words = _("This token ended on %(day)s. Make another one under Me, API tokens.")
        raise TokenEnded(words % {"day": row.expires_at.date().isoformat()})
    if not row.person.is_active:
        raise TokenEnded(_("The account of this token is closed. Ask an admin."))
    late = Q(used_at=None) | Q(used_at__lt=at - USED)
    if row.used_at is None or row.used_at < at - USED:
        ApiToken.objects.filter(late, pk=row.pk).update(used_at=at)
    return row


def revoke(row: ApiToken, at: datetime) -> None:
    """From now on it opens nothing. A second time changes nothing."""
    ApiToken.objects.filter(pk=row.pk, revoked_at=None).update(revoked_at=at)


def _digest(token: str) -> str:
    """A plain hash is enough: a token is 256 random bits, which nobody guesses, slowly or quickly."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()

"""Programs that act in people's names: tokens of the API made and revoked, each with a row in the log of accounts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction

from articles import tokens
from articles.models import ApiToken
from articles.people.log import Kind, record


def let_in(
    person: Any, name: str, scopes: Collection[str], *, at: datetime, days: int = tokens.DAYS, address: str = ""
) -> tuple[ApiToken, str]:
    """Make a token for a program: its row, and the token, which is shown once. Raises TokenRefused."""
    with transaction.atomic():
        row, token = tokens.make_token(person, name, scopes, at=at, days=days)
        record(Kind.TOKEN_MADE, at=at, actor=person, person=person, address=address, after={"token": str(row), "scopes": row.scopes})
    return row, token


def shut_out(person: Any, *, at: datetime, actor: Any, address: str = "", only: int | None = None) -> int:
    """Revoke the person's tokens, or ``only`` the one of that number. How many opened something until then; where none did,
    nothing is written down."""
    with transaction.atomic():
        wanted = tokens.tokens_of(person, at).select_for_update()
        rows = list(wanted if only is None else wanted.filter(pk=only))
        for row in rows:
            tokens.revoke(row, at)
        if rows:
            names = [str(row) for row in rows]
            record(Kind.TOKENS_REVOKED, at=at, actor=actor, person=person, address=address, before={"tokens": names})
    return len(rows)

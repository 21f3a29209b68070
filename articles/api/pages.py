"""Where a list goes on: by the key of its last row, so that no row comes twice and none is passed over, whatever is
written meanwhile. A cursor is opaque to whoever gets it: base64 of the list's name and the place."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Annotated, Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from ninja import Query, Schema
from pydantic import Field

from articles.api.problems import Problem

MOST, USUAL = 100, 50  # rows of one answer

Cursor = Annotated[
    str,
    Query("", max_length=200, pattern=r"^[A-Za-z0-9_-]*$", description="“next” of the page before; empty for the first page."),
]
Limit = Annotated[int, Query(USUAL, ge=1, le=MOST, description="Rows of one answer at most.")]


class Page(Schema):
    """One page of a list."""

    next: str | None = Field(None, description="The cursor of the next page; null at the end.")


def cursor_of(kind: str, place: str) -> str:
    return base64.urlsafe_b64encode(f"{kind}:{place}".encode()).decode("ascii").rstrip("=")


def place_of(kind: str, cursor: str) -> str:
    """The place that a cursor of this list names; "" for the beginning. Raises Problem (404) for any other cursor."""
    if not cursor:
        return ""
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        text = ""
    name, _colon, place = text.partition(":")
    if name != kind or not place or cursor_of(kind, place) != cursor:
        raise not_here()
    return place


def by_key(kind: str, rows: QuerySet[Any], cursor: str, limit: int, *, newest_first: bool = False) -> tuple[list[Any], str | None]:
    """One page of rows in the order of their keys, and the cursor of the next."""
    place = place_of(kind, cursor)
    if place:
        if not re.fullmatch("[0-9]{1,18}", place):
            raise not_here()
        rows = rows.filter(**{"pk__lt" if newest_first else "pk__gt": int(place)})
    found = list(rows.order_by("-pk" if newest_first else "pk")[: limit + 1])
    more = len(found) > limit
    return found[:limit], cursor_of(kind, str(found[limit - 1].pk)) if more else None


def not_here() -> Problem:
    return Problem(404, _("This list has no such page: take “next” of the page before as it is, with the same order."))

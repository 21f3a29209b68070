"""One's own pace: how long a decision took, and how many were made today. Nobody sees another person's."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

from articles.models import Review
from articles.workflow import Action

LONGEST_LOOK = timedelta(seconds=120)  # whoever looked longer was away
SETTLING = (Action.APPROVE, Action.REJECT)  # what counts towards the day's goal; what is put off will come again
COUNTED_TO = 10_000  # decisions of one day


def read_elapsed(text: str) -> timedelta | None:
    """How long the article was before the editor, as the browser says: whole milliseconds. None where that is no number."""
    return timedelta(milliseconds=int(text)) if re.fullmatch("[0-9]{1,9}", text, re.ASCII) else None


def shown_at(at: datetime, elapsed: timedelta | None) -> datetime | None:
    """When the editor began to look at what was decided at ``at``; None where that is not known or not to be believed.

    Reckoned back on the desk's own clock, for a browser's may be wrong. Time in which the page was hidden is not in
    ``elapsed``.
    """
    if elapsed is None or not timedelta() <= elapsed <= LONGEST_LOOK:
        return None
    return at - elapsed


def median_look(reviews: Iterable[Review]) -> float | None:
    """The median look of those decisions that were measured, in seconds; None without any. No query."""
    looks = [(row.at - row.shown_at).total_seconds() for row in reviews if row.shown_at]
    return median(looks) if looks else None


def decided_today(person: Any, at: datetime) -> int:
    """How many articles the person approved or rejected since midnight UTC, without what was taken back; counted no further
    than ``COUNTED_TO`` + 1. One query, over the person's own part of an index."""
    midnight = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    own = Review.objects.filter(actor=person.pk, action__in=SETTLING, at__gte=midnight, undone_by=None)
    return own.order_by()[: COUNTED_TO + 1].count()

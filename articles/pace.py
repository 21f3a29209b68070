"""One's own pace: how long a decision took, and how many were made today. Nobody sees another person's."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

LONGEST_LOOK = timedelta(seconds=120)  # whoever looked longer was away


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

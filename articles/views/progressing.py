"""How far a run is, in words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.models import ExportRun, ImportRun

LONELY = 15  # seconds after which a run that no worker has taken says so
FIRST = 3  # seconds before the rate says anything


def progress_of(run: ImportRun | ExportRun, at: datetime) -> dict[str, Any]:
    """The bar and the words of an open run: ``percent`` (None before it is known), ``rate`` and ``left`` as words, and whether
    it is ``lonely``: nobody has taken it."""
    share = run.done / run.total if run.total else None
    lasts = (at - run.taken_at).total_seconds() if run.taken_at else 0
    rate, left = "", ""
    if run.done and lasts >= FIRST:
        speed = run.done / lasts
        rate = ngettext("%(count)s file a second", "%(count)s files a second", round(speed)) % {
            "count": f"{speed:,.0f}" if speed >= 1 else f"{speed:.1f}"
        }
        if run.total > run.done:
            left = _time((run.total - run.done) / speed)
    return {
        "percent": None if share is None else min(100, int(share * 100)),
        "rate": rate,
        "left": left,
        "lonely": not run.lease_until and run.heartbeat_at is not None and (at - run.heartbeat_at).total_seconds() > LONELY,
    }


def _time(seconds: float) -> str:
    if seconds < 60:
        return ngettext("%(count)d second left", "%(count)d seconds left", round(seconds)) % {"count": round(seconds)}
    minutes = round(seconds / 60)
    if minutes < 90:
        return ngettext("%(count)d minute left", "%(count)d minutes left", minutes) % {"count": minutes}
    return _("%(count)d hours left") % {"count": round(minutes / 60)}

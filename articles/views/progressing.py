"""How far a run is, in words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.models import ExportRun, ImportRun

LONELY = 15  # seconds after which a run that no worker has taken says so
LEFT, ALONE = 10, 60  # seconds since the last sign of a worker: it was killed, and then: no other has come
FIRST = 3  # seconds before the rate says anything


def progress_of(run: ImportRun | ExportRun, at: datetime) -> dict[str, Any]:
    """The bar and the words of an open run: ``percent`` (None before it is known), ``rate`` and ``left`` as words; whether it is
    ``lonely`` (nobody has taken it), ``orphaned`` (its worker was killed, and the next takes it up soon) or ``ending`` (every
    file was looked at)."""
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
    silent = (at - run.heartbeat_at).total_seconds() if run.heartbeat_at else 0
    lonely = silent > (ALONE if run.lease_until else LONELY)
    orphaned = run.state == run.State.RUNNING and silent > LEFT and not lonely
    if lonely or orphaned:
        rate = left = ""
    return {
        "percent": None if share is None else min(100, int(share * 100)),
        "rate": rate,
        "left": left,
        "lonely": lonely,
        "orphaned": orphaned,
        "ending": bool(run.total) and run.done >= run.total,
    }


def _time(seconds: float) -> str:
    if seconds < 60:
        return ngettext("%(count)d second left", "%(count)d seconds left", round(seconds)) % {"count": round(seconds)}
    minutes = round(seconds / 60)
    if minutes < 90:
        return ngettext("%(count)d minute left", "%(count)d minutes left", minutes) % {"count": minutes}
    return _("%(count)d hours left") % {"count": round(minutes / 60)}

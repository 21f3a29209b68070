"""Who changed a provider or a topic, and why: what their rows of history say."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext


def keep_history(row: Any, actor: Any, reason: str = "") -> None:
    """Who and why, for the row of history that the next save or delete leaves."""
    row._history_user = actor
    row._change_reason = reason[:100] or None


def keep_first(row: Any) -> None:
    """A row of history for what came in without one, so that the first change has a before."""
    if not row.history.exists():
        keep_history(row, None, gettext("As it came in"))
        row.save(update_fields=["name"])


def note_in_history(row: Any, actor: Any, reason: str) -> None:
    """A row of history for what changed beside the row itself."""
    keep_history(row, actor, reason)
    row.save(update_fields=["name"])

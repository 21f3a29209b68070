"""Who changed a provider or a topic, and why: what their rows of history say, what a change is meant to change, and what was
there before it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import blake2s
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.labels import inside
from articles.models import SourceFile

COLUMNS = {"parent": "parent_id"}  # where a history keeps what a row calls otherwise
CALLED = {
    "name": _("Name"), "domain": _("Domain"), "description": _("Description"), "images": _("Logo"), "trust": _("Trust"),
    "notes": _("Notes"), "parent": _("Below"), "short_name": _("Short name"), "keywords": _("Keywords"), "hashtags": _("Hashtags"),
    "apart": _("Kept apart from"),
}  # fmt: skip


class ChangeRefused(Exception):
    """A provider or topic cannot be changed so. The text is a sentence; ``field`` names what is wrong, where one is;
    ``is_stale``: somebody else was first."""

    def __init__(self, sentence: str, field: str = "", *, is_stale: bool = False) -> None:
        super().__init__(sentence)
        self.field = field
        self.is_stale = is_stale


# --- rows of history --------------------------------------------------------------------------------------------------
def keep_history(row: Any, actor: Any, reason: str = "", at: datetime | None = None) -> None:
    """Who and why, and when if not now, for the row of history that the next save or delete leaves."""
    row._history_user = actor
    row._change_reason = reason[:100] or None
    if at is not None:
        row._history_date = at


def keep_first(row: Any, at: datetime | None = None) -> None:
    """A row of history for what came in without one, so that the first change has a before."""
    if not row.history.exists():
        keep_history(row, None, gettext("As it came in"), at)
        row.save(update_fields=["name"])


def note_in_history(row: Any, actor: Any, reason: str) -> None:
    """A row of history for what changed beside the row itself."""
    keep_history(row, actor, reason)
    row.save(update_fields=["name"])


def before(row: Any, history: int, names: Sequence[str]) -> dict[str, Any]:
    """What those of ``names`` were that one row of the history changed; of a parent its key.

    Raises ChangeRefused where there is none, or where one of them has changed since.
    """
    change = row.history.filter(history_id=history).first()
    earlier = row.history.filter(history_id__lt=history).order_by("-history_id").first() if change else None
    columns = {name: COLUMNS.get(name, name) for name in names}
    found = {
        name: getattr(earlier, column)
        for name, column in columns.items()
        if earlier is not None and getattr(earlier, column) != getattr(change, column)
    }
    if not found:
        raise ChangeRefused(gettext("There is nothing to undo."))
    if all(getattr(row, columns[name]) == value for name, value in found.items()):
        raise ChangeRefused(gettext("This is undone already."), is_stale=True)
    for name in found:
        if getattr(row, columns[name]) != getattr(change, columns[name]):
            raise _stale(name)
    return found


def is_making(row: Any, history: int) -> bool:
    """Whether this row of the history is that of somebody who made the provider or topic on the desk."""
    return bool(row.history.filter(history_id=history, history_type="+", history_user__isnull=False).exists())


def unmake(row: Any, *, carried: bool, actor: Any) -> None:
    """Remove what was made on the desk, unless articles carry it (``carried``) or a file describes it by now: ChangeRefused."""
    if carried:
        raise ChangeRefused(gettext("Articles carry this name by now, so it stays. Merge it instead."))
    if SourceFile.objects.filter(site=row.site_id, path=row.path, gone_at=None).exclude(path="").exists():
        raise ChangeRefused(gettext("A file of the site describes it by now, so it stays. Merge it instead."))
    keep_history(row, actor, gettext("Undone"))
    row.delete()


# --- two people at once -----------------------------------------------------------------------------------------------
def seen_of(row: Any, names: Iterable[str]) -> str:
    """A token for what somebody sees of these fields, for a form to send back."""
    return json.dumps({name: _digest(getattr(row, name)) for name in names}, separators=(",", ":"))


def meant(row: Any, values: Mapping[str, Any], seen: str) -> dict[str, Any]:
    """Those of ``values`` that differ from what somebody saw (``seen_of``); all of them where nothing is known of that.

    So who saves a form takes nothing back that somebody else has changed in another field meanwhile. Raises ChangeRefused
    where both changed the same.
    """
    saw = _read(seen)
    found = touched(values, seen)
    for name, value in found.items():
        now = _digest(getattr(row, name))
        if name in saw and now not in (saw[name], _digest(value)):
            raise _stale(name)
    return found


def touched(values: Mapping[str, Any], seen: str) -> dict[str, Any]:
    """Those of ``values`` that differ from what somebody saw."""
    saw = _read(seen)
    return {name: value for name, value in values.items() if saw.get(name) != _digest(value)}


def _read(seen: str) -> dict[str, str]:
    try:
        found = json.loads(seen or "{}")
    except ValueError:
        return {}
    return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}


def _digest(value: Any) -> str:
    plain = getattr(value, "pk", value)
    return blake2s(json.dumps(plain, sort_keys=True, default=str).encode(), digest_size=6).hexdigest()


def _stale(name: str) -> ChangeRefused:
    words = gettext("Somebody changed the %(field)s meanwhile. Look at it as it is now, then change it again.")
    return ChangeRefused(words % {"field": inside(str(CALLED[name]))}, name, is_stale=True)

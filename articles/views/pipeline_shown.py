"""What stops the pipeline, in lines of words; each leads to where it is put right, for those who may go there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.labels import past
from articles.measures import Pipeline
from articles.measures.stages import COUNTED_TO
from articles.views.dashboard_shown import whole


@dataclass(frozen=True)
class Stage:
    """One line: ``tone`` is ok, warn or pen. ``address`` is "" where there is nothing to do or the person may not."""

    icon: str
    tone: str
    words: str
    more: str = ""
    address: str = ""
    does: str = ""


def pipeline(found: Pipeline, person: Any, at: datetime) -> list[Stage]:
    stages = [_imported(found, person, at)]
    if found.failure:
        more = found.failure if person.has_perm("articles.view_importrun") else ""
        stages.append(Stage("warn", "warn", _("A source could not be read."), more))
    if found.quarantined:
        stages.append(_quarantined(found, person))
    if found.conflicts:
        words = ngettext(
            "%(count)s article has fields in conflict", "%(count)s articles have fields in conflict", found.conflicts
        ) % {"count": whole(found.conflicts)}
        more = _("Those fields are held back from exports.")
        address = reverse("articles:conflicts") if person.has_perm("articles.change_conflict") else ""
        stages.append(Stage("fork", "warn", words, more, address, _("Settle")))
    stages.append(_exported(found, person, at))
    return stages


def _imported(found: Pipeline, person: Any, at: datetime) -> Stage:
    address = reverse("articles:imports") if person.has_perm("articles.view_importrun") else ""
    run = found.imported
    if run is None:
        return Stage("in", "pen", _("Nothing has been imported yet"), "", address, _("Imports"))
    if run.finished_at is None:
        return Stage("in", "pen", _("An import was begun %(ago)s and runs, or was stopped") % {"ago": past(at - run.started_at)}, "", address, _("Imports"))
    more = _("%(created)s new, %(updated)s changed, %(unchanged)s unchanged") % {
        "created": whole(run.created), "updated": whole(run.updated), "unchanged": whole(run.unchanged),
    }  # fmt: skip
    return Stage("in", "ok", _("Last import %(ago)s") % {"ago": past(at - run.started_at)}, more, address, _("Imports"))


def _quarantined(found: Pipeline, person: Any) -> Stage:
    words = ngettext("%(count)s file in quarantine", "%(count)s files in quarantine", found.quarantined) % {
        "count": whole(found.quarantined)
    }
    file = found.refused
    if file is None or not person.has_perm("articles.view_quarantinedfile"):
        return Stage("warn", "warn", words, _("An admin can put it right."))
    name = file.path.rpartition("/")[2]
    more = f"{name}: {file.reason}"
    if file.line:
        more = _("%(file)s, line %(line)s: %(reason)s") % {"file": name, "line": file.line, "reason": file.reason}
    return Stage("warn", "warn", words, more, reverse("articles:quarantine", args=[file.pk]), _("Fix"))


def _exported(found: Pipeline, person: Any, at: datetime) -> Stage:
    if found.waiting > COUNTED_TO:
        count = _("%(count)s+ decisions wait for an export") % {"count": whole(COUNTED_TO)}
    elif found.waiting:
        count = ngettext(
            "%(count)s decision waits for an export", "%(count)s decisions wait for an export", found.waiting
        ) % {"count": whole(found.waiting)}
    else:
        count = _("Everything decided has left")
    if found.exported_at is None:
        more = _("Nothing has been exported yet.")
        count = count if found.waiting else _("Nothing waits for an export")
    else:
        more = _("Last export %(ago)s.") % {"ago": past(at - found.exported_at)}
    if found.exported and found.exported.finished_at is None:
        more = _("An export was begun %(ago)s and runs, or was stopped.") % {"ago": past(at - found.exported.started_at)}
    address = reverse("articles:export_new") if found.waiting and person.has_perm("articles.export_articles") else ""
    return Stage("out", "pen" if found.waiting else "ok", count, more, address, _("Preview"))

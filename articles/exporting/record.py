"""What an export says of itself: the row that it leaves, and the words for what it holds back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from articles.exporting.report import ExportReport
from articles.exporting.sinks import Sink
from articles.labels import counted
from articles.models import ExportRun, Site
from articles.workflow import NN_

Kind = ExportRun.Kind
HELD_BACK = NN_(
    "%(count)s field in conflict stays as the feed has it; settle it under Conflicts.",
    "%(count)s fields in conflict stay as the feed has them; settle them under Conflicts.",
)


def recorded(
    row: ExportRun | None, report: ExportReport, *, site: Site, sink: Sink | None, scope: str, actor: Any, started: datetime
) -> ExportRun:
    """The run's row with what it did: the one that was leased, or a new one."""
    values: dict[str, Any] = {
        "state": ExportRun.State.FINISHED, "finished_at": timezone.now(), "lease_until": None, "written": report.written,
        "unchanged": report.unchanged, "removed": report.removed, "branch": report.branch, "commit": report.commit,
        "problems": [problem.as_dict() for problem in report.problems], "notices": report.notices,
    }  # fmt: skip
    if row is not None:
        ExportRun.objects.filter(pk=row.pk).update(**values)
        return row
    kind = Kind.GIT if sink and sink.takes_message else Kind.FOLDER if sink and sink.keeps_files else Kind.ZIP
    return ExportRun.objects.create(
        site=site, actor=actor, started_at=started, scope=scope, kind=kind, destination=sink.label[:1000] if sink else "", **values,
    )  # fmt: skip


def held_back(count: int) -> str:
    """So many fields stay as the feed has them."""
    return counted(HELD_BACK, count)

"""What stops the pipeline? Imports, quarantine, conflicts, exports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery

from articles.measures.decisions import DECIDING
from articles.models import Conflict, ExportRun, ImportRun, QuarantinedFile, Review, Site, Source

COUNTED_TO = 1_000  # decisions that wait for an export


@dataclass(frozen=True)
class Pipeline:
    """``imported`` and ``exported`` are the last runs, finished or not. ``refused`` is the file that is longest in quarantine.
    ``failure`` says why the last look at a source failed. ``waiting``: decisions since the last finished export, counted
    to ``COUNTED_TO`` + 1."""

    imported: ImportRun | None
    failure: str
    quarantined: int
    refused: QuarantinedFile | None
    conflicts: int
    exported: ExportRun | None
    exported_at: datetime | None
    waiting: int


def pipeline(site: Site) -> Pipeline:
    """Six small queries."""
    quarantined = QuarantinedFile.objects.filter(site=OuterRef("pk"), dismissed_at=None, mended_at=None).values("site")
    conflicts = Conflict.objects.filter(article__site=OuterRef("pk"), settled_at=None).values("article__site")
    failing = Source.objects.filter(site=OuterRef("pk")).exclude(failure="").order_by("pk").values("failure")
    counts = Site.objects.filter(pk=site.pk).values(
        failure=Subquery(failing[:1]),
        quarantined=_counted(quarantined, Count("pk")),
        conflicts=_counted(conflicts, Count("article", distinct=True)),
    ).get()  # fmt: skip
    refused = None
    if counts["quarantined"]:
        files = QuarantinedFile.objects.filter(site=site, dismissed_at=None, mended_at=None).defer("content", "mended")
        refused = files.order_by("found_at", "pk").first()
    imports = ImportRun.objects.filter(site=site).defer("problems", "changes")
    exports = ExportRun.objects.filter(site=site).defer("problems")
    finished = exports.exclude(finished_at=None).first()
    decided = Review.objects.filter(article__site=site, action__in=DECIDING, undone_by__isnull=True).order_by()
    if finished:
        decided = decided.filter(at__gt=finished.started_at)
    return Pipeline(
        imports.first(),
        counts["failure"] or "",
        counts["quarantined"] or 0,
        refused,
        counts["conflicts"] or 0,
        exports.first(),
        finished.started_at if finished else None,
        decided[: COUNTED_TO + 1].count(),
    )


def _counted(rows: QuerySet[Any, Any], count: Count) -> Subquery:
    return Subquery(rows.order_by().annotate(number=count).values("number"), output_field=IntegerField())

"""What one import brought, as its page lists it: files by the moment that the run gave them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from articles.models import Conflict, ImportRun, QuarantinedFile, SourceFile

Kind = SourceFile.Kind


def added(run: ImportRun) -> QuerySet[SourceFile]:
    """Articles that came in with the run, in the order in which they came."""
    return _articles(run).filter(article__arrived_at=run.started_at).order_by("pk")


def changed(run: ImportRun) -> QuerySet[SourceFile]:
    """Articles that were there, and whose file the run changed last."""
    return _articles(run).filter(imported_at=run.started_at).exclude(article__arrived_at=run.started_at).order_by("pk")


def withdrawn(run: ImportRun) -> QuerySet[SourceFile]:
    """Articles whose file the run found gone."""
    return _articles(run).filter(gone_at=run.started_at).order_by("pk")


def conflicts(run: ImportRun) -> QuerySet[Conflict]:
    """Fields that the feed and the desk both changed, as the run found them, settled or not."""
    found = Conflict.objects.filter(article__site=run.site_id, found_at=run.started_at)
    return found.select_related("article").only("field", "settled_at", "article__title", "article__path").order_by("pk")


def refused(run: ImportRun) -> QuerySet[QuarantinedFile]:
    """Files that the run put into quarantine and that are there still, mended or not."""
    return QuarantinedFile.objects.filter(site=run.site_id, found_at=run.started_at).defer("content", "mended").order_by("path")


def _articles(run: ImportRun) -> QuerySet[SourceFile]:
    found: QuerySet[Any] = SourceFile.objects.filter(site=run.site_id, kind=Kind.ARTICLE, article__isnull=False)
    return found.select_related("article").only("path", "imported_at", "gone_at", "article__title", "article__status")

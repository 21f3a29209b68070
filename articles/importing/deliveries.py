"""Which exports have reached the source, and what its files say of the fields that were sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from articles import ledger
from articles.importing.changes import Change
from articles.importing.sources import Source, SourceError, place_of
from articles.manifest import announced
from articles.models import ExportRun, SentField, Site, SourceFile
from articles.sent_values import values_of

MOST_RUNS = 20  # exports that may still be on their way


class Deliveries:
    """One import's look at what was sent."""

    def __init__(self, site: Site, source: Source, at: datetime) -> None:
        self.site, self.source, self.at = site, source, at
        self.began_at = timezone.now()
        self._known: dict[int, bool] = {}
        self._announced: set[str] | None = None

    def rewrite(self, change: Change) -> ledger.Rewrite:
        """A changed file as the ledger wants it."""
        if self._announced is None:
            self._announced = announced(self.site)
        one = change.arrival
        return ledger.Rewrite(change.article, one.path, change.was, one.values, one.blob_id in self._announced)

    def reached(self, run: ExportRun | None) -> bool:
        """Whether the source's state came after this export wrote there: its commit led to the source's, or it wrote
        into this very folder before the import began."""
        if run is None:
            return False
        if run.pk not in self._known:
            self._known[run.pk] = self._has_reached(run)
        return self._known[run.pk]

    def _has_reached(self, run: ExportRun) -> bool:
        if run.commit:
            return self.source.kind == "git" and self.source.knows(run.commit)
        if self.source.kind != "folder" or run.finished_at is None or run.finished_at >= self.began_at:
            return False
        try:
            return place_of(run.destination) == self.source.location
        except SourceError:
            return False

    def settled(self) -> list[tuple[SentField, Mapping[str, Any]]]:
        """Fields of exports that have reached the source, and that no file brought: each with its file's values.

        The feed may have written its own bytes over an export before anybody looked; the file is then as it was imported,
        and only the export's commit in the history tells that the desk's value was there.
        """
        runs = [run for run in ledger.waiting(self.site)[:MOST_RUNS] if self.reached(run)]
        if not runs:
            return []
        rows = list(SentField.objects.filter(run__in=runs, state=SentField.State.SENT).select_related("article"))
        files = SourceFile.objects.filter(article__in={row.article_id for row in rows}, gone_at=None)
        values = {article: values_of(text, path) for article, text, path in files.values_list("article_id", "text", "path")}
        return [(row, values[row.article_id]) for row in rows if row.article_id in values]

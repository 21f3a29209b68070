"""The one pipeline from the desk to a sink: each file is the text that came in with exactly what was decided.

Articles that nobody touched are never parsed. Files stream through in chunks, so memory does not grow with the site.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone

from articles.exporting.diffs import file_diff
from articles.exporting.manifest import Manifest
from articles.exporting.naming import folded
from articles.exporting.report import ExportReport, FileChange
from articles.exporting.sinks import Sink
from articles.frontmatter import FrontMatterError
from articles.frontmatter.files import blob_id
from articles.importing.report import Problem
from articles.mapping import exported_text
from articles.models import ExportRun, Site, SourceFile
from articles.workflow import DECIDED, Status

CHUNK = 200  # files that are in memory at once
SHOWN = 100  # diffs that a dry run keeps
Scope = ExportRun.Scope
Progress = Callable[[int, int], None]
FOREIGN = "It has changed since it was imported, so it was left alone. Import it first, then export again."


def export_site(
    site: Site,
    sink: Sink | None,
    *,
    scope: str,
    at: datetime,
    actor: Any = None,
    progress: Progress | None = None,
    shown: int = SHOWN,
    recorded: bool = True,
) -> ExportReport:
    """Write the site's files to ``sink``; without one, a dry run that compares with what was imported.

    ``scope``: approved articles, approved and rejected ones, or everything that was imported. A file in the sink is
    replaced only when it is as it was imported or as the desk wrote it last; otherwise it is a problem and left. Files
    that an earlier export made and that are no longer in the scope are removed. ``recorded`` leaves an ExportRun.
    """
    export = _Export(site, sink, scope, at, actor, progress, shown)
    export.recorded = recorded
    return export.run()


def files_of(site: Site, scope: str) -> models.QuerySet[SourceFile]:
    """The source files of a scope, with the articles that they belong to."""
    files = SourceFile.objects.filter(site=site).select_related("article").order_by("pk")
    if scope == Scope.ALL:
        return files
    statuses = [Status.APPROVED.value] if scope == Scope.APPROVED else [status.value for status in DECIDED]
    return files.filter(article__status__in=statuses)


class _Export:
    def __init__(self, site: Site, sink: Sink | None, scope: str, at: datetime, actor: Any,
                 progress: Progress | None, shown: int) -> None:  # fmt: skip
        self.site, self.sink, self.scope, self.at, self.actor, self.shown = site, sink, scope, at, actor, shown
        self.progress = progress or (lambda done, of: None)
        self.recorded = True
        self.report = ExportReport()
        self.manifest = Manifest.of(site, sink.label) if sink and sink.keeps_files else None
        self.seen: dict[str, str] = {}

    def run(self) -> ExportReport:
        started = timezone.now()
        files = files_of(self.site, self.scope)
        total = files.count()
        for done, file in enumerate(files.iterator(chunk_size=CHUNK), 1):
            self._file(file)
            if done % CHUNK == 0 or done == total:
                self.progress(done, total)
        if self.sink is None:
            return self.report
        self._remove_left_over()
        self.sink.close()
        if self.manifest:
            self.manifest.save()
        if self.recorded:
            self._record(started)
        return self.report

    # --- one file
    def _file(self, file: SourceFile) -> None:
        article = file.article
        try:
            text = exported_text(article, file.text) if article else file.text
        except FrontMatterError as error:
            self.report.problems.append(Problem(file.path, error.message, error.line, error.column, error.key))
            return
        twin = self.seen.setdefault(folded(file.path), file.path)
        if twin != file.path:
            self._problem(file.path, f"On many disks its name is the same as that of {twin}; it was left out.")
            return
        if self.sink is None:
            self._preview(file, text)
            return
        try:
            self._put(file, text.encode())
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            self._problem(file.path, f"It could not be written: {reason}.")

    def _put(self, file: SourceFile, data: bytes) -> None:
        assert self.sink is not None
        blob = blob_id(data)
        there = self.sink.read(file.path)
        if there is not None:
            current = blob_id(there)
            if current == blob:
                self._count(file, wrote=False)
                return
            ours = self.manifest is not None and self.manifest.is_ours(file.path, current)
            if current != file.blob_id and not ours:
                self._problem(file.path, FOREIGN)
                return
        self.sink.write(file.path, data)
        if self.manifest:
            self.manifest.wrote(file.path, blob, created=there is None)
        self._count(file, wrote=True)

    def _preview(self, file: SourceFile, text: str) -> None:
        if text == file.text:
            self._count(file, wrote=False)
            return
        self._count(file, wrote=True)
        article = file.article
        assert article is not None
        kind = article.status if article.status in DECIDED else "edited"
        self.report.kinds[kind] = self.report.kinds.get(kind, 0) + 1
        if len(self.report.changes) < self.shown:
            lines = tuple(file_diff(file.text, text))
            self.report.changes.append(FileChange(file.path, kind, article.title or file.path, article.pk, lines))

    # --- what an earlier export made
    def _remove_left_over(self) -> None:
        """Files of earlier exports whose article has left the scope: those that the desk made go; those that stood there
        before get what the article is now."""
        if self.manifest is None or self.sink is None:
            return
        left = [path for path in self.manifest.files if folded(path) not in self.seen]
        for start in range(0, len(left), CHUNK):
            chunk = left[start : start + CHUNK]
            known = {
                file.path: file
                for file in SourceFile.objects.filter(site=self.site, path__in=chunk).select_related("article")
            }
            for path in chunk:
                self._leave(path, known.get(path))

    def _leave(self, path: str, file: SourceFile | None) -> None:
        assert self.manifest is not None and self.sink is not None
        try:
            there = self.sink.read(path)
            if there is None:
                del self.manifest.files[path]
            elif not self.manifest.is_ours(path, blob_id(there)):
                self._problem(path, FOREIGN)
            elif self.manifest.files[path]["created"]:
                self.sink.remove(path)
                del self.manifest.files[path]
                self.report.removed += 1
            elif file is not None:
                data = (exported_text(file.article, file.text) if file.article else file.text).encode()
                if data != there:
                    self.sink.write(path, data)
                    self.manifest.wrote(path, blob_id(data), created=False)
                    self.report.written += 1
        except (OSError, ValueError) as error:
            self._problem(path, f"It could not be brought up to date: {error}.")

    # --- counting
    def _count(self, file: SourceFile, wrote: bool) -> None:
        if file.kind != SourceFile.Kind.ARTICLE:
            self.report.others += wrote
        elif wrote:
            self.report.written += 1
        else:
            self.report.unchanged += 1

    def _problem(self, path: str, sentence: str) -> None:
        self.report.problems.append(Problem(path, sentence))

    def _record(self, started: datetime) -> None:
        report = self.report
        if not (report.written or report.removed or report.others or report.problems):
            return
        ExportRun.objects.create(
            site=self.site,
            actor=self.actor,
            started_at=started,
            finished_at=timezone.now(),
            destination=self.sink.label[:1000] if self.sink else "",
            scope=self.scope,
            written=report.written,
            unchanged=report.unchanged,
            removed=report.removed,
            problems=[problem.as_dict() for problem in report.problems],
        )

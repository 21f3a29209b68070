"""The one pipeline from a source to the desk: list, skip what is known, read, write in slices, join.

Parsing happens outside transactions; each slice is one, so an import that is killed leaves whole articles and the next
run does the rest.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from articles.frontmatter.files import blob_id
from articles.importing.arrivals import Arrivals
from articles.importing.changes import write_changes
from articles.importing.links import link_related
from articles.importing.lock import importing
from articles.importing.pace import Pace
from articles.importing.reading import Arrival, as_problem, read_article
from articles.importing.report import ImportReport, Problem
from articles.importing.sources import Source, SourceEntry, SourceProblem
from articles.importing.surroundings import kind_of, link_parents, take_in
from articles.models import ImportRun, QuarantinedFile, Site, SourceFile

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that did not go in: its bytes as far as there are any, and why."""

    problem: Problem
    blob_id: str
    data: bytes | None


def import_site(
    source: Source, site: Site, *, at: datetime, actor: Any = None, progress: Progress | None = None
) -> ImportReport:
    """Bring the source's files to the site.

    Files whose bytes are known are skipped; new ones are created; changed ones are merged with what the desk decided;
    bad ones go into quarantine. ``progress`` is told how many files are done, of how many. Raises SourceError when the
    source cannot be read at all and ImportBusy when another import into the site runs.
    """
    with importing(site):
        return _Import(source, site, at, actor, progress).run()


class _Import:
    def __init__(self, source: Source, site: Site, at: datetime, actor: Any, progress: Progress | None) -> None:
        self.source, self.site, self.at, self.actor = source, site, at, actor
        self.progress = progress or (lambda done, of: None)
        self.report = ImportReport(revision=source.revision, notices=source.notices)
        self.pace = Pace()
        self.arrivals = Arrivals(site, at)
        self.touched: list[int] = []
        self.done = 0
        self.known: dict[str, tuple[str, int | None]] = {}
        self.quarantined: dict[str, str] = {}

    def run(self) -> ImportReport:
        entries = self.source.entries()
        self.total = len(entries)
        rows = SourceFile.objects.filter(site=self.site).values_list("path", "blob_id", "article_id")
        self.known = {path: (blob, article) for path, blob, article in rows}
        self.quarantined = dict(QuarantinedFile.objects.filter(site=self.site).values_list("path", "blob_id"))
        todo = [entry for entry in entries if not self._is_known(entry.path, entry.blob_id)]
        self._unchanged({entry.path for entry in entries} - {entry.path for entry in todo})
        around = [entry for entry in todo if kind_of(entry.path) != SourceFile.Kind.ARTICLE]
        articles = [entry for entry in todo if kind_of(entry.path) == SourceFile.Kind.ARTICLE]
        run = None
        if todo or self.source.problems:
            run = ImportRun(
                site=self.site,
                actor=self.actor,
                started_at=timezone.now(),
                origin=self.source.label[:1000],
                kind=self.source.kind,
                revision=self.source.revision or "",
            )
        self._take_in_surroundings(around)
        self._take_in_articles(articles)
        self._quarantine([Refused(Problem(one.path, one.message), "", one.data) for one in self.source.problems])
        if self.touched:
            link_related(self.site, self.touched, self.pace.pause)
        if run and (self.report.created or self.report.updated or self.report.others or self.report.problems):
            self._finish(run)
        return self.report

    # --- what is known already
    def _is_known(self, path: str, blob: str | None) -> bool:
        """Whether exactly these bytes are in already, or were refused already; the latter is reported again."""
        if not blob:
            return False
        if self.known.get(path, ("", None))[0] == blob:
            return path not in self.quarantined
        if self.quarantined.get(path) == blob:
            row = QuarantinedFile.objects.get(site=self.site, path=path)
            self.report.problems.append(Problem(path, row.reason, row.line, row.column, row.key))
            return True
        return False

    def _read(self, entries: Sequence[SourceEntry]) -> Iterator[tuple[SourceEntry, str, bytes] | Refused]:
        """The bytes of the entries that are news; those whose source did not know their hash are hashed here."""
        for entry, data in self.source.read_all(entries):
            if isinstance(data, SourceProblem):
                yield Refused(Problem(entry.path, data.message), "", data.data)
                continue
            identity = entry.blob_id or blob_id(data)
            if entry.blob_id is None and self._is_known(entry.path, identity):
                self._unchanged({entry.path})
            else:
                yield entry, identity, data

    # --- the files around the articles
    def _take_in_surroundings(self, entries: Sequence[SourceEntry]) -> None:
        changed = False
        for found in self._read(entries):
            if isinstance(found, Refused):
                self._quarantine([found])
                continue
            entry, identity, data = found
            try:
                with transaction.atomic():
                    take_in(self.site, entry.path, identity, data, self.at)
                    self._leave_quarantine([entry.path])
            except ValueError as error:
                self._quarantine([Refused(as_problem(entry.path, error), identity, data)])
                continue
            self.report.others += 1
            self._advance(1)
            changed = True
            self.pace.pause()
        if changed:
            with transaction.atomic():
                link_parents(self.site)
            self.arrivals = Arrivals(self.site, self.at)

    # --- the articles
    def _take_in_articles(self, entries: Sequence[SourceEntry]) -> None:
        slice_: list[Arrival] = []
        refused: list[Refused] = []
        for found in self._read(entries):
            if isinstance(found, Refused):
                refused.append(found)
            else:
                entry, identity, data = found
                try:
                    slice_.append(read_article(entry, identity, data, settings.DESK_FILE_LIMIT))
                except Exception as error:  # noqa: BLE001 - whatever one file raises must not end the run
                    refused.append(Refused(as_problem(entry.path, error), identity, data))
            if len(slice_) >= self.pace.size:
                self._write(slice_)
                slice_ = []
            if len(refused) >= 100:
                self._quarantine(refused)
                refused = []
        self._write(slice_)
        self._quarantine(refused)

    def _write(self, arrivals: Sequence[Arrival]) -> None:
        """One slice: one transaction."""
        if not arrivals:
            return
        new = [one for one in arrivals if one.path not in self.known]
        changed = [one for one in arrivals if one.path in self.known]
        keys = {one.path: article for one in changed if (article := self.known[one.path][1]) is not None}
        self.pace.pause()
        with transaction.atomic():
            started = time.monotonic()
            created = self.arrivals.write(new) if new else []
            conflicts = write_changes(changed, keys, self.arrivals, self.at) if changed else 0
            self._leave_quarantine([one.path for one in arrivals])
        self.pace.wrote(len(arrivals), time.monotonic() - started)
        self.report.conflicts += conflicts
        self.touched += [*created, *keys.values()]
        self._count([one.path for one in arrivals])

    # --- quarantine
    def _quarantine(self, refused: Sequence[Refused]) -> None:
        for one in refused:
            problem = one.problem
            QuarantinedFile.objects.update_or_create(
                site=self.site,
                path=problem.path[:1000],
                defaults={
                    "content": one.data,
                    "blob_id": one.blob_id,
                    "reason": problem.message,
                    "line": problem.line,
                    "column": problem.column,
                    "key": problem.key[:200],
                    "origin": self.source.label[:1000],
                    "found_at": self.at,
                    "dismissed_at": None,
                },
            )
            self.report.problems.append(problem)
        self._advance(len(refused))

    def _leave_quarantine(self, paths: Sequence[str]) -> None:
        left = [path for path in paths if path in self.quarantined]
        if left:
            QuarantinedFile.objects.filter(site=self.site, path__in=left).delete()

    # --- counting
    def _unchanged(self, paths: Collection[str]) -> None:
        self.report.unchanged += sum(
            kind_of(path) == SourceFile.Kind.ARTICLE and path not in self.quarantined for path in paths
        )
        self._advance(len(paths))

    def _count(self, paths: Sequence[str]) -> None:
        updated = sum(path in self.known for path in paths)
        self.report.updated += updated
        self.report.created += len(paths) - updated
        self._advance(len(paths))

    def _advance(self, count: int) -> None:
        self.done += count
        self.progress(self.done, self.total)

    def _finish(self, run: ImportRun) -> None:
        run.finished_at = timezone.now()
        run.created, run.updated, run.unchanged = self.report.created, self.report.updated, self.report.unchanged
        run.conflicts = self.report.conflicts
        run.problems = [problem.as_dict() for problem in self.report.problems]
        run.save()

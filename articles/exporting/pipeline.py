"""The one pipeline from the desk to a sink: each file is the text that came in with exactly what was decided.

Articles that nobody touched are never parsed. Files stream through in chunks, so memory does not grow with the site.
"""

from __future__ import annotations

import errno
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from articles import ledger
from articles.exporting.diffs import file_diff
from articles.exporting.grouping import GROUPS, changed_keys, group_of
from articles.exporting.messages import Sent, commit_message
from articles.exporting.naming import folded
from articles.exporting.outgoing import (
    CHUNK,
    Outgoing,
    described_here,
    files_of,
    left_files,
    made_here,
    outgoing,
)
from articles.exporting.record import held_back, recorded
from articles.exporting.report import ExportReport, FileChange
from articles.exporting.sinks import Sink
from articles.exporting.surroundings import described
from articles.frontmatter import FrontMatterError
from articles.frontmatter.files import blob_id
from articles.importing.report import Problem
from articles.manifest import Manifest
from articles.models import ExportRun, Site, SourceFile
from articles.workflow import DECIDED, N_

SHOWN = 100  # diffs of each kind that a dry run keeps
STEP = 20  # files between two words about how far it is
Progress = Callable[[int, int], None]
FOREIGN = N_("It has changed since it was imported, so it was left alone. Import it first, then export again.")
FATAL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO})  # the next file would fare no better


def export_site(
    site: Site,
    sink: Sink | None,
    *,
    scope: str,
    at: datetime,
    actor: Any = None,
    progress: Progress | None = None,
    dry_run: bool = False,
    shown: int = SHOWN,
    diffs: bool = True,
    only: str = "",
    recorded: bool = True,
    run: ExportRun | None = None,
) -> ExportReport:
    """Write the site's files to ``sink``.

    ``scope``: approved articles, approved and rejected ones, or everything that was imported. A file in the sink is
    replaced only when it is as it was imported or as the desk wrote it last; otherwise it is a problem and left. Files
    that an earlier export made and that are no longer in the scope are removed; those that stood there before get what
    the article is now.

    ``dry_run`` writes nothing and keeps what changes in the first ``shown`` files of each kind, with ``diffs``; without a sink
    it compares with what was imported. ``only`` looks at the one file of this path. ``recorded`` leaves an ExportRun: ``run``,
    where a worker has leased one. What ``progress`` raises ends the export with nothing published. Raises OSError when the
    disk is full or gone; abort the sink then, and run again when it is mended.
    """
    dry = dry_run or sink is None
    return _Export(site, sink, scope, at, actor, progress, dry, shown, diffs, only, recorded, run).run()


class _Export:
    def __init__(self, site: Site, sink: Sink | None, scope: str, at: datetime, actor: Any,
                 progress: Progress | None, dry: bool, shown: int, diffs: bool, only: str, recorded: bool,
                 row: ExportRun | None) -> None:  # fmt: skip
        self.site, self.sink, self.scope, self.at, self.actor = site, sink, scope, at, actor
        self.dry, self.shown, self.diffs, self.only, self.recorded, self.row = dry, shown, diffs, only, recorded, row
        self.progress = progress or (lambda done, of: None)
        self.report = ExportReport()
        self.manifest = Manifest(site, sink.place) if sink and sink.keeps_files else None
        self.paths: set[str] = set()
        self.folds: dict[str, str] = {}
        self.sent: list[Sent] = []  # for the message, where the sink takes one
        self.noted: list[ledger.Sent] = []  # for the ledger

    def run(self) -> ExportReport:
        started = timezone.now()
        around = described(self.site)
        total = files_of(self.site, self.scope, self.at, around).count() + made_here(self.site, self.scope).count()
        total += len(described_here(self.site, around))
        files = outgoing(self.site, self.scope, self.at, naming=not self.dry, around=around, only=self.only)
        for done, file in enumerate(files, 1):
            self._file(file)
            if done % STEP == 0 or done == total:
                self.progress(done, total)
        if not self.only:
            self._remove_left_over()
        if self.report.held_back:
            self.report.notices.append(held_back(self.report.held_back))
        if self.sink is not None and self.sink.takes_message:
            self.report.message = self.sink.message or commit_message(self.sent)
        if self.dry or self.sink is None:
            return self.report
        if self.manifest:
            self.manifest.announce(self.scope, self.at)
        self.sink.message = self.report.message
        self.sink.close()
        self.report.branch, self.report.commit = self.sink.branch, self.sink.commit
        # Before the manifest is settled: an export that dies in between is still announced, so that the next export or
        # import finds out what it has published, by comparing.
        self._record(started)
        if self.manifest:
            self.manifest.save(self.scope, self.at)
        return self.report

    # --- one file
    def _file(self, file: Outgoing) -> None:
        self.paths.add(file.path)
        self.report.held_back += len(file.held)
        twin = self.folds.setdefault(folded(file.path), file.path)
        try:
            if twin != file.path and self.sink and self.sink.is_one_file(twin, file.path):
                self._problem(file.path, gettext("On this disk its name is the same as that of %(path)s; it was left out.") % {"path": twin})
            elif self.sink is None:
                self._count(file, wrote=self._show(file, file.text, file.written()))
            else:
                wrote = self._put(file, file.written())
                if wrote is not None:
                    self._count(file, wrote)
        except FrontMatterError as error:
            self.report.problems.append(Problem(file.path, error.message, error.line, error.column, error.key))
        except (OSError, ValueError) as error:
            self._failed(file.path, error)

    def _put(self, file: Outgoing, text: str) -> bool | None:
        """Stage the file where it may be written. Says whether it was news to the sink; None where it was left alone."""
        assert self.sink is not None
        data, there = text.encode(), self.sink.read(file.path)
        ours = False
        if there is not None:
            as_came = text == file.text and not file.is_mended
            current = file.blob if as_came and there == data else blob_id(there)
            if there == data:
                if self.manifest:
                    if self.manifest.is_open(file.path):
                        self._note(file, text)
                    self.manifest.found(file.path, current)
                return False
            ours = self.manifest is not None and self.manifest.is_ours(file.path, current)
            if current != file.blob and not ours:
                self._problem(file.path, gettext(FOREIGN))
                return None
        if self.dry:
            self._show(file, file.text if there is None else there.decode(errors="replace"), text)
        else:
            self.sink.write(file.path, data)
            self._note(file, text)
        if self.sink.takes_message:
            article = file.article
            self.sent.append(Sent(_kind(file), _title(file), article.pk if article else None))
        if self.manifest:
            created = there is None or (ours and self.manifest.is_created(file.path))
            kept = text == file.text and not file.is_mended
            self.manifest.wrote(file.path, file.blob if kept else blob_id(data), created=created)
        return True

    def _note(self, file: Outgoing, text: str) -> None:
        """Keep for the ledger what leaves of the desk's. An article that was made here has no feed to be kept from."""
        if file.article and file.blob and text != file.text and not self.dry:
            self.noted.append(ledger.sent(file.article, file.text, text))

    def _show(self, file: Outgoing, old: str, new: str) -> bool:
        """Keep the diff for people. Says whether there is one."""
        if old == new:
            return False
        article = file.article
        self._change(file.path, _kind(file), _title(file), article.pk if article else None, old, new)
        return True

    def _change(self, path: str, kind: str, title: str, article: int | None, old: str, new: str) -> None:
        report = self.report
        count = report.kinds[kind] = report.kinds.get(kind, 0) + 1
        keys = changed_keys(old, new, path) if kind not in GROUPS else ()
        group = kind if kind in GROUPS else group_of(keys, new, path)
        report.groups[group] = report.groups.get(group, 0) + 1
        if count <= self.shown:
            lines = tuple(file_diff(old, new)) if self.diffs else ()
            report.changes.append(FileChange(path, kind, title, article, lines, group, keys))

    # --- what an earlier export made
    def _remove_left_over(self) -> None:
        """Files of earlier exports whose article has left the scope: those that the desk made go; those that stood there
        before get what the article is now."""
        if self.manifest is None or self.sink is None:
            return
        left = [path for path in self.manifest.files if path not in self.paths]
        for start in range(0, len(left), CHUNK):
            chunk = left[start : start + CHUNK]
            known = left_files(self.site, chunk, self.at)
            for path in chunk:
                try:
                    self._leave(path, known.get(path))
                except FrontMatterError as error:
                    self.report.problems.append(Problem(path, error.message, error.line, error.column, error.key))
                except (OSError, ValueError) as error:
                    self._failed(path, error)

    def _leave(self, path: str, file: Outgoing | None) -> None:
        assert self.manifest is not None and self.sink is not None
        there = self.sink.read(path)
        twin = self.folds.get(folded(path))
        if there is None or (twin and self.sink.is_one_file(twin, path)):
            self.manifest.forget(path)
        elif not self.manifest.is_ours(path, blob := blob_id(there)) and (file is None or file.blob != blob):
            self._problem(path, gettext(FOREIGN))
        elif self.manifest.is_created(path) and (file is None or file.kind == SourceFile.Kind.ARTICLE):
            if self.dry:
                self._change(path, "removed", path, None, "", "")
            else:
                self.sink.remove(path)
            if self.sink.takes_message:
                self.sent.append(Sent("removed", path, None))
            self.manifest.forget(path)
            self.report.removed += 1
        elif file is not None and self._put(file, file.written()):
            self._count(file, wrote=True)

    # --- counting
    def _count(self, file: Outgoing, wrote: bool) -> None:
        if file.kind != SourceFile.Kind.ARTICLE:
            self.report.others += wrote
        elif wrote:
            self.report.written += 1
        else:
            self.report.unchanged += 1

    def _failed(self, path: str, error: OSError | ValueError) -> None:
        """One file that could not be written. A disk that is full or gone ends the export instead, and so does a zip that
        holds a part of a file."""
        in_folder = self.sink is not None and self.sink.keeps_files
        if isinstance(error, OSError) and (error.errno in FATAL or not in_folder):
            raise error
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        self._problem(path, gettext("It could not be written: %(reason)s.") % {"reason": reason.rstrip(".")})

    def _problem(self, path: str, sentence: str) -> None:
        self.report.problems.append(Problem(path, sentence))

    def _record(self, started: datetime) -> None:
        """The run's row and the ledger's, in one transaction."""
        report = self.report
        tells = self.recorded and bool(report.written or report.removed or report.others or report.problems)
        if self.row is None and not tells and not self.noted:
            return
        with transaction.atomic():
            run = self._recorded(started) if self.row or tells else None
            ledger.record(self.site, self.noted, run, at=self.at)

    def _recorded(self, started: datetime) -> ExportRun:
        return recorded(
            self.row, self.report, site=self.site, sink=self.sink, scope=self.scope, actor=self.actor, started=started
        )


def _kind(file: Outgoing) -> str:
    """What the desk did to a file: new, imported, approved, rejected or edited."""
    if not file.blob:
        return "new"
    if file.describes is not None:
        return "edited"
    if file.article is None:
        return "imported"
    return file.article.status if file.article.status in DECIDED else "edited"


def _title(file: Outgoing) -> str:
    """What a file is about, for people."""
    if file.describes is not None:
        return file.describes.row.name
    return (file.article.title if file.article else "") or file.path

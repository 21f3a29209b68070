"""An import that a worker does behind the pages: begun, leased, and finished whoever is killed meanwhile.

What came in is known by its bytes, so the next worker skips it and goes on; nothing comes in twice.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import leases, schedules
from articles.importing.lock import ImportBusy
from articles.importing.pipeline import import_site
from articles.importing.report import ImportReport
from articles.importing.sources import Source as Files
from articles.importing.sources import SourceError, open_source
from articles.importing.sources.remotes import Remote, is_address
from articles.models import ImportRun, Site, Source

LOG = logging.getLogger(__name__)
State = ImportRun.State
Kind = Source.Kind


def name_of(source: Source) -> str:
    """A source as people know it, without a password."""
    if source.kind == Kind.UPLOAD:
        return source.label or source.location
    try:
        return str(Remote(source.location)) if is_address(source.location) else source.location
    except SourceError:
        return source.location


def place_of_upload(source: Source) -> Path:
    """Where the file of an upload lies. Its name is the desk's own."""
    return Path(settings.DATA_DIR) / "uploads" / Path(source.location).name


def begin(
    source: Source, *, at: datetime, actor: Any = None, is_scheduled: bool = False, takes_away: bool = False
) -> ImportRun:
    """A run that waits for a worker. A run of the source that is open already is the answer to a second wish. ``takes_away``:
    somebody has said that what is missing is gone."""
    try:
        with transaction.atomic():
            return ImportRun.objects.create(
                site=source.site, source=source, actor=actor, started_at=at, heartbeat_at=Now(), is_scheduled=is_scheduled,
                origin=name_of(source)[:1000], takes_away=takes_away,
            )  # fmt: skip
    except IntegrityError:
        return ImportRun.objects.filter(source=source).order_by("-pk")[:1].get()


def opened(source: Source) -> Files:
    """The source, ready to be read; as a context manager. Raises SourceError.

    Of a worktree the commit is read, never the files that lie there.
    """
    limit = settings.DESK_FILE_LIMIT
    if source.kind == Kind.UPLOAD:
        files = open_source(place_of_upload(source), limit=limit)
        files.label = name_of(source)
        return _of_kind(files, "archive", _("%(name)s is no zip or tar. Upload another file."))
    if source.kind == Kind.FOLDER:
        files = open_source(source.location, limit=limit, prefer_files=True)
        return _of_kind(files, "folder", _("%(name)s is not a folder. Was it moved? Name another."))
    path = Path(source.location).expanduser()
    rev = source.branch or ("HEAD" if (path / ".git").exists() else None)
    files = open_source(source.location, rev=rev, limit=limit, mirrors=settings.DATA_DIR / "mirrors")
    return _of_kind(files, "git", _("%(name)s is not a Git repository. Name one, or add it as a folder."))


def _of_kind(files: Files, kind: str, sentence: str) -> Files:
    if files.kind != kind:
        files.close()
        raise SourceError(sentence % {"name": files.label})
    return files


def stalled() -> list[int]:
    """Imports that nobody has worked on for a while. Each is told to one who asks."""
    return leases.stalled(ImportRun)


def advance(pk: int, *, tell: Callable[[Site, ImportReport], None] | None = None) -> ImportRun | None:
    """Do an import, to its end where nobody comes between. The run as it is then; None when another does it, or when it had
    begun by the clock and brought nothing, so that nothing is left of it."""
    lease = uuid.uuid4()
    if not leases.take(ImportRun, pk, lease):
        return None
    run = ImportRun.objects.select_related("site", "source", "actor").get(pk=pk)
    if run.tries > leases.TRIES:
        _failed(run, lease, _("It broke off %(count)d times. The log says why.") % {"count": leases.TRIES})
        return ImportRun.objects.filter(pk=pk).first()
    report = None
    try:
        with leases.Keeping(ImportRun, pk, lease) as keeping:
            report = _bring(run, keeping)
    except leases.LeaseLost:
        return None
    except leases.Interrupted:
        leases.let_go(ImportRun, pk, lease, tries=F("tries") - 1)
    except ImportBusy:
        # ``stalled`` finds it again in a quarter of a minute.
        leases.let_go(ImportRun, pk, lease, tries=F("tries") - 1, state=State.WAITING)
    except leases.StopAsked:
        leases.end(leases.held(ImportRun, pk, lease), State.STOPPED, at=timezone.now())
    except DatabaseError:
        raise  # the lease runs out, and the next worker tries
    except Exception as error:  # noqa: BLE001 - whatever a source does, the run says so
        if leases.ENDING.is_set():  # Ctrl C reaches Git as well
            leases.let_go(ImportRun, pk, lease, tries=F("tries") - 1)
        else:
            if not isinstance(error, SourceError):
                LOG.exception("The import into %s failed.", run.site.name)
            _failed(run, lease, str(error) if isinstance(error, SourceError) else f"{type(error).__name__}: {error}")
    else:
        _ended(run, report)
        if tell is not None and report.wrote:
            tell(run.site, report)
    return ImportRun.objects.filter(pk=pk).first()


def _bring(run: ImportRun, keeping: leases.Keeping) -> ImportReport:
    if run.source is None:
        raise SourceError(_("The source has been removed."))
    keeping.write({"taken_at": timezone.now(), "done": 0, "total": 0})
    with opened(run.source) as files:
        keeping.check()
        return import_site(
            files, run.site, at=run.started_at, actor=run.actor, progress=keeping.tell, part=run.source.is_part, run=run,
            gone=run.takes_away,
        )


def _ended(run: ImportRun, report: ImportReport) -> None:
    at, source = timezone.now(), run.source
    runs = ImportRun.objects.filter(pk=run.pk)
    # The pipeline ends the run itself, in its last transaction, but where the desk held all that the source has.
    if leases.end(runs, State.FINISHED, at=at):
        problems = [problem.as_dict() for problem in report.problems]
        runs.update(unchanged=report.unchanged, problems=problems, notices=list(report.notices))
    if source is not None:
        schedules.went_well(source, run.started_at)
        if report.wrote:
            Source.objects.filter(pk=source.pk).update(news_at=at)
    if run.is_scheduled and not report.wrote:
        runs.filter(kind="").delete()  # unless an earlier worker wrote something


def _failed(run: ImportRun, lease: uuid.UUID, sentence: str) -> None:
    at = timezone.now()
    if not leases.end(leases.held(ImportRun, run.pk, lease), State.FAILED, at=at, failure=sentence[:2000]):
        return
    if run.source is None:
        return
    if schedules.went_wrong(run.source, at, sentence):
        subject = _("The import into %(site)s failed") % {"site": run.site.title or run.site.name}
        words = _("%(source)s could not be imported: %(why)s") % {"source": name_of(run.source), "why": sentence}
        schedules.tell_of_failure(run.source, subject, words, permission="add_importrun")
    elif run.is_scheduled:
        # One row tells of a failure, however often it is tried.
        ImportRun.objects.filter(pk=run.pk, kind="").delete()

"""An export that a worker does behind the pages: begun, leased, and finished whoever is killed meanwhile.

What an export publishes appears at once or not at all, and an export that is made again writes only what is not there yet;
so the next worker begins anew, and nothing leaves twice.
"""

from __future__ import annotations

import logging
import uuid
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
from articles.exporting.pipeline import export_site
from articles.exporting.publishing import Destination, destination_of, publish, repository_of
from articles.exporting.report import ExportReport
from articles.exporting.sinks import FolderReader, FolderSink, SinkError, ZipSink
from articles.exporting.timing import has_come
from articles.importing.running import name_of
from articles.models import ExportRun, Place, SentField, Site

LOG = logging.getLogger(__name__)
State = ExportRun.State
Kind = ExportRun.Kind
MOST_SHOWN = 20_000  # files that a preview lists


def exports_folder() -> Path:
    return Path(settings.DATA_DIR) / "exports"


def begin(
    site: Site, kind: str, *, scope: str, at: datetime, actor: Any = None, place: Place | None = None, message: str = "",
    is_scheduled: bool = False,
) -> ExportRun:  # fmt: skip
    """A run that waits for a worker. A run to ``place`` that is open already is the answer to a second wish."""
    repository = repository_of(site) if kind == Kind.GIT else None
    shown = {Kind.ZIP: "zip", Kind.FOLDER: place.location if place else "", Kind.GIT: name_of(repository) if repository else ""}[Kind(kind)]
    try:
        with transaction.atomic():
            return ExportRun.objects.create(
                site=site, kind=kind, scope=scope, actor=actor, place=place, message=message, started_at=at,
                heartbeat_at=Now(), destination=shown[:1000], is_scheduled=is_scheduled,
            )  # fmt: skip
    except IntegrityError:
        return ExportRun.objects.filter(place=place).order_by("-pk")[:1].get()


def begin_at(place: Place, *, at: datetime, is_scheduled: bool = False) -> ExportRun:
    """An export to a place, of the scope that it is for."""
    return begin(place.site, place.kind, scope=place.scope, at=at, place=place, is_scheduled=is_scheduled)


def remove(place: Place, *, at: datetime) -> None:
    """Remove a place for exports; what lies there stays. An export that is under way ends at its next step."""
    for run in ExportRun.objects.filter(place=place, state__in=leases.OPEN):
        leases.stop(run, at=at)
    place.delete()


def due_places(at: datetime) -> list[Place]:
    """Places whose time has come: by their interval, or because an article came out or went down since the last export there."""
    rows = Place.objects.filter(every__isnull=False).select_related("site").order_by(F("looked_at").asc(nulls_first=True), "pk")
    return [one for one in rows if schedules.is_due(one, at) or _is_awaited(one, at)]


def _is_awaited(place: Place, at: datetime) -> bool:
    """Whether a moment of an article has passed since the last export there. One that failed waits for its next try."""
    if place.retry_at is not None:
        return False
    return place.looked_at is None or has_come(place.site, place.looked_at, at)


def looked_through(
    site: Site, kind: str, *, scope: str, at: datetime, place: Place | None = None, only: str = "", diffs: bool = False
) -> ExportReport:
    """What an export would change: beside what was imported for a zip, else beside what is there. Nothing is written.
    Raises SinkError."""
    words: dict[str, Any] = {"scope": scope, "at": at, "dry_run": True, "only": only, "diffs": diffs, "shown": MOST_SHOWN}
    if kind == Kind.GIT:
        return publish(site, _destination(site), **words)
    if kind == Kind.FOLDER and place is not None:
        with FolderReader(Path(place.location)) as sink:
            return export_site(site, sink, **words)
    return export_site(site, None, **words)


def stalled() -> list[int]:
    """Exports that nobody has worked on for a while. Each is told to one who asks."""
    return leases.stalled(ExportRun)


def advance(pk: int) -> ExportRun | None:
    """Do an export, to its end where nobody comes between. The run as it is then; None when another does it, or when it had
    begun by the clock and changed nothing."""
    lease = uuid.uuid4()
    if not leases.take(ExportRun, pk, lease):
        return None
    run = ExportRun.objects.select_related("site", "place", "actor").get(pk=pk)
    if run.tries > leases.TRIES:
        _failed(run, lease, _("It broke off %(count)d times. The log says why.") % {"count": leases.TRIES})
        return ExportRun.objects.filter(pk=pk).first()
    try:
        with leases.Keeping(ExportRun, pk, lease) as keeping:
            report = _send(run, keeping)
    except leases.LeaseLost:
        return None
    except leases.Interrupted:
        leases.let_go(ExportRun, pk, lease, tries=F("tries") - 1)
    except leases.StopAsked:
        leases.end(leases.held(ExportRun, pk, lease), State.STOPPED, at=timezone.now())
    except DatabaseError:
        raise  # the lease runs out, and the next worker tries
    except Exception as error:  # noqa: BLE001 - whatever a disk or a remote does, the run says so
        if leases.ENDING.is_set():  # Ctrl C reaches Git as well
            leases.let_go(ExportRun, pk, lease, tries=F("tries") - 1)
        else:
            if not isinstance(error, (SinkError, OSError)):
                LOG.exception("The export of %s failed.", run.site.name)
            _failed(run, lease, _sentence(error))
    else:
        _ended(run, report)
    return ExportRun.objects.filter(pk=pk).first()


def _send(run: ExportRun, keeping: leases.Keeping) -> ExportReport:
    words: dict[str, Any] = {"scope": run.scope, "at": timezone.now(), "actor": run.actor, "progress": keeping.tell, "run": run}
    keeping.write({"taken_at": timezone.now(), "done": 0, "total": 0})
    if run.kind == Kind.GIT:
        return publish(
            run.site, _destination(run.site), message=run.message, announced=run.commit,
            announce=lambda commit: keeping.write({"commit": commit}), **words,
        )  # fmt: skip
    if run.kind == Kind.FOLDER:
        if run.place is None:
            raise SinkError(_("The place has been removed."))
        with FolderSink(Path(run.place.location)) as sink:
            return export_site(run.site, sink, **words)
    folder = exports_folder()
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{run.site.name}-{run.scope}-{run.pk}.zip"
    with ZipSink(folder / name) as sink:
        report = export_site(run.site, sink, **words)
    ExportRun.objects.filter(pk=run.pk).update(file=name, destination=name)
    return report


def _ended(run: ExportRun, report: ExportReport) -> None:
    runs = ExportRun.objects.filter(pk=run.pk)
    leases.end(runs, State.FINISHED, at=timezone.now())
    # With what came after the pipeline's last transaction.
    runs.update(notices=report.notices, commit=report.commit, branch=report.branch)
    if run.commit and run.commit == report.commit:
        # An earlier worker published it and was killed; what it sent was found in the repository, by whom nobody knew.
        found = SentField.objects.filter(article__site=run.site, run=None, sent_at__gte=run.started_at)
        found.update(run=run)
    if run.place is not None:
        schedules.went_well(run.place, run.started_at)
    if run.is_scheduled and not (report.written or report.removed or report.others or report.problems or report.commit):
        runs.delete()


def _failed(run: ExportRun, lease: uuid.UUID, sentence: str) -> None:
    at = timezone.now()
    if not leases.end(leases.held(ExportRun, run.pk, lease), State.FAILED, at=at, failure=sentence[:2000]):
        return
    if run.place is None:
        return
    if schedules.went_wrong(run.place, at, sentence):
        subject = _("The export of %(site)s failed") % {"site": run.site.title or run.site.name}
        words = _("The export to %(place)s could not be made: %(why)s") % {"place": run.destination, "why": sentence}
        schedules.tell_of_failure(run.place, subject, words, permission="change_place")
    elif run.is_scheduled:
        # One row tells of a failure, however often it is tried.
        ExportRun.objects.filter(pk=run.pk).delete()


def _sentence(error: Exception) -> str:
    if isinstance(error, SinkError):
        return str(error)
    if isinstance(error, OSError):
        return _("Nothing was published: %(why)s. Mend it, then export again.") % {"why": (error.strerror or str(error)).rstrip(".")}
    return f"{type(error).__name__}: {error}"


def _destination(site: Site) -> Destination:
    """Where the site's commits go. Raises SinkError."""
    repository = repository_of(site)
    if repository is None:
        raise SinkError(_("The exports of this site go to no repository."))
    return destination_of(repository)

"""Exports: what has left, what would leave, and the zip of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from articles.exporting.pipeline import export_site
from articles.exporting.publishing import destination_of, publish, repository_of
from articles.exporting.report import ExportReport, FileChange
from articles.exporting.sinks import SinkError, ZipSink
from articles.forms import ExportForm
from articles.labels import counted
from articles.models import ExportRun, Site
from articles.views.desk import desk_page
from articles.workflow import NN_

LISTED = 50
KINDS = {
    "approved": (_("Approved"), "ok"),
    "rejected": (_("Rejected"), "no"),
    "edited": (_("Edited only"), "pen"),
    "new": (_("Made on the desk"), "pen"),
}


@dataclass(frozen=True)
class Group:
    """The files that change in one way; the diffs of the first of them."""

    name: str
    tag: str
    count: int
    changes: list[FileChange]

    @property
    def more(self) -> int:
        return self.count - len(self.changes)


@require_safe
@desk_page("articles.export_articles")
def exports(request: HttpRequest, site: Site) -> HttpResponse:
    runs = Paginator(ExportRun.objects.filter(site=site).select_related("actor"), LISTED)
    return render(request, "articles/exports.html", {"page": runs.get_page(request.GET.get("page"))})


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("articles.export_articles")
def export_new(request: HttpRequest, site: Site) -> HttpResponse:
    """What would change, and the zip of it."""
    if request.method != "POST":
        asked = request.GET.get("scope")
        scope = asked if asked in ExportRun.Scope.values else ExportRun.Scope.APPROVED.value
        return _preview(request, site, scope, request.GET.get("to", ""))
    form = ExportForm(request.POST)
    if not form.is_valid():
        return render(request, "articles/export_new.html", {"form": form}, status=422)
    scope = form.cleaned_data["scope"]
    if form.cleaned_data["to"] == "git":
        return _to_git(request, site, scope, sure=form.cleaned_data["sure"])
    try:
        run = _make_zip(request, site, scope)
    except (OSError, SinkError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return _preview(request, site, scope, "zip", sentence=gettext("The zip could not be made: %(reason)s.") % {"reason": reason.rstrip(".")}, status=503)
    request.session["toast"] = {
        "text": counted(NN_("%(count)s article in", "%(count)s articles in"), run.written),
        "title": run.file,
    }
    return redirect("articles:exports")


@require_safe
@desk_page("articles.export_articles")
def export_download(request: HttpRequest, site: Site, pk: int) -> HttpResponse | FileResponse:
    run = get_object_or_404(ExportRun, pk=pk, site=site)
    path: Path = settings.DATA_DIR / "exports" / Path(run.file).name
    if not run.file or not path.is_file():
        raise Http404(gettext("This export has no file any more."))
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name, content_type="application/zip")


def _preview(
    request: HttpRequest, site: Site, scope: str, to: str, *, sentence: str = "", status: int = 200, asks: bool = False
) -> HttpResponse:
    """What would change: beside what was imported, or beside the branch as it is now."""
    repository = repository_of(site)
    to = "git" if to == "git" and repository else "zip"
    try:
        if to == "git" and repository and not sentence:
            report = publish(site, destination_of(repository), scope=scope, at=timezone.now(), dry_run=True)
        else:
            report = export_site(site, None, scope=scope, at=timezone.now())
    except SinkError as error:
        return _preview(request, site, scope, to, sentence=str(error), status=503)
    context = {
        "form": ExportForm(initial={"scope": scope, "to": to}),
        "scope": scope,
        "to": to,
        "repository": repository,
        "pushes": repository is not None and destination_of(repository).push is not None,
        "asks": asks,
        "report": report,
        "groups": _groups(report),
        "changed": sum(report.kinds.values()),
        "files": report.written + report.unchanged,
        "sentence": sentence,
    }
    return render(request, "articles/export_new.html", context, status=status)


def _groups(report: ExportReport) -> list[Group]:
    return [
        Group(name, tag, report.kinds[kind], [change for change in report.changes if change.kind == kind])
        for kind, (name, tag) in KINDS.items()
        if kind in report.kinds
    ]


def _to_git(request: HttpRequest, site: Site, scope: str, *, sure: bool) -> HttpResponse:
    """One commit in the site's repository. What is pushed cannot be taken back, so that takes a second press."""
    repository = repository_of(site)
    if repository is None:
        raise Http404(gettext("The exports of this site go to no repository."))
    to = destination_of(repository)
    if to.push is not None and not sure:
        return _preview(request, site, scope, "git", asks=True)
    try:
        report = publish(site, to, scope=scope, at=timezone.now(), actor=request.user)
    except (OSError, SinkError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return _preview(request, site, scope, "git", sentence=f"{reason.rstrip('.')}.", status=503)
    request.session["toast"] = {
        "text": " ".join(report.notices) or gettext("Nothing has changed there, so there is no commit."),
        "title": report.branch,
    }
    return redirect("articles:exports")


def _make_zip(request: HttpRequest, site: Site, scope: str) -> ExportRun:
    """The zip in the data folder, and its run. Raises OSError or SinkError, and leaves neither."""
    folder = settings.DATA_DIR / "exports"
    folder.mkdir(parents=True, exist_ok=True)
    run = ExportRun.objects.create(
        site=site, actor=request.user, scope=scope, destination="zip", started_at=timezone.now()
    )
    name = f"{site.name}-{scope}-{run.pk}.zip"
    try:
        with ZipSink(folder / name) as sink:
            report = export_site(site, sink, scope=scope, at=timezone.now(), recorded=False)
    except BaseException:
        run.delete()
        raise
    run.file, run.destination, run.finished_at = name, name, timezone.now()
    run.written, run.problems = report.written, [problem.as_dict() for problem in report.problems]
    run.save(update_fields=["file", "destination", "finished_at", "written", "problems"])
    return run

"""Exports: what would leave, what leaves behind the page, and what has left."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from articles import leases
from articles.captions import caption
from articles.exporting import running
from articles.exporting.grouping import GROUPS
from articles.exporting.publishing import destination_of, repository_of
from articles.exporting.report import ExportReport
from articles.exporting.sinks import SinkError
from articles.forms import ExportForm
from articles.forms.exports import digest
from articles.models import ExportRun, Place, SentField, Site
from articles.tasks import hand_over
from articles.views.desk import desk_page
from articles.views.progressing import progress_of

LISTED = 50
Kind = ExportRun.Kind
TAGS = {"published": "ok", "unpublished": "no", "removed": "no", "topics": "pen", "quality": "pen", "text": "pen", "around": "pen", "new": "pen"}


@require_safe
@desk_page("articles.export_articles")
def exports(request: HttpRequest, site: Site) -> HttpResponse:
    runs = Paginator(ExportRun.objects.filter(site=site).select_related("actor"), LISTED)
    places = Place.objects.filter(site=site)
    return render(request, "articles/exports.html", {"page": runs.get_page(request.GET.get("page")), "places": places})


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("articles.export_articles")
def export_new(request: HttpRequest, site: Site) -> HttpResponse:
    """What would change, by kind of change; a POST lets a worker do it."""
    repository = repository_of(site)
    if request.method != "POST":
        form = ExportForm(site, repository, initial={"scope": _scope(request), "to": _to(request, site)})
        return _preview(request, site, form, form.initial["scope"], form.initial["to"])
    form = ExportForm(site, repository, request.POST)
    if not form.is_valid():
        return render(request, "articles/export_new.html", {"form": form}, status=422)
    words = form.cleaned_data
    pushes = words["to"] == "git" and repository is not None and destination_of(repository).push is not None
    if pushes and not words["sure"]:
        return _preview(request, site, form, words["scope"], "git", asks=True)
    place = form.places.get(words["to"])
    run = running.begin(
        site, Kind.FOLDER if place else words["to"], scope=words["scope"], at=timezone.now(), actor=request.user, place=place,
        message=form.own_message(),
    )  # fmt: skip
    hand_over(run)
    return redirect("articles:export_run", pk=run.pk)


@require_safe
@desk_page("articles.export_articles")
def export_diff(request: HttpRequest, site: Site) -> HttpResponse:
    """The lines of one file that an export would change: ``?path=``, and scope and place as in the preview."""
    path, to = request.GET.get("path", ""), _to(request, site)
    report = None
    if path and "\0" not in path:
        try:
            report = _looked_through(site, to, _scope(request), only=path, diffs=True)
        except SinkError as error:
            return render(request, "articles/export_diff.html", {"path": path, "sentence": str(error)}, status=503)
    change = next(iter(report.changes), None) if report else None
    if change is None:
        raise Http404("This export would not change that file.")
    name = "articles/_diff.html" if request.htmx else "articles/export_diff.html"  # type: ignore[attr-defined]
    return render(request, name, {"path": path, "lines": change.lines, "change": change})


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("articles.export_articles")
def export_run(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """One export: how far it is, then what became of it and what the ledger holds of it. A POST stops it. To htmx the part
    that changes."""
    run = get_object_or_404(ExportRun.objects.select_related("place", "actor"), pk=pk, site=site)
    if request.method == "POST":
        leases.stop(run, at=timezone.now())
        return redirect("articles:export_run", pk=pk)
    context: dict[str, Any] = {"run": run}
    if run.is_open:
        context |= progress_of(run, timezone.now())
    else:
        sent = SentField.objects.filter(run=run).select_related("article").order_by("pk")
        shown = sent.only("field", "state", "article__title", "article__path")
        page = Paginator(shown, LISTED).get_page(request.GET.get("page"))
        context |= {"page": page, "rows": [(one, caption(one.field)) for one in page]}
    name = "articles/_export_run.html" if request.htmx else "articles/export_run.html"  # type: ignore[attr-defined]
    return render(request, name, context)


@require_safe
@desk_page("articles.export_articles")
def export_download(request: HttpRequest, site: Site, pk: int) -> HttpResponse | FileResponse:
    run = get_object_or_404(ExportRun, pk=pk, site=site)
    path: Path = running.exports_folder() / Path(run.file).name
    if not run.file or not path.is_file():
        raise Http404("This export has no file any more.")
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name, content_type="application/zip")


def _scope(request: HttpRequest) -> str:
    asked = request.GET.get("scope", "")
    return asked if asked in ExportRun.Scope.values else ExportRun.Scope.APPROVED.value


def _to(request: HttpRequest, site: Site) -> str:
    """Where to, as the address says; a zip where that is no place of the site's."""
    asked = request.GET.get("to", "")
    if asked == "git" and repository_of(site) is not None:
        return asked
    return asked if _place(site, asked) else "zip"


def _place(site: Site, to: str) -> Place | None:
    key = to.removeprefix("place-")
    if key == to or not key.isdecimal() or len(key) > 18:
        return None
    return Place.objects.filter(site=site, kind=Place.Kind.FOLDER, pk=int(key)).first()


def _looked_through(site: Site, to: str, scope: str, **words: Any) -> ExportReport:
    place = _place(site, to)
    kind = Kind.FOLDER if place else Kind(to)
    return running.looked_through(site, kind, scope=scope, at=timezone.now(), place=place, **words)


def _preview(request: HttpRequest, site: Site, form: ExportForm, scope: str, to: str, *, asks: bool = False) -> HttpResponse:
    """What would change, beside what was imported or what is there now: one group of files, a page of them."""
    repository = repository_of(site)
    context: dict[str, Any] = {
        "form": form, "scope": scope, "to": to, "asks": asks,
        "pushes": to == "git" and repository is not None and destination_of(repository).push is not None,
    }  # fmt: skip
    try:
        report = _looked_through(site, to, scope)
    except SinkError as error:
        return render(request, "articles/export_new.html", context | {"sentence": str(error)}, status=503)
    if to == "git" and not form.is_bound:
        form.initial |= {"message": report.message.strip(), "suggested": digest(report.message)}
    groups = [(name, label, TAGS.get(name, ""), report.groups[name]) for name, label in GROUPS.items() if name in report.groups]
    asked = request.GET.get("group", "")
    group = asked if asked in report.groups else groups[0][0] if groups else ""
    page = Paginator([one for one in report.changes if one.group == group], LISTED).get_page(request.GET.get("page"))
    context |= {
        "report": report,
        "groups": groups,
        "group": group,
        "page": page,
        "rows": [(one, [caption(key) for key in one.keys]) for one in page],
        "changed": sum(report.kinds.values()),
        "files": report.written + report.unchanged,
        "unlisted": sum(report.kinds.values()) - len(report.changes),
    }
    return render(request, "articles/export_new.html", context)

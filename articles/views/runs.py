"""Imports, the quarantine, and exports."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from articles.exporting.diffs import SECRET
from articles.exporting.pipeline import SHOWN, export_site
from articles.exporting.sinks import ZipSink
from articles.forms import ExportForm
from articles.models import ExportRun, ImportRun, QuarantinedFile, Site
from articles.views.desk import desk_page

LISTED = 50
AROUND = 3  # lines before and after the one that is wrong


@require_safe
@desk_page("articles.view_importrun")
def imports(request: HttpRequest, site: Site) -> HttpResponse:
    runs = Paginator(ImportRun.objects.filter(site=site), LISTED).get_page(request.GET.get("page"))
    waiting = QuarantinedFile.objects.filter(site=site, dismissed_at=None).defer("content")
    return render(request, "articles/imports.html", {"page": runs, "quarantine": waiting})


@require_safe
@desk_page("articles.view_quarantinedfile")
def quarantine(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """One refused file: why, and the lines around the place."""
    file = get_object_or_404(QuarantinedFile, pk=pk, site=site)
    text = bytes(file.content or b"").decode("utf-8", "replace")
    lines = re.split(r"\r\n|\n|\r", text)
    first = max(1, (file.line or 1) - AROUND)
    shown = [
        (number, SECRET.sub(r"\1…", line)[:400], number == file.line)
        for number, line in enumerate(lines[first - 1 : (file.line or 1) + AROUND], first)
    ]
    return render(request, "articles/quarantine.html", {"file": file, "lines": shown if file.content else []})


@require_safe
@desk_page("articles.export_articles")
def exports(request: HttpRequest, site: Site) -> HttpResponse:
    runs = Paginator(ExportRun.objects.filter(site=site).select_related("actor"), LISTED)
    return render(request, "articles/exports.html", {"page": runs.get_page(request.GET.get("page"))})


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("articles.export_articles")
def export_new(request: HttpRequest, site: Site) -> HttpResponse:
    """What would change, and the zip of it."""
    if request.method == "POST":
        form = ExportForm(request.POST)
        if form.is_valid():
            return _make_zip(request, site, form.cleaned_data["scope"])
        return render(request, "articles/export_new.html", {"form": form, "scope": ""}, status=422)
    asked = request.GET.get("scope")
    scope = asked if asked in ExportRun.Scope.values else ExportRun.Scope.APPROVED.value
    report = export_site(site, None, scope=scope, at=timezone.now())
    context = {
        "form": ExportForm(initial={"scope": scope}),
        "scope": scope,
        "report": report,
        "changed": sum(report.kinds.values()),
        "more": max(0, sum(report.kinds.values()) - SHOWN),
        "files": report.written + report.unchanged,
    }
    return render(request, "articles/export_new.html", context)


def _make_zip(request: HttpRequest, site: Site, scope: str) -> HttpResponse:
    folder = settings.DATA_DIR / "exports"
    folder.mkdir(parents=True, exist_ok=True)
    run = ExportRun.objects.create(
        site=site, actor=request.user, scope=scope, destination="zip", started_at=timezone.now()
    )
    name = f"{site.name}-{scope}-{run.pk}.zip"
    with ZipSink(folder / name) as sink:
        report = export_site(site, sink, scope=scope, at=timezone.now(), recorded=False)
    run.file, run.destination, run.finished_at = name, name, timezone.now()
    run.written, run.problems = report.written, [problem.as_dict() for problem in report.problems]
    run.save(update_fields=["file", "destination", "finished_at", "written", "problems"])
    request.session["toast"] = {"text": f"{report.written:,} files in", "title": name}
    return redirect("articles:exports")


@require_safe
@desk_page("articles.export_articles")
def export_download(request: HttpRequest, site: Site, pk: int) -> HttpResponse | FileResponse:
    run = get_object_or_404(ExportRun, pk=pk, site=site)
    path: Path = settings.DATA_DIR / "exports" / Path(run.file).name
    if not run.file or not path.is_file():
        raise Http404("This export has no file any more.")
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name, content_type="application/zip")

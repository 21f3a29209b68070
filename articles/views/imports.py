"""Imports: the sources of a site, what runs, what has run, and what each run brought."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from articles import leases
from articles.forms.sources import SourceForm
from articles.importing import brought, ruled, running
from articles.importing.health import healths
from articles.importing.removing import remove
from articles.models import ImportRun, QuarantinedFile, Site, Source
from articles.tasks import hand_over
from articles.views.desk import desk_page
from articles.views.progressing import progress_of
from articles.views.runs_told import outcome

LISTED = 50
FEW = 5  # refused files that the first page names
PARTS = {
    "added": brought.added,
    "changed": brought.changed,
    "conflicts": brought.conflicts,
    "quarantined": brought.refused,
    "withdrawn": brought.withdrawn,
}


@require_http_methods(["GET", "HEAD"])
@desk_page("articles.view_importrun")
def imports(request: HttpRequest, site: Site) -> HttpResponse:
    """The sources with how they are, what waits in quarantine, and the runs."""
    at = timezone.now()
    runs = ImportRun.objects.filter(site=site).select_related("actor").defer("problems", "notices")
    waiting = QuarantinedFile.objects.filter(site=site, dismissed_at=None, mended_at=None).defer("content", "mended")
    found = healths(site, at)
    context = {
        "sources": [(one, running.name_of(one.source), _open_run(one.last)) for one in found],
        "quarantine": waiting[:FEW],
        "quarantine_count": waiting.count(),
        "page": Paginator(runs, LISTED).get_page(request.GET.get("page")),
        "kinds": Source.Kind,
        "has_repository": any(one.source.kind == Source.Kind.GIT for one in found),
    }
    return render(request, "articles/imports.html", context)


def _open_run(run: ImportRun | None) -> ImportRun | None:
    return run if run is not None and run.is_open else None


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("articles.add_importrun", "articles.add_source")
def source_new(request: HttpRequest, site: Site) -> HttpResponse:
    """A new source of ``?kind=``; its first import begins at once."""
    kind = request.GET.get("kind", Source.Kind.GIT)
    if kind not in Source.Kind.values:
        raise Http404("There is no such kind of source.")
    form = SourceForm(site, kind, request.POST or None, request.FILES or None)
    if request.method == "POST":
        if form.is_valid() and (source := _kept(form)):
            return _looked_at(request, source)
        return render(request, "articles/source.html", {"form": form}, status=422)
    return render(request, "articles/source.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("articles.add_importrun")
def source(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """One source. A POST says ``do``: look, gone (look, and what is missing is gone), save or remove."""
    found = get_object_or_404(Source, pk=pk, site=site)
    what = request.POST.get("do", "save") if request.method == "POST" else ""
    if what in ("look", "gone"):
        return _looked_at(request, found, takes_away=what == "gone")
    if what == "remove":
        if not request.user.has_perm("articles.delete_source"):
            raise PermissionDenied
        remove(found, at=timezone.now())
        request.session["toast"] = {"text": _("No longer a source:"), "title": running.name_of(found)}
        return redirect("articles:imports")
    form = SourceForm(site, found.kind, request.POST or None, request.FILES or None, instance=found)
    status = 200
    if what == "save":
        if not request.user.has_perm("articles.change_source"):
            raise PermissionDenied
        if form.is_valid() and _kept(form):
            request.session["toast"] = {"text": _("Saved"), "title": running.name_of(found)}
            return redirect("articles:imports")
        status = 422
    context = {"form": form, "source": Source.objects.get(pk=pk), "name": running.name_of(found)}
    return render(request, "articles/source.html", context, status=status)


def _kept(form: SourceForm) -> Source | None:
    try:
        return form.keep()
    except OSError as error:
        form.add_error(None, _("It could not be stored: %(why)s.") % {"why": error.strerror or str(error)})
        return None


def _looked_at(request: HttpRequest, found: Source, *, takes_away: bool = False) -> HttpResponse:
    run = running.begin(found, at=timezone.now(), actor=request.user, takes_away=takes_away)
    hand_over(run)
    return redirect("articles:import_run", pk=run.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("articles.view_importrun")
def import_run(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """One import: how far it is, then what it brought. A POST stops it. To htmx the part that changes."""
    run = get_object_or_404(ImportRun.objects.select_related("source", "actor"), pk=pk, site=site)
    if request.method == "POST":
        if not request.user.has_perm("articles.add_importrun"):
            raise PermissionDenied
        leases.stop(run, at=timezone.now())
        return redirect("articles:import_run", pk=pk)
    context: dict[str, Any] = {"run": run}
    if run.is_open:
        context |= progress_of(run, timezone.now())
    else:
        context |= _brought(request, run)
    name = "articles/_import_run.html" if request.htmx else "articles/import_run.html"  # type: ignore[attr-defined]
    return render(request, name, context)


def _brought(request: HttpRequest, run: ImportRun) -> dict[str, Any]:
    """The tabs with their counts, and the rows of the one that is open: the first that has any, if none is named."""
    counts = {
        "added": run.created, "changed": run.updated, "conflicts": run.conflicts, "quarantined": run.refused,
        "withdrawn": run.withdrawn,
    }  # fmt: skip
    labels = {
        "added": _("Added"), "changed": _("Changed"), "conflicts": _("Conflicts"), "quarantined": _("Quarantined"),
        "withdrawn": _("Withdrawn"),
    }  # fmt: skip
    by_rules, parts = ruled.ruled(run), dict[str, Any](PARTS)
    if by_rules.decided or by_rules.changed:
        acts = ruled.acts(run, by_rules)
        labels["ruled"], counts["ruled"], parts["ruled"] = _("Rules"), acts.count(), lambda run: acts
    asked = request.GET.get("part", "")
    part = asked if asked in parts else next((name for name, count in counts.items() if count), "added")
    page = Paginator(parts[part](run), LISTED).get_page(request.GET.get("page"))
    return {
        "ruled": by_rules,
        "ruled_runs": [(one, outcome(one), next(iter(one.undone_by.all()), None)) for one in by_rules.runs if one.done_count or one.failure],
        "tabs": [(name, labels[name], counts[name]) for name in parts],
        "part": part,
        "page": page,
        "later": max(0, counts[part] - page.paginator.count),
        "told": run.problems[:LISTED],
        "told_count": len(run.problems),
    }

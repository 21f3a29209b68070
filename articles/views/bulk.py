"""Many articles at once: ticked in the queue or all of a filter, at once or behind the page."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from articles import bulk
from articles.bulk.wishes import left, wished
from articles.decisions import DecisionRefused, wake
from articles.forms import BulkForm
from articles.models import BulkRun, Site
from articles.queue import Queue
from articles.tasks import hand_over
from articles.views.decisions import go_away, list_address, queue_of
from articles.views.desk import desk_page
from articles.views.queue import bar_context
from articles.views.rows import row_of
from articles.views.runs_told import outcome, toast_of

LISTED = 50
LONELY = 15  # seconds after which a run that no worker has taken says so


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("articles.decide_article")
def bulk_acts(request: HttpRequest, site: Site) -> HttpResponse:
    """What was done to many at once; a POST does the next: up to 200 ticked articles now, more after a page that asks."""
    if request.method != "POST":
        runs = BulkRun.objects.filter(site=site).exclude(state=BulkRun.State.CHOSEN)
        page = Paginator(runs.select_related("editor", "undoes", "rule").defer("seen", "undoes__seen"), LISTED).get_page(request.GET.get("page"))
        rows = [(run, outcome(run) if run.is_over else wished(run.action, run.reason, run.changes, run.total)) for run in page]
        return render(request, "articles/bulk.html", {"page": page, "rows": rows})
    asked, at = queue_of(request, site), timezone.now()
    form = BulkForm(site, request.POST, editor=request.user, adds_topics=request.user.has_perm("articles.add_topic"))
    if not form.is_valid():
        return _refused(request, asked, str(next(iter(form.errors.values()))[0]))
    try:
        with transaction.atomic():
            run = _chosen(request, site, form, asked)
            bulk.intend(run, form.wish())
            if not run.whole and run.total <= bulk.MOST_AT_ONCE:
                bulk.begin(run, at=at)
    except DecisionRefused as refused:
        return _refused(request, asked, str(refused))
    if not run.is_over:
        return go_away(request, _page_of(run))
    wake(site, at=at)  # held articles whose time has come go back with the next decision of anybody
    request.session["toast"] = toast_of(run)
    return _listed(request, asked)


def _chosen(request: HttpRequest, site: Site, form: BulkForm, asked: Queue) -> BulkRun:
    """The run that the form is about: one that was frozen before, or the ticked articles."""
    if form.cleaned_data["run"]:
        return get_object_or_404(BulkRun, pk=form.cleaned_data["run"], site=site, editor=request.user.pk)
    seen = bulk.of_site(site, form.seen())
    run = bulk.choose(site, seen.items(), editor=request.user, query=asked.query_string, token=form.token)
    if form.wish().is_of(run):
        return run
    return bulk.choose(site, seen.items(), editor=request.user, query=asked.query_string)


@require_POST
@desk_page("articles.decide_article")
def bulk_all(request: HttpRequest, site: Site) -> HttpResponse:
    """Choose all that the queue's filters keep now: what comes later is not among them. To htmx the bar for them."""
    asked, at = queue_of(request, site), timezone.now()
    found = asked.shown(at).in_order(asked.order).values_list("pk", "version")[: bulk.MOST + 1]
    try:
        run = bulk.choose(site, list(found), editor=request.user, query=asked.query_string, whole=True)
    except DecisionRefused as refused:
        return _refused(request, asked, str(refused))
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "articles/_bulk.html", {"queue": asked, "run": run, **bar_context(site)})
    return redirect(_page_of(run))


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("articles.decide_article")
def bulk_run(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """What is chosen, under way or done. A POST says ``do``: start, stop or undo. To htmx the part that changes."""
    run = get_object_or_404(BulkRun.objects.select_related("editor", "undoes", "site"), pk=pk, site=site)
    if request.method == "POST":
        return _do(request, run, request.POST.get("do", ""))
    return _shown(request, run)


def _do(request: HttpRequest, run: BulkRun, what: str) -> HttpResponse:
    at = timezone.now()
    try:
        if what == "start" and run.editor_id == request.user.pk:
            bulk.begin(run, at=at)
            hand_over(run)
        elif what == "stop":
            bulk.stop(run, at=at)
        elif what == "undo":
            run = bulk.begin_undo(run, editor=request.user, at=at)
            hand_over(run)
    except DecisionRefused as refused:
        return _shown(request, run, str(refused), status=422)
    return redirect(_page_of(run))


def _shown(request: HttpRequest, run: BulkRun, sentence: str = "", status: int = 200) -> HttpResponse:
    at = timezone.now()
    context: dict[str, Any] = {
        "run": run,
        "queue": Queue.stored(run.site, run.query),
        "sentence": sentence,
        "wished": wished(run.action, run.reason, run.changes, run.total),
    }
    if run.state == BulkRun.State.CHOSEN:
        found = bulk.summary(run)
        context |= {"summary": found, "samples": [row_of(one, at) for one in found.samples], **bar_context(run.site)}
        context |= {"forbidden": bulk.why_not_begun(run) if run.action else "", "mine": run.editor_id == request.user.pk}
    elif run.is_open:
        context["lonely"] = not run.lease_until and (at - run.heartbeat_at).total_seconds() > LONELY
    else:
        page = Paginator(run.left.select_related("article"), LISTED).get_page(request.GET.get("page"))
        context |= {"outcome": outcome(run), "left": left(run.left_count), "page": page}
        acts = bulk.acts_of(run).select_related("article", "rule", "undone_by")
        context |= {"acts_page": Paginator(acts, LISTED).get_page(request.GET.get("acts"))}
        context |= {"undone": run.undone_by.order_by("-pk").first(), "same": run.checkpoint - run.done_count - run.left_count}
    name = "articles/_bulk_run.html" if request.htmx else "articles/bulk_run.html"  # type: ignore[attr-defined]
    return render(request, name, context, status=status)


def _page_of(run: BulkRun) -> str:
    return reverse("articles:bulk_run", args=[run.pk])


def _listed(request: HttpRequest, asked: Queue) -> HttpResponse:
    response = redirect(list_address(asked))
    response.status_code = 303
    return response


def _refused(request: HttpRequest, asked: Queue, sentence: str) -> HttpResponse:
    request.session["toast"] = {"text": sentence, "title": "", "refused": True}
    return _listed(request, asked)

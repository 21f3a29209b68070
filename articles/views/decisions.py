"""Approve, reject, later, undo, and the small changes beside them.

A form reads the request, one function of ``decisions`` acts, and an answer comes back: to a plain form by a redirect, to
htmx as the main part of the page, and to the outbox of the review page, which shows the next article already, only what
it cannot know (the header ``Desk-Outbox``).
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from articles import bulk
from articles.captions import caption
from articles.decisions import DecisionRefused, DecisionReport, decide, edit, undo, wake
from articles.forms import AdjustForm, DecisionForm
from articles.labels import inside, label
from articles.models import Article, BulkRun, Review, Site
from articles.queue import Queue
from articles.refusals import Refusal
from articles.tasks import hand_over
from articles.views.claiming import numbers
from articles.views.desk import article_of, desk_page
from articles.views.review import (
    UNDOABLE,
    address,
    count_context,
    last_of,
    lines_context,
    own_acts,
    own_rows,
    review_page,
)
from articles.views.rows import cools, row_of
from articles.views.runs_told import toast_of, undone_words
from articles.workflow import DECIDED, Action, Reason, Status

CONFLICT, INVALID = 409, 422


def queue_of(request: HttpRequest, site: Site) -> Queue:
    """The queue that the page came from, which its forms carry as ``view``."""
    return Queue.read(site, QueryDict(request.POST.get("view", "")[:2000]), request.user)


@require_POST
@desk_page("articles.decide_article")
def decide_article(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    article, asked = article_of(site, pk), queue_of(request, site)
    form = DecisionForm(article, request.POST, adds_topics=_adds_topics(request))
    if not form.is_valid():
        return review_page(request, asked, article, sentence=_first_error(form), status=INVALID)
    at = timezone.now()
    try:
        report = decide(
            [form.seen()],
            form.action,
            editor=request.user,
            at=at,
            reason=form.reason_given,
            note=form.cleaned_data["note"],
            changes=form.changes(),
            duplicate_of=form.twin(),
            key=form.cleaned_data["key"],
            elapsed=form.elapsed(),
        )
    except DecisionRefused as refused:
        return review_page(request, asked, article_of(site, pk), sentence=str(refused), status=INVALID)
    if report.refused or _taken_back(report):
        return _conflict(request, asked, article_of(site, pk), report.refused)
    wake(site, at=at)  # held articles whose time has come go back with the next decision of anybody
    if is_outbox(request):
        return _after(request, asked, report.reviews[0].version)
    _toast(request, report)
    following = None if request.POST.get("from") == "queue" else asked.take_next(article, at, request.user)
    if following is None:
        return go(request, list_address(asked))
    return go(request, address(reverse("articles:review", args=[following.pk]), asked))


@require_POST
@desk_page("articles.change_article")
def adjust_article(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """Quality, heat or topics, saved at once."""
    article, asked = article_of(site, pk), queue_of(request, site)
    form = AdjustForm(article, request.POST, adds_topics=_adds_topics(request))
    if not form.is_valid():
        return review_page(request, asked, article, sentence=_first_error(form), status=INVALID)
    try:
        report = edit(
            [form.seen()], form.changes(), editor=request.user, at=timezone.now(), key=form.cleaned_data["key"]
        )
    except DecisionRefused as refused:
        return review_page(request, asked, article_of(site, pk), sentence=str(refused), status=INVALID)
    fresh = article_of(site, pk)
    if report.refused or _taken_back(report):
        return _conflict(request, asked, fresh, report.refused)
    if is_outbox(request) and _is_of_row(request):
        return _after(request, asked, report.reviews[0].version if report.reviews else fresh.version, fresh)
    if is_outbox(request):
        lines, broken, _, _ = lines_context(fresh)
        context = {
            "article": fresh,
            "row": row_of(fresh, timezone.now()),
            "topic_count": sum(1 for name in fresh.topics or () if name),
            "preview": lines,
            "broken": broken,
            "cools": cools(fresh.heat),
            "queue": asked,
        }
        response = render(request, "articles/_adjusted.html", context | own_acts(request, site.pk))
        response["Desk-Version"] = report.reviews[0].version if report.reviews else fresh.version
        return response
    if request.htmx:  # type: ignore[attr-defined]
        return review_page(request, asked, fresh)
    return redirect(_back(request, asked, pk))


@require_POST
@desk_page("articles.decide_article")
def undo_review(request: HttpRequest, site: Site) -> HttpResponse:
    """Take back the named act (``review``, or ``undoes`` with the key that its form sent), else one's last on the site. Of
    what a rule or a block did, this article's alone; with ``whole`` all that a block did together."""
    asked = queue_of(request, site)
    review = _wanted(request, site)
    if review is None:
        if is_outbox(request):
            return HttpResponse(gettext("There is nothing to undo."), status=404, content_type="text/plain")
        request.session["toast"] = {"text": gettext("There is nothing to undo. Further back, undo from Decided."), "title": ""}
        return go(request, address(reverse("articles:queue"), asked))
    whole = bool(request.POST.get("whole")) or request.POST.get("from") == "providers"  # whoever blocked one undoes the block
    if review.run_token and not review.rule_id and (run := bulk.run_of(review)) is not None:
        return _undo_run(request, asked, review, run)
    undone, report = getattr(review, "undone_by", None), DecisionReport()
    mine = undone is not None and undone.actor_id == request.user.pk
    if whole or not mine:
        try:
            report = undo(review, editor=request.user, at=timezone.now(), whole=whole)
        except DecisionRefused as refused:
            fresh = article_of(site, review.article_id)
            return review_page(request, asked, fresh, sentence=str(refused), status=INVALID)
        if report.refused and not report.reviews and not mine:
            return _conflict(request, asked, article_of(site, review.article_id), report.refused)
        undone = next((row for row in report.reviews if row.article_id == review.article_id), undone or report.reviews[0])
    if is_outbox(request) and _is_of_row(request):
        return _after(request, asked, undone.version, article_of(site, review.article_id))
    if is_outbox(request):
        response = review_page(request, asked, article_of(site, review.article_id))
        response["Desk-Version"] = undone.version
        return response
    if whole and report.reviews:
        request.session["toast"] = {"text": f"{undone_words(review.action, len(report.reviews))}.", "title": ""}
    else:
        _toast(request, DecisionReport((undone,)), undone=True)
    if review.action == Action.SETTLE:
        return go(request, reverse("articles:conflict", args=[review.article_id]))
    if request.POST.get("from") in ("decided", "recheck", "providers"):
        return go(request, reverse(f"articles:{request.POST['from']}"))
    if request.POST.get("from") == "queue":
        return go(request, address(reverse("articles:queue"), asked))
    return go(request, address(reverse("articles:review", args=[review.article_id]), asked))


def _undo_run(request: HttpRequest, asked: Queue, review: Review, run: BulkRun) -> HttpResponse:
    """Take back everything that was done together with the act: at once, or behind the page where it was much."""
    try:
        undoing = bulk.begin_undo(run, editor=request.user, at=timezone.now())
    except DecisionRefused as refused:
        fresh = article_of(run.site, review.article_id)
        return review_page(request, asked, fresh, sentence=str(refused), status=INVALID)
    hand_over(undoing)
    if is_outbox(request):
        fresh = article_of(run.site, review.article_id)
        response = review_page(request, asked, fresh)
        response["Desk-Version"] = fresh.version
        return response
    if undoing.is_open:
        return go_away(request, reverse("articles:bulk_run", args=[undoing.pk]))
    request.session["toast"] = toast_of(undoing)
    place = request.POST.get("from", "")
    return go(request, reverse(f"articles:{place}") if place in ("decided", "recheck") else list_address(asked))


def _wanted(request: HttpRequest, site: Site) -> Review | None:
    """The act to take back. Raises Http404 when the named one is not there."""
    rows = Review.objects.filter(article__site=site).select_related("article", "undone_by")
    number, key = request.POST.get("review", ""), request.POST.get("undoes", "")
    if key:
        return rows.filter(actor=request.user.pk, key=key[:64]).first()
    if number.isdecimal() and len(number) < 19:
        return get_object_or_404(rows, pk=int(number))
    return last_act(request, site)


def last_act(request: HttpRequest, site: Site) -> Review | None:
    """The person's last decision or edit on the site that is not taken back, if it is within Undo's reach."""
    rows = own_rows(request.user, site.pk).select_related("article", "undone_by").order_by("-pk")
    return last_of(rows[:UNDOABLE], request.user, site.pk)


# --- answers ----------------------------------------------------------------------------------------------------------
def is_outbox(request: HttpRequest) -> bool:
    return "Desk-Outbox" in request.headers


def _is_of_row(request: HttpRequest) -> bool:
    """Whether a row of the queue was pressed, and not the review page."""
    return request.POST.get("from") == "queue"


def _adds_topics(request: HttpRequest) -> bool:
    return bool(request.user.has_perm("articles.add_topic"))


def _taken_back(report: DecisionReport) -> bool:
    """Whether the act that this request repeats was undone meanwhile, as when somebody goes back to an old page."""
    keys = [row.pk for row in report.reviews]
    return report.replayed and Review.objects.filter(undoes__in=keys).exists()


def _conflict(request: HttpRequest, asked: Queue, fresh: Article, refused: tuple[Refusal, ...]) -> HttpResponse:
    """The article as it is now, with who was first. ``Desk-Taken`` says that somebody else has decided it."""
    sentence = refused[0].sentence if refused else gettext("You took this back. Look again and decide again.")
    response = review_page(request, asked, fresh, sentence=sentence, status=CONFLICT)
    if fresh.status in DECIDED and fresh.decided_by_id != request.user.pk:
        response["Desk-Taken"] = "1"
    return response


def _after(request: HttpRequest, asked: Queue, version: int, changed: Article | None = None) -> HttpResponse:
    """What the review page learns of its decision: what was done, how many are left, and where among them the article stands
    that it ``shows`` now. The queue learns how many are left, and the quality of an article that was ``changed`` in its row."""
    if _is_of_row(request):
        at = timezone.now()
        context: dict[str, Any] = {"queue": asked, "row": row_of(changed, at) if changed else None, **numbers(asked, at)}
        response = render(request, "articles/_after_row.html", context)
        response["Desk-Version"] = version
        return response
    shows = request.POST.get("shows", "")
    found = Article.objects.filter(site=asked.site, pk=int(shows)) if shows.isdecimal() and len(shows) < 19 else ()
    article = next(iter(found), None)
    context = {"queue": asked, "article": article, **count_context(asked, article, timezone.now())}
    response = render(request, "articles/_after.html", context | own_acts(request, asked.site.pk))
    response["Desk-Version"] = version
    return response


def _toast(request: HttpRequest, report: DecisionReport, undone: bool = False) -> None:
    """Remember the act for the toast of the next page."""
    review = report.reviews[0]
    article: Article = review.article
    title = article.title or article.path
    if undone:
        words = gettext("Back in the queue:") if article.status == Status.PENDING else gettext("Undone:")
        request.session["toast"] = {"text": words, "title": title}
        return
    words = label(Action(review.action))
    if review.reason:
        words = f"{words}, {inside(label(Reason(review.reason)))}:"
    if review.action == Action.APPROVE and "quality" in review.after:
        words = gettext("Approved with quality %(quality)s:") % {"quality": review.after["quality"]}
    request.session["toast"] = {"text": words, "title": title, "review": review.pk}


def go(request: HttpRequest, target: str) -> HttpResponse:
    """Answer with the page at ``target``. htmx follows the redirect itself and asks for the main part alone."""
    response = redirect(target)
    if request.htmx:  # type: ignore[attr-defined]
        response.status_code = 303
    return response


def go_away(request: HttpRequest, target: str) -> HttpResponse:
    """Answer with another page as a whole, also to htmx, which would put it into this one."""
    return HttpResponseClientRedirect(target) if request.htmx else redirect(target)  # type: ignore[attr-defined]


def list_address(asked: Queue) -> str:
    """The list that the decision came from, with what it may show."""
    return f"{reverse('articles:queue')}?{asked.place_string}" if asked.place_string else reverse("articles:queue")


def _back(request: HttpRequest, asked: Queue, pk: int) -> str:
    if request.POST.get("from") == "queue":
        return list_address(asked)
    return address(reverse("articles:review", args=[pk]), asked)


def _first_error(form: AdjustForm | DecisionForm) -> str:
    name, errors = next(iter(form.errors.items()))
    if name == "add":
        return str(errors[0])
    field = form.fields[name].label or caption(name) if name in form.fields else gettext("The form")
    return f"{field}: {errors[0]}"

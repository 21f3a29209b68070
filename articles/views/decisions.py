"""Approve, reject, later, undo, and the small changes beside them.

A form reads the request, one function of ``decisions`` acts, and the next article answers: to htmx as the main part of the
page, otherwise by a redirect.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from articles.decisions import DecisionRefused, DecisionReport, decide, edit, undo, wake
from articles.forms import AdjustForm, DecisionForm
from articles.models import Article, Review, Site
from articles.queue import Queue
from articles.views.desk import article_of, desk_page
from articles.views.review import address, review_page
from articles.workflow import Action, Reason, Status

CONFLICT, INVALID = 409, 422


def queue_of(request: HttpRequest, site: Site) -> Queue:
    """The queue that the page came from, which its forms carry as ``view``."""
    return Queue.read(site, QueryDict(request.POST.get("view", "")[:2000]))


@require_POST
@desk_page("articles.decide_article")
def decide_article(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    article, asked = article_of(site, pk), queue_of(request, site)
    form = DecisionForm(article, request.POST)
    if not form.is_valid():
        return review_page(request, asked, article, sentence=_first_error(form), status=INVALID)
    at = timezone.now()
    try:
        report = decide(
            [form.seen()],
            form.action,
            editor=request.user,
            at=at,
            reason=form.cleaned_data["reason"] if form.action == Action.REJECT else "",
            note=form.cleaned_data["note"],
            changes=form.changes(),
            key=form.cleaned_data["key"],
        )
    except DecisionRefused as refused:
        return review_page(request, asked, article_of(site, pk), sentence=str(refused), status=INVALID)
    if report.refused:
        fresh = article_of(site, pk)
        return review_page(request, asked, fresh, sentence=report.refused[0].sentence, status=CONFLICT)
    _toast(request, report)
    wake(site, at=at)  # held articles whose time has come go back with the next decision of anybody
    if request.POST.get("from") == "queue":
        return _go(request, _list(asked))
    following = asked.take_next(article, at, request.user)
    if following is None:
        return _go(request, _list(asked))
    return _go(request, address(reverse("articles:review", args=[following.pk]), asked))


@require_POST
@desk_page("articles.change_article")
def adjust_article(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """Quality, heat or topics, saved at once."""
    article, asked = article_of(site, pk), queue_of(request, site)
    form = AdjustForm(article, request.POST)
    if not form.is_valid():
        return review_page(request, asked, article, sentence=_first_error(form), status=INVALID)
    changes = form.changes()
    if changes:
        try:
            report = edit([form.seen()], changes, editor=request.user, at=timezone.now())
        except DecisionRefused as refused:
            return review_page(request, asked, article_of(site, pk), sentence=str(refused), status=INVALID)
        if report.refused:
            fresh = article_of(site, pk)
            return review_page(request, asked, fresh, sentence=report.refused[0].sentence, status=CONFLICT)
    if request.htmx:  # type: ignore[attr-defined]
        return review_page(request, asked, article_of(site, pk))
    return redirect(_back(request, asked, pk))


@require_POST
@desk_page("articles.decide_article")
def undo_review(request: HttpRequest, site: Site) -> HttpResponse:
    """Take back the named act, or without a name the person's last one on the site."""
    asked = queue_of(request, site)
    wanted = request.POST.get("review", "")
    if wanted.isdecimal() and len(wanted) < 19:
        review = get_object_or_404(Review.objects.select_related("article"), pk=int(wanted), article__site=site)
    else:
        review = last_act(request, site)
        if review is None:
            request.session["toast"] = {"text": "There is nothing to undo.", "title": ""}
            return _go(request, address(reverse("articles:queue"), asked))
    try:
        report = undo(review, editor=request.user, at=timezone.now())
    except DecisionRefused as refused:
        return review_page(request, asked, article_of(site, review.article_id), sentence=str(refused), status=INVALID)
    if report.refused and not report.reviews:
        fresh = article_of(site, review.article_id)
        return review_page(request, asked, fresh, sentence=report.refused[0].sentence, status=CONFLICT)
    _toast(request, report, undone=True)
    if review.action == Action.SETTLE:
        return _go(request, reverse("articles:conflict", args=[review.article_id]))
    if request.POST.get("from") in ("decided", "recheck"):
        return _go(request, reverse(f"articles:{request.POST['from']}"))
    if request.POST.get("from") == "queue":
        return _go(request, address(reverse("articles:queue"), asked))
    return _go(request, address(reverse("articles:review", args=[review.article_id]), asked))


def last_act(request: HttpRequest, site: Site) -> Review | None:
    """The person's last decision or edit on the site that is not taken back."""
    return (
        Review.objects.filter(actor=request.user.pk, article__site=site, undone_by=None)
        .exclude(action__in=[Action.UNDO, Action.FOLLOW])
        .order_by("-pk")
        .first()
    )


def _toast(request: HttpRequest, report: DecisionReport, undone: bool = False) -> None:
    """Remember the act for the toast of the next page."""
    review = report.reviews[0]
    article: Article = review.article
    title = article.title or article.path
    if undone:
        words = "Back in the queue:" if article.status == Status.PENDING else "Undone:"
        request.session["toast"] = {"text": words, "title": title}
        return
    words = Action(review.action).label
    if review.reason:
        words = f"{words}, {Reason(review.reason).label.lower()}:"
    if review.action == Action.APPROVE and "quality" in review.after:
        words = f"{words} with quality {review.after['quality']}:"
    request.session["toast"] = {"text": words, "title": title, "review": review.pk}


def _go(request: HttpRequest, target: str) -> HttpResponse:
    """Answer with the page at ``target``. htmx follows the redirect itself and asks for the main part alone."""
    response = redirect(target)
    if request.htmx:  # type: ignore[attr-defined]
        response.status_code = 303
    return response


def _list(asked: Queue) -> str:
    """The list that the decision came from, with what it may show."""
    return f"{reverse('articles:queue')}?{asked.place_string}" if asked.place_string else reverse("articles:queue")


def _back(request: HttpRequest, asked: Queue, pk: int) -> str:
    if request.POST.get("from") == "queue":
        return _list(asked)
    return address(reverse("articles:review", args=[pk]), asked)


def _first_error(form: AdjustForm | DecisionForm) -> str:
    name, errors = next(iter(form.errors.items()))
    label = form.fields[name].label or name if name in form.fields else "The form"
    return f"{str(label).capitalize()}: {errors[0]}"

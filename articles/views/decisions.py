"""Approve, reject, later, undo, and the small changes beside them.

A form reads the request, one function of ``decisions`` acts, and a page or a part of one answers. Forms say in ``from``
which page they stand on: in the queue only the row is answered, so that the list stays where it is.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect, reswap, retarget

from articles.decisions import DecisionRefused, decide, edit, undo
from articles.forms import AdjustForm, DecisionForm
from articles.models import Article, Review, Site
from articles.queue import Queue
from articles.views.desk import allowed, article_of, desk_page, is_htmx
from articles.views.queue import active_row, counts, queue_page
from articles.views.review import address, review_page
from articles.views.toasts import say, tell, toast_for
from articles.workflow import Action

CONFLICT, INVALID = 409, 422


@require_POST
@desk_page("articles.decide_article")
def decide_article(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    article, asked = article_of(site, pk), queue_of(request, site)
    form = DecisionForm(article, request.POST)
    if not form.is_valid():
        return refuse(request, asked, article, form.first_error(), INVALID)
    at = timezone.now()
    following = None if _is_in_queue_with_htmx(request) else asked.next_after(article, at)
    try:
        report = decide(
            [form.seen()],
            form.action,
            editor=request.user,
            at=at,
            reason=form.why,
            note=form.cleaned_data["note"],
            changes=form.changes(),
            key=form.cleaned_data["key"],
        )
    except DecisionRefused as refused:
        return refuse(request, asked, article_of(site, pk), str(refused), INVALID)
    if report.refused:
        return refuse(request, asked, article_of(site, pk), report.refused[0].sentence, CONFLICT)
    review = report.reviews[0]
    if _is_in_queue_with_htmx(request):
        return _row_is_gone(request, asked, review)
    if following is None or request.POST.get("from") == "queue":
        return _to_queue(request, asked, review)
    return tell(request, redirect(address(reverse("articles:review", args=[following.pk]), asked)), review)


@require_POST
@desk_page("articles.change_article")
def adjust_article(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """Quality, heat or topics, saved at once."""
    article, asked = article_of(site, pk), queue_of(request, site)
    form = AdjustForm(article, request.POST)
    if not form.is_valid():
        return refuse(request, asked, article, form.first_error(), INVALID)
    changes = form.changes()
    if changes:
        try:
            report = edit([form.seen()], changes, editor=request.user, at=timezone.now())
        except DecisionRefused as refused:
            return refuse(request, asked, article_of(site, pk), str(refused), INVALID)
        if report.refused:
            return refuse(request, asked, article_of(site, pk), report.refused[0].sentence, CONFLICT)
    fresh = article_of(site, pk)
    if _is_in_queue_with_htmx(request):
        return _row(request, asked, fresh)
    if is_htmx(request):
        return review_page(request, asked, fresh)
    if request.POST.get("from") == "queue":
        return redirect(address(reverse("articles:queue"), asked))
    return redirect(address(reverse("articles:review", args=[pk]), asked))


@require_POST
@desk_page("articles.decide_article")
def undo_review(request: HttpRequest, site: Site) -> HttpResponse:
    """Take back the named act, or without a name the person's last one on the site."""
    asked = queue_of(request, site)
    wanted = request.POST.get("review", "")
    if wanted.isdecimal() and len(wanted) < 19:
        review = get_object_or_404(Review.objects.select_related("article"), pk=int(wanted), article__site=site)
    else:
        last = last_act(request, site)
        if last is None:
            say(request, "There is nothing to undo.")
            return _to_queue(request, asked)
        review = last
    try:
        report = undo(review, editor=request.user, at=timezone.now())
    except DecisionRefused as refused:
        return refuse(request, asked, article_of(site, review.article_id), str(refused), INVALID)
    if not report.reviews:
        return refuse(request, asked, article_of(site, review.article_id), report.refused[0].sentence, CONFLICT)
    undone = next((one for one in report.reviews if one.article_id == review.article_id), report.reviews[0])
    came_from = request.POST.get("from")
    if _is_in_queue_with_htmx(request):
        return _row_is_back(request, asked, undone)
    if came_from == "queue":
        return _to_queue(request, asked, undone)
    if came_from == "decided":
        return tell(request, redirect("articles:decided"), undone)
    if came_from == "history":
        return tell(request, redirect("articles:history", pk=undone.article_id), undone)
    return tell(request, redirect(address(reverse("articles:review", args=[undone.article_id]), asked)), undone)


def queue_of(request: HttpRequest, site: Site) -> Queue:
    """The queue that the page came from, which its forms carry as ``view``."""
    return Queue.read(site, QueryDict(request.POST.get("view", "")[:2000]))


def last_act(request: HttpRequest, site: Site) -> Review | None:
    """The person's last decision or edit on the site that is not taken back."""
    return (
        Review.objects.filter(actor=request.user.pk, article__site=site, undone_by=None)
        .exclude(action__in=[Action.UNDO, Action.FOLLOW])
        .select_related("article")
        .order_by("-pk")
        .first()
    )


# --- answers ----------------------------------------------------------------------------------------------------------
def refuse(request: HttpRequest, asked: Queue, article: Article, sentence: str, status: int) -> HttpResponse:
    """Why nothing was done, beside the article as it is now."""
    if _is_in_queue_with_htmx(request):
        return _row(request, asked, article, sentence=sentence, status=status)
    if request.POST.get("from") == "queue":
        title = article.title or article.path
        return queue_page(request, asked, sentence=f"{title}: {sentence}", status=status)
    return review_page(request, asked, article, sentence=sentence, status=status)


def _row(
    request: HttpRequest, asked: Queue, article: Article, *, sentence: str = "", status: int = 200
) -> HttpResponse:
    """The article's row as it is now, unfolded, in the place of the old one."""
    context = {
        "queue": asked,
        "active": True,
        "sentence": sentence,
        "can": allowed(article),
        **active_row(asked, article),
    }
    response = render(request, "articles/_row.html", context, status=status)
    return reswap(retarget(response, f"#row-{article.pk}"), "outerHTML")


def _row_is_gone(request: HttpRequest, asked: Queue, review: Review) -> HttpResponse:
    """Nothing in the place of the decided row; the next one of the list unfolds, and toast and counts are told anew."""
    following = _loaded(request, asked, "following")
    if following is None:
        return _to_queue(request, asked, review)
    context = {"queue": asked, "toast": toast_for(review), **counts(asked)}
    context |= {"active": True, "out_of_band": True, "can": allowed(following), **active_row(asked, following)}
    response = render(request, "articles/_decided.html", context)
    return reswap(retarget(response, f"#row-{review.article_id}"), "delete")


def _row_is_back(request: HttpRequest, asked: Queue, review: Review) -> HttpResponse:
    """The row that an undo brings back, before the one that is active."""
    article = article_of(asked.site, review.article_id)
    active = _loaded(request, asked, "current")
    if active is None or not asked.articles(timezone.now()).filter(pk=article.pk).exists():
        return _to_queue(request, asked, review)
    context = {"queue": asked, "toast": toast_for(review), **counts(asked)}
    context |= {"active": True, "can": allowed(article), **active_row(asked, article)}
    response = render(request, "articles/_undone.html", context)
    if active.pk == article.pk:
        return reswap(retarget(response, f"#row-{article.pk}"), "outerHTML")
    return reswap(retarget(response, f"#row-{active.pk}"), "beforebegin")


def _loaded(request: HttpRequest, asked: Queue, name: str) -> Article | None:
    """The article of a row that the page has, which the page names by its element's id; None where it names none."""
    named = request.POST.get(name, "").removeprefix("row-")
    if not named.isdecimal() or len(named) > 18:
        return None
    return Article.objects.filter(site=asked.site, pk=int(named)).select_related("provider").first()


def _to_queue(request: HttpRequest, asked: Queue, review: Review | None = None) -> HttpResponse:
    """To the whole page of the queue."""
    target = address(reverse("articles:queue"), asked)
    response: HttpResponse = HttpResponseClientRedirect(target) if is_htmx(request) else redirect(target)
    return tell(request, response, review) if review else response


def _is_in_queue_with_htmx(request: HttpRequest) -> bool:
    return is_htmx(request) and request.POST.get("from") == "queue"

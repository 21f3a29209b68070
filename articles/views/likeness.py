"""Likely duplicates beside an article, two articles side by side, and a story decided as one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from articles.bulk.wishes import done
from articles.captions import caption, words
from articles.decisions import DecisionRefused, DecisionReport, decide, wake
from articles.forms import AlikeForm
from articles.labels import counted, label
from articles.likeness.differences import differences
from articles.likeness.stories import story
from articles.likeness.titles import likeness
from articles.likeness.twins import headline
from articles.models import Article, Site
from articles.queue import Queue
from articles.views.decisions import CONFLICT, INVALID, go, queue_of
from articles.views.desk import article_of, desk_page
from articles.views.review import address, review_page
from articles.views.rows import STATUS_TAGS, STATUS_WORDS, row_of
from articles.workflow import DECIDED, NN_, Action, Reason, Status, may

COMPARED = (
    "title", "excerpt", "provider_name", "provider_domain", "published_at", "web_url", "original_url", "type", "quality", "heat",
    "topics", "featured_content",
)  # fmt: skip
WAITING = frozenset({Status.PENDING, Status.HELD})
_BOTH = {"approve": Action.APPROVE, "reject": Action.REJECT}


@require_safe
@desk_page()
def compare(request: HttpRequest, site: Site, pk: int, other: int) -> HttpResponse:
    """Two articles side by side, with the words that only one of them has."""
    if pk == other:
        raise Http404
    one, two = article_of(site, pk), article_of(site, other)
    fields = []
    for name in COMPARED:
        left, right = words(getattr(one, name)), words(getattr(two, name))
        if (left, right) != ("none", "none"):
            fields.append((caption(name), *differences(left, right), left == right))
    at = timezone.now()
    context = {
        "queue": Queue.read(site, request.GET, request.user),
        "sides": [_side(article, at) for article in (one, two)],
        "fields": fields,
        "percent": likeness(_headline(one), _headline(two)),
        "same_page": one.page_key is not None and one.page_key == two.page_key,
        "all_may": {name: may(action, one.status) and may(action, two.status) for name, action in _BOTH.items()},
    }
    return render(request, "articles/compare.html", context)


@require_safe
@desk_page()
def story_page(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """The articles of one story, each with where it stands; what waits is ticked, to be decided with one press."""
    article, at = article_of(site, pk), timezone.now()
    members = story(article)
    context = {
        "queue": Queue.read(site, request.GET, request.user),
        "article": article,
        "members": [_side(member, at) for member in members],
        "waiting": sum(member.status in WAITING for member in members),
    }
    return render(request, "articles/story.html", context)


@require_POST
@desk_page("articles.decide_article")
def decide_alike(request: HttpRequest, site: Site) -> HttpResponse:
    """Decide one article beside another, both, or what waits of a story: one act, one undo."""
    form, asked = AlikeForm(request.POST), queue_of(request, site)
    first = article_of(site, next(iter(form.seen), 0))
    if not form.is_valid():
        sentence = next(iter(form.errors.values()))[0]
        return review_page(request, asked, first, sentence=str(sentence), status=INVALID)
    wanted = form.wanted()
    articles = list(Article.objects.filter(site=site, pk__in=wanted).select_related("site"))
    if len(articles) != len(wanted):
        raise Http404
    for article in articles:
        article.version = wanted[article.pk]
    twin = get_object_or_404(Article, site=site, pk=form.cleaned_data["of"]) if form.is_duplicate else None
    at = timezone.now()
    try:
        report = decide(
            articles, form.action, editor=request.user, at=at, duplicate_of=twin,
            reason=Reason.DUPLICATE if twin else "", key=form.cleaned_data["key"],
        )  # fmt: skip
    except DecisionRefused as refused:
        return review_page(request, asked, article_of(site, first.pk), sentence=str(refused), status=INVALID)
    if not report.reviews:
        return review_page(
            request, asked, article_of(site, first.pk), sentence=report.refused[0].sentence, status=CONFLICT
        )
    request.session["toast"] = _toast(report, twin)
    wake(site, at=at)
    following = asked.take_next(first, at, request.user)
    if following is None:
        return go(request, address(reverse("articles:queue"), asked))
    return go(request, address(reverse("articles:review", args=[following.pk]), asked))


def _headline(article: Article) -> Any:
    return headline(article.title, article.provider_name, article.provider_domain, article.featured_content)


def _side(article: Article, at: datetime) -> dict[str, Any]:
    return {
        "article": article,
        "row": row_of(article, at),
        "tag": STATUS_TAGS[article.status],
        "state": str(STATUS_WORDS[article.status]),
        "waits": article.status in WAITING,
        "decided": article.status in DECIDED,
        "may": {name: may(action, article.status) for name, action in _BOTH.items()},
    }


DUPLICATES = NN_("Rejected as duplicate %(count)s article.", "Rejected as duplicate %(count)s articles.")
LEFT_ALONE = NN_("%(count)s changed meanwhile and was left alone.", "%(count)s changed meanwhile and were left alone.")


def _toast(report: DecisionReport, twin: Article | None) -> dict[str, Any]:
    count, left = len(report.reviews), len(report.refused)
    review = report.reviews[0]
    if count == 1 and not left:
        did = gettext("Rejected as duplicate") if twin else label(Action(review.action))
        return {"text": f"{did}:", "title": review.article.title or review.article.path, "review": review.pk}
    text = counted(DUPLICATES, count) if twin else f"{done(review.action, '', {}, count)}."
    if left:
        text += " " + counted(LEFT_ALONE, left)
    return {"text": text, "title": "", "review": review.pk}


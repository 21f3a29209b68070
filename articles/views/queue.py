"""The queue."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles.forms import FilterForm
from articles.likeness.stories import mark_alike
from articles.models import Article, Site, Topic
from articles.querysets import ORDERS
from articles.queue import Queue
from articles.suggestions import choices
from articles.views.desk import article_of, count_words, desk_page
from articles.views.rows import row_of

SHOWN_TOPICS = 4


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return redirect("articles:queue")


@require_safe
@desk_page()
def queue(request: HttpRequest, site: Site) -> HttpResponse:
    """A page of the queue; to htmx asking for more, its rows alone."""
    at = timezone.now()
    asked = Queue.read(site, request.GET)
    found, more = asked.page(at, after=request.GET.get("after", ""))
    mark_alike(found)
    rows = [row_of(article, at) for article in found]
    context = {"queue": asked, "rows": rows, "more": more}
    if request.htmx and request.GET.get("after"):  # type: ignore[attr-defined]
        return render(request, "articles/_rows.html", context)
    count = asked.count(at)
    waiting = count if not asked.is_filtered else Queue(site).count(at)
    context |= {
        "chips": asked.chips(),
        "count": count_words(count),
        "waiting": count_words(waiting),
        "waiting_count": count_words(waiting),
        "filters": FilterForm.showing(asked),
        "orders": ORDERS.values(),
        "due": Article.objects.of_site(site).due(at).count(),
        "topics": list(Topic.objects.filter(site=site)),
    }
    if rows:
        context["active"] = {"row": rows[0], "choices": choices(rows[0].article, context["topics"], SHOWN_TOPICS)}
    name = "articles/_queue.html" if request.htmx else "articles/queue.html"  # type: ignore[attr-defined]
    return render(request, name, context)


@require_safe
@desk_page()
def unfolded(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """What a row holds when it is the active one."""
    article = article_of(site, pk)
    topics = Topic.objects.filter(site=site)
    row = row_of(article, timezone.now())
    context = {"queue": Queue.read(site, request.GET), "row": row, "choices": choices(article, topics, SHOWN_TOPICS)}
    return render(request, "articles/_unfolded.html", context)

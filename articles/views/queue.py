"""The queue."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles.forms import FilterForm
from articles.models import Article, Provider, Site, Topic
from articles.querysets import ORDERS
from articles.queue import Queue
from articles.suggestions import choices
from articles.views.desk import allowed, article_of, count_words, desk_page, wants_part
from articles.views.rows import draw, row_context, row_of

SHOWN_TOPICS = 4


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return redirect("articles:queue")


@require_safe
@desk_page()
def queue(request: HttpRequest, site: Site) -> HttpResponse:
    """A page of the queue; to htmx asking for more, its rows alone."""
    asked = Queue.read(site, request.GET)
    after = request.GET.get("after", "")
    if after and wants_part(request):
        at = timezone.now()
        found, more = asked.page(at, after=after)
        rows = draw([row_of(article, at) for article in found], asked.query_string)
        return render(request, "articles/_rows.html", {"queue": asked, "drawn": rows, "more": more})
    return queue_page(request, asked, after=after)


def queue_page(
    request: HttpRequest, asked: Queue, *, after: str = "", sentence: str = "", status: int = 200
) -> HttpResponse:
    """The queue with its first row unfolded; ``sentence`` is shown above it."""
    at = timezone.now()
    found, more = asked.page(at, after=after)
    rows = [row_of(article, at) for article in found]
    context = {
        "queue": asked,
        "drawn": draw(rows[1:], asked.query_string),
        "has_rows": bool(rows),
        "more": more,
        "chips": asked.chips(),
        "orders": orders(asked),
        "due": Article.objects.of_site(asked.site).due(at).count(),
        "sentence": sentence,
        **counts(asked),
    }
    if rows:
        context["active"] = active_row(asked, found[0])
        context["can"] = allowed(found[0])
    name = "articles/_queue.html" if wants_part(request) else "articles/queue.html"
    return render(request, name, context, status=status)


@require_safe
@desk_page()
def queue_filter(request: HttpRequest, site: Site) -> HttpResponse:
    """The filters as a form; once it is sent, on to the queue that it asks for."""
    if "show" in request.GET:
        query = FilterForm(request.GET).query_string()
        return redirect(f"{reverse('articles:queue')}?{query}" if query else reverse("articles:queue"))
    context = {
        "queue": Queue.read(site, request.GET),
        "filters": FilterForm.showing(Queue.read(site, request.GET)),
        "topic_names": Topic.objects.filter(site=site).values_list("name", flat=True),
        "provider_names": Provider.objects.filter(site=site).values_list("name", flat=True).distinct(),
    }
    name = "articles/_filter.html" if wants_part(request) else "articles/filter.html"
    return render(request, name, context)


@require_safe
@desk_page()
def unfolded(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """What a row holds when it is the active one."""
    article = article_of(site, pk)
    asked = Queue.read(site, request.GET)
    context = {"queue": asked, "can": allowed(article), **active_row(asked, article)}
    return render(request, "articles/_unfolded.html", context)


def active_row(asked: Queue, article: Article) -> dict[str, Any]:
    """The row of the article with its topics, as ``_row.html`` and ``_unfolded.html`` ask for them. One query."""
    row = row_of(article, timezone.now())
    topics = Topic.objects.filter(site=article.site_id)
    return {"row": row_context(row, asked.query_string), "choices": choices(article, topics, SHOWN_TOPICS)}


def counts(asked: Queue) -> dict[str, str]:
    """How many match, and how many wait altogether. Two queries, or one where nothing is filtered."""
    at = timezone.now()
    count = asked.count(at)
    waiting = asked.waiting(at) if asked.is_filtered else count
    return {"count": count_words(count), "waiting": count_words(waiting), "waiting_count": count_words(waiting)}


def orders(asked: Queue) -> list[tuple[str, str, bool]]:
    """The orders to choose from: label, address, and whether it is the one that is on."""
    found = []
    for order in ORDERS.values():
        query = Queue(**{**asked.__dict__, "order": order}).query_string
        address = f"{reverse('articles:queue')}?{query}" if query else reverse("articles:queue")
        found.append((order.label, address, order is asked.order))
    return found

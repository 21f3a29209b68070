"""The queue."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles.claims import presence
from articles.forms import FilterForm
from articles.forms.decisions import HEAT_STEPS
from articles.likeness.stories import mark_alike
from articles.models import Repository, Site, Topic
from articles.people.colleagues import WORK, people_of
from articles.querysets import ORDERS, Order
from articles.queue import Queue
from articles.saved_views import first_view
from articles.searching import LONGEST
from articles.suggestions import choices
from articles.views.claiming import numbers
from articles.views.desk import article_of, current_site, desk_page
from articles.views.rows import row_of
from articles.workflow import PUBLISH_LINE, Reason

SHOWN_TOPICS = 4
APART = ("site", "after", "seen")  # parts of an address that are no filter


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The queue, in the view that the person starts with."""
    site = current_site(request) if request.user.is_authenticated else None
    view = first_view(site, request.user) if site else None
    return redirect(f"{reverse('articles:queue')}?{view.query}" if view and view.query else "articles:queue")


@require_safe
@desk_page()
def queue(request: HttpRequest, site: Site) -> HttpResponse:
    """A page of the queue; to htmx asking for more, its rows alone.

    Each queue has one address: whoever types operators or sends the form is led to it.
    """
    at = timezone.now()
    asked = Queue.read(site, request.GET, request.user)
    if not request.htmx and not _is_written_so(request.GET, asked):  # type: ignore[attr-defined]
        kept = [(name, request.GET[name]) for name in APART if name in request.GET]
        return redirect(f"{reverse('articles:queue')}?{urlencode([*asked.parameters.items(), *kept])}")
    counts = None
    if asked.seen is None or not request.GET.get("after"):
        counts = numbers(asked, at)
        asked = asked if asked.seen is not None else replace(asked, seen=counts["newest"])
    found, more = asked.page(at, after=request.GET.get("after", ""))
    here = presence(site, request.user)
    mark_alike(found)
    rows = [row_of(article, at, here.elsewhere(article.pk, request.user)) for article in found]
    context = {"queue": asked, "rows": rows, "more": more, "selects": request.user.has_perm("articles.decide_article")}
    if request.htmx and request.GET.get("after"):  # type: ignore[attr-defined]
        return render(request, "articles/_rows.html", context)
    context |= {
        **(counts or numbers(asked, at)),
        "chips": asked.chips(),
        "people": here.people,
        "filters": FilterForm.showing(asked),
        "orders": _orders(asked),
        "topics": list(Topic.objects.filter(site=site)),
        "no_rows_next": next_import(site, at) if not rows and not asked.is_filtered else None,
    }
    if rows and context["selects"]:
        context |= bar_context(site, context["topics"])
    if rows:
        context["active"] = {
            "row": rows[0],
            "choices": choices(rows[0].article, context["topics"], SHOWN_TOPICS),
            "key": uuid.uuid4(),
        }
    name = "articles/_queue.html" if request.htmx else "articles/queue.html"  # type: ignore[attr-defined]
    answer = render(request, name, context)
    if request.htmx and "seen" in request.GET:  # type: ignore[attr-defined]
        # What the page may show is a matter of this page alone: not of its address, which people pass on.
        answer["HX-Push-Url"] = f"{request.path}?{asked.query_string}" if asked.query_string else request.path
    return answer


def bar_context(site: Site, topics: Sequence[Topic] | None = None) -> dict[str, Any]:
    """What the bar for many articles offers. A query for the colleagues, and one where the topics are not given."""
    return {
        "bar": True,
        "form_key": uuid.uuid4(),
        "topics": list(Topic.objects.filter(site=site)) if topics is None else topics,
        "reasons": [(str(number), reason) for number, reason in enumerate(Reason, 1)],
        "heat_steps": HEAT_STEPS,
        "line": PUBLISH_LINE,
        "colleagues": people_of(site, WORK).values_list("pk", "username"),
    }


def _is_written_so(query: QueryDict, asked: Queue) -> bool:
    """Whether the address is the queue's own, whatever the order of its parts."""
    given = {name: value for name, value in query.items() if name not in APART}
    return given == asked.parameters or len(query.get("q", "")) > LONGEST


def _orders(asked: Queue) -> list[tuple[Order, str]]:
    """Each order with the query string that asks for it."""
    return [(order, replace(asked, order=order).query_string) for order in ORDERS.values()]


def next_import(site: Site, at: datetime) -> datetime | None:
    """When the site's repository is looked at next, if it is watched by the clock. None when that time is past: then
    nobody watches, and there is nothing to promise."""
    watched = Repository.objects.filter(site=site, every__isnull=False, looked_at__isnull=False).first()
    due = watched.looked_at + timedelta(seconds=watched.every) if watched else None
    return due if due and due > at else None


@require_safe
@desk_page()
def unfolded(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """What a row holds when it is the active one."""
    article = article_of(site, pk)
    topics = Topic.objects.filter(site=site)
    row = row_of(article, timezone.now())
    context = {
        "queue": Queue.read(site, request.GET, request.user),
        "row": row,
        "choices": choices(article, topics, SHOWN_TOPICS),
        "form_key": uuid.uuid4(),
    }
    return render(request, "articles/_unfolded.html", context)

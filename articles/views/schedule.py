"""The schedule: which articles come out, and which go down."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.models import Article, Place, Site
from articles.views.desk import desk_page
from articles.workflow import Status

LISTED = 50


@require_safe
@desk_page()
def schedule(request: HttpRequest, site: Site) -> HttpResponse:
    """Articles with a moment, the next first: ``?state=`` says which of them."""
    at = timezone.now()
    articles = Article.objects.filter(site=site, withdrawn=False)
    out = Q(status__in=[Status.APPROVED, Status.LIVE])
    states = {
        "waiting": (_("Come out"), out & Q(publish_from__gt=at), "publish_from"),
        "ending": (_("Go down"), out & Q(publish_until__gt=at), "publish_until"),
        "over": (_("Are down"), out & Q(publish_until__lte=at), "-publish_until"),
        "undecided": (_("Not approved yet"), ~out & (Q(publish_from__isnull=False) | Q(publish_until__gt=at)), "publish_from"),
    }
    asked = request.GET.get("state", "")
    state = asked if asked in states else "waiting"
    _label, kept, order = states[state]
    rows = articles.filter(kept).order_by(order, "pk").only("title", "path", "status", "publish_from", "publish_until")
    context = {
        "tabs": [(name, label, articles.filter(which).count()) for name, (label, which, _order) in states.items()],
        "state": state,
        "places": Place.objects.filter(site=site, every__isnull=False),
        "page": Paginator(rows, LISTED).get_page(request.GET.get("page")),
    }
    return render(request, "articles/schedule.html", context)

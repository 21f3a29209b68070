"""What changes while a page is open: counts, who is there, and the claim on the article in hand."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST

from articles import claims
from articles.models import Site
from articles.queue import Queue
from articles.views.claiming import claim_context, numbers
from articles.views.desk import article_of, desk_page
from articles.views.review import address, count_context
from articles.workflow import DECIDED


@require_POST
@desk_page()
def live(request: HttpRequest, site: Site) -> HttpResponse:
    """The queue's counts as they are now. A POST, because it keeps the person's seat at the desk."""
    at = timezone.now()
    claims.be_present(site, request.user)
    asked = Queue.read(site, request.GET, request.user)
    return render(request, "articles/_live.html", {"queue": asked, **numbers(asked, at), "people": claims.presence(site, request.user).people})


@require_POST
@desk_page("articles.decide_article")
def claim_article(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """Lease the article, lease it on (``renew``), or take it over (``take``); ``leave`` names the one left for it."""
    article, asked = article_of(site, pk), Queue.read(site, request.GET, request.user)
    _give_up(request, request.POST.get("leave", ""))
    lost = False
    if article.status not in DECIDED:
        if "take" in request.POST:
            claims.take_over(article, request.user)
        elif "renew" in request.POST:
            holder = claims.renew(article, request.user)
            lost = holder is not None and holder.pk != request.user.pk
            if holder is None:
                claims.claim(article, request.user)
        else:
            claims.claim(article, request.user)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(address(reverse("articles:review", args=[pk]), asked))
    context = {"claim": claim_context(request, asked, article, claims.claim_on(article), lost=lost)}
    return render(request, "articles/_claimed.html", context | {"article": article, **count_context(asked, article, timezone.now())})


@require_POST
@desk_page("articles.decide_article")
def release_article(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """Give up the claim: the page was left."""
    _give_up(request, str(pk))
    return HttpResponse(status=204)


def _give_up(request: HttpRequest, article: str) -> None:
    """Release the article of that key, unless another page of the person has leased it on since."""
    try:
        until = parse_datetime(request.POST.get("until", ""))
    except ValueError:
        until = None
    if article.isdecimal() and len(article) < 19 and (until is None or until.tzinfo):
        claims.release(int(article), request.user, until)

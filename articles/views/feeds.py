"""A site's feeds, for everybody who may read them; and the page on which an admin says who that is."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.cache import caches
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from articles.feeds.opening import Access, feed_of, open_feed, opened
from articles.feeds.published import newest
from articles.feeds.writing import FORMATS, feed_from
from articles.models import Site, SiteFeed, Topic
from articles.views.desk import desk_page

FRESH = 300  # seconds for which a reader need not ask again
KEPT = 30 * 24 * 3600  # seconds for which is known since when a feed says what it says
LISTED = 200  # topics with their addresses


@require_safe
def site_feed(request: HttpRequest, name: str, kind: str, topic: int | None = None) -> HttpResponseBase:
    """The site's latest articles, or those of one topic. 404 alike for what is shut, unknown or asked with a wrong key."""
    feed = opened(name, request.GET.get("key", "")[:200])
    if feed is None or kind not in FORMATS:
        raise Http404
    about = None if topic is None else get_object_or_404(Topic, pk=topic, site=feed.site)
    own = request.build_absolute_uri(_address(feed, kind, about))
    articles = newest(feed.site, timezone.now(), about)
    media, write = FORMATS[kind]
    body = write(feed_from(feed.site, articles, own=own, topic=about.name if about else ""))
    etag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    since = _since(f"{request.get_host()}{_address(feed, kind, about)}", etag, timezone.now())
    response = HttpResponse(body, content_type=media)
    if feed.site.language:
        response["Content-Language"] = feed.site.language
    response["ETag"] = etag
    response["Last-Modified"] = http_date(since.timestamp())
    response["Cache-Control"] = f"{'public' if feed.access == Access.PUBLIC else 'private'}, max-age={FRESH}"
    return get_conditional_response(request, etag=etag, last_modified=int(since.timestamp()), response=response) or response


def _since(address: str, etag: str, at: datetime) -> datetime:
    """Since when the feed says what it says: no row tells when an article left it, so what it said last is remembered."""
    name = f"feed:{hashlib.blake2b(address.encode(), digest_size=12).hexdigest()}"
    cache = caches["feeds"]
    known: tuple[str, datetime] | None = cache.get(name)
    if known and known[0] == etag:
        return known[1]
    since = max(at, known[1] + timedelta(seconds=1)) if known else at  # readers compare whole seconds
    cache.set(name, (etag, since), KEPT)
    return since


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("articles.change_sitefeed")
def feeds(request: HttpRequest, site: Site) -> HttpResponse:
    """Who may read the site's feeds. POST: ``access``, and ``anew`` for another key."""
    if request.method == "POST":
        access = request.POST.get("access", "")
        if access not in Access.values:
            return _page(request, site, status=422, error=_("Choose who may read."))
        open_feed(site, access, at=timezone.now(), anew="anew" in request.POST)
        request.session["toast"] = {"text": _("Saved. Who may read:"), "title": str(Access(access).label)}
        return redirect("articles:feeds")
    return _page(request, site)


def _page(request: HttpRequest, site: Site, *, status: int = 200, error: str = "") -> HttpResponse:
    feed = feed_of(site)
    topics = list(Topic.objects.filter(site=site)[: LISTED + 1]) if feed.access != Access.OFF else []
    rows = [(_("All articles"), _links(request, feed, None)), *((one.name, _links(request, feed, one)) for one in topics[:LISTED])]
    context: dict[str, Any] = {
        "feed": feed,
        "choices": Access.choices,
        "rows": rows if feed.access != Access.OFF else [],
        "is_more": len(topics) > LISTED,
        "error": error,
    }
    return render(request, "articles/feeds.html", context, status=status)


def _links(request: HttpRequest, feed: SiteFeed, topic: Topic | None) -> list[tuple[str, str]]:
    words = {"rss.xml": "RSS", "atom.xml": "Atom", "feed.json": "JSON Feed"}
    return [(words[kind], request.build_absolute_uri(_address(feed, kind, topic))) for kind in FORMATS]


def _address(feed: SiteFeed, kind: str, topic: Topic | None) -> str:
    """The address that opens this feed, with its key where one is needed."""
    if topic is None:
        path = reverse("articles:site_feed", args=[feed.site.name, kind])
    else:
        path = reverse("articles:topic_feed", args=[feed.site.name, topic.pk, kind])
    return f"{path}?{urlencode({'key': feed.key})}" if feed.access == Access.KEY else path

"""What readers of a site may see: the one question that every feed asks."""

from __future__ import annotations

import heapq
from datetime import datetime

from articles.models import Article, Site, Topic
from articles.querysets import ArticleQuerySet
from articles.workflow import Status

MOST = 50  # entries of one feed
SHOWN = (
    "id", "site_id", "path", "title", "excerpt", "web_url", "original_url", "provider_name", "topics", "images", "queued_at",
    "decided_at",
)  # fmt: skip
VISIBLE = (Status.APPROVED, Status.LIVE)


def published(site: Site, at: datetime) -> ArticleQuerySet:
    """The site's articles that are approved, or published by the feed, that nobody has taken back, and whose time it is."""
    return Article.objects.of_site(site).timely(at).filter(status__in=VISIBLE, withdrawn=False, published=True)


def newest(site: Site, at: datetime, topic: Topic | None = None, most: int = MOST) -> list[Article]:
    """The latest of them, the newest first. One query for each status: each walks its index and stops."""
    found = published(site, at) if topic is None else published(site, at).about(topic)
    halves = [found.filter(status=status).only(*SHOWN).order_by("-queued_at", "-id")[:most] for status in VISIBLE]
    return heapq.nlargest(most, (one for half in halves for one in half), key=lambda one: (one.queued_at, one.pk))

"""How many articles a topic has, and how often its words find one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from articles.mapping import fold
from articles.models import Article, ArticleTopic, Site, Topic
from articles.workflow import Status

DAYS = 90
READ = 2_000  # articles that keywords are counted in, the newest first: so the cost has an end


@dataclass(frozen=True)
class Counts:
    waiting: int = 0
    lately: int = 0


@dataclass(frozen=True)
class Hits:
    """How many of ``read`` articles each keyword stands in, in title or excerpt. ``is_all``: whether those are all that wait
    or came in the last 90 days."""

    words: Sequence[tuple[str, int]]
    read: int
    is_all: bool


def counts_of(site: Site, at: datetime) -> dict[int, Counts]:
    """For each topic of the site: its articles that wait, and those of the last 90 days. One query."""
    waits = Q(article__status=Status.PENDING, article__withdrawn=False)
    late = Q(article__queued_at__gte=at - timedelta(days=DAYS), article__queued_at__lte=at)
    rows = (
        ArticleTopic.objects.filter(waits | late, article__site=site)
        .order_by()
        .values_list("topic")
        .annotate(
            waiting=Count("article", filter=waits, distinct=True), lately=Count("article", filter=late, distinct=True)
        )
    )
    return {topic: Counts(waiting, lately) for topic, waiting, lately in rows}


def hits_of(topic: Topic, at: datetime, words: Iterable[str] | None = None) -> Hits:
    """How often the topic's keywords stand in titles and excerpts, as suggestions look for them. One query for each status,
    each along its index and with an end."""
    listed = list(dict.fromkeys(str(word) for word in (topic.keywords or [] if words is None else words) if word))
    rows: list[tuple[datetime, str | None, str | None]] = []
    for status in Status:
        found = Article.objects.filter(site=topic.site_id, status=status)
        if status == Status.PENDING:
            found = found.filter(withdrawn=False)
        else:
            found = found.filter(queued_at__gte=at - timedelta(days=DAYS))
        rows += found.order_by("-queued_at", "-pk").values_list("queued_at", "title", "excerpt")[: READ + 1]
    is_all = len(rows) <= READ
    newest = sorted(rows, key=lambda row: row[0], reverse=True)[:READ]
    texts = [fold(f"{title or ''}\n{excerpt or ''}") for _, title, excerpt in newest]
    return Hits([(word, _found_in(fold(word), texts)) for word in listed], len(texts), is_all)


def _found_in(word: str, texts: Sequence[str]) -> int:
    whole = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")
    return sum(1 for text in texts if word in text and whole.search(text))

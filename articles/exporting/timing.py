"""When articles come out and go down, as every export sees it.

An article that waits for its moment leaves as it came but for ``published: false``, also where the feed published it or says
nothing of ``published`` (sites show what has no such key): an embargo that a file can break is none. One that is past its
end leaves as ``published: false``, whatever else was decided.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from articles.models import Article, Site
from articles.workflow import Status

OUT = (Status.APPROVED.value, Status.LIVE.value)  # what is published, were it not for its times


def waits(article: Article, at: datetime) -> bool:
    """Whether its moment has not come yet."""
    return is_early(article.status, article.publish_from, at) and not is_over(article, at)


def is_over(article: Article, at: datetime) -> bool:
    """Whether its time is past."""
    return is_past(article.status, article.publish_until, at)


def is_past(status: str | None, until: datetime | None, at: datetime) -> bool:
    return status in OUT and until is not None and until <= at


def is_early(status: str | None, start: datetime | None, at: datetime) -> bool:
    """Whether its moment is still to come."""
    return status in OUT and start is not None and start > at


def untimely(at: datetime) -> Q:
    """Articles that the feed itself published and that are not to be read now: they leave although nobody decided them."""
    return Q(status=Status.LIVE) & (Q(publish_until__lte=at) | Q(publish_from__gt=at))


def has_come(site: Site, since: datetime, at: datetime) -> bool:
    """Whether an article came out or went down after ``since``, up to ``at``. One query of two short indexes."""
    begun, ended = Q(publish_from__gt=since, publish_from__lte=at), Q(publish_until__gt=since, publish_until__lte=at)
    return Article.objects.filter(begun | ended, site=site, status__in=OUT).exists()


def timed(article: Article, at: datetime) -> Article:
    """The article as it leaves at this moment. The same object, which must never be saved: no query."""
    if is_over(article, at):
        article.published = False
        article.desk_fields = sorted({*article.desk_fields, "published"})
    elif waits(article, at):
        article.published = False
        article.desk_fields = ["published"]
    return article

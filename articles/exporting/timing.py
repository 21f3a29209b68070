"""When articles come out and go down, as every export sees it.

An approved article that waits for its moment leaves as it came: nothing that the desk did is in its file, and what an
earlier export said of ``published`` goes back to the feed's own word. One that is past its end leaves as
``published: false``, whatever else was decided.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from articles.models import Article
from articles.workflow import Status

OUT = (Status.APPROVED.value, Status.LIVE.value)  # what is published, were it not for its times


def waits(article: Article, at: datetime) -> bool:
    """Whether its moment has not come yet."""
    start = article.publish_from
    return article.status == Status.APPROVED and start is not None and start > at and not is_over(article, at)


def is_over(article: Article, at: datetime) -> bool:
    """Whether its time is past."""
    return is_past(article.status, article.publish_until, at)


def is_past(status: str | None, until: datetime | None, at: datetime) -> bool:
    return status in OUT and until is not None and until <= at


def past(at: datetime) -> Q:
    """Articles that the feed itself published and that are past their end: they leave although nobody decided them."""
    return Q(status=Status.LIVE, publish_until__lte=at)


def timed(article: Article, at: datetime) -> Article:
    """The article as it leaves at this moment. The same object, which must never be saved: no query."""
    if is_over(article, at):
        article.published = False
        article.desk_fields = sorted({*article.desk_fields, "published"})
    elif waits(article, at):
        article.published = article.feed_published
        article.desk_fields = ["published"] if article.feed_published is not None else []
    return article

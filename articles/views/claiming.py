"""What pages show of counts and claims."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from articles.models import Article, Claim
from articles.queue import COUNTED_TO, Queue
from articles.refusals import told
from articles.views.desk import count_words
from articles.workflow import DECIDED


def numbers(asked: Queue, at: datetime) -> dict[str, Any]:
    """How many match, wait, came since and are due. One query."""
    asked_for = [asked.articles(at), Queue(asked.site).articles(at), Article.objects.of_site(asked.site).due(at)]
    if asked.seen is not None:
        asked_for.append(asked.come_since(at))
    count, waiting, due, *new, newest = Article.objects.tally(asked_for, COUNTED_TO)
    return {
        "count": count_words(count),
        "waiting": count_words(waiting),
        "waiting_count": count_words(waiting),
        "due": due,
        "new": count_words(new[0]) if new and new[0] else "",
        "newest": newest,
    }


def claim_context(
    request: HttpRequest, asked: Queue, article: Article, found: Claim | None, *, lost: bool = False
) -> dict[str, Any]:
    """What ``_claim.html`` needs. ``lost``: the article was the person's until now."""
    mine = found is not None and found.holder_id == request.user.pk
    seen = request.POST.get("version", "")
    decided = article.status in DECIDED and seen.isdecimal() and int(seen) < article.version
    return {
        "queue": asked,
        "article": article,
        "holder": None if found is None or mine else found.holder,
        "until": found.until.isoformat() if found and mine else "",
        "lost": lost,
        "taken": told([article], timezone.now())[0].sentence if decided else "",
        "claimable": article.status not in DECIDED,
    }

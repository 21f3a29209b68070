"""What it means that a provider is blocked: what it brings is rejected by itself, with a Review row by the rule.

Articles that were there before are rejected only when the admin says so. An article meets the rule once: whoever takes its
rejection back has decided, and no import rejects it again.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext

from articles.decisions import act_by_rule
from articles.models import Article, Provider, Review, Site
from articles.providers.figures import DAYS
from articles.workflow import Action, By, Reason, Status, Trust

SLICE = 200  # articles in one transaction
LISTED = 20  # of the wrong ones, on the page


@dataclass(frozen=True)
class Effect:
    """What blocking a provider would do, and how it agrees with what people decided in the last 90 days."""

    waiting: int
    live: int
    agrees: int
    wrong: int
    wrong_articles: tuple[Article, ...]

    @property
    def decided(self) -> int:
        return self.agrees + self.wrong


def effect(provider: Provider, at: datetime) -> Effect:
    """Three queries; of the decisions that blocking would have got wrong the latest are listed."""
    mine = Article.objects.filter(site=provider.site_id, provider=provider)
    standing = mine.filter(withdrawn=False)
    decided = mine.filter(decided_at__gte=at - timedelta(days=DAYS), decided_by__isnull=False)
    approved = decided.filter(status=Status.APPROVED)
    counts = {
        "waiting": standing.filter(status=Status.PENDING).count(),
        "live": standing.filter(status=Status.LIVE).count(),
        "agrees": decided.filter(status=Status.REJECTED).count(),
        "wrong": approved.count(),
    }
    listed = approved.select_related("decided_by").order_by("-decided_at", "-pk")[:LISTED] if counts["wrong"] else ()
    return Effect(**counts, wrong_articles=tuple(listed))


def reject_waiting(provider: Provider, *, at: datetime) -> Review | None:
    """Reject what the provider has in the queue now; one of the rows, whose batch undoes them all. None: nothing waited."""
    waiting = Article.objects.filter(site=provider.site_id, provider=provider, status=Status.PENDING, withdrawn=False)
    return _reject(list(waiting.order_by("pk").values_list("pk", "version", "provider__name")), at=at)


def reject_arrivals(site: Site, *, at: datetime) -> Review | None:
    """Reject what blocked providers have brought since they were blocked, published by the feed or not.

    One query where nothing is blocked. What an import that was killed left undone, the next one does.
    """
    blocked = Provider.objects.filter(site=site, trust=Trust.BLOCKED, blocked_from__isnull=False)
    since = dict(blocked.order_by().values_list("pk", "blocked_from"))
    if not since:
        return None
    met = Review.objects.filter(article=OuterRef("pk"), by=By.RULE, action=Action.REJECT)
    arrived = Article.objects.filter(
        ~Exists(met), site=site, provider__in=since, pk__gt=min(since.values()), status__in=[Status.PENDING, Status.LIVE],
        withdrawn=False,
    )  # fmt: skip
    rows = arrived.order_by("pk").values_list("pk", "version", "provider__name", "provider")
    return _reject([(pk, version, name) for pk, version, name, one in rows if pk > since[one]], at=at, live=True)


def _reject(seen: Sequence[tuple[int, int, str]], *, at: datetime, live: bool = False) -> Review | None:
    batch, first = uuid.uuid4(), None
    by_name: dict[str, list[Article]] = {}
    for pk, version, name in seen:
        by_name.setdefault(name, []).append(Article(pk=pk, version=version))
    for name, articles in by_name.items():
        note = gettext("The provider %(name)s is blocked.") % {"name": name}
        for start in range(0, len(articles), SLICE):
            report = act_by_rule(
                articles[start : start + SLICE], Action.REJECT, rule=None, at=at, reason=Reason.OTHER, note=note, live=live,
                batch=batch,
            )  # fmt: skip
            first = first or next(iter(report.reviews), None)
    return first

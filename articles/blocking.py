"""What it means that a provider is blocked: what it brings is rejected by itself, with a Review row by the rule.

Articles that were there before are rejected only when the admin says so. An article meets the rule once: whoever takes its
rejection back has decided, and no import rejects it again. Undoing a block takes back all that it has rejected since.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext

from articles.decisions import act_by_rule, undo
from articles.models import Article, Provider, Review, Site
from articles.providers import change, take_back
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


# --- an admin's choice ------------------------------------------------------------------------------------------------
def set_trust(
    provider: Provider, trust: str, *, actor: Any, at: datetime, waiting: bool = False, back: bool = False, seen: str = ""
) -> int:
    """Trust the provider so. ``waiting``: with blocking, reject what waits; ``back``: with anything else, take back what the
    block has rejected. How many articles that were. Raises ChangeRefused, or DecisionRefused, and nothing has changed."""
    if trust == Trust.BLOCKED:
        change(provider, {"trust": trust}, actor=actor, seen=seen, at=at)
        first = reject_waiting(provider, at=at) if waiting else None
        return Review.objects.filter(batch=first.batch).count() if first else 0
    with transaction.atomic():
        rows = _kept(rejections(provider)) if back else []
        change(provider, {"trust": trust}, actor=actor, seen=seen)
        return _undone(rows, actor, at)


def undo_change(provider: Provider, history: int, *, actor: Any, at: datetime) -> int:
    """Take back one change of a provider, a row of its history; of a block also what it has rejected. How many articles that
    were. Raises ChangeRefused, or DecisionRefused, and nothing has changed."""
    with transaction.atomic():
        rows = _kept(rejections(provider))
        take_back(provider, history, actor=actor)
        if provider.pk is None:
            return 0  # it was added here, and is no more
        return _undone(rows, actor, at) if provider.trust != Trust.BLOCKED else 0


def rejections(provider: Provider) -> QuerySet[Review]:
    """What the block has rejected since it began, as far as nobody has decided since. Two queries before its own; none of a
    provider that is not blocked."""
    if provider.trust != Trust.BLOCKED:
        return Review.objects.none()
    rows = provider.history.order_by("-history_id")
    before = rows.exclude(trust=Trust.BLOCKED).values_list("history_id", flat=True).first() or 0
    began = rows.filter(history_id__gt=before).values_list("history_date", flat=True).last()
    # An import that ran when the block began dates its rejections back to its own beginning: so arrivals are told by their key.
    since = Q(article__gt=provider.blocked_from or 0) | (Q(at__gte=began) if began else Q())
    standing = Review.objects.filter(since, by=By.RULE, rule=None, action=Action.REJECT, undone_by=None)
    return standing.filter(article__provider=provider, article__status=Status.REJECTED, article__decided_by=None).order_by("pk")


def _kept(rows: QuerySet[Review]) -> list[tuple[uuid.UUID, int, int]]:
    """The batch, the article and the key of each row, read before the provider changes."""
    return list(rows.values_list("batch", "article", "pk"))


def _undone(rows: Sequence[tuple[uuid.UUID, int, int]], actor: Any, at: datetime) -> int:
    """Undo these rejections, act by act: an import rejects what all blocked providers brought as one."""
    acts: dict[uuid.UUID, list[int]] = {}
    for batch, article, _ in rows:
        acts.setdefault(batch, []).append(article)
    firsts = Review.objects.in_bulk({batch: pk for batch, _, pk in rows}.values())
    return sum(len(undo(row, editor=actor, at=at, whole=True, only=acts[row.batch]).reviews) for row in firsts.values())


# --- what the rule does -----------------------------------------------------------------------------------------------
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

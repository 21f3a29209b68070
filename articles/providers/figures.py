"""What providers bring and what the desk makes of it, in numbers: few queries, however many providers are asked about."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.db.models import Count, Q

from articles.models import Article, Provider, Review, Site
from articles.workflow import Action, By, Status

DAYS = 90
WEEKS = 12
WEEK = timedelta(days=7)
BIN, BINS = 10, 14  # the histogram of qualities: 0 to 9, 10 to 19 … 130 and above


@dataclass(frozen=True)
class Figures:
    """One provider over the last 90 days. ``weeks``: its arrivals in each of the last twelve, the earliest first.

    ``approved`` and ``rejected`` are people's decisions that stand. ``versus``: median of what editors made of the quality
    minus what the robot said, over articles where they differ; None where there are none.
    """

    items: int = 0
    weeks: tuple[int, ...] = (0,) * WEEKS
    approved: int = 0
    rejected: int = 0
    versus: float | None = None

    @property
    def decided(self) -> int:
        return self.approved + self.rejected

    @property
    def share(self) -> int | None:
        """Percent approved; None where nobody has decided."""
        return round(100 * self.approved / self.decided) if self.decided else None


@dataclass(frozen=True)
class Detail:
    """One provider's charts: decisions by week as (approved, rejected), the robot's qualities in bins of ten, and the median
    seconds of a decision (None where not two people at least took their time: of one alone it would be their pace)."""

    weeks: tuple[tuple[int, int], ...]
    qualities: tuple[int, ...]
    seconds: float | None


def items_lately(site: Site, at: datetime) -> dict[int | None, int]:
    """How many articles of the last 90 days each provider of the site brought. One query over one index."""
    found = Article.objects.filter(site=site, queued_at__gte=at - timedelta(days=DAYS), queued_at__lte=at)
    return dict(found.order_by().values_list("provider").annotate(Count("pk")))


def figures_of(site: Site, pks: Collection[int], items: dict[int | None, int], at: datetime) -> dict[int, Figures]:
    """The figures of these providers. ``items``: from ``items_lately``. Three queries, none without providers."""
    if not pks:
        return {}
    weeks = dict.fromkeys(pks, (0,) * WEEKS)
    arrivals = Article.objects.filter(site=site, provider__in=pks, queued_at__gt=at - WEEKS * WEEK, queued_at__lte=at)
    for pk, *counts in arrivals.order_by().values_list("provider").annotate(**_by_week("queued_at", at)):
        weeks[pk] = tuple(counts)
    decided = decided_lately(site, at, pks)
    apart = _versus(site, pks, at)
    return {
        pk: replace(
            decided.get(pk, Figures()), items=items.get(pk, 0), weeks=weeks[pk],
            versus=median([after - before for before, after in apart[pk]]) if apart.get(pk) else None,
        )
        for pk in pks
    }  # fmt: skip


def decided_lately(site: Site, at: datetime, pks: Collection[int] | None = None) -> dict[int, Figures]:
    """What people approved and rejected of each provider of the site, or of these, as far as they did. One query."""
    asked = Q(provider__isnull=False) if pks is None else Q(provider__in=pks)
    found: dict[int, dict[str, int]] = {}
    for pk, status, count in _decided(site, at).filter(asked).values_list("provider", "status").annotate(Count("pk")):
        found.setdefault(pk, {})[status] = count
    return {pk: Figures(approved=of.get(Status.APPROVED, 0), rejected=of.get(Status.REJECTED, 0)) for pk, of in found.items()}


def detail_of(provider: Provider, at: datetime) -> Detail:
    """What one provider's page draws. Four queries."""
    site = provider.site
    mine = _decided(site, at).filter(provider=provider)
    spans = [_span("decided_at", at, week) for week in range(WEEKS)]
    counted = mine.aggregate(**{
        f"{status}_{week}": Count("pk", filter=span & Q(status=status))
        for week, span in enumerate(spans)
        for status in (Status.APPROVED.value, Status.REJECTED.value)
    })
    weeks = tuple((counted[f"approved_{week}"], counted[f"rejected_{week}"]) for week in range(WEEKS))
    qualities = [0] * BINS
    arrived = Article.objects.filter(site=site, provider=provider, queued_at__gte=at - timedelta(days=DAYS), queued_at__lte=at)
    for quality, count in arrived.exclude(quality=None).order_by().values_list("quality").annotate(Count("pk")):
        qualities[bin_of(quality)] += count
    for before, after in _versus(site, [provider.pk], at).get(provider.pk, ()):
        qualities[bin_of(after)] -= 1  # the robot's own, not what an editor made of it
        qualities[bin_of(before)] += 1
    times = [
        (actor, (done - shown).total_seconds())
        for done, shown, actor in Review.objects.filter(
            article__provider=provider, article__site=site, at__gte=at - timedelta(days=DAYS), shown_at__isnull=False,
            action__in=[Action.APPROVE, Action.REJECT], by=By.EDITOR,
        ).order_by().values_list("at", "shown_at", "actor")
    ]  # fmt: skip
    several = len({actor for actor, _ in times}) > 1
    return Detail(weeks, tuple(max(0, count) for count in qualities), median(second for _, second in times) if several else None)


def bin_of(quality: int) -> int:
    return min(max(quality, 0) // BIN, BINS - 1)


def _decided(site: Site, at: datetime) -> Any:
    """What people approved and rejected in the last 90 days, as it stands."""
    return Article.objects.filter(
        site=site, status__in=[Status.APPROVED, Status.REJECTED], decided_at__gte=at - timedelta(days=DAYS), decided_by__isnull=False
    ).order_by()


def _span(column: str, at: datetime, week: int) -> Q:
    """One of the last twelve weeks, 0 the earliest; the last ends now."""
    ends = at - WEEK * (WEEKS - 1 - week)
    return Q(**{f"{column}__gt": ends - WEEK, f"{column}__lte": ends})


def _by_week(column: str, at: datetime) -> dict[str, Count]:
    return {f"week_{week}": Count("pk", filter=_span(column, at, week)) for week in range(WEEKS)}


def _versus(site: Site, pks: Collection[int], at: datetime) -> dict[int, list[tuple[int, int]]]:
    """For each provider what the robot said and what editors have made of it, of the articles where they differ."""
    rows = Review.objects.filter(
        article__site=site, article__provider__in=pks, article__queued_at__gte=at - timedelta(days=DAYS), by=By.EDITOR,
        after__has_key="quality",
    )  # fmt: skip
    chains: dict[tuple[int, int], tuple[int, int]] = {}
    for provider, article, before, after in rows.order_by("pk").values_list(
        "article__provider", "article", "before__quality", "after__quality"
    ):
        if before is None or after is None:
            continue
        first = chains.get((provider, article), (before, before))[0]
        chains[provider, article] = (first, after)
    found: dict[int, list[tuple[int, int]]] = {}
    for (provider, _), (before, after) in chains.items():
        if before != after:
            found.setdefault(provider, []).append((before, after))
    return found

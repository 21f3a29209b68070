"""What do we miss? What was approved by topic, beside what is usual."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, F, Q

from articles.measures.window import Window, midnight
from articles.models import Review, Site
from articles.workflow import Action, Status

RECENT, BEFORE = 7, 28  # days: those that are counted, and those before them that say what is usual


@dataclass(frozen=True)
class Coverage:
    """One topic: articles approved in the last seven days, and in the 28 days before."""

    topic: str
    recent: int
    before: int

    @property
    def mark(self) -> float:
        """What seven days of those four weeks brought, on average."""
        return self.before * RECENT / BEFORE

    @property
    def missing(self) -> float:
        return max(0.0, self.mark - self.recent)


def coverage(site: Site, window: Window) -> tuple[Coverage, ...]:
    """Every topic of what stands approved since five weeks, the best covered first; by the day of the approval.

    The topic that all articles of the site have is left out. One query.
    """
    recent = midnight(window.today - timedelta(days=RECENT - 1))
    rows = (
        Review.objects.filter(
            article__site=site,
            action=Action.APPROVE,
            at__gte=recent - timedelta(days=BEFORE),
            at__lt=window.end,
            undone_by__isnull=True,
            article__status=Status.APPROVED,
            article__decided_at=F("at"),  # of several approvals the one that stands
            article__topic_links__topic__isnull=False,
        )
        .order_by()
        .values("article__topic_links__topic")
        .annotate(
            recent=Count("article", distinct=True, filter=Q(at__gte=recent)),
            before=Count("article", distinct=True, filter=Q(at__lt=recent)),
        )
        .values_list("article__topic_links__topic__name", "recent", "before")
    )
    found = [Coverage(name, recent, before) for name, recent, before in rows if name != site.main_topic]
    return tuple(sorted(found, key=lambda one: (-one.recent, -one.before, one.topic)))

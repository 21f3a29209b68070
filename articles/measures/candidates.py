"""What could a rule do? Providers that are nearly always rejected."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, F, Q

from articles.measures.tally import DECIDING, decisions_of
from articles.measures.window import Window
from articles.models import Site
from articles.workflow import Action, By

LEAST = 5  # decisions, before a share says anything
SHARE = 80  # percent rejected
MOST = 5  # providers


@dataclass(frozen=True)
class Candidate:
    """One provider with what people decided of it."""

    provider: int
    name: str
    rejected: int
    decided: int
    days: int

    @property
    def share(self) -> int:
        """Percent rejected, rounded down: 100 is all."""
        return self.rejected * 100 // self.decided

    @property
    def a_week(self) -> float:
        """Decisions that a week of the window took."""
        return self.decided * 7 / self.days


def candidates(site: Site, window: Window) -> tuple[Candidate, ...]:
    """The providers whose articles people rejected nearly always, the most rejections first. One query."""
    rows = (
        decisions_of(site, window)
        .filter(action__in=DECIDING, by=By.EDITOR, undone_by__isnull=True, article__provider__isnull=False)
        .values("article__provider")
        .annotate(decided=Count("pk"), rejected=Count("pk", filter=Q(action=Action.REJECT)))
        .alias(beyond=F("rejected") * 100 - F("decided") * SHARE)
        .filter(decided__gte=LEAST, beyond__gte=0)
        .order_by("-rejected", "decided", "article__provider")
        .values_list("article__provider", "article__provider__name", "rejected", "decided")[:MOST]
    )
    return tuple(Candidate(provider, name, rejected, decided, window.days) for provider, name, rejected, decided in rows)

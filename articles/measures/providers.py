"""What could a rule do? Providers that are nearly always rejected."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce

from articles.measures.decisions import DECIDING, decisions_of
from articles.measures.window import Window
from articles.models import Provider, Site
from articles.workflow import Action, By, Trust

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
    """The providers whose articles people rejected nearly always, the most rejections first; without those that are blocked
    already. Two queries."""
    rows = (
        decisions_of(site, window)
        .filter(action__in=DECIDING, by=By.EDITOR, undone_by__isnull=True, article__provider__isnull=False)
        .exclude(article__provider__trust=Trust.BLOCKED)
        # Grouped by an expression: by the column itself SQLite walks all articles in the order of an index, a hundred times
        # as long.
        .annotate(provider=Coalesce("article__provider", 0))
        .values("provider")
        .annotate(decided=Count("pk"), rejected=Count("pk", filter=Q(action=Action.REJECT)))
        .alias(beyond=F("rejected") * 100 - F("decided") * SHARE)
        .filter(decided__gte=LEAST, beyond__gte=0)
        .order_by("-rejected", "decided", "provider")
        .values_list("provider", "rejected", "decided")[:MOST]
    )
    found = list(rows)
    names = dict(Provider.objects.filter(pk__in=[provider for provider, _, _ in found]).values_list("pk", "name"))
    return tuple(Candidate(provider, names[provider], *counts, window.days) for provider, *counts in found)

"""What could a rule do? Providers that are nearly always rejected."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce

from articles.measures.decisions import DECIDING, decisions_of
from articles.measures.window import Window
from articles.models import Provider, ProviderAlias, Rule, Site
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
    already, or that a rule decides on. Four queries at most."""
    rows = (
        decisions_of(site, window)
        .filter(action__in=DECIDING, by=By.EDITOR, undone_by__isnull=True, article__provider__isnull=False)
        .exclude(article__provider__trust=Trust.BLOCKED)
        .exclude(article__provider__in=_ruled(site))
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


def _ruled(site: Site) -> set[int]:
    """The providers that a rule which is on decides on, whatever else an article is. One query, two where there are rules."""
    named: set[tuple[str, str]] = set()
    for conditions, effects in Rule.objects.filter(site=site, is_on=True).values_list("conditions", "effects"):
        one = conditions[0] if len(conditions) == 1 else {}
        if one.get("kind") == "provider" and not one.get("not") and effects.get("decide"):
            named.add((one["value"]["name"], one["value"]["domain"]))
    if not named:
        return set()
    aliases = ProviderAlias.objects.filter(site=site, name__in=[name for name, _ in named])
    return {provider for name, domain, provider in aliases.values_list("name", "domain", "provider") if (name, domain) in named}

"""What could a rule do? Providers that are nearly always rejected, and that neither a rule nor a block decides yet."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce

from articles.measures.decisions import DECIDING, decisions_of
from articles.measures.window import Window
from articles.models import Provider, Site
from articles.rules.providers import rules_about
from articles.workflow import Action, By, Trust

LEAST = 5  # decisions, before a share says anything
SHARE = 80  # percent rejected
MOST = 5  # providers
LOOKED_AT = 200  # providers, of which those are left out that are decided already


@dataclass(frozen=True)
class Candidate:
    """One provider with what people decided of it. ``rule``: the key of one that names it and decides not all of it, be it
    off or asking for more; None without one."""

    provider: int
    name: str
    rejected: int
    decided: int
    days: int
    rule: int | None = None

    @property
    def share(self) -> int:
        """Percent rejected, rounded down: 100 is all."""
        return self.rejected * 100 // self.decided

    @property
    def a_week(self) -> float:
        """Decisions that a week of the window took."""
        return self.decided * 7 / self.days


def candidates(site: Site, window: Window) -> tuple[Candidate, ...]:
    """The providers whose articles people rejected nearly always, the most rejections first. Those are left out that are
    blocked, or of which a rule that is on decides everything. Five queries."""
    rows = (
        decisions_of(site, window)
        .filter(action__in=DECIDING, by=By.EDITOR, undone_by__isnull=True, article__provider__isnull=False)
        # Grouped by an expression: by the column itself SQLite walks all articles in the order of an index, a hundred times
        # as long.
        .annotate(provider=Coalesce("article__provider", 0))
        .values("provider")
        .annotate(decided=Count("pk"), rejected=Count("pk", filter=Q(action=Action.REJECT)))
        .alias(beyond=F("rejected") * 100 - F("decided") * SHARE)
        .filter(decided__gte=LEAST, beyond__gte=0)
        .order_by("-rejected", "decided", "provider")
        .values_list("provider", "rejected", "decided")[:LOOKED_AT]
    )
    found = list(rows)
    known = Provider.objects.filter(pk__in=[provider for provider, _, _ in found]).exclude(trust=Trust.BLOCKED)
    providers = {pk: (name, trust) for pk, name, trust in known.values_list("pk", "name", "trust")}
    about = rules_about(site, {pk: trust for pk, (_, trust) in providers.items()}, window.at) if providers else {}
    shown = [row for row in found if row[0] in providers and not (row[0] in about and about[row[0]].decides)][:MOST]
    return tuple(
        Candidate(pk, providers[pk][0], rejected, decided, window.days, about[pk].rule if pk in about else None)
        for pk, rejected, decided in shown
    )

"""How the desk decided on a provider's articles lately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone

from articles.models import Provider
from articles.workflow import Status


@dataclass(frozen=True)
class Record:
    """How people decided on a provider's articles lately, as it stands."""

    approved: int
    rejected: int

    @property
    def total(self) -> int:
        return self.approved + self.rejected

    @property
    def share(self) -> int:
        """Percent approved."""
        return round(100 * self.approved / self.total) if self.total else 0


def record(provider: Provider, *, since: datetime | None = None) -> Record:
    """Decisions of people on the provider's articles, of the last 90 days unless ``since`` is given. One query.

    What a rule decided is not among them, so that its page and the table of providers say the same.
    """
    since = since or timezone.now() - timedelta(days=90)
    counts = dict(
        provider.articles.filter(status__in=[Status.APPROVED, Status.REJECTED], decided_at__gte=since, decided_by__isnull=False)
        .order_by()
        .values_list("status")
        .annotate(models.Count("pk"))
    )
    return Record(counts.get(Status.APPROVED, 0), counts.get(Status.REJECTED, 0))

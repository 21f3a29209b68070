"""How the sources of a site are: what fails, what brings less than it used to, what brings much that cannot be read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from articles.models import ImportRun, Site, Source

DAYS = 28  # that a source is compared with
LEAST_DAYS = 7  # of them with files, before a day with few says anything
DROP = 0.5  # of the median: less is told
LEAST_MEDIAN = 4  # files a day, below which a day without any is nothing


@dataclass(frozen=True)
class Health:
    """One source. ``today`` are the files that came in or changed in the last 24 hours, ``median`` those of a day of the
    four weeks before; None while too little is known. ``error_rate`` is the share of files that were refused, of all that
    came in the four weeks; None when none did."""

    source: Source
    today: int
    median: float | None
    error_rate: float | None
    last: ImportRun | None

    @property
    def has_dropped(self) -> bool:
        return self.median is not None and self.median >= LEAST_MEDIAN and self.today < self.median * DROP

    @property
    def is_ill(self) -> bool:
        return bool(self.source.failure) or self.has_dropped

    @property
    def percent_refused(self) -> int | None:
        return None if self.error_rate is None else round(100 * self.error_rate)


def healths(site: Site, at: datetime) -> list[Health]:
    """Each source of the site. Two queries, whatever their number; runs of four weeks are read."""
    sources = list(Source.objects.filter(site=site).order_by("pk"))
    since = at - timedelta(days=DAYS + 1)
    runs = ImportRun.objects.filter(site=site, source__in=sources, started_at__gt=since).order_by("-pk")
    by_source: dict[int | None, list[ImportRun]] = defaultdict(list)
    for run in runs.only("source", "started_at", "state", "created", "updated", "refused", "failure"):
        by_source[run.source_id].append(run)
    return [_health(one, by_source[one.pk], at) for one in sources]


def _health(source: Source, runs: Sequence[ImportRun], at: datetime) -> Health:
    per_day: dict[int, int] = defaultdict(int)  # days ago -> files
    refused = 0
    for run in runs:
        per_day[max(0, (at - run.started_at).days)] += run.created + run.updated
        refused += run.refused
    past = [per_day.get(day, 0) for day in range(1, DAYS + 1)]
    known = sum(count > 0 for count in past) >= LEAST_DAYS
    came = sum(per_day.values())
    return Health(
        source,
        per_day.get(0, 0),
        float(median(past)) if known else None,
        refused / (came + refused) if came + refused else None,
        runs[0] if runs else None,
    )

"""How the sources of a site are: what fails, what brings less than it used to, what brings much that cannot be read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from articles.models import ImportRun, Site, Source

DAYS = 28  # that a source is compared with
LEAST_DAYS = 7  # of them with files, before a day with few says anything
DROP = 0.5  # of the median: less is told
BACK = 0.8  # of the median: from there on a drop is over
LEAST_MEDIAN = 4  # files a day, below which a day without any is nothing
LEAST_REFUSED = 10  # files refused in a day, below which their share says nothing
MUCH_REFUSED = 0.5  # of a day's files: from there on the feed writes something that nobody here can read


@dataclass(frozen=True)
class Health:
    """One source. ``today`` are the files that came in or changed in the last 24 hours, ``refused_today`` those that could
    not be read, ``median`` the files of a day of the four weeks before; None while too little is known. ``error_rate`` is the
    share of files that were refused, of all that came in the four weeks; None when none did. ``left`` are the articles that
    were missing at the last import and that nobody has said are gone."""

    source: Source
    today: int
    median: float | None
    error_rate: float | None
    last: ImportRun | None
    refused_today: int = 0
    left: int = 0

    @property
    def has_dropped(self) -> bool:
        return self.median is not None and self.median >= LEAST_MEDIAN and self.today < self.median * DROP

    @property
    def is_back(self) -> bool:
        """Whether it brings what is usual, or nothing is usual any more: a source that hovers at the limit is told of once."""
        return self.median is None or self.median < LEAST_MEDIAN or self.today >= self.median * BACK

    @property
    def brings_unreadable(self) -> bool:
        return self.refused_today >= LEAST_REFUSED and self.refused_today >= MUCH_REFUSED * (self.today + self.refused_today)

    @property
    def is_ill(self) -> bool:
        return bool(self.source.failure) or self.has_dropped or self.brings_unreadable or bool(self.left)

    @property
    def percent_refused(self) -> int | None:
        return None if self.error_rate is None else round(100 * self.error_rate)


def healths(site: Site, at: datetime) -> list[Health]:
    """Each source of the site. Two queries, whatever their number; runs of four weeks are read."""
    return healths_of(Source.objects.filter(site=site).order_by("pk"), at)


def healths_of(sources: Iterable[Source], at: datetime) -> list[Health]:
    """Each of the sources. One query beside theirs."""
    sources = list(sources)
    since = at - timedelta(days=DAYS + 1)
    runs = ImportRun.objects.filter(source__in=sources, started_at__gt=since).order_by("-pk")
    by_source: dict[int | None, list[ImportRun]] = defaultdict(list)
    for run in runs.only("source", "started_at", "state", "created", "updated", "refused", "failure", "left"):
        by_source[run.source_id].append(run)
    return [_health(one, by_source[one.pk], at) for one in sources]


def _health(source: Source, runs: Sequence[ImportRun], at: datetime) -> Health:
    per_day: dict[int, int] = defaultdict(int)  # days ago -> files
    refused: dict[int, int] = defaultdict(int)
    for run in runs:
        day = max(0, (at - run.started_at).days)
        per_day[day] += run.created + run.updated
        refused[day] += run.refused
    past = [per_day.get(day, 0) for day in range(1, DAYS + 1)]
    known = sum(count > 0 for count in past) >= LEAST_DAYS
    came, kept_out = sum(per_day.values()), sum(refused.values())
    return Health(
        source,
        per_day.get(0, 0),
        float(median(past)) if known else None,
        kept_out / (came + kept_out) if came + kept_out else None,
        runs[0] if runs else None,
        refused.get(0, 0),
        next((run.left for run in runs if run.state == ImportRun.State.FINISHED), 0),
    )

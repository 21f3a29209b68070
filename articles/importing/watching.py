"""Looks at the sites' sources, on a schedule and when a webhook asked: one after the other, whatever goes wrong."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone

from articles import schedules
from articles.importing import running
from articles.importing.alarms import tell_of_trouble
from articles.importing.report import ImportReport
from articles.models import Site, Source

Tell = Callable[[Site, ImportReport], None]


class WatchBusy(Exception):
    """Another desk watch is running here. The text is a sentence."""


@contextlib.contextmanager
def watching() -> Iterator[None]:
    """Be the one that watches with this data folder. Raises WatchBusy. Ends with the process, however that ends."""
    folder = settings.DATA_DIR / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder / "watch.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise WatchBusy("Another desk watch is running with this data folder.") from error
        yield
    finally:
        os.close(handle)


def due_sources(at: datetime, *, every: int | None = None, site: str = "", all_of_them: bool = False) -> list[Source]:
    """Sources whose time has come or that were asked for, the longest waiting first. ``every`` (seconds) is for those that
    have no time of their own; an upload has none, it is read when somebody says so. ``site``: only of that name."""
    found = Source.objects.select_related("site").order_by(F("looked_at").asc(nulls_first=True), "pk")
    if site:
        found = found.filter(site__name=site)
    if not every:
        asked = Q(asked_at__isnull=False) & (Q(looked_at=None) | Q(asked_at__gt=F("looked_at")))
        found = found if all_of_them else found.filter(asked | Q(every__isnull=False) | Q(retry_at__isnull=False))
    return [
        one
        for one in found.exclude(kind=Source.Kind.UPLOAD)
        if all_of_them or schedules.is_due(one, at, every=every, asked_at=one.asked_at)
    ]


@dataclass
class Watch:
    """Looks in this process. ``every`` (seconds) is for sources that have no time of their own. ``site``: only the one of
    that name."""

    every: int | None = None
    site: str = ""
    tell: Tell = lambda site, report: None

    def round(self, *, all_of_them: bool = False) -> int:
        """Look at each that is due, then tell admins of those that are not well. Returns how many could not be read."""
        failed = 0
        for one in due_sources(timezone.now(), every=self.every, site=self.site, all_of_them=all_of_them):
            run = running.begin(one, at=timezone.now(), is_scheduled=True)
            done = running.advance(run.pk, tell=self.tell)
            failed += Source.objects.filter(pk=one.pk).exclude(failure="").exists() if done is None else done.state == "failed"
        tell_of_trouble(timezone.now())
        return failed

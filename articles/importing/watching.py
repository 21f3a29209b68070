"""Looks at the sites' repositories, on a schedule and when a webhook asked: one after the other, whatever goes wrong."""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError
from django.db.models import F, Q
from django.utils import timezone

from articles.importing.lock import ImportBusy
from articles.importing.pipeline import import_site
from articles.importing.report import ImportReport
from articles.importing.sources import SourceError, open_source
from articles.models import Repository

LOG = logging.getLogger(__name__)
SOON = timedelta(seconds=5)  # until another import has finished
FIRST_RETRY, LAST_RETRY = 30, 3600  # seconds
Tell = Callable[[Repository, ImportReport], None]


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


def look(repository: Repository, at: datetime) -> ImportReport | None:
    """Import what the repository has become; None where it is as it was. Raises SourceError and ImportBusy.

    Only what changed since the last import is looked at. Of a worktree the commit is read, never the files that lie there.
    """
    path = Path(repository.location).expanduser()
    rev = repository.branch or ("HEAD" if (path / ".git").exists() else None)
    with open_source(
        repository.location, rev=rev, limit=settings.DESK_FILE_LIMIT, mirrors=settings.DATA_DIR / "mirrors"
    ) as source:
        if source.kind != "git":
            raise SourceError(f"{source.label} is not a Git repository, so there is nothing to watch.")
        if source.revision and source.revision == repository.commit:
            return None
        return import_site(source, repository.site, at=at)


@dataclass
class Watch:
    """``every`` (seconds) is for repositories that have no time of their own. ``site``: only the one of that name."""

    every: int | None = None
    site: str = ""
    tell: Tell = lambda repository, report: None
    failures: dict[int, int] = field(default_factory=dict)  # how often each has failed in a row
    not_before: dict[int, datetime] = field(default_factory=dict)

    def due(self, now: datetime, *, all_of_them: bool = False) -> list[Repository]:
        """Those whose time has come or that were asked for, the longest waiting first."""
        found = Repository.objects.select_related("site").order_by(F("looked_at").asc(nulls_first=True), "pk")
        if self.site:
            found = found.filter(site__name=self.site)
        if all_of_them:
            return list(found)
        asked = Q(asked_at__isnull=False) & (Q(looked_at=None) | Q(asked_at__gt=F("looked_at")))
        if not self.every:
            found = found.filter(asked | Q(every__isnull=False) | Q(pk__in=self.not_before))
        return [one for one in found if self._is_due(one, now)]

    def _is_due(self, one: Repository, now: datetime) -> bool:
        if now < self.not_before.get(one.pk, now):
            return False
        if one.looked_at is None or one.pk in self.not_before or (one.asked_at and one.asked_at > one.looked_at):
            return True
        every = one.every or self.every
        return bool(every) and one.looked_at + timedelta(seconds=every or 0) <= now

    def round(self, *, all_of_them: bool = False) -> int:
        """Look at each that is due. Returns how many could not be read."""
        failed = 0
        for one in self.due(timezone.now(), all_of_them=all_of_them):
            failed += not self._look_at(one)
        return failed

    def _look_at(self, one: Repository) -> bool:
        at = timezone.now()  # before the look: whoever asks while it runs is heard by the next
        try:
            report = look(one, at)
        except ImportBusy:
            self.not_before[one.pk] = at + SOON
            return True
        except DatabaseError:
            raise
        except Exception as error:  # noqa: BLE001 - one site's trouble must not end the watch of the others
            if not isinstance(error, SourceError):
                LOG.exception("Looking at the repository of %s failed.", one.site.name)
            self._failed(one, at, str(error) if isinstance(error, SourceError) else f"{type(error).__name__}: {error}")
            return False
        self.failures.pop(one.pk, None)
        self.not_before.pop(one.pk, None)
        Repository.objects.filter(pk=one.pk).update(looked_at=at, failure="")
        if report is not None:
            self.tell(one, report)
        return True

    def _failed(self, one: Repository, at: datetime, sentence: str) -> None:
        count = self.failures[one.pk] = self.failures.get(one.pk, 0) + 1
        wait = min(LAST_RETRY, max(FIRST_RETRY, one.every or self.every or 0) * 2 ** min(count - 1, 10))
        self.not_before[one.pk] = at + timedelta(seconds=wait)
        Repository.objects.filter(pk=one.pk).update(looked_at=at, failure=sentence.replace("\0", "")[:2000])
        LOG.warning("%s: %s", one.site.name, sentence)

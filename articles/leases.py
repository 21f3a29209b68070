"""Leases on runs: taken, renewed and lost by the database's clock, so that of two workers one does the work.

A worker that is killed says nothing; its lease runs out, and ``stalled`` tells one of those who ask. All updates are
conditional on the lease, so whoever lost it meanwhile writes nothing more.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, TypeVar

from django.db import DatabaseError, connection
from django.db.models import DateTimeField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.functions import Now

from articles.models import Leased

LEASE = timedelta(seconds=10)  # renewed with whatever comes forward
PATIENCE = timedelta(seconds=15)  # after which a run that nobody touched is taken up again
TRIES = 5  # how often a run is begun at one place before it is given up
TELL = 0.5  # seconds between two notes of how far a long run is
BEAT = 3.0  # seconds between two renewals while it cannot tell
State = Leased.State
OPEN = (State.WAITING, State.RUNNING)
ENDING = threading.Event()  # set when this process has been asked to end: runs are let go at the next step
Run = TypeVar("Run", bound=Leased)


class LeaseLost(Exception):
    """Somebody else works on the run now, or it is over."""


class StopAsked(Exception):
    """A person wants the run to end here."""


class Interrupted(Exception):
    """The worker ends; another goes on."""


def take(model: type[Run], pk: int, worker: uuid.UUID) -> bool:
    """Lease a run. False when it is over or somebody else's."""
    mine = model._default_manager.filter(free(), pk=pk, state__in=OPEN)
    return bool(
        mine.update(worker=worker, lease_until=moment(LEASE), heartbeat_at=Now(), tries=F("tries") + 1)
    )


def held(model: type[Run], pk: int, worker: uuid.UUID) -> QuerySet[Run]:
    """The run as long as it is open and this worker's; updates of it are conditional on that."""
    return model._default_manager.filter(pk=pk, worker=worker, state__in=OPEN)


def renewed() -> dict[str, Any]:
    """What an update writes that comes forward."""
    return {"state": State.RUNNING, "lease_until": moment(LEASE), "heartbeat_at": Now()}


def let_go(model: type[Run], pk: int, worker: uuid.UUID, **values: Any) -> None:
    """Leave the run to whoever comes next."""
    held(model, pk, worker).update(lease_until=None, heartbeat_at=Now(), **values)


def end(runs: QuerySet[Run], state: str, *, at: datetime, failure: str = "") -> bool:
    """End what is open of these, with the sentence why where it did not finish. Whether anything was."""
    values = {"state": state, "failure": failure.replace("\0", ""), "finished_at": at, "lease_until": None}
    return bool(runs.filter(state__in=OPEN).update(**values))


def stop(run: Leased, *, at: datetime) -> None:
    """End a run after the step that is under way; at once when nobody works on it. What is done stays done."""
    mine = type(run)._default_manager.filter(pk=run.pk)
    if not end(mine.filter(free()), State.STOPPED, at=at):
        mine.filter(state__in=OPEN).update(stop_asked=True)
    run.refresh_from_db()


def stalled(model: type[Run]) -> list[int]:
    """Runs that nobody has worked on for a while, as when a worker was killed. Each is told to one who asks."""
    late = model._default_manager.filter(free(), state__in=OPEN, heartbeat_at__lt=moment(-PATIENCE))
    return [pk for pk in late.order_by("pk").values_list("pk", flat=True) if late.filter(pk=pk).update(heartbeat_at=Now())]


def free() -> Q:
    """Runs that nobody has leased."""
    return Q(lease_until=None) | Q(lease_until__lt=Now())


def moment(span: timedelta) -> ExpressionWrapper:
    """The database's clock, and then."""
    return ExpressionWrapper(Now() + span, output_field=DateTimeField())


class Keeping:
    """Keeps one's lease during a long work, as a context manager.

    ``tell`` says how far it is, and raises StopAsked, LeaseLost or Interrupted when it is to end. Between two calls, as
    while Git fetches for minutes, a thread renews the lease; it dies with the process, so a killed worker's lease runs out.
    Within a transaction there is none: nobody else could see the row.
    """

    def __init__(self, model: type[Leased], pk: int, worker: uuid.UUID) -> None:
        self.model, self.pk, self.worker = model, pk, worker
        self._over = threading.Event()
        self._told_at = 0.0
        self._lost = False
        self._thread = threading.Thread(target=self._beat, name=f"lease-{pk}", daemon=True)

    def __enter__(self) -> Keeping:
        if not connection.in_atomic_block:
            self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self._over.set()
        if self._thread.ident is not None:
            self._thread.join(timeout=BEAT)

    def tell(self, done: int, total: int) -> None:
        """Note how far it is, at most every ``TELL`` seconds; call it outside of transactions. One or two queries."""
        self.check()
        now = time.monotonic()
        if now < self._told_at + TELL and done < total:
            return
        self._told_at = now
        self.write({"done": done, "total": total})
        if held(self.model, self.pk, self.worker).filter(stop_asked=True).exists():
            raise StopAsked

    def check(self) -> None:
        """Raise where it is to end. Costs no query."""
        if ENDING.is_set():
            raise Interrupted
        if self._lost:
            raise LeaseLost

    def write(self, values: Mapping[str, Any]) -> None:
        """Note something with the lease's renewal. Raises LeaseLost."""
        if not held(self.model, self.pk, self.worker).update(**values, **renewed()):
            raise LeaseLost

    def _beat(self) -> None:
        try:
            while not self._over.wait(BEAT):
                try:
                    mine = held(self.model, self.pk, self.worker)
                    self._lost = not mine.update(lease_until=moment(LEASE), heartbeat_at=Now())
                except DatabaseError:
                    connection.close()  # the main thread will meet it too, and say so
        finally:
            connection.close()

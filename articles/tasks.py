"""What is done behind the pages. Django's Tasks API carries it; how far it is, our own rows know.

A worker that is killed leaves its task "running" for ever, so a task is a mere nudge: it can be lost or come twice. What
was lost is found by ``take_up``, which every worker asks now and then. Imports and exports have a queue of their own, so
that an editor's hundred decisions do not wait behind an hour of files.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from articles import bulk, digests
from articles.exporting import running as exports
from articles.importing import running as imports
from articles.importing.alarms import tell_of_trouble
from articles.importing.uploads import clear_away
from articles.importing.watching import due_sources
from articles.leases import OPEN
from articles.models import BulkRun, ExportRun, ImportRun, Webhook
from articles.webhooks import looking, sending

SECONDS = 2.0  # of one run at a time; then others have their turn, and the worker can end
KEPT = timedelta(days=1)  # how long the traces of finished tasks stay
SHORT, LONG = "default", "runs"  # the queues


@task(queue_name=SHORT)
def work_on(run: int) -> None:
    """Go on with a run, and come back while there is more."""
    if bulk.advance(run, seconds=SECONDS):
        work_on.enqueue(run)


@task(queue_name=SHORT)
def tell_webhooks() -> None:
    """Find what is to be told, send what is due, and come back while there is more."""
    hooks = Webhook.objects.filter(is_on=True).order_by("pk").values_list("pk", flat=True)
    more = [looking.look(hook, timezone.now()) for hook in hooks]
    if sending.send_due(SECONDS) or any(more):
        tell_webhooks.enqueue()


@task()
def send_digests() -> None:
    """Send the digests that are due, and come back while there are more."""
    if digests.send_due(timezone.now(), seconds=SECONDS).more:
        send_digests.enqueue()


@task(queue_name=LONG)
def bring(run: int) -> None:
    """Do an import."""
    imports.advance(run)


@task(queue_name=LONG)
def send(run: int) -> None:
    """Do an export."""
    exports.advance(run)


def hand_over(run: BulkRun | ImportRun | ExportRun) -> None:
    """Let a worker do what is left of a run, if anything is."""
    if run.is_open:
        {BulkRun: work_on, ImportRun: bring, ExportRun: send}[type(run)].enqueue(run.pk)


def take_up(at: datetime, *, queue: str = SHORT) -> int:
    """Hand over again what nobody of this queue works on any more, and what is due by the clock. How many runs were handed
    over. On the way what nobody needs is cleared away."""
    if queue == LONG:
        return _take_up_long(at)
    found = bulk.stalled()
    for pk in found:
        work_on.enqueue(pk)
    DBTaskResult.objects.exclude(status=TaskResultStatus.READY).filter(enqueued_at__lt=at - KEPT).delete()
    bulk.forget(at)
    sending.forget(at)
    if looking.has_news() or sending.is_due(at):
        tell_webhooks.enqueue()
    if digests.is_due(at):
        send_digests.enqueue()
    return len(found)


def _take_up_long(at: datetime) -> int:
    late = [(bring, pk) for pk in imports.stalled()] + [(send, pk) for pk in exports.stalled()]
    for nudge, pk in late:
        nudge.enqueue(pk)
    runs: list[ImportRun | ExportRun] = []
    busy = set(ImportRun.objects.filter(state__in=OPEN).values_list("source", flat=True))
    runs += [imports.begin(one, at=timezone.now(), is_scheduled=True) for one in due_sources(at) if one.pk not in busy]
    busy = set(ExportRun.objects.filter(state__in=OPEN).values_list("place", flat=True))
    runs += [exports.begin_at(one, at=timezone.now(), is_scheduled=True) for one in exports.due_places(at) if one.pk not in busy]
    for run in runs:
        hand_over(run)
    tell_of_trouble(at)
    clear_away(at)
    return len(late) + len(runs)

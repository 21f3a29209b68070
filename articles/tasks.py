"""What is done behind the pages. Django's Tasks API carries it; how far it is, our own rows know.

A worker that is killed leaves its task "running" for ever, so a task is a mere nudge: it can be lost or come twice. What
was lost is found by ``take_up``, which every worker asks now and then.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from articles import bulk, digests
from articles.models import BulkRun, Webhook
from articles.webhooks import looking, sending

SECONDS = 2.0  # of one run at a time; then others have their turn, and the worker can end
KEPT = timedelta(days=1)  # how long the traces of finished tasks stay


@task()
def work_on(run: int) -> None:
    """Go on with a run, and come back while there is more."""
    if bulk.advance(run, seconds=SECONDS):
        work_on.enqueue(run)


@task()
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


def hand_over(run: BulkRun) -> None:
    """Let a worker do what is left of a run, if anything is."""
    if run.is_open:
        work_on.enqueue(run.pk)


def take_up(at: datetime) -> int:
    """Hand over again what nobody works on any more, and clear away what nobody needs. How many runs were handed over."""
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

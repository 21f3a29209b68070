"""From what was done to what is to be told: Review and ExportRun rows become deliveries, each exactly once.

The rows themselves are the outbox: they are written in the transaction of the act, so nothing can be done and not be told,
and the door knows nothing of webhooks. What is told of them is a place in their keys.

A key is given out before its transaction commits. So a place may move past a row only when every transaction that was
open when the row was first seen has ended: else a slow one that holds a smaller key would be passed over for ever. On
SQLite there is one writer at a time, and nothing is ever open beside us.
"""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Q, QuerySet

from articles.models import Delivery, ExportRun, Review, Webhook
from articles.webhooks.bodies import decision_body, export_body
from articles.workflow import DECISIONS, Action

MOST = 200  # rows in one look
DEAD = timedelta(days=1)  # an export that takes longer is none


def has_news() -> bool:
    """Whether a webhook has a row to look at. Three queries where there is any webhook, else one."""
    lowest = list(Webhook.objects.filter(is_on=True).values_list("told_review", "told_run"))
    if not lowest:
        return False
    review, run = (min(places) for places in zip(*lowest, strict=True))
    return Review.objects.filter(pk__gt=review).exists() or ExportRun.objects.filter(pk__gt=run).exists()


def look(key: int, at: datetime) -> bool:
    """Write the deliveries of one webhook that are certain by now. Whether there is more to look at at once."""
    with transaction.atomic():
        hook = Webhook.objects.select_for_update(of=("self",)).filter(pk=key, is_on=True).select_related("site").first()
        if hook is None:
            return False
        seen = newest()
        seen["open"] = _open_transactions()  # asked after the newest rows: who wrote before them is open still, or visible
        if not seen["open"]:
            hook.horizon = seen
        elif not hook.horizon or not set(hook.horizon["open"]).isdisjoint(seen["open"]):
            hook.horizon = hook.horizon or seen
            hook.save(update_fields=["horizon"])
            return False
        reviews = list(_decisions(hook)[:MOST]) if Webhook.Event.DECISION in hook.events else []
        hook.horizon["run"] = _finished_to(hook, at)
        runs = list(_exports(hook)[:MOST]) if Webhook.Event.EXPORT in hook.events else []
        _write(hook, reviews, [run for run in runs if run.is_finished], at)
        more = len(reviews) == MOST or len(runs) == MOST
        hook.told_review = reviews[-1].pk if len(reviews) == MOST else hook.horizon["review"]
        hook.told_run = runs[-1].pk if len(runs) == MOST else hook.horizon["run"]
        if not more:
            hook.horizon = {}
        hook.save(update_fields=["told_review", "told_run", "horizon"])
        return more


def newest() -> dict[str, Any]:
    """The keys of the newest rows, 0 where there is none."""
    return {
        "review": Review.objects.aggregate(key=Max("pk"))["key"] or 0,
        "run": ExportRun.objects.aggregate(key=Max("pk"))["key"] or 0,
    }


def _decisions(hook: Webhook) -> QuerySet[Review]:
    undone = Q(action=Action.UNDO, undoes__action__in=DECISIONS)
    found = Review.objects.filter(pk__gt=hook.told_review, pk__lte=hook.horizon["review"], article__site=hook.site_id)
    return found.filter(Q(action__in=DECISIONS) | undone).select_related("article", "actor").order_by("pk")


def _finished_to(hook: Webhook, at: datetime) -> int:
    """How far exports can be told: not past one that is under way. One that was begun long ago has died."""
    seen = ExportRun.objects.filter(pk__gt=hook.told_run, pk__lte=hook.horizon["run"], site=hook.site_id)
    under_way = seen.filter(finished_at=None, started_at__gt=at - DEAD).order_by("pk").first()
    return int(hook.horizon["run"]) if under_way is None else under_way.pk - 1


def _exports(hook: Webhook) -> QuerySet[ExportRun]:
    found = ExportRun.objects.filter(pk__gt=hook.told_run, pk__lte=hook.horizon["run"], site=hook.site_id)
    return found.order_by("pk")


def _write(hook: Webhook, reviews: list[Review], runs: list[ExportRun], at: datetime) -> None:
    """One delivery an act, in the order of the acts."""
    told: list[tuple[str, str]] = []
    for _batch, rows in itertools.groupby(reviews, key=lambda row: row.batch):
        told.append((Webhook.Event.DECISION, decision_body(hook.site, list(rows))))
    told += [(Webhook.Event.EXPORT, export_body(hook.site, run)) for run in runs]
    Delivery.objects.bulk_create(Delivery(webhook=hook, event=event, body=body, made_at=at, due_at=at) for event, body in told)


def _open_transactions() -> list[str]:
    """The transactions of others that have written such rows and not ended: they hold a lock on the table till then, and
    take it before they are given a key."""
    if connection.vendor != "postgresql":
        return []
    tables = [model._meta.db_table for model in (Review, ExportRun)]
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT DISTINCT virtualtransaction FROM pg_locks
               WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' AND pid <> pg_backend_pid()
               AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
               AND relation = ANY (SELECT to_regclass(name)::oid FROM unnest(%s::text[]) AS name)""",
            [tables],
        )
        return [key for (key,) in cursor.fetchall()]

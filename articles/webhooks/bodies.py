"""What a webhook is told, as JSON text: ``type``, ``timestamp`` and ``data``, as Standard Webhooks has it. Facts of the act, never
an article's file and never ``secured``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from articles.models import Delivery, ExportRun, Review, Site, Webhook


def decision_body(site: Site, reviews: Sequence[Review]) -> str:
    """One act on one or many articles; the reviews are of one batch, with article and actor."""
    first = reviews[0]
    return _body(
        Webhook.Event.DECISION,
        site,
        first.at,
        {
            "batch": str(first.batch),
            "action": first.action,
            "by": first.by,
            "actor": first.actor.get_username() if first.actor else None,
            "reason": first.reason or None,
            "articles": [
                {
                    "id": row.article_id,
                    "path": row.article.path,
                    "title": row.article.title,
                    "url": row.article.web_url or row.article.original_url,
                    "version": row.version,
                    "from_status": row.from_status,
                    "to_status": row.to_status,
                    "publish_from": row.article.publish_from,
                    "publish_until": row.article.publish_until,
                    "review": row.pk,
                }
                for row in reviews
            ],
        },
    )


def export_body(site: Site, run: ExportRun) -> str:
    """One export. Where it went is left out: it may be a path of this machine."""
    return _body(
        Webhook.Event.EXPORT,
        site,
        run.finished_at or run.started_at,
        {
            "export": run.pk,
            "scope": run.scope,
            "written": run.written,
            "removed": run.removed,
            "unchanged": run.unchanged,
            "problem_count": len(run.problems),
            "branch": run.branch or None,
            "commit": run.commit or None,
        },
    )


def trial_body(site: Site, at: datetime) -> str:
    """Nothing has happened: an admin wants to see whether a message arrives."""
    return _body(Delivery.TEST, site, at, {})


def _body(event: str, site: Site, at: datetime, words: dict[str, Any]) -> str:
    return json.dumps({"type": event, "timestamp": at, "data": {"site": site.name} | words}, cls=DjangoJSONEncoder)

"""What admins do with webhooks."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime

from articles.models import Site, Webhook
from articles.webhooks.looking import newest


def make_webhook(site: Site, url: str, events: Collection[str], *, at: datetime) -> Webhook:
    """A webhook that hears of everything from now on. Its ``secret`` is new."""
    seen = newest()
    return Webhook.objects.create(
        site=site,
        url=url,
        secret=_secret(),
        events=[event for event in Webhook.Event.values if event in events],
        made_at=at,
        told_review=seen["review"],
        told_run=seen["run"],
    )


def switch(hook: Webhook, *, is_on: bool) -> None:
    """Switch it off, or on again: what happened meanwhile is not told, what waited before is sent."""
    seen = newest()
    begins = {"told_review": seen["review"], "told_run": seen["run"], "horizon": {}} if is_on else {}
    Webhook.objects.filter(pk=hook.pk, is_on=not is_on).update(is_on=is_on, **begins)


def renew_secret(hook: Webhook) -> str:
    """A new secret, which signs from the next try on."""
    hook.secret = _secret()
    hook.save(update_fields=["secret"])
    return hook.secret


def _secret() -> str:
    return secrets.token_urlsafe(32)

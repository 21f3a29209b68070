"""What admins do with webhooks."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from articles.models import Delivery, Site, Webhook
from articles.webhooks.bodies import trial_body
from articles.webhooks.looking import newest
from articles.webhooks.signing import PREFIX

OVERLAP = timedelta(days=1)  # for which a replaced secret signs along


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


def renew_secret(hook: Webhook, at: datetime) -> str:
    """A new secret, which signs from the next try on. The old one signs along for a day, unless ``end_old_secret`` is called."""
    hook.old_secret, hook.old_until, hook.secret = hook.secret, at + OVERLAP, _secret()
    hook.save(update_fields=["secret", "old_secret", "old_until"])
    return hook.secret


def end_old_secret(hook: Webhook) -> None:
    """From now on the new secret signs alone."""
    Webhook.objects.filter(pk=hook.pk).update(old_secret="", old_until=None)


def send_trial(hook: Webhook, at: datetime) -> Delivery:
    """Let the worker send a message that tells of nothing."""
    return Delivery.objects.create(webhook=hook, event=Delivery.TEST, body=trial_body(hook.site, at), made_at=at, due_at=at)


def _secret() -> str:
    """256 random bits, written as Standard Webhooks has it, so that everybody's libraries take it as it is."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode("ascii")

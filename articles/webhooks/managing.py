"""What admins do with webhooks."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from articles.models import Delivery, Site, Webhook
from articles.webhooks.bodies import trial_body
from articles.webhooks.looking import newest
from articles.webhooks.signing import PREFIX, living

OVERLAP = timedelta(days=1)  # for which a replaced secret signs along
MOST_OLD = 4  # of them at once


class WebhookRefused(Exception):
    """The webhook cannot be made. The text is a sentence for the screen."""


def make_webhook(site: Site, url: str, events: Collection[str], *, at: datetime) -> Webhook:
    """A webhook that hears of everything from now on. Its ``secret`` is new. Raises WebhookRefused for an address that the
    site tells already: it would hear everything twice."""
    with transaction.atomic():
        Site.objects.select_for_update().get(pk=site.pk)  # of two presses at once the second one waits, and then sees the first
        if Webhook.objects.filter(site=site, url=url).exists():
            raise WebhookRefused(_("This address is in the list already. Switch it on there, or make it a new secret."))
        seen = newest()
        return Webhook.objects.create(
            site=site,
            url=url,
            secret=_secret(),
            events=_known(events),
            made_at=at,
            told_review=seen["review"],
            told_run=seen["run"],
        )


def hear_of(hook: Webhook, events: Collection[str]) -> None:
    """Let it hear of these events, from the next look on."""
    Webhook.objects.filter(pk=hook.pk).update(events=_known(events))


def switch(hook: Webhook, *, is_on: bool) -> None:
    """Switch it off, or on again: what happened meanwhile is not told, what waited before is sent."""
    seen = newest()
    begins = {"told_review": seen["review"], "told_run": seen["run"], "horizon": {}} if is_on else {}
    Webhook.objects.filter(pk=hook.pk, is_on=not is_on).update(is_on=is_on, **begins)


def renew_secret(hook: Webhook, at: datetime) -> str:
    """A new secret, which signs from the next try on. Those before it sign along for a day each, also when somebody presses
    twice, unless ``end_old_secrets`` is called."""
    with transaction.atomic():
        now = Webhook.objects.select_for_update().get(pk=hook.pk)
        now.old_secrets = [[now.secret, int((at + OVERLAP).timestamp())], *living(now, at)][:MOST_OLD]
        now.secret = _secret()
        now.save(update_fields=["secret", "old_secrets"])
    hook.secret, hook.old_secrets = now.secret, now.old_secrets
    return hook.secret


def end_old_secrets(hook: Webhook) -> None:
    """From now on the new secret signs alone."""
    Webhook.objects.filter(pk=hook.pk).update(old_secrets=[])


def send_trial(hook: Webhook, at: datetime) -> Delivery:
    """Let the worker send a message that tells of nothing."""
    return Delivery.objects.create(webhook=hook, event=Delivery.TEST, body=trial_body(hook.site, at), made_at=at, due_at=at)


def _known(events: Collection[str]) -> list[str]:
    return [event for event in Webhook.Event.values if event in events]


def _secret() -> str:
    """256 random bits, written as Standard Webhooks has it, so that everybody's libraries take it as it is."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode("ascii")

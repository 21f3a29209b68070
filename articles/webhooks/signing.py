"""Signatures by Standard Webhooks (standardwebhooks.com), for which receivers find libraries in every language."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime

from articles.models import Delivery, Webhook

PREFIX = "whsec_"


def signed_headers(row: Delivery, body: bytes, at: datetime) -> dict[str, str]:
    """What goes along: the signatures are over the id, the time and the body, so that none of them can be replaced."""
    name, moment = str(row.token), str(int(at.timestamp()))
    signatures = [signature(secret, name, moment, body) for secret in secrets_of(row.webhook, at)]
    return {
        "Content-Type": "application/json",
        "User-Agent": "newsdesk-webhooks",
        "Connection": "close",
        "webhook-id": name,
        "webhook-timestamp": moment,
        "webhook-signature": " ".join(signatures),
    }


def secrets_of(hook: Webhook, at: datetime) -> list[str]:
    """The secrets that sign at that moment, the newest first."""
    return [hook.secret, *(secret for secret, _until in living(hook, at))]


def living(hook: Webhook, at: datetime) -> list[tuple[str, int]]:
    """The old secrets that still sign along, the newest first, each with the second since 1970 when it ends."""
    return [(secret, until) for secret, until in hook.old_secrets if at.timestamp() < until]


def signature(secret: str, name: str, moment: str, body: bytes) -> str:
    """``v1,`` and HMAC-SHA256 in base64; ``moment`` in seconds since 1970."""
    made = hmac.new(_key(secret), f"{name}.{moment}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(made).decode("ascii")


def _key(secret: str) -> bytes:
    """The secret's own bytes. Those made before have no prefix and the alphabet of addresses."""
    text = secret.removeprefix(PREFIX).replace("-", "+").replace("_", "/")
    return base64.b64decode(text + "=" * (-len(text) % 4))

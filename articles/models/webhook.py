"""Addresses elsewhere that hear what the desk did, and what was sent to them."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.site import Site


class Webhook(models.Model):
    """One address that is told of acts on a site.

    ``told_review`` and ``told_run`` are the last Review and ExportRun that have become deliveries. ``horizon`` is what was
    seen at the last look and is not told yet: the newest rows, and which transactions were open then (``webhooks.looking``).
    ``old_secrets``: pairs of a secret that was replaced and the second since 1970 until which it signs along, so that the
    other side has time to learn the new one.
    """

    class Event(models.TextChoices):
        DECISION = "decision", _("Decisions")
        EXPORT = "export", _("Exports")

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="webhooks")
    url = models.CharField(max_length=2000)
    secret = models.CharField(max_length=64, help_text="Signs every message; shown once.")
    old_secrets = models.JSONField(default=list, blank=True)
    events = models.JSONField(default=list)
    is_on = models.BooleanField(default=True)
    made_at = models.DateTimeField(default=timezone.now)
    told_review = models.BigIntegerField(default=0)
    told_run = models.BigIntegerField(default=0)
    horizon = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.url


class Delivery(models.Model):
    """One message to one webhook: written when the act was found, sent until it arrives or there is no more hope.

    ``body`` is the very text that is signed and sent, every time the same. ``due_at`` is when to try (again); while a try
    goes on it says when somebody else may take it up, should the worker be killed. A test is tried once.
    """

    TEST = "test"  # an event that no webhook chooses: an admin sends it

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Delivered")
        FAILED = "failed", _("Given up")

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    token = models.UUIDField(default=uuid.uuid4, unique=True, help_text="Goes along, so that a second time is known.")
    event = models.CharField(max_length=10, choices=[*Webhook.Event.choices, (TEST, _("Test"))])
    body = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    tries = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    tried_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=300, blank=True, help_text="What came of the last try, as a sentence.")

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "deliveries"
        indexes = [
            models.Index(fields=["due_at"], name="delivery_due", condition=models.Q(state="waiting")),
            models.Index(fields=["webhook", "-id"], name="delivery_by_webhook"),
        ]

    def __str__(self) -> str:
        return f"{self.get_event_display()}: {self.token}"

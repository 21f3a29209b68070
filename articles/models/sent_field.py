"""The ledger: every value that left the desk in a file, and what the feed made of it."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article
from articles.models.run import ExportRun


class SentField(models.Model):
    """One field as an export wrote it. The next imports say what became of it.

    ``value`` is the file's value as sent, null where the key was taken out. ``feed_value`` is the feed's own last word:
    what the file said before the desk wrote it, then whatever the feed wrote over it. It is the base of every later merge
    of this field, since the feed that repeats itself has not spoken against the desk.
    """

    class State(models.TextChoices):
        SENT = "sent", _("Sent")
        ARRIVED = "arrived", _("In the repository")
        KEPT = "kept", _("Kept by the feed")
        REVERTED = "reverted", _("Reverted by the feed")
        REPLACED = "replaced", _("Replaced by a later value")

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="sent_fields")
    field = models.CharField(max_length=40, help_text="The key of the file.")
    value = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    feed_value = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    run = models.ForeignKey(ExportRun, on_delete=models.SET_NULL, null=True, blank=True, related_name="sent_fields")
    sent_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.SENT)
    state_since = models.DateTimeField()

    class Meta:
        ordering = ["-state_since", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "field"], condition=~Q(state="replaced"), name="sent_field_current_once"
            )
        ]
        indexes = [models.Index(fields=["state", "-state_since", "-id"], name="sent_field_by_state")]

    def __str__(self) -> str:
        return f"{self.field}: {self.article_id}"

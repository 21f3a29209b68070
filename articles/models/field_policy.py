"""Who wins a field where the feed and the desk both changed it, and what a change of it means: one table per site."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from articles.models.site import Site


class FieldPolicy(models.Model):
    """What a site says of one key of the file, in place of the schema's own ``owner`` and ``change``."""

    class Owner(models.TextChoices):
        FEED = "feed", _("Feed wins")
        DESK = "desk", _("Desk wins")
        ASK = "ask", _("Ask")

    class Change(models.TextChoices):
        """From the least to the gravest."""

        NOISE = "noise", _("Noise: nobody needs to know")
        DRIFT = "drift", _("Drift: changes all day long")
        CONTEXT = "context", _("Context: good to have")
        DECISION = "decision", _("Decision: an editor wants to know")

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="field_policies")
    field = models.CharField(max_length=40, help_text="The key of the file.")
    owner = models.CharField(max_length=10, choices=Owner.choices)
    change = models.CharField(max_length=10, choices=Change.choices)
    history = HistoricalRecords()

    class Meta:
        ordering = ["site", "field"]
        verbose_name_plural = "field policies"
        constraints = [models.UniqueConstraint(fields=["site", "field"], name="field_policy_once_per_field")]

    def __str__(self) -> str:
        return self.field

"""What is done again and again: how often, when it was done last, and what stood in the way."""

from __future__ import annotations

from django.db import models


class Scheduled(models.Model):
    """Something with an interval; ``articles.schedules`` says when it is due and notes how it went.

    ``failure`` is the sentence of the last time and empty when that went well. ``told_at`` says that the admins have had
    a mail about it: one for a failure, not for each try.
    """

    every = models.PositiveIntegerField(
        null=True, blank=True, help_text="Seconds between two looks of desk watch; empty: only when asked."
    )
    looked_at = models.DateTimeField(null=True, blank=True, editable=False)
    failure = models.TextField(blank=True, editable=False, help_text="Why the last look failed.")
    failed_count = models.PositiveIntegerField(default=0, editable=False, help_text="How often in a row.")
    retry_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="Not again before this.")
    told_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="When admins had a mail about it.")

    class Meta:
        abstract = True

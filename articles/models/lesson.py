"""What the desk's decisions on a site have taught."""

from __future__ import annotations

from django.db import models

from articles.models.site import Site


class Lesson(models.Model):
    """The counts that suggestions are made from, one row a site; made again from the reviews at any time.

    ``counts``: feature -> [approved, rejected]. ``bands``: [least log-odds, approved, decided] in rising order: how the desk
    really decided on articles that looked so. ``measured``: what was found on decisions held out.
    """

    site = models.OneToOneField(Site, on_delete=models.CASCADE, related_name="lesson")
    version = models.PositiveIntegerField(default=1)
    last_review = models.BigIntegerField(default=0, help_text="Key of the last review that was read.")
    learned_at = models.DateTimeField()
    approved = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    bands = models.JSONField(default=list)
    measured = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.site}: {self.approved + self.rejected} decisions"

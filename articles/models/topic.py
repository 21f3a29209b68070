"""What articles are about, as the site's ``_data/topics`` tells it."""

from __future__ import annotations

from django.db import models
from simple_history.models import HistoricalRecords

from articles.models.site import Site


class Topic(models.Model):
    """A topic of one site: its parent, and the keywords that find it. Articles name topics by ``name``."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="topics")
    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=200, blank=True)
    parent = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="children")
    keywords = models.JSONField(default=list, blank=True)
    hashtags = models.JSONField(default=list, blank=True)
    services = models.JSONField(default=dict, blank=True)
    place = models.PositiveIntegerField(default=1000, help_text="Order in lists; the number before the file's name.")
    history = HistoricalRecords()

    class Meta:
        ordering = ["place", "name", "pk"]
        constraints = [models.UniqueConstraint(fields=["site", "name"], name="topic_once_per_site")]

    def __str__(self) -> str:
        return self.name

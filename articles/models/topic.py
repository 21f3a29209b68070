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
    path = models.CharField(
        max_length=1000, blank=True, help_text="The file of the site that describes it, or will; empty where none does."
    )
    desk_fields = models.JSONField(default=list, blank=True, help_text="Fields whose value is the desk's: these leave.")
    place = models.PositiveIntegerField(default=1000, help_text="Order in lists; the number before the file's name.")
    history = HistoricalRecords()

    class Meta:
        ordering = ["place", "name", "pk"]
        constraints = [models.UniqueConstraint(fields=["site", "name"], name="topic_once_per_site")]

    def __str__(self) -> str:
        return self.name


class TopicAlias(models.Model):
    """A name that articles use for a topic which is called otherwise on the desk: its old name, or that of one merged in."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="topic_aliases")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=200)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "topic aliases"
        constraints = [models.UniqueConstraint(fields=["site", "name"], name="topic_alias_once_per_site")]

    def __str__(self) -> str:
        return self.name

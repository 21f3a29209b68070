"""A field that the feed and the desk both changed."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from articles.models.article import Article


class Conflict(models.Model):
    """One field of one article with all three sides kept. The article holds the desk's value until somebody settles it."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="conflicts")
    field = models.CharField(max_length=40, help_text="The key of the file.")
    base = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    ours = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    theirs = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    found_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-found_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "field"], condition=Q(settled_at__isnull=True), name="conflict_open_once_per_field"
            )
        ]

"""A field that the feed and the desk both changed."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article
from articles.models.review import Review


class Conflict(models.Model):
    """One field of one article with all three sides kept. The article holds the desk's value until somebody settles it.

    ``settled_by`` is the act that settled it; without one, the two sides came to agree.
    """

    class Choice(models.TextChoices):
        """In the order of the digits that choose it."""

        BASE = "base", _("Before")
        THEIRS = "theirs", _("Robot now")
        OURS = "ours", _("Yours")

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="conflicts")
    field = models.CharField(max_length=40, help_text="The key of the file.")
    base = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    ours = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    theirs = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    found_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        Review, on_delete=models.PROTECT, null=True, blank=True, related_name="settled_conflicts"
    )
    choice = models.CharField(max_length=10, choices=Choice.choices, blank=True)

    class Meta:
        ordering = ["-found_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "field"], condition=Q(settled_at__isnull=True), name="conflict_open_once_per_field"
            )
        ]

    def __str__(self) -> str:
        return f"{self.field}: {self.article_id}"

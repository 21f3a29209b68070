"""Providers or topics that were made one, with all that it takes to make them two again."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.site import Site


class Merger(models.Model):
    """One merger. ``keep`` is the key of the one that stayed, which may be gone by now.

    ``gone`` lists those that went: ``values`` by field, ``aliases``, ``articles`` (how many), and of topics ``children``.
    ``before`` and ``after`` hold the fields of the one that stayed which the merger filled.
    """

    class Kind(models.TextChoices):
        PROVIDER = "provider", _("Providers")
        TOPIC = "topic", _("Topics")

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="mergers")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    keep = models.BigIntegerField()
    keep_name = models.CharField(max_length=500)
    gone = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    after = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["site", "kind", "keep"], name="merger_by_keep")]

    def __str__(self) -> str:
        return f"{', '.join(self.gone_names)} → {self.keep_name}"

    @property
    def article_count(self) -> int:
        """How many articles moved."""
        return sum(one["articles"] for one in self.gone)

    @property
    def gone_names(self) -> list[str]:
        return [str(one["values"]["name"]) for one in self.gone]

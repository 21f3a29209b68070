"""What a program shows instead of a password, and what it may do with it."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone

from articles.labels import label
from articles.workflow import Scope


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def valid(self, at: datetime) -> ApiTokenQuerySet:
        """Those that open something at that moment, their people aside."""
        return self.filter(revoked_at=None, expires_at__gt=at)


class ApiToken(models.Model):
    """One token of one person. The token itself is shown once and kept nowhere: ``digest`` is its SHA-256, and ``prefix``
    its first letters, so that people can tell theirs apart. ``scopes``: a list of ``Scope`` values."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True, help_text="The last use, to the minute.")
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def is_valid(self, at: datetime) -> bool:
        """Whether it opens anything at that moment, its person aside."""
        return self.revoked_at is None and at < self.expires_at

    @property
    def scope_words(self) -> list[str]:
        return [label(Scope(scope)) for scope in self.scopes]

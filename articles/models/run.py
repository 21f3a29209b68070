"""Imports and exports that have run, with their counts."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.site import Site


class Run(models.Model):
    """What an import and an export have in common."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="%(class)ss")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    unchanged = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list, help_text="A list of path, line, column, key, message.")

    class Meta:
        abstract = True
        ordering = ["-started_at", "-pk"]

    @property
    def is_finished(self) -> bool:
        return self.finished_at is not None


class ImportRun(Run):
    origin = models.CharField(max_length=1000, help_text="The source, as people know it.")
    kind = models.CharField(max_length=10, help_text="folder, archive or git.")
    revision = models.CharField(max_length=64, blank=True)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    conflicts = models.PositiveIntegerField(default=0)
    withdrawn = models.PositiveIntegerField(default=0, help_text="Articles whose file is gone from the source.")
    changes = models.JSONField(default=dict, help_text="Rewritten files by the gravest of their changes.")


class ExportRun(Run):
    class Scope(models.TextChoices):
        APPROVED = "approved", _("Approved articles")
        DECIDED = "decided", _("Approved and rejected articles")
        ALL = "all", _("Every file")

    destination = models.CharField(max_length=1000)
    scope = models.CharField(max_length=10, choices=Scope.choices, default=Scope.APPROVED)
    written = models.PositiveIntegerField(default=0)
    removed = models.PositiveIntegerField(default=0)
    commit = models.CharField(max_length=64, blank=True, help_text="The Git commit that it made.")
    branch = models.CharField(max_length=200, blank=True)
    file = models.CharField(max_length=300, blank=True, help_text="The zip to download, inside the desk's data folder.")

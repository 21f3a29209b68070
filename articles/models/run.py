"""Imports and exports: those that wait, those that run, and those that have run, with their counts."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.leased import Leased
from articles.models.place import Place, Scope
from articles.models.site import Site
from articles.models.source import Source

OPEN = Q(state__in=["waiting", "running"])


class Run(Leased):
    """What an import and an export have in common. ``done`` and ``total`` are files, 0 while that is not known yet.

    ``started_at`` stays when another worker goes on, so that it tells the run's files and rows from those of others;
    ``taken_at`` is when the one that works on it began.
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="%(class)ss")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    started_at = models.DateTimeField(default=timezone.now)
    taken_at = models.DateTimeField(null=True, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list, help_text="A list of path, line, column, key, message.")
    notices = models.JSONField(default=list, help_text="Sentences for whoever looks at it.")
    is_scheduled = models.BooleanField(default=False, help_text="Begun by the clock: it leaves no row without news.")

    class Meta:
        abstract = True
        ordering = ["-started_at", "-pk"]

    @property
    def is_finished(self) -> bool:
        return self.finished_at is not None


class ImportRun(Run):
    source = models.ForeignKey(Source, on_delete=models.SET_NULL, null=True, blank=True, related_name="runs")
    origin = models.CharField(max_length=1000, help_text="The source, as people know it.")
    kind = models.CharField(max_length=10, help_text="folder, archive, git or repair.")
    revision = models.CharField(max_length=64, blank=True)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    conflicts = models.PositiveIntegerField(default=0)
    withdrawn = models.PositiveIntegerField(default=0, help_text="Articles whose file is gone from the source.")
    refused = models.PositiveIntegerField(default=0, help_text="Files that it put into quarantine.")
    changes = models.JSONField(default=dict, help_text="Rewritten files by the gravest of their changes.")
    takes_away = models.BooleanField(default=False, help_text="Somebody said that what is missing is gone, however much it is.")
    left = models.PositiveIntegerField(default=0, help_text="Articles that are missing in the source and were left as they are.")

    class Meta(Run.Meta):
        constraints = [models.UniqueConstraint(fields=["source"], condition=OPEN, name="import_open_once_per_source")]
        indexes = [models.Index(fields=["heartbeat_at"], name="import_run_open", condition=OPEN)]


class ExportRun(Run):
    Scope = Scope

    class Kind(models.TextChoices):
        ZIP = "zip", _("Zip")
        GIT = "git", _("Git")
        FOLDER = "folder", _("Folder")

    place = models.ForeignKey(Place, on_delete=models.SET_NULL, null=True, blank=True, related_name="runs")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.ZIP)
    destination = models.CharField(max_length=1000)
    scope = models.CharField(max_length=10, choices=Scope.choices, default=Scope.APPROVED)
    message = models.TextField(blank=True, help_text="Of the commit; empty: what it tells by itself.")
    written = models.PositiveIntegerField(default=0)
    removed = models.PositiveIntegerField(default=0)
    commit = models.CharField(max_length=64, blank=True, help_text="The Git commit that it made.")
    branch = models.CharField(max_length=200, blank=True)
    file = models.CharField(max_length=300, blank=True, help_text="The zip to download, inside the desk's data folder.")

    class Meta(Run.Meta):
        constraints = [models.UniqueConstraint(fields=["place"], condition=OPEN, name="export_open_once_per_place")]
        indexes = [models.Index(fields=["heartbeat_at"], name="export_run_open", condition=OPEN)]

"""The places that exports go to beside a zip: a folder that an admin named, or the site's repository."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.models.scheduled import Scheduled
from articles.models.site import Site


class Scope(models.TextChoices):
    APPROVED = "approved", _("Approved articles")
    DECIDED = "decided", _("Approved and rejected articles")
    ALL = "all", _("Every file")


class Place(Scheduled):
    """Where a site's exports may go. With ``every`` the worker exports ``scope`` there by itself: each so many seconds, and
    whenever an article comes out or goes down; 0 is only then.

    A place of kind git is the site's own repository, and has no location of its own.
    """

    class Kind(models.TextChoices):
        GIT = "git", _("Git")
        FOLDER = "folder", _("Folder")

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="places")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.FOLDER)
    location = models.CharField(max_length=1000, blank=True, help_text="Path of a folder on the desk's machine.")
    scope = models.CharField(max_length=10, choices=Scope.choices, default=Scope.APPROVED)

    class Meta:
        ordering = ["site", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["site", "kind", "location"], name="place_once_per_site"),
            models.CheckConstraint(condition=Q(kind__in=["git", "folder"]), name="place_kind_known"),
        ]

    def __str__(self) -> str:
        return self.location or self.get_kind_display()

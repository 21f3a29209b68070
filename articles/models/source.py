"""The places that a site's files come from, and how far the desk has read them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.models.scheduled import Scheduled
from articles.models.site import Site


class Source(Scheduled):
    """A folder, an uploaded archive, or a Git repository that feeds a site. A site has at most one repository.

    ``commit`` is set only while the desk holds exactly that commit's files: a run clears it with the first thing that it
    writes and sets it when it is done, so a run that was stopped, or files from elsewhere, lead to a full comparison.
    """

    class Kind(models.TextChoices):
        GIT = "git", _("Git")
        FOLDER = "folder", _("Folder")
        UPLOAD = "upload", _("Upload")

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="sources")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.GIT)
    location = models.CharField(max_length=1000, help_text="Path or address of the repository.")
    label = models.CharField(max_length=200, blank=True, help_text="The name of an uploaded file.")
    is_part = models.BooleanField(
        default=False, help_text="It holds only a part of the site: what it lacks stays on the desk."
    )
    branch = models.CharField(max_length=200, blank=True, help_text="The branch that is followed; empty: HEAD.")
    commit = models.CharField(max_length=64, blank=True, editable=False)
    imported_at = models.DateTimeField(null=True, blank=True, editable=False)
    news_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="When it last brought anything.")
    hook_secret = models.CharField(max_length=128, blank=True, help_text="Secret of the webhook address; empty: off.")
    push_to = models.CharField(max_length=1000, blank=True, help_text="Address that exports are pushed to.")
    checked_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="When it was last compared with its own weeks.")
    told_of = models.CharField(
        max_length=60, blank=True, editable=False,
        help_text="What admins had a mail about and is not over yet, beside failures.",
    )  # fmt: skip
    asked_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="When the webhook last asked.")

    class Meta:
        ordering = ["site", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["site"], condition=Q(kind="git"), name="source_one_repository_per_site"),
            models.CheckConstraint(condition=Q(kind__in=["git", "folder", "upload"]), name="source_kind_known"),
        ]

    def __str__(self) -> str:
        return self.label or self.location

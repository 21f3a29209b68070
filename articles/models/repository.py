"""The Git repository that feeds a site, and how far the desk has read it."""

from __future__ import annotations

from django.db import models

from articles.models.site import Site


class Repository(models.Model):
    """One site's repository.

    ``commit`` is set only while the desk holds exactly that commit's files: a run clears it with the first thing that it
    writes and sets it when it is done, so a run that was stopped, or files from elsewhere, lead to a full comparison.
    """

    site = models.OneToOneField(Site, on_delete=models.CASCADE, related_name="repository")
    location = models.CharField(max_length=1000, help_text="Path or address of the repository.")
    branch = models.CharField(max_length=200, blank=True, help_text="The branch that is followed; empty: HEAD.")
    commit = models.CharField(max_length=64, blank=True, editable=False)
    imported_at = models.DateTimeField(null=True, blank=True, editable=False)
    every = models.PositiveIntegerField(
        null=True, blank=True, help_text="Seconds between two looks of desk watch; empty: only when asked."
    )
    hook_secret = models.CharField(max_length=128, blank=True, help_text="Secret of the webhook address; empty: off.")
    push_to = models.CharField(max_length=1000, blank=True, help_text="Address that exports are pushed to.")
    asked_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="When the webhook last asked.")
    looked_at = models.DateTimeField(null=True, blank=True, editable=False)
    failure = models.TextField(blank=True, editable=False, help_text="Why the last look failed.")

    class Meta:
        verbose_name_plural = "repositories"

    def __str__(self) -> str:
        return self.location

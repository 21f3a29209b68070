"""Files that could not be read, with their bytes and the reason."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from articles.models.site import Site


class QuarantinedFile(models.Model):
    """A file that import refused. It leaves quarantine when a readable file comes in under the same path.

    ``content`` are the source's bytes and never change but with the source. ``mended`` is what somebody made of them on the
    desk: the desk holds that text while the source has the same bytes, and an export writes it over them.
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="quarantined_files")
    path = models.CharField(max_length=1000)
    content = models.BinaryField(null=True, help_text="The bytes as they came; null where they could not be read.")
    blob_id = models.CharField(max_length=40, blank=True)
    reason = models.TextField()
    line = models.PositiveIntegerField(null=True, blank=True)
    column = models.PositiveIntegerField(null=True, blank=True)
    key = models.CharField(max_length=200, blank=True)
    origin = models.CharField(max_length=1000, blank=True, help_text="The source that it came from.")
    found_at = models.DateTimeField()
    dismissed_at = models.DateTimeField(null=True, blank=True)
    dismissed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    dismissed_for = models.CharField(max_length=500, blank=True, help_text="Why it needs no look.")
    mended = models.BinaryField(null=True, help_text="The bytes that went in instead.")
    mended_at = models.DateTimeField(null=True, blank=True)
    mended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["path"]
        constraints = [models.UniqueConstraint(fields=["site", "path"], name="quarantine_path_once_per_site")]

    def __str__(self) -> str:
        place = f", line {self.line}" if self.line else ""
        return f"{self.path}{place}: {self.reason}"

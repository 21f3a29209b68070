"""The files as they were last imported: the base of every merge and every diff."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article
from articles.models.site import Site


class SourceFile(models.Model):
    """One file of a site as last imported, text and all. ``blob_id`` is Git's name for exactly these bytes.

    The text holds the ``secured`` blob: never show it, log it or send it anywhere but into an export.
    """

    class Kind(models.TextChoices):
        ARTICLE = "article", _("Article")
        PROVIDER = "provider", _("Provider")
        TOPIC = "topic", _("Topic")
        CONFIG = "config", _("Configuration")
        OTHER = "other", _("Other")

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="source_files")
    path = models.CharField(max_length=1000)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    article = models.OneToOneField(Article, on_delete=models.CASCADE, null=True, blank=True, related_name="source_file")
    blob_id = models.CharField(max_length=40)
    text = models.TextField(help_text="UTF-8 text exactly as it came: line ends, byte order mark and all.")
    imported_at = models.DateTimeField(default=timezone.now)
    # Empty is no: a column that may be empty is added without copying every text of the table.
    is_mended = models.BooleanField(
        null=True, help_text="The text is what somebody made on the desk of the bytes that blob_id names."
    )
    is_extra = models.BooleanField(
        null=True, help_text="It came from a source that is a part of the site: others may lack it."
    )
    gone_at = models.DateTimeField(null=True, blank=True, help_text="Since when the source has no such file any more.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "path"], name="source_file_path_once_per_site")]
        # Counts the files of a site without reading their texts.
        indexes = [
            models.Index(fields=["site", "kind", "gone_at"], name="source_file_standing"),
            # What one import brought, and what it found gone.
            models.Index(fields=["site", "imported_at"], name="source_file_by_import"),
            models.Index(fields=["site", "gone_at"], name="source_file_gone", condition=models.Q(gone_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.path

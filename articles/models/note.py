"""What people write beside an article, and whom they mean."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from articles.models.article import Article
from articles.models.review import AppendOnly


class Note(models.Model):
    """One note of an article's thread. Its text never changes: who wrote it may take it back for a while, then it stands.

    ``Article.open_notes`` counts those that nobody has resolved; ``articles.notes`` keeps it.
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="notes", db_index=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notes")
    at = models.DateTimeField()
    text = models.TextField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    key = models.CharField(max_length=64, null=True, blank=True, help_text="Sent by the form, so that a retry is one note.")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["article", "key"], name="note_key_once_per_article")]
        indexes = [models.Index(fields=["article", "id"], name="note_by_article")]

    def __str__(self) -> str:
        return f"{self.author_id}: {self.text[:60]}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise AppendOnly("A note's text is never changed: write another one.")
        super().save(*args, **kwargs)


class Mention(models.Model):
    """A person whom a note names as ``@name``. ``told_at``: when a digest told them."""

    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="mentions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["note", "person"], name="mention_once_per_note")]

"""What alike articles are found by, and which were found."""

from __future__ import annotations

from django.db import models

from articles.models.article import Article


class ArticleSketch(models.Model):
    """One number of an article's sketch (``likeness.titles.sketch``); alike titles share some. The site is in its upper half.

    Written with the article, never alone.
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="sketch")
    key = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["key", "article"], name="sketch_by_key")]

    def __str__(self) -> str:
        return f"{self.article_id}: {self.key}"


class Twin(models.Model):
    """Two articles that are likely to be one. Every pair stands here twice, once from each side."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="twins")
    other = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="twin_of")
    score = models.PositiveSmallIntegerField(help_text="How alike the titles are, in percent.")
    same_page = models.BooleanField(default=False, help_text="Both have the same address.")

    class Meta:
        ordering = ["-same_page", "-score", "other"]
        constraints = [models.UniqueConstraint(fields=["article", "other"], name="twin_once")]

    def __str__(self) -> str:
        return f"{self.article_id}: {self.score} % {self.other_id}"

"""What was decided, by whom, when, from what to what. Rows are only ever added."""

from __future__ import annotations

import re
from typing import Any, NoReturn

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from articles.labels import choices
from articles.models.article import Article
from articles.workflow import Action, By, Reason, Status

RUN_KEY = re.compile(r"([0-9a-f]{32})-[0-9]+")  # as BulkRun.key writes it


class AppendOnly(Exception):
    """Somebody tried to change or remove a review. Undo adds another row instead."""


class ReviewQuerySet(models.QuerySet["Review"]):
    def update(self, **changes: Any) -> NoReturn:
        raise AppendOnly("Reviews are never changed: undo adds another row.")

    def delete(self) -> NoReturn:
        raise AppendOnly("Reviews are never removed: undo adds another row.")


class Review(models.Model):
    """One act on one article, written in the same transaction as the act.

    ``before`` and ``after`` hold every attribute of the article that changed, by attribute name. ``batch`` joins the rows
    of one act on many articles. ``version`` is the article's version after the act.
    """

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="reviews")
    at = models.DateTimeField()
    shown_at = models.DateTimeField(
        null=True, blank=True, help_text="When the editor had the article before them; empty where over 120 s passed."
    )
    by = models.CharField(max_length=10, choices=choices(By), default=By.EDITOR)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="reviews"
    )
    action = models.CharField(max_length=10, choices=choices(Action))
    from_status = models.CharField(max_length=10, choices=choices(Status))
    to_status = models.CharField(max_length=10, choices=choices(Status))
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    after = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    unheeded = models.JSONField(
        default=dict, encoder=DjangoJSONEncoder,
        help_text="What the feed changed and the desk did not follow: file key -> [before, after].",
    )
    rule = models.ForeignKey(
        "articles.Rule", on_delete=models.PROTECT, null=True, blank=True, related_name="reviews", db_index=False,
        help_text="The rule that acted; its words at that time are the note.",
    )
    reason = models.CharField(max_length=20, choices=choices(Reason), blank=True)
    twin = models.ForeignKey(
        Article, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        help_text="The article that this one was rejected as a duplicate of.",
    )
    note = models.TextField(blank=True)
    version = models.PositiveIntegerField()
    batch = models.UUIDField(db_index=True)
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="undone_by")
    key = models.CharField(
        max_length=64, null=True, blank=True, help_text="Sent by the form, so that a retry is one act."
    )

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["article", "key"], name="review_key_once_per_article"),
            models.CheckConstraint(
                condition=models.Q(action__in=[case.value for case in Action]), name="review_action_known"
            ),
        ]
        indexes = [
            models.Index(fields=["article", "-id"], name="review_by_article"),
            models.Index(fields=["actor", "-id"], name="review_by_actor"),
            models.Index(fields=["rule", "-id"], name="review_by_rule", condition=models.Q(rule__isnull=False)),
            # What the dashboard asks of decisions is in the index, so that it reads none of their rows.
            models.Index(fields=["action", "at", "by", "actor", "article"], name="review_decisions"),
            # A person's day. What the feed and rules do has no actor and is not in it.
            models.Index(
                fields=["actor", "action", "at"], name="review_pace", condition=models.Q(actor__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()}: {self.article_id}"

    @property
    def run_token(self) -> str:
        """The token of the run that it was a part of, as 32 hexadecimal digits; "" for an act by itself."""
        found = RUN_KEY.fullmatch(self.key or "")
        return found[1] if found else ""

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise AppendOnly("Reviews are never changed: undo adds another row.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly("Reviews are never removed: undo adds another row.")

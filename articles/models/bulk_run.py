"""Many articles at once: which, at which version, what is to be done with them, and how far it is."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.labels import choices
from articles.models.article import Article
from articles.models.leased import Leased
from articles.models.site import Site
from articles.workflow import Action, Reason


class BulkRun(Leased):
    """One act on many articles, from the moment when they were chosen.

    ``seen`` is frozen then: a list of [article, version] in the order of the queue, which no later filter changes.
    ``checkpoint`` says how many have been looked at; it moves in the same transaction as the articles, ``slice_size`` at
    a time.
    """

    class State(models.TextChoices):
        CHOSEN = "chosen", _("Chosen")
        WAITING = "waiting", _("Waiting for the worker")
        RUNNING = "running", _("Running")
        FINISHED = "finished", _("Finished")
        STOPPED = "stopped", _("Stopped")
        FAILED = "failed", _("Failed")

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="bulk_runs")
    editor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="bulk_runs")
    token = models.UUIDField(default=uuid.uuid4, unique=True, help_text="Begins the keys of its Review rows.")
    seen = models.JSONField(default=list, help_text="A list of [article, version], frozen when it was chosen.")
    total = models.PositiveIntegerField()
    whole = models.BooleanField(default=False, help_text="Whether these are all articles of a filter.")
    query = models.CharField(max_length=2000, blank=True, help_text="The queue's query string that they were chosen from.")

    action = models.CharField(max_length=10, choices=choices(Action), blank=True)
    reason = models.CharField(max_length=20, choices=choices(Reason), blank=True)
    note = models.TextField(blank=True)
    changes = models.JSONField(default=dict, help_text="quality, heat, step, lift, add, remove, watch.")
    rule = models.ForeignKey(
        "articles.Rule", on_delete=models.PROTECT, null=True, blank=True, related_name="runs",
        help_text="The rule that acts; the editor answers for it. What it does is checked again in each slice.",
    )
    rule_version = models.PositiveIntegerField(null=True, blank=True)
    undoes = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="undone_by")

    state = models.CharField(max_length=10, choices=State.choices, default=State.CHOSEN)
    slice_size = models.PositiveIntegerField(default=1, help_text="Articles in one transaction.")
    checkpoint = models.PositiveIntegerField(default=0)
    done_count = models.PositiveIntegerField(default=0)
    left_count = models.PositiveIntegerField(default=0)
    chosen_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        permissions = [("approve_many", "Can approve more than 200 articles at once")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(checkpoint__lte=models.F("total")), name="bulk_run_checkpoint_within"
            ),
        ]
        indexes = [
            models.Index(fields=["site", "-id"], name="bulk_run_by_site"),
            models.Index(
                fields=["heartbeat_at"], name="bulk_run_open", condition=models.Q(state__in=["waiting", "running"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display() or 'Chosen'}: {self.total}"

    def key(self, place: int) -> str:
        """The key of the Review rows of the slice that begins at ``place``: a second time is the same act."""
        return f"{self.token.hex}-{place}"

    def slice_at(self, place: int) -> dict[int, int]:
        """The slice that begins at ``place``: article -> the version that was seen."""
        rows: list[list[Any]] = self.seen[place : place + self.slice_size]
        return dict(map(tuple, rows))  # type: ignore[arg-type]


class LeftAlone(models.Model):
    """One article that a run did not touch, and why."""

    run = models.ForeignKey(BulkRun, on_delete=models.CASCADE, related_name="left")
    article = models.ForeignKey(Article, on_delete=models.CASCADE, null=True, related_name="+")
    sentence = models.TextField()

    class Meta:
        ordering = ["pk"]

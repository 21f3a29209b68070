"""What the desk does by itself: rules, what they were tested on, and on which content they have fired."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from articles.models.article import Article
from articles.models.review import Review
from articles.models.site import Site


class Rule(models.Model):
    """When an article of the site is so, then do that. ``conditions`` and ``effects`` are as ``articles.rules`` reads them.

    Rules are asked in the order of ``place``. ``version`` counts the wordings: what was tested, and what has fired, is true
    of one of them. A rule that was removed is kept, since reviews name it.
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="rules")
    name = models.CharField(_("name"), max_length=200)
    conditions = models.JSONField(default=list, help_text="A list of kind, value, not. All must hold.")
    effects = models.JSONField(default=dict, help_text="decide, reason, quality, step, add, remove, watch.")
    place = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1, help_text="Counts the wordings.")
    is_on = models.BooleanField(default=False)
    switched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        help_text="Who switched it on, and answers for what it does.",
    )
    removed_at = models.DateTimeField(null=True, blank=True)
    history = HistoricalRecords(excluded_fields=["place"])

    class Meta:
        ordering = ["place", "pk"]
        indexes = [models.Index(fields=["site", "place", "id"], name="rule_in_order")]
        constraints = [
            models.CheckConstraint(condition=Q(is_on=False) | Q(removed_at=None), name="rule_removed_is_off"),
            models.CheckConstraint(condition=Q(is_on=False) | Q(switched_by__isnull=False), name="rule_on_has_a_person"),
        ]

    def __str__(self) -> str:
        return self.name


class BackTest(models.Model):
    """One wording of a rule, asked about the desk's past decisions. The lists hold the keys of their Review rows, the
    latest decision first; ``missed`` counts the decisions that the rule would have made and was not asked for."""

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="tests")
    version = models.PositiveIntegerField(help_text="Of the rule.")
    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    decisions = models.PositiveIntegerField(help_text="Past decisions that were looked at.")
    agreed = models.JSONField(default=list)
    wrong = models.JSONField(default=list)
    unsure = models.JSONField(default=list)
    missed = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-pk"]
        get_latest_by = "pk"

    def __str__(self) -> str:
        return f"{self.rule_id}: {len(self.agreed)} / {len(self.wrong)}"

    @property
    def precision(self) -> int | None:
        """Percent of what it would have done that people did too, rounded down: 100 is all. None where it would have done
        nothing."""
        total = len(self.agreed) + len(self.wrong)
        return 100 * len(self.agreed) // total if total else None

    @property
    def recall(self) -> int | None:
        """Percent of what people did in its way that it would have done, rounded down."""
        total = len(self.agreed) + self.missed
        return 100 * len(self.agreed) // total if total else None


class RuleFiring(models.Model):
    """One wording of a rule has acted on one content of an article, so it never does again. ``review`` is empty where there
    was nothing to change. Undoing a run takes its rows away."""

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="firings")
    version = models.PositiveIntegerField(help_text="Of the rule.")
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="firings")
    content = models.CharField(max_length=32, help_text="Hash of what the feed says, as far as editors would decide by it.")
    review = models.OneToOneField(Review, on_delete=models.CASCADE, null=True, related_name="firing")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rule", "version", "article", "content"], name="rule_fires_once_per_content")
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} v{self.version}: {self.article_id}"


class RuleMark(models.Model):
    """How far the rules of a site have been asked: about articles up to ``article``, and the feed's changes up to the
    Review row ``review``. It moves in the transaction that plans what the rules do, so nothing is asked twice or forgotten."""

    site = models.OneToOneField(Site, on_delete=models.CASCADE, related_name="rule_mark")
    article = models.BigIntegerField(default=0)
    review = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.site_id}: {self.article}, {self.review}"

"""The article: every field of the file, and where it stands on the desk."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Now
from django.utils import timezone
from django.utils.functional import cached_property

from articles.frontmatter import Document, FrontMatterError
from articles.frontmatter.document import related_entries
from articles.labels import choices
from articles.models.provider import Provider
from articles.models.site import Site
from articles.models.topic import Topic
from articles.querysets import ArticleQuerySet
from articles.workflow import UNGUESSED, Recheck, Status


class Article(models.Model):
    """One file of ``_news/``. The path is its identity; title, address and provider change under it.

    The fields of the file are null where the file lacks the key. Only ``decisions.py`` changes them and ``status`` after
    an editor's act, only ``importing`` after the feed's. ``desk_fields`` names the fields whose value is the desk's:
    those, and no others, are written back.
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="articles")
    path = models.CharField(max_length=1000, help_text="Path in the site, with forward slashes.")

    # --- the file's own fields, in its order
    category = models.TextField(null=True, blank=True)
    title = models.TextField(null=True, blank=True)
    excerpt = models.TextField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    original_url = models.TextField(null=True, blank=True)
    web_url = models.TextField(null=True, blank=True)
    amp_web_url = models.TextField(null=True, blank=True)
    cdn_amp_web_url = models.TextField(null=True, blank=True)
    type = models.TextField(null=True, blank=True)
    quality = models.BigIntegerField(null=True, blank=True)
    heat = models.BigIntegerField(null=True, blank=True, help_text="-1 means unknown.")
    published = models.BooleanField(null=True, blank=True)
    removed = models.BooleanField(null=True, blank=True)
    featured_content = models.TextField(null=True, blank=True)
    provider_name = models.TextField(null=True, blank=True)
    provider_domain = models.TextField(null=True, blank=True)
    provider_images = models.JSONField(null=True, blank=True)
    topics = models.JSONField(null=True, blank=True, help_text="Names in the file's order; null is an empty item.")
    images = models.JSONField(null=True, blank=True, help_text="A list of url, width, height, isCached, title.")

    # --- where it stands
    status = models.CharField(max_length=10, choices=choices(Status), default=Status.PENDING)
    withdrawn = models.BooleanField(default=False, help_text="Marked removed by the feed, or its file is gone.")
    feed_published = models.BooleanField(
        null=True, blank=True, help_text="What the feed last said of “published”, whatever the desk decided."
    )
    recheck = models.CharField(
        max_length=10, choices=choices(Recheck), default=Recheck.NONE, blank=True,
        help_text="What the feed did to a decided article that an editor has not looked at yet.",
    )
    recheck_since = models.DateTimeField(null=True, blank=True)
    watched = models.BooleanField(
        default=False, db_default=False, help_text="On the watch list: a rule wants an editor to look at it."
    )
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False,
        help_text="Who is asked to judge it. The desk's alone: no file says it.",
    )
    open_notes = models.PositiveIntegerField(
        default=0, db_default=0, editable=False, help_text="Notes that nobody has resolved; kept by articles.notes."
    )
    hold_until = models.DateTimeField(null=True, blank=True)
    publish_from = models.DateTimeField(null=True, blank=True, help_text="It leaves as not published before this moment.")
    publish_until = models.DateTimeField(null=True, blank=True, help_text="From then on it leaves as not published.")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    desk_fields = models.JSONField(default=list, blank=True, help_text="Fields whose value is the desk's.")
    version = models.PositiveIntegerField(default=1, help_text="Counts every change that an editor would see.")

    # --- found from the above, so that lists are quick
    provider = models.ForeignKey(Provider, on_delete=models.SET_NULL, null=True, blank=True, related_name="articles")
    queued_at = models.DateTimeField(default=timezone.now, help_text="publishedDateTime, else when it first came in.")
    arrived_at = models.DateTimeField(
        default=timezone.now, db_default=Now(), editable=False, help_text="When the desk first had it."
    )
    related_count = models.PositiveIntegerField(default=0)
    url_key = models.BigIntegerField(null=True, blank=True, help_text="64-bit hash of webUrl.")
    page_key = models.BigIntegerField(
        null=True, blank=True, help_text="64-bit hash of the page's address without what tracks readers."
    )
    likely = models.IntegerField(
        default=UNGUESSED, help_text="How likely the desk approves: log-odds in thousandths, from what it decided so far."
    )
    search_text = models.TextField(blank=True, default="", help_text="Case-folded title, excerpt and provider.")
    sort_quality = models.GeneratedField(
        expression=Coalesce(F("quality"), Value(-1)), output_field=models.BigIntegerField(), db_persist=True
    )
    sort_heat = models.GeneratedField(
        expression=Coalesce(F("heat"), Value(-1)), output_field=models.BigIntegerField(), db_persist=True
    )

    objects = ArticleQuerySet.as_manager()

    class Meta:
        permissions = [
            ("decide_article", "Can approve, reject and hold articles"),
            ("export_articles", "Can export decided articles"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["site", "path"], name="article_path_once_per_site"),
            models.CheckConstraint(
                condition=Q(status__in=[case.value for case in Status]), name="article_status_known"
            ),
            models.CheckConstraint(condition=Q(heat__isnull=True) | Q(heat__gte=-1), name="article_heat_from_minus_1"),
            models.CheckConstraint(
                condition=Q(quality__isnull=True) | Q(quality__gte=0), name="article_quality_from_0"
            ),
        ]
        indexes = [
            # The queue in each of its orders: what waits is a small part of what there is, so the indexes are partial.
            models.Index(
                fields=["site", "-sort_quality", "-queued_at", "-id"],
                name="article_waiting_quality",
                condition=Q(status="pending", withdrawn=False),
            ),
            models.Index(
                fields=["site", "-sort_heat", "-queued_at", "-id"],
                name="article_waiting_heat",
                condition=Q(status="pending", withdrawn=False),
            ),
            models.Index(
                fields=["site", "-queued_at", "-id"],
                name="article_waiting_time",
                condition=Q(status="pending", withdrawn=False),
            ),
            models.Index(
                fields=["site", "-likely", "-queued_at", "-id"],
                name="article_waiting_likely",
                condition=Q(status="pending", withdrawn=False),
            ),
            # The last column is not for the order: with it the counts of a status are answered from the index alone.
            models.Index(fields=["site", "status", "-queued_at", "-id", "withdrawn"], name="article_status_time"),
            models.Index(
                fields=["assigned_to", "site"], name="article_assigned", condition=Q(assigned_to__isnull=False)
            ),
            models.Index(fields=["hold_until"], name="article_held", condition=Q(status="held")),
            models.Index(
                fields=["site", "publish_from"], name="article_comes_out", condition=Q(publish_from__isnull=False)
            ),
            models.Index(
                fields=["site", "publish_until"], name="article_goes_down", condition=Q(publish_until__isnull=False)
            ),
            models.Index(fields=["site", "-recheck_since", "-id"], name="article_recheck", condition=~Q(recheck="")),
            models.Index(fields=["site", "provider", "status"], name="article_provider_status"),
            # Counts a provider's arrivals by week without looking at an article.
            models.Index(fields=["site", "provider", "queued_at"], name="article_provider_time"),
            # The last two are not for the order: with them arrivals are counted from the index alone.
            models.Index(fields=["site", "arrived_at", "status", "withdrawn"], name="article_arrived"),
            models.Index(fields=["site", "url_key"], name="article_url_key"),
            models.Index(fields=["site", "page_key"], name="article_page_key"),
        ]

    def __str__(self) -> str:
        return self.title or self.path

    @cached_property
    def related_values(self) -> list[dict[str, Any]]:
        """The entries of ``related`` as the file has them. One query, once; empty for an article without a file."""
        text = Article.objects.filter(pk=self.pk).values_list("source_file__text", flat=True).first()
        if not text:
            return []
        try:
            return related_entries(Document.parse(text, path=self.path, limit=len(text)).values)
        except FrontMatterError:
            return []  # a text that an older desk could read and this one cannot


class ArticleTopic(models.Model):
    """An index of ``Article.topics``: which articles are about a topic. Written with the list, never alone."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="topic_links")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="article_links")
    place = models.PositiveIntegerField()

    class Meta:
        ordering = ["place"]
        constraints = [models.UniqueConstraint(fields=["article", "place"], name="article_topic_place_once")]
        indexes = [models.Index(fields=["topic", "article"], name="article_topic_by_topic")]


class RelatedArticle(models.Model):
    """One entry of ``related``: the feed's copy of another article, linked to that article where the site has it.

    The row holds the link alone. What the entry says stands in the article's file, which is kept whole: copying it into
    rows more than doubled what an import costs, and the size of the database, for words that only one page shows.
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="related_entries", db_index=False)
    place = models.PositiveIntegerField()
    url_key = models.BigIntegerField(null=True, help_text="64-bit hash of the entry's webUrl.")
    target = models.ForeignKey(Article, on_delete=models.SET_NULL, null=True, related_name="related_in")

    class Meta:
        ordering = ["place"]
        constraints = [models.UniqueConstraint(fields=["article", "place"], name="related_place_once")]
        indexes = [models.Index(fields=["url_key"], name="related_url_key")]

    @property
    def entry(self) -> dict[str, Any]:
        """The entry as the file has it. The first one that is asked of an article costs a query and reads its file."""
        entries = self.article.related_values
        return entries[self.place] if self.place < len(entries) else {}

    @property
    def title(self) -> str | None:
        return self.entry.get("title")

    @property
    def web_url(self) -> str | None:
        return self.entry.get("webUrl")

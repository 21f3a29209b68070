"""What is stuck on people: counts for the navigation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery

from articles.models import Article, Conflict, SentField, Site, Source
from articles.workflow import Recheck


def attention(site: Site) -> Mapping[str, int]:
    """Articles with open conflicts, articles to look at again, values that the feed reverted, and sources that fail or
    bring less than they should. One query."""
    # From the open conflicts to their articles: a join may be walked from the other end, through every article of the site.
    contested = Conflict.objects.filter(settled_at=None).values("article")
    conflicts = Article.objects.filter(site=OuterRef("pk"), pk__in=contested).values("site")
    again = Article.objects.filter(site=OuterRef("pk")).exclude(recheck=Recheck.NONE).values("site")
    reverted = SentField.objects.filter(article__site=OuterRef("pk"), state=SentField.State.REVERTED).values("article__site")
    failing = Source.objects.filter(site=OuterRef("pk")).exclude(failure="", told_of="").values("site")
    found = Site.objects.filter(pk=site.pk).values(
        conflict_count=_counted(conflicts, Count("pk")),
        recheck_count=_counted(again, Count("pk")),
        reverted_count=_counted(reverted, Count("pk")),
        failing_count=_counted(failing, Count("pk")),
    )
    return {name: count or 0 for name, count in found.get().items()}


def _counted(rows: QuerySet[Any, Any], count: Count) -> Subquery:
    return Subquery(rows.order_by().annotate(number=count).values("number"), output_field=IntegerField())

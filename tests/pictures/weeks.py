"""Weeks of a desk that has been used: what its source brought day by day, and articles that wait for their moments."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from articles.decisions import edit
from articles.models import Article, ImportRun, Source
from articles.workflow import Status

if TYPE_CHECKING:
    from tests.pictures.staging import Stage

DAYS = 28


def weeks(stage: Stage, source: Source) -> None:
    """A run a day, and one this morning."""
    at = timezone.now()
    words = {"site": stage.site, "source": source, "origin": source.location, "kind": "folder", "state": "finished", "is_scheduled": True}
    days = [(at - timedelta(days=day, hours=1), 11 + day * 7 % 9, 30 + day * 5 % 13, int(day % 9 == 0)) for day in range(1, DAYS + 1)]
    for began, created, updated, refused in [*reversed(days), (at - timedelta(hours=3), 9, 27, 0)]:
        ImportRun.objects.create(
            started_at=began, finished_at=began + timedelta(seconds=2), created=created, updated=updated, refused=refused, unchanged=51, **words
        )
    Source.objects.filter(pk=source.pk).update(news_at=at - timedelta(hours=3))


def moments(stage: Stage) -> None:
    """Approved articles that come out and go down in the next days."""
    at, six = timezone.now(), (timezone.now() + timedelta(days=1)).replace(hour=6, minute=0, second=0, microsecond=0)
    times = [{"publish_from": six}, {"publish_from": six + timedelta(days=1), "publish_until": six + timedelta(days=8)},
             {"publish_until": six + timedelta(days=3)}]  # fmt: skip
    approved = Article.objects.filter(site=stage.site, status=Status.APPROVED).order_by("-pk")
    for article, changes in zip(approved, times, strict=False):
        edit([article], changes, editor=stage.people["ida"], at=at - timedelta(hours=6))

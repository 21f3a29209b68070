"""Many articles straight into the tables, for measures that only read: no files, no parsing."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from articles.importing.rows import insert, json_text, moment, reserve
from articles.mapping import found_values
from articles.models import Article, ArticleTopic, Provider, Site, Topic
from articles.workflow import UNGUESSED
from bench.site import TOPICS, _sentence

BATCH = 5_000
COLUMNS = (
    "site_id", "path", "title", "excerpt", "provider_name", "provider_domain", "web_url", "search_text", "url_key", "provider_id",
    "status", "published", "quality", "heat", "published_at", "queued_at", "type", "topics", "images", "related_count",
    "withdrawn", "recheck", "desk_fields", "version", "likely",
)  # fmt: skip


def fill(count: int, site: Site | None = None, there: int = 0, waiting: float = 0.87, name: str = "crowd") -> Site:
    """A site of ``count`` articles of which ``waiting`` are in the queue, as on the site with the longest backlog.

    ``there`` says how many of them ``site`` has already.
    """
    site = site or Site.objects.create(name=name, title="Crowd")
    providers = list(Provider.objects.filter(site=site).order_by("pk")) or Provider.objects.bulk_create(
        Provider(site=site, name=f"Provider {number}", domain=f"provider{number}.example") for number in range(400)
    )
    topics = {name: Topic.objects.get_or_create(site=site, name=name)[0] for name in TOPICS}
    for start in range(there, count, BATCH):
        numbers = range(start, min(start + BATCH, count))
        with transaction.atomic():
            keys = reserve(Article, len(numbers))
            made = _articles(site, providers, numbers, waiting)
            insert(Article, ("id", *COLUMNS), ((pk, *(row[name] for name in COLUMNS)) for pk, row in zip(keys, made, strict=True)))
            insert(
                ArticleTopic,
                ("article_id", "topic_id", "place"),
                (
                    (pk, topics[name].pk, place)
                    for pk, number in zip(keys, numbers, strict=True)
                    for place, name in enumerate(_topics(number))
                ),
            )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return site


def _topics(number: int) -> list[str]:
    return ["Machines", TOPICS[1 + number % (len(TOPICS) - 1)]]


def _articles(site: Site, providers: Sequence[Provider], numbers: range, waiting: float) -> Iterator[dict[str, Any]]:
    """A row for each number, its JSON as text."""
    dice = random.Random(numbers.start)
    for number in numbers:
        at = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=3 * number, seconds=number % 60)
        provider = providers[number % len(providers)]
        pending = dice.random() < waiting
        quality = dice.randrange(0, 120)
        values = {
            "title": _sentence(dice, 9),
            "excerpt": _sentence(dice, 25),
            "provider_name": provider.name,
            "provider_domain": provider.domain,
            "web_url": f"https://{provider.domain}/{number}",
        }
        picture = {"url": f"https://pictures.example/{number}.jpg", "width": 1200, "height": 675}
        yield values | found_values(values) | {
            "site_id": site.pk,
            "path": f"_news/{at:%Y-%m-%d}-{number}.md",
            "provider_id": provider.pk,
            "status": "pending" if pending else "live",
            "published": not pending,
            "quality": quality,
            "heat": -1 if pending else quality + 3,
            "published_at": moment(at),
            "queued_at": moment(at),
            "type": "video" if number % 9 == 0 else "article",
            "topics": json_text(_topics(number)),
            "images": json_text([picture]),
            "related_count": number % 30,
            "withdrawn": False,
            "recheck": "",
            "likely": UNGUESSED,
            "desk_fields": "[]",
            "version": 1,
        }  # fmt: skip

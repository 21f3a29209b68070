"""Many articles straight into the tables, for measures that only read: no files, no parsing."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction

from articles.mapping import found_values
from articles.models import Article, ArticleTopic, Provider, Site, Topic
from bench.site import TOPICS, _sentence

BATCH = 5_000


def fill(count: int, site: Site | None = None, there: int = 0, waiting: float = 0.87, name: str = "crowd") -> Site:
    """A site of ``count`` articles of which ``waiting`` are in the queue, as on the site with the longest backlog.

    ``there`` says how many of them ``site`` has already.
    """
    site = site or Site.objects.create(name=name, title="Crowd")
    providers = list(Provider.objects.filter(site=site).order_by("pk")) or Provider.objects.bulk_create(
        Provider(site=site, name=f"Provider {number}", domain=f"provider{number}.example") for number in range(400)
    )
    topics = [Topic.objects.get_or_create(site=site, name=topic)[0] for topic in TOPICS]
    for start in range(there, count, BATCH):
        with transaction.atomic():
            made = Article.objects.bulk_create(_articles(site, providers, start, min(BATCH, count - start), waiting))
            ArticleTopic.objects.bulk_create(
                ArticleTopic(article=article, topic=topic, place=place)
                for article in made
                for place, topic in enumerate([topics[0], topics[1 + article.pk % (len(topics) - 1)]])
            )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return site


def _articles(site: Site, providers: list[Provider], start: int, count: int, waiting: float) -> Iterator[Article]:
    dice = random.Random(start)
    for number in range(start, start + count):
        moment = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=3 * number, seconds=number % 60)
        provider = providers[number % len(providers)]
        values = {
            "title": _sentence(dice, 9),
            "excerpt": _sentence(dice, 25),
            "provider_name": provider.name,
            "provider_domain": provider.domain,
            "web_url": f"https://{provider.domain}/{number}",
        }
        pending = dice.random() < waiting
        quality = dice.randrange(0, 120)
        yield Article(
            site=site,
            path=f"_news/{moment:%Y-%m-%d}-{number}.md",
            provider=provider,
            status="pending" if pending else "live",
            published=not pending,
            quality=quality,
            heat=-1 if pending else quality + 3,
            published_at=moment,
            queued_at=moment,
            type="video" if number % 9 == 0 else "article",
            topics=["Machines", TOPICS[1 + number % (len(TOPICS) - 1)]],
            images=[{"url": f"https://pictures.example/{number}.jpg", "width": 1200, "height": 675}],
            related_count=number % 30,
            **values,
            **found_values(values),
        )

"""The index of topics beside each article's own list, and what admins do with topics."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from articles.models import ArticleTopic, Site, Topic, TopicAlias


def resolve(site: Site, names: Iterable[str]) -> dict[str, int]:
    """The topic's key for each name, also for names that a topic had before; topics that the site does not know yet are
    made. Call it inside a transaction."""
    wanted = {name for name in names if name}
    found = dict(Topic.objects.filter(site=site, name__in=wanted).values_list("name", "pk"))
    if wanted - found.keys():
        called = TopicAlias.objects.filter(site=site, name__in=wanted - found.keys())
        found.update(called.values_list("name", "topic"))
    missing = sorted(wanted - found.keys())
    if missing:
        Topic.objects.bulk_create([Topic(site=site, name=name) for name in missing], ignore_conflicts=True)
        found.update(Topic.objects.filter(site=site, name__in=missing).values_list("name", "pk"))
    return found


def link(site: Site, lists: Sequence[tuple[int, Sequence[Any] | None]]) -> None:
    """Write the index anew for these articles: pairs of the article's key and its list of names."""
    keys = resolve(site, (name for _, names in lists for name in names or ()))
    ArticleTopic.objects.filter(article__in=[pk for pk, _ in lists]).delete()
    ArticleTopic.objects.bulk_create(
        ArticleTopic(article_id=pk, topic_id=keys[name], place=place)
        for pk, names in lists
        for place, name in enumerate(names or ())
        if name
    )

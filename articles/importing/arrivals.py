"""New articles: their rows in every table, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from articles import providers, topics
from articles.importing.reading import Arrival
from articles.importing.rows import insert, json_text, moment, reserve, spread
from articles.likeness.twins import keys_of
from articles.mapping import MIRRORED, found_values, url_key
from articles.models import Article, ArticleSketch, ArticleTopic, RelatedArticle, Site, SourceFile
from articles.workflow import UNGUESSED, arrival_status

JSON_COLUMNS = frozenset({"provider_images", "topics", "images"})
ARTICLE_COLUMNS = (
    "id", "site_id", "path", *MIRRORED, "feed_published", "status", "withdrawn", "recheck", "desk_fields", "version", "provider_id",
    "queued_at", "related_count", "url_key", "page_key", "search_text", "likely", "arrived_at",
)  # fmt: skip
SOURCE_COLUMNS = ("site_id", "path", "kind", "article_id", "blob_id", "text", "imported_at")
RELATED_COLUMNS = ("article_id", "place", "url_key")


class Arrivals:
    """Writes new articles of one site; remembers the providers and topics that it has met."""

    def __init__(self, site: Site, at: datetime) -> None:
        self.site, self.at = site, at
        self.providers = providers.known_providers(site)
        self.topics: dict[str, int] = {}

    def write(self, arrivals: Sequence[Arrival]) -> list[int]:
        """Insert the articles and everything that hangs on them; their keys. Call it inside a transaction."""
        self.meet(arrivals)
        keys = reserve(Article, len(arrivals))
        insert(Article, ARTICLE_COLUMNS, (self._article(pk, one) for pk, one in zip(keys, arrivals, strict=True)))
        now = moment(self.at)
        insert(
            SourceFile,
            SOURCE_COLUMNS,
            (
                (self.site.pk, one.path, SourceFile.Kind.ARTICLE, pk, one.blob_id, one.text, now)
                for pk, one in zip(keys, arrivals, strict=True)
            ),
        )
        insert(
            ArticleTopic,
            ("article_id", "topic_id", "place"),
            (
                (pk, self.topics[name], place)
                for pk, one in zip(keys, arrivals, strict=True)
                for place, name in enumerate(one.mirrored["topics"] or ())
                if name
            ),
        )
        insert(
            RelatedArticle,
            RELATED_COLUMNS,
            (row for pk, one in zip(keys, arrivals, strict=True) for row in _rows_of(pk, one.related_urls)),
        )
        titles = ((pk, one.mirrored["title"]) for pk, one in zip(keys, arrivals, strict=True))
        spread(ArticleSketch, ("article_id", "key"), ((pk, keys_of(self.site.pk, title)) for pk, title in titles))
        return keys

    def meet(self, arrivals: Sequence[Arrival]) -> None:
        """Make sure that every provider and topic of these articles is known."""
        spellings = {one.spelling for one in arrivals} - self.providers.keys() - {("", "")}
        if spellings:
            self.providers.update(providers.resolve(self.site, spellings, self.providers))
        names = {name for one in arrivals for name in one.mirrored["topics"] or () if name} - self.topics.keys()
        if names:
            self.topics.update(topics.resolve(self.site, names))

    def _article(self, pk: int, one: Arrival) -> list[Any]:
        mirrored = one.mirrored
        found = found_values(mirrored)
        values: list[Any] = [pk, self.site.pk, one.path]
        for name in MIRRORED:
            value = mirrored[name]
            if name in JSON_COLUMNS:
                value = json_text(value)
            elif name == "published_at":
                value = moment(value)
            values.append(value)
        values += [
            mirrored["published"],
            arrival_status(mirrored["published"]).value,
            bool(mirrored["removed"]),
            "",
            "[]",
            1,
            self.providers.get(one.spelling),
            moment(mirrored["published_at"] or self.at),
            len(one.related_urls),
            found["url_key"],
            found["page_key"],
            found["search_text"],
            UNGUESSED,
            moment(self.at),
        ]
        return values


def related_rows(article: int, entries: Sequence[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """The rows of ``related`` for one article, in its order."""
    return _rows_of(article, [entry.get("webUrl") for entry in entries])


def _rows_of(article: int, urls: Sequence[str | None]) -> list[tuple[Any, ...]]:
    return [(article, place, url_key(url)) for place, url in enumerate(urls)]

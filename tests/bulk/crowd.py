"""Many made-up articles at once: one statement for each table, so that hundreds cost a moment."""

from __future__ import annotations

from collections.abc import Sequence

from articles.frontmatter import Document
from articles.frontmatter.files import blob_id
from articles.mapping import article_values, found_values
from articles.models import Article, Site, SourceFile
from tests.factories import NOON, make_text


def make_crowd(site: Site, count: int, *, providers: Sequence[str] = ("Harbour Tribune",), quality: int = 64) -> list[Article]:
    """Waiting articles with their files, in the order of their keys. Neither topics nor providers are linked."""
    texts = [make_text(provider=providers[place % len(providers)], quality=quality, title=f"Ferry {place} sails") for place in range(count)]
    values = [article_values(Document.parse(text, path="_news/x.md").values) for text in texts]
    made = Article.objects.bulk_create(
        Article(site=site, path=f"_news/ferry-{place}.md", queued_at=one["published_at"] or NOON, **one, **found_values(one))
        for place, one in enumerate(values)
    )
    SourceFile.objects.bulk_create(
        SourceFile(site=site, path=article.path, kind="article", article=article, text=text, blob_id=blob_id(text.encode()))
        for article, text in zip(made, texts, strict=True)
    )
    return made


def seen(articles: Sequence[Article]) -> list[tuple[int, int]]:
    return [(article.pk, article.version) for article in articles]

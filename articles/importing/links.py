"""Related entries and the articles that they are copies of, joined by address after all files are in."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.db import connection, transaction

from articles.models import Article, RelatedArticle, Site

CHUNK = 150  # articles a statement


def link_related(site: Site, touched: Iterable[int], pause: Callable[[], None]) -> None:
    """Point the related entries of these articles, and those of others that name them, at the site's own articles.

    ``pause`` is called between the transactions. Where several files have one address, the first is taken.
    """
    keys = sorted(touched)
    for start in range(0, len(keys), CHUNK):
        chunk = keys[start : start + CHUNK]
        with transaction.atomic():
            _point(site, "article_id", chunk)
        pause()
    if Article.objects.filter(site=site).count() > len(keys):
        _point_older(site, keys, pause)


def _point_older(site: Site, keys: list[int], pause: Callable[[], None]) -> None:
    """Entries of earlier articles that waited for one of the new ones."""
    for start in range(0, len(keys), CHUNK):
        hashes = [
            value
            for value in Article.objects.filter(pk__in=keys[start : start + CHUNK]).values_list("url_key", flat=True)
            if value is not None
        ]
        waiting = list(
            RelatedArticle.objects.filter(target=None, url_key__in=hashes, article__site=site)
            .values_list("article_id", flat=True)
            .distinct()
        )
        if waiting:
            with transaction.atomic():
                _point(site, "article_id", waiting)
            pause()


def _point(site: Site, column: str, keys: list[int]) -> None:
    quote = connection.ops.quote_name
    related, articles = quote(RelatedArticle._meta.db_table), quote(Article._meta.db_table)
    marks = ", ".join(["%s"] * len(keys))
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {related} SET target_id = (SELECT MIN(a.id) FROM {articles} a WHERE a.site_id = %s "  # noqa: S608
            f"AND a.url_key = {related}.url_key AND a.web_url = {related}.web_url) "
            f"WHERE {quote(column)} IN ({marks}) AND url_key IS NOT NULL",
            [site.pk, *keys],
        )

"""What joins articles after all files are in: related entries and the articles that they copy, and likely duplicates."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from django.db import connection

from articles.importing.pace import Pace
from articles.importing.rows import insert
from articles.likeness.twins import chunks, find, pair, twin_rows
from articles.models import Article, RelatedArticle, Site, Twin

CHUNK = 500  # articles that one question is asked about
PAIRED = 2_000  # articles whose likely duplicates are looked for at once
TWIN_COLUMNS = ("article_id", "other_id", "score", "same_page")


def link_related(site: Site, *, written: Iterable[int], moved: Iterable[int], pace: Pace) -> None:
    """Point related entries at the site's own articles.

    ``written``: articles whose entries are new. ``moved``: articles that are new or have a new address: entries of other
    articles may wait for them, or mean them no longer. Where several files have one address, the first is taken.
    """
    own = sorted(set(written))
    pace.start_small()
    _point(site, own, pace)
    if Article.objects.filter(site=site).count() > len(own):
        _point(site, _waiting(site, sorted(set(moved)), set(own)), pace)


def link_everything(site: Site, pace: Pace) -> None:
    """Point every entry of the site: after a run that stopped before it could."""
    pace.start_small()
    _point(site, list(Article.objects.filter(site=site).order_by("pk").values_list("pk", flat=True)), pace)


def pair_fresh(site: Site, fresh: list[int], pace: Pace) -> None:
    """Find the likely duplicates of articles that are new. Looked for outside the transactions, many at once.

    A pair may be there already: found from its other side, in an earlier part or by an editor who gave it an alike title.
    """
    pace.start_small()
    for chunk in chunks(fresh, PAIRED):
        rows = twin_rows(find(site.pk, chunk))
        for slice_ in pace.cut(rows):
            with pace.slice(len(slice_)):
                insert(Twin, TWIN_COLUMNS, slice_, unless_there=True)


def pair_everything(site: Site, pace: Pace) -> None:
    """Find all likely duplicates of the site anew: after a run that stopped before it could."""
    pace.start_small()
    for chunk in pace.cut(list(Article.objects.filter(site=site).order_by("pk").values_list("pk", flat=True))):
        with pace.slice(len(chunk)):
            pair(site.pk, chunk)


def _waiting(site: Site, moved: list[int], done: Collection[int]) -> list[int]:
    """Articles with entries that name one of the moved ones, or that point at one and should perhaps no longer."""
    entries = RelatedArticle.objects.filter(article__site=site).order_by()
    found: set[int] = set()
    for start in range(0, len(moved), CHUNK):
        chunk = moved[start : start + CHUNK]
        hashes = Article.objects.filter(pk__in=chunk, url_key__isnull=False).values_list("url_key", flat=True)
        found.update(entries.filter(target=None, url_key__in=list(hashes)).values_list("article_id", flat=True))
        found.update(entries.filter(target__in=chunk).values_list("article_id", flat=True))
    return sorted(found.difference(done))


def _point(site: Site, articles: list[int], pace: Pace) -> None:
    for chunk in pace.cut(articles):
        with pace.slice(len(chunk)):
            _point_slice(site, chunk)


def _point_slice(site: Site, keys: Sequence[int]) -> None:
    quote = connection.ops.quote_name
    related, articles = quote(RelatedArticle._meta.db_table), quote(Article._meta.db_table)
    marks = ", ".join(["%s"] * len(keys))
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {related} SET target_id = (SELECT MIN(a.id) FROM {articles} a WHERE a.site_id = %s "  # noqa: S608
            f"AND a.url_key = {related}.url_key) "
            f"WHERE article_id IN ({marks}) AND url_key IS NOT NULL",
            [site.pk, *keys],
        )

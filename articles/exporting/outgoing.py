"""The files that a scope holds, one after the other: those that came in, then those of what was made on the desk."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import models

from articles.exporting.composing import compose
from articles.exporting.naming import folded, new_path
from articles.exporting.surroundings import Described, described
from articles.exporting.timing import is_early, is_past, timed, untimely, waits
from articles.frontmatter.files import UnsafePath, safe_path
from articles.mapping import exported_text
from articles.models import Article, Conflict, ExportRun, Site, SourceFile
from articles.workflow import DECIDED, Status

CHUNK = 200  # files that are in memory at once
Scope = ExportRun.Scope
Kind = SourceFile.Kind


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One file on its way out. ``text`` and ``blob`` are as imported, empty for what was made on the desk.

    ``article`` is there where the desk has changed it; without one the file leaves as it came. ``held`` are the keys that
    the feed and the desk are in conflict about: they stay as the feed has them until somebody settles it. ``is_mended``: the
    text is the desk's repair of the file that ``blob`` names. ``describes``: the provider or topic of which the desk has set
    something.
    """

    path: str
    kind: str
    text: str
    blob: str
    article: Article | None
    held: frozenset[str] = frozenset()
    is_mended: bool = False
    describes: Described | None = None

    def written(self) -> str:
        """The text that leaves. Raises FrontMatterError."""
        if self.describes is not None:
            return self.describes.text(self.text)
        if self.article is None:
            return self.text
        return exported_text(self.article, self.text, self.held) if self.blob else compose(self.article)


def files_of(site: Site, scope: str, at: datetime, around: Collection[str] = ()) -> models.QuerySet[SourceFile]:
    """The imported files of a scope; those ``around`` the articles, by path, are in each. What the source has no more does
    not leave either; what the feed published and is not to be read now does."""
    files = SourceFile.objects.filter(site=site, gone_at=None)
    if scope == Scope.ALL:
        return files
    hidden = Article.objects.filter(untimely(at), site=site).values("pk")
    wanted = models.Q(article__status__in=_statuses(scope)) | models.Q(article__in=hidden)
    return files.filter(wanted | models.Q(path__in=list(around))) if around else files.filter(wanted)


def made_here(site: Site, scope: str) -> models.QuerySet[Article]:
    """The articles of a scope that have no file yet."""
    articles = Article.objects.filter(site=site, source_file__isnull=True)
    return articles if scope == Scope.ALL else articles.filter(status__in=_statuses(scope))


def _statuses(scope: str) -> list[str]:
    return [Status.APPROVED.value] if scope == Scope.APPROVED else [status.value for status in DECIDED]


def described_here(site: Site, around: Mapping[str, Described]) -> dict[str, Described]:
    """Those of the providers and topics that get a file of their own now."""
    known = set(SourceFile.objects.filter(site=site, path__in=list(around)).values_list("path", flat=True)) if around else set()
    return {path: one for path, one in around.items() if path not in known}


def outgoing(
    site: Site, scope: str, at: datetime, *, naming: bool, around: Mapping[str, Described] | None = None, only: str = ""
) -> Iterator[Outgoing]:
    """The files of a scope, streamed. ``naming`` keeps the names that articles made on the desk get here. ``around``: from
    ``described``, which is asked where it is not given. ``only``: the one with this path.

    An article that nobody touched is neither loaded nor parsed. An edit that is made meanwhile is in or not in; no file
    is ever left out for it.
    """
    around = described(site) if around is None else around
    rows = files_of(site, scope, at, around).order_by("pk")
    if only:
        rows = rows.filter(path=only)
    columns = ("path", "kind", "text", "blob_id", "article_id", "article__desk_fields", "article__status",
               "article__publish_from", "article__publish_until", "is_mended")  # fmt: skip
    stream = rows.values_list(*columns).iterator(chunk_size=CHUNK)
    while chunk := list(islice(stream, CHUNK)):
        touched = Article.objects.in_bulk(
            [row[4] for row in chunk if row[5] or is_early(row[6], row[7], at) or is_past(row[6], row[8], at)]
        )
        held = held_back(touched)
        for path, kind, text, blob, pk, _, _, _, _, is_mended in chunk:
            article = timed(touched[pk], at) if pk in touched else None
            yield Outgoing(path, kind, text, blob, article, held.get(pk, frozenset()), bool(is_mended), around.get(path))
    for path, one in described_here(site, around).items():
        if only in ("", path):
            yield Outgoing(path, one.kind, "", "", None, describes=one)
    for file in _made_here(site, scope, naming):
        if file.article and not waits(file.article, at) and only in ("", file.path):
            timed(file.article, at)
            yield file


def left_files(site: Site, paths: Collection[str], at: datetime) -> dict[str, Outgoing]:
    """Files by path that are in no scope any more, as they would leave now. Two queries."""
    rows = SourceFile.objects.filter(site=site, path__in=paths, gone_at=None).select_related("article")
    held = held_back([row.article_id for row in rows if row.article_id and row.article.desk_fields])
    return {
        row.path: Outgoing(
            row.path, row.kind, row.text, row.blob_id, timed(row.article, at) if row.article else None,
            held.get(row.article_id, frozenset()), bool(row.is_mended),
        )
        for row in rows
    }  # fmt: skip


def held_back(articles: Collection[int]) -> dict[int, frozenset[str]]:
    """The keys of each article that are in conflict. One query, none without articles."""
    found: dict[int, set[str]] = {}
    if articles:
        rows = Conflict.objects.filter(article__in=articles, settled_at=None).order_by()
        for article, key in rows.values_list("article_id", "field"):
            found.setdefault(article, set()).add(key)
    return {article: frozenset(keys) for article, keys in found.items()}


def held_of(article: Article) -> frozenset[str]:
    """The keys of one article that are in conflict. One query where the desk has set anything, else none."""
    return held_back([article.pk] if article.desk_fields else []).get(article.pk, frozenset())


def _made_here(site: Site, scope: str, naming: bool) -> Iterator[Outgoing]:
    articles = list(made_here(site, scope).order_by("pk"))
    if any(not _is_named(article) for article in articles):
        taken = {folded(path) for path in Article.objects.filter(site=site).values_list("path", flat=True)}
        taken |= {folded(path) for path in SourceFile.objects.filter(site=site).values_list("path", flat=True)}
        folder = _news_folder(site)
        for article in articles:
            if not _is_named(article):
                was = article.path
                article.path = new_path(folder, article.published_at or article.queued_at, article.title or "", taken)
                taken.add(folded(article.path))
                if naming:
                    # The path is the article's identity: whatever its title becomes, the name that it got stays.
                    Article.objects.filter(pk=article.pk, path=was).update(path=article.path)
    for article in articles:
        yield Outgoing(article.path, Kind.ARTICLE, "", "", article)


def _is_named(article: Article) -> bool:
    try:
        return article.path.endswith(".md") and bool(safe_path(article.path))
    except UnsafePath:
        return False


def _news_folder(site: Site) -> str:
    """Where the site keeps its articles: ``_news``, or nowhere in a folder of loose articles."""
    paths: Any = SourceFile.objects.filter(site=site, kind=Kind.ARTICLE).order_by("pk").values_list("path", flat=True)
    first = paths.first()
    return "_news" if first is None or "/" in first else ""

"""Which files of a site the desk holds, and what happens to those that the source has no more."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from articles.following import bring_back, withdraw
from articles.models import Article, Site, SourceFile

CHUNK = 500  # paths that one question is asked about
Kind = SourceFile.Kind


class Held(NamedTuple):
    """One file as the desk holds it. ``article`` is the key of its article, where it is one's."""

    blob: str
    article: int | None
    is_gone: bool
    kind: str
    is_extra: bool


class Holdings:
    """The files of one site during one import, by path: all of them, or those that were asked for."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._files = SourceFile.objects.filter(site=site)
        self._rows: dict[str, Held] = {}

    def load(self, paths: Sequence[str] | None = None) -> None:
        """Learn of every file; or of these paths alone, which costs the same on a site of any size."""
        if paths is None:
            self._take(self._files)
            return
        for start in range(0, len(paths), CHUNK):
            self._take(self._files.filter(path__in=paths[start : start + CHUNK]))

    def _take(self, files: Iterable[SourceFile]) -> None:
        rows = files.values_list("path", "blob_id", "article_id", "gone_at", "kind", "is_extra")  # type: ignore[attr-defined]
        self._rows |= {
            path: Held(blob, article, gone is not None, kind, bool(extra)) for path, blob, article, gone, kind, extra in rows
        }

    def get(self, path: str) -> Held | None:
        return self._rows.get(path)

    def missing(self, present: Collection[str]) -> list[str]:
        """Those that the desk holds as there and that are not among ``present``. What came from a source beside it is not
        looked for."""
        return [path for path, held in self._rows.items() if not held.is_gone and not held.is_extra and path not in present]

    def articles_among(self, paths: Iterable[str]) -> int:
        return sum(self._rows[path].kind == Kind.ARTICLE for path in paths)

    def held_articles(self) -> int:
        """How many articles had a file in the source before this run, where every file was learnt of."""
        return sum(held.kind == Kind.ARTICLE and not held.is_gone for held in self._rows.values())

    def standing(self) -> int:
        """How many articles have a file in the source. One look at an index."""
        return self._files.filter(kind=Kind.ARTICLE, gone_at=None).count()

    def standing_among(self, paths: Sequence[str]) -> int:
        there = self._files.filter(kind=Kind.ARTICLE, gone_at=None)
        return sum(
            there.filter(path__in=paths[start : start + CHUNK]).count() for start in range(0, len(paths), CHUNK)
        )


def mark_gone(site: Site, paths: Sequence[str], at: datetime) -> int:
    """The source has these files no more: their articles leave the queue. How many decided ones want another look for it.
    Call it inside a transaction."""
    files = SourceFile.objects.filter(site=site, path__in=paths, gone_at=None)
    alerts = withdraw(_locked(files), at=at).alerts
    files.update(gone_at=at)
    return alerts


def mark_back(site: Site, paths: Sequence[str], at: datetime) -> None:
    """The source has these files again. Call it inside a transaction. Costs nothing where there are none."""
    if not paths:
        return
    files = SourceFile.objects.filter(site=site, path__in=paths, gone_at__isnull=False)
    bring_back(_locked(files), at=at)
    files.update(gone_at=None)


def _locked(files: Iterable[SourceFile]) -> list[Article]:
    keys = files.filter(article__isnull=False).values_list("article_id", flat=True)  # type: ignore[attr-defined]
    found = Article.objects.filter(pk__in=list(keys)).select_related("site").order_by("pk")
    return list(found.select_for_update(of=("self",)))

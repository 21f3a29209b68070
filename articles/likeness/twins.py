"""Likely duplicates, found through sketches and addresses and kept in a table, so that pages only read them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.apps import apps as installed
from django.db.models import Count, Q

from articles.likeness.addresses import video_of
from articles.likeness.titles import TWIN, Headline, are_twins, likeness, sketch

CROWD = 200  # articles: a number of a sketch that more of them have tells nothing
CANDIDATES = 60  # articles that one is compared with, those that share most first
KEPT = 20  # twins of one article
CHUNK = 200  # articles that are looked up together
SHARED_DOMAINS = frozenset({"youtube.com", "www.youtube.com", "vimeo.com"})  # a hundred channels each


@dataclass(frozen=True)
class _Told:
    headline: Headline
    page: int | None


def keys_of(site: int, title: str | None) -> list[int]:
    """The keys of a title's sketch on this site."""
    return [site << 32 | key for key in sketch(title or "")]


def sketch_rows(site: int, titles: Iterable[tuple[int, str | None]]) -> Iterator[tuple[int, int]]:
    """Rows of ``ArticleSketch`` (article, key) for pairs of article and title."""
    for article, title in titles:
        for key in keys_of(site, title):
            yield article, key


def renew(site: int, articles: Iterable[int], *, registry: Any = installed) -> int:
    """Sketch these articles anew and find their twins: after their titles or addresses changed. How many pairs it found.

    Call it inside a transaction. Nine queries for each ``CHUNK``; a few milliseconds an article at 100,000.
    ``registry`` gives the models: the migration's own while it migrates.
    """
    article_model, sketch_model = (registry.get_model("articles", name) for name in ("Article", "ArticleSketch"))
    pairs = 0
    for chunk in chunks(articles):
        titles = article_model.objects.filter(pk__in=chunk).values_list("pk", "title")
        sketch_model.objects.filter(article__in=chunk).delete()
        sketch_model.objects.bulk_create(
            [sketch_model(article_id=pk, key=key) for pk, key in sketch_rows(site, titles)], batch_size=2_000
        )
        pairs += pair(site, chunk, registry=registry)
    return pairs


def pair(site: int, articles: Sequence[int], *, registry: Any = installed) -> int:
    """Find the twins of these articles, whose sketches are written, and write them. Call it inside a transaction."""
    twin_model = registry.get_model("articles", "Twin")
    twin_model.objects.filter(Q(article__in=articles) | Q(other__in=articles)).delete()
    found = find(site, articles, registry=registry)
    twin_model.objects.bulk_create(
        [twin_model(article_id=a, other_id=b, score=score, same_page=same) for a, b, score, same in twin_rows(found)],
        ignore_conflicts=True, batch_size=2_000,
    )  # fmt: skip
    return len(found)


def twin_rows(found: Mapping[tuple[int, int], tuple[int, bool]]) -> list[tuple[int, int, int, bool]]:
    """Rows of ``Twin`` for what ``find`` found: every pair from both sides."""
    return [(x, y, score, same) for (a, b), (score, same) in found.items() for x, y in ((a, b), (b, a))]


def find(site: int, articles: Sequence[int], *, registry: Any = installed) -> dict[tuple[int, int], tuple[int, bool]]:
    """The twins of these articles: pairs of keys, the smaller first, with their likeness and whether the page is one."""
    article_model, sketch_model = (registry.get_model("articles", name) for name in ("Article", "ArticleSketch"))
    asked = set(articles)
    sharing = _sharing(sketch_model, asked)
    pages = dict(article_model.objects.filter(pk__in=asked, page_key__isnull=False).values_list("pk", "page_key"))
    by_page: dict[int, list[int]] = defaultdict(list)
    for pk, page in article_model.objects.filter(site=site, page_key__in=set(pages.values())).values_list("pk", "page_key"):
        by_page[page].append(pk)
    wanted = {pk: {other for other, _ in counted.most_common(CANDIDATES)} for pk, counted in sharing.items()}
    for pk, page in pages.items():
        wanted.setdefault(pk, set()).update(by_page[page][:CANDIDATES])
    told = _told(article_model, {pk for pk, others in wanted.items() for pk in (pk, *others)})
    found: dict[tuple[int, int], tuple[int, bool]] = {}
    compared: dict[tuple[int, int], tuple[bool, int] | None] = {}  # most pairs are met from both sides
    for pk, others in wanted.items():
        mine = []
        for other in others - {pk}:
            both = (pk, other) if pk < other else (other, pk)
            if both in compared:
                told_of = compared[both]
            else:
                told_of = compared[both] = _compared(told[both[0]], told[both[1]])
            if told_of:
                mine.append((*told_of, other))
        for same, score, other in sorted(mine, reverse=True)[:KEPT]:
            found[min(pk, other), max(pk, other)] = score, same
    return found


def _compared(a: _Told, b: _Told) -> tuple[bool, int] | None:
    """Whether the two have one page, and how alike their titles are; None where they are no twins."""
    same = a.page is not None and a.page == b.page
    score = likeness(a.headline, b.headline, 0 if same else TWIN)
    return (same, score) if same or are_twins(a.headline, b.headline, score) else None


def _sharing(sketch_model: Any, asked: set[int]) -> dict[int, Counter[int]]:
    """For each article the others that share numbers of its sketch, and how many."""
    # Three plain questions: as one with two inside, PostgreSQL took minutes where the table had just been filled and it
    # knew no numbers of it yet.
    own = set(sketch_model.objects.filter(article__in=asked).order_by().values_list("key", flat=True))
    counted = sketch_model.objects.filter(key__in=own).order_by().values_list("key").annotate(n=Count("pk"))
    telling = [key for key, count in counted if 1 < count <= CROWD]
    members: dict[int, list[int]] = defaultdict(list)
    for key, pk in sketch_model.objects.filter(key__in=telling).order_by().values_list("key", "article_id"):
        members[key].append(pk)
    sharing: dict[int, Counter[int]] = defaultdict(Counter)
    for together in members.values():
        for pk in asked.intersection(together):
            sharing[pk].update(together)
    for pk, counted_of in sharing.items():
        del counted_of[pk]
    return sharing


def _told(article_model: Any, keys: Iterable[int]) -> dict[int, _Told]:
    rows = article_model.objects.filter(pk__in=set(keys)).values_list(
        "pk", "title", "provider_name", "provider_domain", "featured_content", "page_key"
    )
    return {
        pk: _Told(headline(title, name, domain, embed), page) for pk, title, name, domain, embed, page in rows.iterator()
    }


def headline(title: str | None, name: str | None, domain: str | None, embed: str | None) -> Headline:
    place = name if not domain or domain in SHARED_DOMAINS else domain
    return Headline(title or "", place or "", video_of(embed), name or "")


def chunks(keys: Iterable[int], size: int = CHUNK) -> Iterator[list[int]]:
    left = iter(keys)
    while chunk := list(islice(left, size)):
        yield chunk

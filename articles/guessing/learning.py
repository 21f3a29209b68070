"""From the desk's decisions to a lesson, and from the lesson to a number on every waiting article."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from articles.guessing.bayes import Bayes, Example, measure
from articles.guessing.features import READ, features
from articles.mapping import thaw
from articles.models import Article, Lesson, Review, Site
from articles.workflow import UNGUESSED, Action, By

ENOUGH = 50  # decisions before anything is suggested
NEWS = 50  # decisions after which the desk learns anew
LATEST = 20_000  # decisions that are looked at: what the desk wanted years ago does not count
SLICE = 500  # articles in one transaction
FARTHEST = 900_000  # thousandths of log-odds: stays above UNGUESSED
DECISIONS = (Action.APPROVE, Action.REJECT)


@dataclass(frozen=True)
class Past:
    """One decision that stands, as ``examples`` found it."""

    example: Example
    quality: int
    heat: int


def learn(site: Site, *, at: datetime) -> Lesson | None:
    """Learn the site's decisions anew and sort what waits by them; None while there are fewer than ``ENOUGH``.

    Decisions that were taken back are not among them. 5,000 decisions take about a second.
    """
    last = Review.objects.filter(article__site=site).order_by("-pk").values_list("pk", flat=True).first() or 0
    past = past_decisions(site)
    if len(past) < ENOUGH:
        forgotten, _ = Lesson.objects.filter(site=site).delete()
        if forgotten:
            guess_all(site, None)
        return None
    examples = [one.example for one in past]
    taught = Bayes.taught(examples)
    measured = measure(examples, {"heat": [one.heat for one in past], "quality": [one.quality for one in past]})
    kept = taught.pruned()
    values = {
        "last_review": last, "learned_at": at, "approved": kept.approved, "rejected": kept.rejected, "counts": kept.counts,
        "bands": [[round(least, 4), *rest] for least, *rest in taught.bands(examples)], "measured": measured,
    }  # fmt: skip
    with transaction.atomic():
        lesson, made = Lesson.objects.get_or_create(site=site, defaults=values)
        if not made:
            Lesson.objects.filter(pk=lesson.pk).update(**values, version=F("version") + 1)
            lesson.refresh_from_db()
    guess_all(site, kept)
    return lesson


def learn_news(site: Site, *, at: datetime) -> bool:
    """Learn anew if the desk has made ``NEWS`` decisions since the last time; whether it did. Two queries when not."""
    last = Lesson.objects.filter(site=site).values_list("last_review", flat=True).first()
    news = Review.objects.filter(pk__gt=last or 0, article__site=site, action__in=[*DECISIONS, Action.UNDO])
    if news.order_by()[: NEWS if last else ENOUGH].count() < (NEWS if last else ENOUGH):
        return False
    return learn(site, at=at) is not None


def past_decisions(site: Site) -> list[Past]:
    """The decisions of people on the site that stand, in the order of time: one an article, its last.

    Each with the article as it was before anybody at the desk touched it, for that is how the next one will look: what
    editors changed is taken back row by row. (Values that drifted with the feed since the decision are today's.)
    """
    rows = Review.objects.filter(article__site=site, by=By.EDITOR).order_by("-pk")
    decided: dict[int, tuple[int, bool]] = {}
    touched: dict[int, dict[str, Any]] = {}
    fields = ("pk", "article_id", "action", "before", "undone_by__pk")
    for pk, article, action, before, undone in rows.values_list(*fields).iterator(chunk_size=2_000):
        if article not in decided and len(decided) >= LATEST:
            continue
        if action in DECISIONS and undone is None and article not in decided:
            decided[article] = pk, action == Action.APPROVE
        kept = {name: thaw(name, value) for name, value in before.items() if name in READ}
        if kept:
            touched.setdefault(article, {}).update(kept)  # rows come newest first: the oldest value stays
    found = []
    for article, values in _values(decided):
        values.update(touched.get(article, {}))
        heat, quality = values["heat"], values["quality"]
        pk, approved = decided[article]
        past = Past(Example(features(values), approved), -1 if quality is None else quality, -1 if heat is None else heat)
        found.append((pk, past))
    return [past for _, past in sorted(found, key=lambda pair: pair[0])]


def guess_all(site: Site, taught: Bayes | None) -> int:
    """Give every waiting and held article its number; how many changed. Written in slices."""
    waiting = Article.objects.filter(site=site, status__in=["pending", "held"]).order_by("pk")
    return _guess(taught, waiting.values_list("pk", flat=True).iterator(chunk_size=2_000))


def guess_fresh(site: Site, articles: Iterable[int]) -> int:
    """Give articles that are new or changed their number, if the desk has learned anything; how many changed."""
    lesson = Lesson.objects.filter(site=site).first() if articles else None
    return _guess(bayes_of(lesson), articles) if lesson else 0


def bayes_of(lesson: Lesson) -> Bayes:
    return Bayes(lesson.counts, lesson.approved, lesson.rejected)


def _guess(taught: Bayes | None, keys: Iterable[int]) -> int:
    left = iter(keys)
    changed = 0
    while chunk := list(islice(left, SLICE)):
        was = dict(Article.objects.filter(pk__in=chunk).values_list("pk", "likely"))
        now = {pk: thousandths(taught, values) for pk, values in _values(chunk)}
        rows = [(likely, pk) for pk, likely in now.items() if was[pk] != likely]
        if rows:
            with transaction.atomic():
                _write(rows)
        changed += len(rows)
    return changed


def _write(rows: list[tuple[int, int]]) -> None:
    """Pairs of number and article, in one call to the database: each article gets a value of its own."""
    table = connection.ops.quote_name(Article._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET likely = %s WHERE id = %s", rows)  # noqa: S608


def thousandths(taught: Bayes | None, values: dict[str, Any]) -> int:
    if taught is None:
        return UNGUESSED
    return max(-FARTHEST, min(FARTHEST, round(taught.odds(features(values)) * 1_000)))


def _values(keys: Iterable[int]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Articles' attributes that features are made from."""
    left = iter(keys)
    while chunk := list(islice(left, 2_000)):
        for row in Article.objects.filter(pk__in=chunk).values("pk", *READ):
            yield row.pop("pk"), row

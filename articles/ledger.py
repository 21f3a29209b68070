"""The ledger of what left the desk: which field of which article was sent, and what the feed made of it.

A field is *sent* when an export has written it, *arrived* when the source holds it, *kept* when the feed has rewritten the
file and left it, *reverted* when the feed has written something else, and *replaced* when the desk has sent another value
since or the field is no longer the desk's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from articles.frontmatter.converting import same
from articles.models import Article, ExportRun, Review, SentField, Site
from articles.sent_values import feeds_part, freeze_all, holds, keys_of, thawed, values_of
from articles.workflow import By, Status

State = SentField.State
CHUNK = 500  # articles that one question is asked about
# Published by the feed, with times of the desk: these say when its file is to say otherwise, with no field of the desk's.
TIMED = Q(article__status=Status.LIVE) & (Q(article__publish_from__isnull=False) | Q(article__publish_until__isnull=False))


@dataclass(frozen=True, slots=True)
class Sent:
    """What an export wrote into one article's file: file key -> the value as imported, and as it left."""

    article: int
    fields: Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Rewrite:
    """One file that came in changed: its text before and its values now.

    ``is_ours``: an export that never said how it ended was about to publish exactly these bytes.
    """

    article: int
    path: str
    was: str
    now: Mapping[str, Any]
    is_ours: bool = False


# --- asking -----------------------------------------------------------------------------------------------------------
def feed_values(articles: Iterable[int]) -> dict[int, dict[str, Any]]:
    """What the feed itself last said of the fields that were sent: article -> file key -> value. One query.

    It is the base that a later text is compared with: the repository holds the desk's value since the export, so the
    text as last imported no longer tells what the feed wants. None where the feed's file lacked the key.
    """
    found: dict[int, dict[str, Any]] = {}
    rows = SentField.objects.filter(article__in=list(articles)).exclude(state=State.REPLACED)
    for article, key, value in rows.values_list("article_id", "field", "feed_value"):
        found.setdefault(article, {})[key] = thawed(key, value)
    return found


def reverted(site: Site) -> QuerySet[SentField]:
    """Fields that the feed has written over, the latest first."""
    rows = SentField.objects.filter(article__site=site, state=State.REVERTED)
    return rows.select_related("article", "run").order_by("-state_since", "-pk")


def counts(site: Site) -> dict[str, int]:
    """How many fields are in each state. One query."""
    rows = SentField.objects.filter(article__site=site).order_by().values_list("state").annotate(Count("pk"))
    return dict.fromkeys(State.values, 0) | dict(rows)


def waiting(site: Site) -> QuerySet[ExportRun]:
    """Exports whose fields have not been seen in the source yet, the latest first."""
    sent = SentField.objects.filter(run=OuterRef("pk"), state=State.SENT)
    return ExportRun.objects.filter(Exists(sent), site=site).order_by("-pk")


# --- an export --------------------------------------------------------------------------------------------------------
def sent(article: Article, was: str, text: str) -> Sent:
    """What leaves with ``text``, where the file came in as ``was``. Only the desk's fields are the desk's to send."""
    before, now = values_of(was, article.path), values_of(text, article.path)
    pairs = {key: (before.get(key), now.get(key)) for key in sorted(keys_of(article.desk_fields))}
    differing = {key: pair for key, pair in pairs.items() if not same(*pair)}
    return Sent(article.pk, {key: (freeze_all(old), freeze_all(new)) for key, (old, new) in differing.items()})


def record(site: Site, sent: Sequence[Sent], run: ExportRun | None, *, at: datetime) -> None:
    """Note what an export has written. Call it in the transaction that records the export.

    Noting the same once more changes nothing, so an export may note what an earlier one wrote that died before it could.
    """
    for start in range(0, len(sent), CHUNK):
        _record(sent[start : start + CHUNK], run, at)
    _replace_released(site, at)


def _record(sent: Sequence[Sent], run: ExportRun | None, at: datetime) -> None:
    rows = _current([one.article for one in sent])
    old, new = [], []
    for one in sent:
        for key, (before, value) in one.fields.items():
            row = rows.get(one.article, {}).get(key)
            if row is not None and row.state != State.REVERTED and same(row.value, value):
                continue
            if row is not None:
                old.append(row.pk)
            # What the feed said last stays its word while it has said nothing since.
            said = row.feed_value if row is not None else before
            new.append(_row(one.article, key, value, said, State.SENT, run, at))
    _replace(old, at)
    SentField.objects.bulk_create(new, batch_size=CHUNK, ignore_conflicts=True)


def _replace_released(site: Site, at: datetime) -> None:
    """Fields that an editor has given back since they were sent: undone, or released to the feed."""
    acts = Review.objects.filter(article=OuterRef("article"), by=By.EDITOR, at__gte=OuterRef("sent_at"))
    rows = SentField.objects.filter(Exists(acts), article__site=site).exclude(state=State.REPLACED)
    rows = rows.exclude(TIMED, field="published")
    found = rows.values_list("pk", "field", "article__desk_fields")
    _replace([pk for pk, key, names in found if key not in keys_of(names)], at)


# --- an import --------------------------------------------------------------------------------------------------------
def discover(rewrites: Sequence[Rewrite], *, at: datetime) -> set[tuple[int, str]]:
    """Make the rows that an export which died could not make, for those of these files that it had announced. Returns
    them as article and file key.

    Call it in the files' transaction, before they are merged: the merge must know that these values are the desk's own.
    No query where nothing was announced.
    """
    ours = [one for one in rewrites if one.is_ours]
    if not ours:
        return set()
    rows = _current([one.article for one in ours])
    columns = ("pk", "desk_fields", "publish_from", "publish_until")
    articles = Article.objects.filter(pk__in=[one.article for one in ours]).values_list(*columns)
    fields = {pk: keys_of([*names, "published"] if any(times) else names) for pk, names, *times in articles}
    return {
        (one.article, key)
        for one in ours
        for key in _discovered(one, rows.get(one.article, {}), fields.get(one.article, ()), at)
    }


def follow(
    rewrites: Sequence[Rewrite],
    reached: Callable[[ExportRun | None], bool],
    *,
    at: datetime,
    but: Collection[tuple[int, str]] = (),
) -> None:
    """Move the ledger on with files that came in changed. Call it in their transaction, after they were merged.

    ``reached`` says whether an export has got to the source at all: before that, the feed cannot have reverted it.
    ``but``: what was discovered in these very files, which says already what they say. One query where nothing was sent.
    """
    if not rewrites:
        return
    rows = _current([one.article for one in rewrites])
    moves: list[tuple[SentField, dict[str, Any]]] = []
    for one in rewrites:
        known = {key: row for key, row in rows.get(one.article, {}).items() if (one.article, key) not in but}
        if known:
            moves += _moves(one, known, reached)
    _write(moves, at)


def settle(found: Sequence[tuple[SentField, Mapping[str, Any]]], *, at: datetime) -> None:
    """Move sent fields on whose export has reached the source, by the values that their files have there."""
    _write([(row, _next(row, freeze_all(now.get(row.field)), reached=True, rewritten=True)) for row, now in found], at)


def _moves(
    one: Rewrite, known: Mapping[str, SentField], reached: Callable[[ExportRun | None], bool]
) -> list[tuple[SentField, dict[str, Any]]]:
    theirs = {key: freeze_all(one.now.get(key)) for key in known}
    arriving = {key for key, row in known.items() if row.state == State.SENT and holds(row, theirs[key])}
    rewritten = True
    if arriving and len(arriving) < len(known):
        before = values_of(one.was, one.path)
        changed = {key for key in {*before, *one.now} if not same(before.get(key), one.now.get(key))}
        rewritten = not changed <= arriving  # otherwise it was the desk that wrote, not the feed
    moves = []
    for key, row in known.items():
        has_reached = row.state == State.SENT and key not in arriving and reached(row.run)
        moves.append((row, _next(row, theirs[key], reached=has_reached, rewritten=rewritten)))
    return moves


def _next(row: SentField, theirs: Any, *, reached: bool, rewritten: bool) -> dict[str, Any]:
    """What becomes of a row whose file now has this value."""
    if row.field not in keys_of(row.article.desk_fields):
        return {"state": State.REPLACED}
    if holds(row, theirs):
        state = {State.SENT: State.ARRIVED, State.ARRIVED: State.KEPT if rewritten else State.ARRIVED}
        said = feeds_part(row, theirs)
        return {"state": state.get(State(row.state), State.KEPT), "feed_value": said}
    reverts = row.state != State.SENT or reached
    return {"state": State.REVERTED if reverts else State.SENT, "feed_value": theirs}


def _discovered(one: Rewrite, known: Mapping[str, SentField], keys: Iterable[str], at: datetime) -> list[str]:
    """Make the rows that an export which died could not make of one file. Returns their file keys."""
    before, new, old = values_of(one.was, one.path), [], []
    for key in keys:
        value, row = freeze_all(one.now.get(key)), known.get(key)
        if same(before.get(key), one.now.get(key)) or (row is not None and same(row.value, value)):
            continue
        if row is not None:
            old.append(row.pk)
        said = row.feed_value if row is not None else freeze_all(before.get(key))
        new.append(_row(one.article, key, value, said, State.ARRIVED, None, at))
    _replace(old, at)
    SentField.objects.bulk_create(new, ignore_conflicts=True)
    return [row.field for row in new]


# --- rows -------------------------------------------------------------------------------------------------------------
def _current(articles: Sequence[int]) -> dict[int, dict[str, SentField]]:
    """The rows of these articles that still count, locked: article -> file key -> row. One query."""
    found: dict[int, dict[str, SentField]] = {}
    rows = SentField.objects.filter(article__in=articles).exclude(state=State.REPLACED).order_by("pk")
    shown = rows.select_related("run", "article").only(
        "article__desk_fields", "field", "value", "feed_value", "state", "run__commit", "run__destination",
        "run__finished_at",
    )  # fmt: skip
    for row in shown.select_for_update(of=("self",)):
        found.setdefault(row.article_id, {})[row.field] = row
    return found


def _row(
    article: int, key: str, value: Any, said: Any, state: SentField.State, run: ExportRun | None, at: datetime
) -> SentField:
    return SentField(
        article_id=article, field=key, value=value, feed_value=said, state=state, run=run, sent_at=at, state_since=at
    )


def _replace(keys: Sequence[int], at: datetime) -> None:
    for start in range(0, len(keys), CHUNK):
        SentField.objects.filter(pk__in=keys[start : start + CHUNK]).update(state=State.REPLACED, state_since=at)


def _write(moves: Sequence[tuple[SentField, dict[str, Any]]], at: datetime) -> None:
    """Write what differs: one UPDATE for all rows that only change their state in the same way."""
    alike: dict[str, list[int]] = {}
    for row, new in moves:
        since = {"state_since": at} if new["state"] != row.state else {}
        if "feed_value" in new and not same(row.feed_value, new["feed_value"]):
            SentField.objects.filter(pk=row.pk).exclude(state=State.REPLACED).update(**new, **since)
        elif since:
            alike.setdefault(new["state"], []).append(row.pk)
    for state, keys in alike.items():
        for start in range(0, len(keys), CHUNK):
            rows = SentField.objects.filter(pk__in=keys[start : start + CHUNK]).exclude(state=State.REPLACED)
            rows.update(state=state, state_since=at)

"""What became of an article since somebody decided it, read from its history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Subquery

from articles.mapping import ATTRIBUTES, MIRRORED, PROVIDER_PARTS, freeze
from articles.models import Article, Review
from articles.workflow import DECIDED, Action, By

# What an act writes beside its purpose: no news to an editor.
BOOKKEEPING = frozenset({"decided_at", "decided_by_id", "desk_fields", "hold_until", "recheck_since"})
STANDS_FOR_DECISION = (Action.APPROVE, Action.REJECT, Action.CONFIRM)
UNTOLD = BOOKKEEPING | {"recheck", "status", "assigned_to_id"}


@dataclass(frozen=True, slots=True)
class Changed:
    """One field since the decision. ``name`` is an attribute, or a key of the file where the desk did not follow the feed.

    ``who`` and ``at`` are of the last change. ``followed``: the article has ``now``; else only the feed says it.
    """

    name: str
    before: Any
    now: Any
    who: str
    at: datetime
    followed: bool


@dataclass(frozen=True, slots=True)
class Since:
    """The decision, and what changed after it: what the desk did not follow first, then in the order of the file."""

    decision: Review
    changes: tuple[Changed, ...]


def since_decision(article: Article) -> Since | None:
    """What changed since the article's last approval, rejection or confirmation; None where there was none. One query.

    A decision that was taken back counts as long as the article waits again: whoever decides anew wants to know.
    """
    decisions = Review.objects.filter(article=article, action__in=STANDS_FOR_DECISION)
    if article.status in DECIDED:
        decisions = decisions.filter(undone_by=None)
    last = decisions.order_by("-pk").values("pk")[:1]
    rows = list(
        Review.objects.filter(article=article, pk__gte=Subquery(last)).select_related("actor", "undoes").order_by("pk")
    )
    after = [row for row in rows[1:] if row.undoes_id != rows[0].pk]  # the decision taken back is no news
    return Since(rows[0], changes_after(after)) if rows else None


def changes_after(rows: Sequence[Review]) -> tuple[Changed, ...]:
    """These rows (the earliest first) folded to one change for each field. What came back to where it was is no change."""
    found: dict[tuple[bool, str], Changed] = {}
    for row in rows:
        for name, before, now, followed in _told(row):
            earlier = found.get((followed, name))
            first = earlier.before if earlier else before
            found[followed, name] = Changed(name, first, now, who_of(row), row.at, followed)
    changes = [change for change in found.values() if freeze(change.before) != freeze(change.now)]
    return tuple(sorted(changes, key=lambda change: (change.followed, _place(change.name))))


def kept_values(article: Article, rows: Sequence[Review]) -> list[dict[str, Any]]:
    """For each of these rows of the history (the newest first), what the desk had at that time of the keys that it did not
    follow: file key -> value. One query where there are such keys, else none."""
    if not any(row.unheeded for row in rows):
        return [{} for _ in rows]
    state = {name: freeze(getattr(article, name)) for name in MIRRORED}
    newer = Review.objects.filter(article=article, pk__gt=rows[0].pk).order_by("-pk")
    for before in newer.values_list("before", flat=True):
        state |= before
    kept = []
    for row in rows:
        kept.append({key: _side(state, key) for key in row.unheeded})
        state |= row.before
    return kept


def who_of(row: Review) -> str:
    """Who acted: the editor's name, else Feed, Rule or Desk."""
    return row.actor.get_username() if row.actor else str(By(row.by).label)


def _told(row: Review) -> Iterator[tuple[str, Any, Any, bool]]:
    """What a row changed that is news: name, before, now, and whether the article has it."""
    for name, now in row.after.items():
        if name not in UNTOLD:
            yield name, row.before.get(name), now, True
    for key, (before, now) in row.unheeded.items():
        yield key, before, now, False


def _side(state: Mapping[str, Any], key: str) -> Any:
    if key == "provider":
        return {part: state.get(name) for part, name in PROVIDER_PARTS.items()}
    return state.get(ATTRIBUTES.get(key, key))


def _place(name: str) -> int:
    attribute = ATTRIBUTES.get(name, "provider_name" if name == "provider" else name)
    return MIRRORED.index(attribute) if attribute in MIRRORED else len(MIRRORED)

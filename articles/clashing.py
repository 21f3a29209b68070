"""Open conflicts when a person acts: what the desk says of the field now, and whether the two sides still differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from articles.frontmatter.converting import same
from articles.giving_back import file_values
from articles.mapping import ATTRIBUTES, KEYS, PROVIDER_PARTS, freeze
from articles.models import Article, Conflict, Review


def renew_conflicts(reviews: Sequence[Review], at: datetime) -> None:
    """Bring the conflicts of what these acts have set up to date. The articles are locked, and as the acts left them.

    A conflict shows what the desk holds now. It ends where that is what the feed says, and where the field is not the
    desk's any more. What an act had settled that is now taken back is open again, with what the feed says by now. No
    query for a plain decision, one where nothing is in conflict.
    """
    articles = {review.article_id: review.article for review in reviews}
    acts = {review.article_id: review for review in reviews}
    keys = {key for review in reviews for key in _keys(review)}
    if not keys:
        return
    rows = list(Conflict.objects.filter(article__in=articles, field__in=keys, settled_at=None))
    rows += _reopened(reviews, {(row.article_id, row.field) for row in rows})
    changed = []
    for row in rows:
        if row.field in _keys(acts[row.article_id]):
            _renew(row, articles[row.article_id], acts[row.article_id], at)
            changed.append(row)
    if changed:
        Conflict.objects.bulk_update(changed, ["ours", "theirs", "settled_at", "settled_by", "choice"])


def _keys(review: Review) -> set[str]:
    """The file keys that an act has set or given back; ``published`` goes with the decision and is never asked about."""
    given_back = {*review.before.get("desk_fields", ())} - {*review.after.get("desk_fields", ())}
    return {KEYS[name] for name in {*review.after, *given_back} if name in KEYS and name != "published"}


def _reopened(reviews: Sequence[Review], there: set[tuple[int, str]]) -> list[Conflict]:
    """What the acts that are taken back had settled, with what the feed says now; not where a newer conflict is open."""
    undone = [review.undoes_id for review in reviews if review.undoes_id]
    rows = list(Conflict.objects.filter(settled_by__in=undone).order_by("-pk")) if undone else []
    files = file_values({row.article_id for row in rows}) if rows else {}
    found = []
    for row in rows:
        if (row.article_id, row.field) not in there and row.article_id in files:
            there.add((row.article_id, row.field))
            row.theirs = _side(row.field, files[row.article_id])
            row.settled_at, row.settled_by, row.choice = None, None, ""
            found.append(row)
    return found


def _renew(row: Conflict, article: Article, review: Review, at: datetime) -> None:
    own = [name for name in article.desk_fields if KEYS[name] == row.field]
    if own:
        row.ours = _ours(row, article, own)
        if not same(row.base, row.theirs) and not _agree(row, own):
            return
    row.settled_at, row.settled_by, row.choice = at, review, Conflict.Choice.THEIRS


def _ours(row: Conflict, article: Article, own: Sequence[str]) -> Any:
    """The desk's side as a merge makes it: of the provider its own parts over the base's."""
    if row.field != "provider":
        return freeze(getattr(article, own[0]))
    parts = {part: freeze(getattr(article, name)) for part, name in PROVIDER_PARTS.items() if name in own}
    return {part: value for part, value in {**(row.base or {}), **parts}.items() if value is not None}


def _agree(row: Conflict, own: Sequence[str]) -> bool:
    if row.field != "provider":
        return same(row.ours, row.theirs)
    parts = [part for part, name in PROVIDER_PARTS.items() if name in own]
    return all(same(row.ours.get(part), (row.theirs or {}).get(part)) for part in parts)


def _side(key: str, values: Mapping[str, Any]) -> Any:
    """A key's value from an article's attributes, as a conflict keeps it."""
    if key != "provider":
        return freeze(values[ATTRIBUTES[key]])
    provider = {part: freeze(values[name]) for part, name in PROVIDER_PARTS.items()}
    return {part: value for part, value in provider.items() if value is not None} or None

"""Fields that the feed and the desk both changed: opened, moved and settled as the feed goes on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from articles.acts import locked
from articles.following import FeedChange, follow_feed
from articles.frontmatter import MISSING
from articles.frontmatter import Conflict as Clash
from articles.importing.rows import json_text, moment, plain_json, update
from articles.mapping import ATTRIBUTES, KEYS, MIRRORED, article_values, thaw
from articles.models import Conflict, Site
from articles.policy import ASK, FEED, Policy

Sides = Mapping[str, Any]  # file key -> value


@dataclass(frozen=True)
class Sight:
    """The conflicts of one article as the last look found them: ``open`` are its rows, ``clashes`` what is true now."""

    article: int
    open: Mapping[str, Conflict]
    clashes: Sequence[Clash]


def open_conflicts(articles: Iterable[int]) -> dict[int, dict[str, Conflict]]:
    """Article -> file key -> row. One query."""
    found: dict[int, dict[str, Conflict]] = {}
    for row in Conflict.objects.filter(article__in=list(articles), settled_at=None):
        found.setdefault(row.article_id, {})[row.field] = row
    return found


def base_of(row: Conflict) -> Any:
    """The base that a conflict began with, as a file has it: both sides are compared with that until it is settled."""
    return thaw(ATTRIBUTES.get(row.field, row.field), row.base)


def record(sights: Sequence[Sight], at: datetime) -> int:
    """Open, move and settle conflicts; how many were opened. Three statements, however many there are."""
    opened, moved, ended = [], [], []
    for sight in sights:
        left = dict(sight.open)
        for clash in sight.clashes:
            base, ours, theirs = (_side(side) for side in (clash.base, clash.ours, clash.theirs))
            row = left.pop(clash.key, None)
            if row is None:
                opened.append(
                    Conflict(article_id=sight.article, field=clash.key, base=base, ours=ours, theirs=theirs, found_at=at)
                )
            elif (row.ours, row.theirs) != (ours, theirs):
                moved.append((json_text(ours), json_text(theirs), moment(at), row.pk))
        ended += [row.pk for row in left.values()]
    Conflict.objects.bulk_create(opened)
    if moved:
        update(Conflict, ("ours", "theirs", "found_at"), ("id",), moved)
    if ended:
        # Both sides agree, the feed went back to what it said before, or the policy leaves nothing to ask.
        Conflict.objects.filter(pk__in=ended).update(settled_at=at)
    return len(opened)


def _side(value: Any) -> Any:
    return None if value is MISSING else plain_json(value)


# --- a policy that was changed ----------------------------------------------------------------------------------------
def unasked(site: Site, policy: Policy) -> list[Conflict]:
    """Open conflicts about fields where the policy asks nobody any more. One query."""
    asked = [key for key, owner in policy.owners.items() if owner == ASK]
    return list(Conflict.objects.filter(article__site=site, settled_at=None).exclude(field__in=asked).order_by("pk"))


def settle_unasked(conflicts: Sequence[Conflict], policy: Policy, at: datetime) -> None:
    """Settle these conflicts as the policy says: the feed's value is taken, or the desk's stays. Call it inside a
    transaction."""
    articles = locked({row.article_id for row in conflicts})
    taken: dict[int, dict[str, Any]] = {}
    for row in conflicts:
        if policy.owners.get(row.field) == FEED:
            theirs = article_values({row.field: thaw(ATTRIBUTES.get(row.field, row.field), row.theirs)})
            given = taken.setdefault(row.article_id, {})
            given |= {name: theirs[name] for name in articles[row.article_id].desk_fields if KEYS[name] == row.field}
    changes = []
    for pk, given in taken.items():
        article = articles[pk]
        now = {name: getattr(article, name) for name in MIRRORED} | given
        kept = tuple(name for name in article.desk_fields if name not in given)
        changes.append(FeedChange(article, now, now, now, kept, article.feed_published))
    rows = {review.article_id: review for review in follow_feed(changes, at=at, policy=policy).reviews}
    for row in conflicts:
        row.settled_at = at
        row.choice = Conflict.Choice.OURS
        if row.article_id in taken and policy.owners.get(row.field) == FEED:
            row.choice, row.settled_by = Conflict.Choice.THEIRS, rows.get(row.article_id)
    Conflict.objects.bulk_update(conflicts, ["settled_at", "settled_by", "choice"])

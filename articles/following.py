"""What the feed does to articles: the door that its changes come in by, beside ``decisions`` for what people do.

An undecided article follows the feed. A decided one keeps its decision and the desk's values; what the feed changed
meanwhile is recorded, and the article asks to be looked at again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from articles.acts import Act, write
from articles.frontmatter.converting import same
from articles.mapping import KEYS, MIRRORED, PROVIDER_PARTS, freeze
from articles.models import Article, Review
from articles.policy import DECISION, DEFAULT, Policy
from articles.workflow import DECIDED, UNDECIDED, Action, By, Recheck, Status, arrival_status

SOURCE = frozenset({"original_url", "provider_name", "provider_domain"})  # another value is another source
GRAVITY = list(Recheck)
SWAPPED, GONE, CHANGED = Recheck.SWAPPED, Recheck.GONE, Recheck.CHANGED


@dataclass(frozen=True)
class FeedChange:
    """A changed file of one article. ``was`` and ``now`` are every attribute as the last text and this one say it;
    ``values`` as both sides want it; ``keys`` are changed keys that are no attribute.

    ``desk_fields`` are the fields that stay the desk's. ``feed_published`` is the feed's own word, which our export in
    its file is not.
    """

    article: Article
    values: Mapping[str, Any]
    was: Mapping[str, Any]
    now: Mapping[str, Any]
    desk_fields: tuple[str, ...] = ()
    feed_published: bool | None = None
    keys: frozenset[str] = frozenset()

    @classmethod
    def none(cls, article: Article) -> FeedChange:
        """A file that says what it said: it is there again, or its article is looked at for another reason."""
        values = {name: getattr(article, name) for name in MIRRORED}
        return cls(article, values, values, values, tuple(article.desk_fields), article.feed_published)

    def with_keys(self, keys: Iterable[str]) -> FeedChange:
        return replace(self, keys=frozenset(keys))


@dataclass(frozen=True)
class Followed:
    """The rows that were left, and how many decided articles want another look that did not before, or not so much."""

    reviews: tuple[Review, ...] = ()
    alerts: int = 0


def follow_feed(changes: Iterable[FeedChange], *, at: datetime, policy: Policy = DEFAULT) -> Followed:
    """Take over what the feed changed. The articles must be locked, inside a transaction.

    Only what the policy calls a decision leaves a row and a new version; the rest is written quietly. The same number of
    queries for one article and for fifty.
    """
    acts = [_act(change, policy, at) for change in changes]
    reviews = write([act for act, _ in acts], Action.FOLLOW, at=at, by=By.FEED)
    return Followed(tuple(reviews), sum(is_alert for _, is_alert in acts))


def _act(change: FeedChange, policy: Policy, at: datetime) -> tuple[Act, bool]:
    """What one change comes to, and whether it is an alert."""
    article = change.article
    new = dict(change.values) | {"withdrawn": bool(change.values["removed"]), "desk_fields": list(change.desk_fields)}
    if article.status in UNDECIDED:
        new["status"] = arrival_status(new["published"]).value
    new = {name: value for name, value in new.items() if not same(freeze(getattr(article, name)), freeze(value))}
    spoken = [name for name in MIRRORED if not policy.is_quiet(name) and _is_news(change, name)]
    is_notable = any(policy.change_of(key) == DECISION for key in change.keys)
    unheeded = _unheeded(change, [name for name in spoken if name not in new])
    is_loud = any(name in ("status", "withdrawn") or (name in KEYS and not policy.is_quiet(name)) for name in new)
    act = Act(article, new, unheeded=unheeded, notable=is_notable, quiet=not (is_loud or unheeded or is_notable))
    if change.feed_published != article.feed_published:
        act.extra["feed_published"] = change.feed_published
    alert: dict[str, Any] = {}
    if article.status in DECIDED and (spoken or is_notable):
        alert = alerted(article, _reason(change, spoken), at)
        if not alert and article.recheck == GONE and "withdrawn" in new:
            act.new["recheck"] = CHANGED.value  # it is back, which is a change as well
        act.new |= alert
    return act, bool(alert)


def _is_news(change: FeedChange, name: str) -> bool:
    """Whether the feed says what it did not say before and what the desk does not hold: our own export coming home is
    no news."""
    now = change.now[name]
    return not same(change.was[name], now) and not same(getattr(change.article, name), now)


def _reason(change: FeedChange, spoken: list[str]) -> Recheck:
    """Why a decided article wants another look."""
    if change.article.status == Status.APPROVED and SOURCE.intersection(spoken):
        return SWAPPED
    return GONE if "removed" in spoken and change.now["removed"] else CHANGED


def alerted(article: Article, reason: Recheck, at: datetime) -> dict[str, Any]:
    """The attributes that put a decided article on the re-check list; none where a reason as grave stands there already."""
    if GRAVITY.index(reason) <= GRAVITY.index(Recheck(article.recheck)):
        return {}
    return {"recheck": reason.value, "recheck_since": at}


def _unheeded(change: FeedChange, names: list[str]) -> dict[str, list[Any]]:
    """File key -> what the feed said before and says now."""
    return {KEYS[name]: [_side(change.was, name), _side(change.now, name)] for name in names}


def _side(values: Mapping[str, Any], name: str) -> Any:
    if KEYS[name] != "provider":
        return freeze(values[name])
    provider = {part: values[attribute] for part, attribute in PROVIDER_PARTS.items() if values[attribute] is not None}
    return provider or None

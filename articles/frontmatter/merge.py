"""Three versions of one file's values made into one: key by key, lists by item, and nothing lost."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from articles.frontmatter.values import same


class Missing(Enum):
    """The value of a key that a version does not have."""

    MISSING = "missing"

    def __repr__(self) -> str:
        return "MISSING"


MISSING = Missing.MISSING
# What an item of a list is known by: the first of these keys that it has, or itself.
IDENTITIES: dict[str, tuple[str, ...]] = {
    "topics": (),
    "images": ("url",),
    "related": ("webUrl", "originalUrl", "title"),
}


@dataclass(frozen=True)
class Conflict:
    """One key that both sides changed to different values. A side that lacks the key has MISSING."""

    key: str
    base: Any
    ours: Any
    theirs: Any


@dataclass(frozen=True)
class Merged:
    """``values`` holds ours for every key in conflict, so nothing of the desk's is lost while it is open."""

    values: dict[str, Any]
    conflicts: tuple[Conflict, ...] = ()


def merge(
    base: Mapping[str, Any],
    ours: Mapping[str, Any],
    theirs: Mapping[str, Any],
    owners: Mapping[str, str] | None = None,
) -> Merged:
    """The values that both sides want.

    For each key: both equal, take it; one side silent, take the other; both changed, ``owners`` decides: "feed" takes
    theirs, "desk" takes ours, "ask" (the default) makes a conflict of that key alone. A key that a version lacks has the
    value MISSING there. Topics merge as an ordered set, images and related by address and the provider by its parts, so
    that ``owners`` is asked only about an item, a part or an order that both changed. The order of keys is that of theirs,
    then ours.
    """
    owners = owners or {}
    values: dict[str, Any] = {}
    conflicts: list[Conflict] = []
    for key in [*theirs, *(key for key in ours if key not in theirs)]:
        was, mine, now = (version.get(key, MISSING) for version in (base, ours, theirs))
        value, clash = _one(key, was, mine, now, owner=owners.get(key, "ask"))
        if clash:
            conflicts.append(Conflict(key, was, mine, now))
        if value is not MISSING:
            values[key] = value
    return Merged(values, tuple(conflicts))


def _one(key: str, base: Any, ours: Any, theirs: Any, owner: str) -> tuple[Any, bool]:
    """The value that both sides want, and whether it is in conflict."""
    if same(ours, theirs) or same(base, theirs):
        return ours, False
    if same(base, ours):
        return theirs, False
    combined = _combined(key, base, ours, theirs, owner)
    if combined is not None:
        return combined, False
    if owner == "feed":
        return theirs, False
    return ours, owner != "desk"


def _combined(key: str, base: Any, ours: Any, theirs: Any, owner: str) -> Any:
    """Both changes in one value, where they do not touch each other or ``owner`` decides what they both touch; else
    None."""
    sides = (base, ours, theirs)
    if all(isinstance(side, dict) for side in sides):
        merged = merge(base, ours, theirs, dict.fromkeys({*ours, *theirs}, owner))
        return None if merged.conflicts else merged.values
    if key in IDENTITIES and all(isinstance(side, list) for side in sides):
        return _items(IDENTITIES[key], base, ours, theirs, owner)
    return None


def _items(
    names: Sequence[str], base: Sequence[Any], ours: Sequence[Any], theirs: Sequence[Any], owner: str
) -> list[Any] | None:
    """Lists merged item by item. None where an item or the order is in conflict, or an item cannot be told from another."""
    before, left, right = (_known(names, side) for side in (base, ours, theirs))
    if before is None or left is None or right is None:
        return None
    values: dict[Any, Any] = {}
    for identity in {**left, **right}:
        was, mine, now = (version.get(identity, MISSING) for version in (before, left, right))
        value, clash = _one("", was, mine, now, owner)
        if clash:
            return None
        if value is not MISSING:
            values[identity] = value
    order = _order(list(before), list(left), list(right), values, owner)
    return None if order is None else [values[identity] for identity in order]


def _order(
    base: Sequence[Any], ours: Sequence[Any], theirs: Sequence[Any], kept: Container[Any], owner: str
) -> list[Any] | None:
    """The kept items in the order of the side that changed it, what the other side added behind what it stood behind.

    None where both sides changed the order of what they share and nobody decides.
    """
    shared = [item for item in base if item in ours and item in theirs]
    order_ours = [item for item in ours if item in shared]
    order_theirs = [item for item in theirs if item in shared]
    lead, other = ours, theirs
    if order_theirs not in (shared, order_ours):
        if order_ours != shared and owner == "ask":
            return None
        if order_ours == shared or owner == "feed":
            lead, other = theirs, ours
    result = [item for item in lead if item in kept]
    for place, item in enumerate(other):
        if item in kept and item not in result:
            before = next((known for known in reversed(other[:place]) if known in result), MISSING)
            result.insert(0 if before is MISSING else result.index(before) + 1, item)
    return result


def _known(names: Sequence[str], items: Sequence[Any]) -> dict[Any, Any] | None:
    """The items by what they are known by. None where one is not known by anything, or two are known by the same."""
    known: dict[Any, Any] = {}
    for item in items:
        identity: Any = item
        if names:
            identity = next(
                ((name, item[name]) for name in names if isinstance(item, dict) and item.get(name)), MISSING
            )
        elif not isinstance(item, str | None):
            return None
        if identity is MISSING or (names and not isinstance(identity[1], str)) or identity in known:
            return None
        known[identity] = item
    return known

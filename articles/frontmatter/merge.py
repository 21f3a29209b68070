"""Three versions of one file's values made into one: key by key, lists by item, and nothing lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from articles.frontmatter.converting import same


class Missing(Enum):
    """The value of a key that a version does not have."""

    MISSING = "missing"

    def __repr__(self) -> str:
        return "MISSING"


MISSING = Missing.MISSING
IDENTITIES = {"images": ("url",), "related": ("webUrl", "originalUrl", "title")}


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
    theirs, "desk" takes ours, "ask" (the default) makes a conflict of that key alone. Topics merge as an ordered set,
    images and related by address, the provider by its parts. The order of keys is that of theirs, then ours.
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
    if same(ours, theirs) or same(base, theirs):
        return ours, False
    if same(base, ours):
        return theirs, False
    combined = _combined(key, base, ours, theirs)
    if combined is not None:
        return combined, False
    if owner == "feed":
        return theirs, False
    return ours, owner != "desk"


def _combined(key: str, base: Any, ours: Any, theirs: Any) -> Any:
    """Both changes in one value where they do not touch each other, else None."""
    if key == "topics" and all(isinstance(side, list) for side in (base, ours, theirs)):
        return _ordered_set(base, ours, theirs)
    if key == "provider" and all(isinstance(side, dict) for side in (base, ours, theirs)):
        merged = merge(base, ours, theirs)
        return None if merged.conflicts else merged.values
    if key in IDENTITIES and all(isinstance(side, list) for side in (base, ours, theirs)):
        return _by_identity(IDENTITIES[key], base, ours, theirs)
    return None


def _ordered_set(base: Sequence[Any], ours: Sequence[Any], theirs: Sequence[Any]) -> list[Any] | None:
    """Ours with what they added put in and what they took out gone. None where both reordered what they share."""
    shared = [name for name in base if name in ours and name in theirs]
    order_ours = [name for name in ours if name in shared]
    order_theirs = [name for name in theirs if name in shared]
    if len(shared) != len(set(map(str, shared))):
        return None
    if order_ours != shared and order_theirs != shared and order_ours != order_theirs:
        return None
    lead, other = (ours, theirs) if order_ours != shared or order_theirs == shared else (theirs, ours)
    result = [name for name in lead if name in other or name not in base]
    for place, name in enumerate(other):
        if name not in base and name not in result:
            before = next((known for known in reversed(other[:place]) if known in result), MISSING)
            result.insert(0 if before is MISSING else result.index(before) + 1, name)
    return result


def _by_identity(
    names: Sequence[str], base: Sequence[Any], ours: Sequence[Any], theirs: Sequence[Any]
) -> list[Any] | None:
    """Items merged one by one, in the order of theirs. None where one item was changed by both, or has no identity."""
    versions = [_keyed(names, side) for side in (base, ours, theirs)]
    if any(version is None for version in versions):
        return None
    before, left, right = (version or {} for version in versions)
    result: list[Any] = []
    for identity in [*right, *(identity for identity in left if identity not in right)]:
        was, mine, now = (version.get(identity, MISSING) for version in (before, left, right))
        value, clash = _one("", was, mine, now, owner="ask")
        if clash:
            return None
        if value is not MISSING:
            result.append(value)
    return result


def _keyed(names: Sequence[str], items: Sequence[Any]) -> dict[str, Any] | None:
    keyed: dict[str, Any] = {}
    for item in items:
        identity = next((item[name] for name in names if isinstance(item, dict) and item.get(name)), None)
        if not isinstance(identity, str) or identity in keyed:
            return None
        keyed[identity] = item
    return keyed

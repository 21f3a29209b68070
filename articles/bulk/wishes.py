"""What is wished for many articles: a decision, or changes that differ with each article."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from articles.decisions import Changes
from articles.models import Article, BulkRun
from articles.workflow import PUBLISH_LINE, Action, Reason

VERBS = {
    Action.APPROVE: "Approve",
    Action.REJECT: "Reject",
    Action.HOLD: "Put aside",
    Action.WAKE: "Bring back",
    Action.EDIT: "Change",
    Action.UNDO: "Undo",
}


@dataclass(frozen=True)
class Wish:
    """``changes`` may hold ``quality`` and ``heat`` (the new value), ``step`` (added to the quality), ``lift`` (up to the
    line, where it is under it), ``add`` and ``remove`` (a topic's name), ``swap`` (a topic's name and the one that takes
    its place)."""

    action: Action
    reason: str = ""
    note: str = ""
    changes: Mapping[str, Any] = field(default_factory=dict)

    def is_of(self, run: BulkRun) -> bool:
        """Whether a run does this, or has nothing to do yet."""
        return not run.action or (self.action, self.reason, dict(self.changes)) == (run.action, run.reason, run.changes)


def each(changes: Mapping[str, Any]) -> Changes:
    """A wish's changes as the door takes them: what they mean for one article."""

    def found(article: Article) -> dict[str, Any]:
        new = {name: changes[name] for name in ("quality", "heat") if name in changes}
        if "step" in changes:
            new["quality"] = max(0, (article.quality or 0) + changes["step"])
        if "lift" in changes and (article.quality is None or article.quality < PUBLISH_LINE):
            new["quality"] = PUBLISH_LINE
        old = list(article.topics or [])
        names = [name for name in old if name != changes.get("remove") or not name]
        if "swap" in changes:
            names = _swapped(names, *changes["swap"])
        if changes.get("add") and changes["add"] not in names:
            names.append(changes["add"])
        return new | ({"topics": names} if names != old else {})

    return found


def _swapped(names: list[Any], old: str, new: str) -> list[Any]:
    """The list with ``new`` where ``old`` stood; nowhere twice."""
    if old not in names:
        return names
    if new in names:
        return [name for name in names if name != old]
    return [new if name == old else name for name in names]


# --- in words ---------------------------------------------------------------------------------------------------------
def counted(count: int) -> str:
    return f"{count:,} article{'' if count == 1 else 's'}"


def wished(action: str, reason: str, changes: Mapping[str, Any], count: int) -> str:
    """What will be done: “Reject 641 articles, thin”."""
    verb = VERBS.get(Action(action), "Change") if action else "Choose what to do with"
    details = _details(reason, changes)
    return f"{verb} {counted(count)}" + (f": {details}" if details else "")


def done(action: str, reason: str, changes: Mapping[str, Any], count: int) -> str:
    """What was done: “Approved 39 articles”."""
    details = _details(reason, changes)
    verb = "Changed" if action == Action.EDIT else Action(action).label
    return f"{verb} {counted(count)}" + (f": {details}" if details else "")


def left(count: int) -> str:
    """“3 changed meanwhile and were left alone”; "" where nothing was left."""
    if not count:
        return ""
    return f"{count:,} changed meanwhile and {'was' if count == 1 else 'were'} left alone"


def _details(reason: str, changes: Mapping[str, Any]) -> str:
    parts = [Reason(reason).label.lower()] if reason else []
    for name, words in (("quality", "quality {}"), ("heat", "heat {}"), ("add", "add {}"), ("remove", "remove {}")):
        if name in changes:
            parts.append(words.format(changes[name]))
    if "swap" in changes:
        parts.append("topic {} becomes {}".format(*changes["swap"]))
    if "step" in changes:
        parts.append(f"quality {changes['step']:+d}".replace("-", "−"))
    if "lift" in changes:
        parts.append(f"lift to {PUBLISH_LINE}")
    return ", ".join(parts)

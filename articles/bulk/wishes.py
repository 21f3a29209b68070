"""What is wished for many articles: a decision, or changes that differ with each article."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext

from articles.editable import Changes
from articles.labels import counted, inside, label
from articles.models import Article, BulkRun
from articles.workflow import NN_, PUBLISH_LINE, Action, Reason

WISHED = {
    Action.APPROVE: NN_("Approve %(count)s article", "Approve %(count)s articles"),
    Action.REJECT: NN_("Reject %(count)s article", "Reject %(count)s articles"),
    Action.HOLD: NN_("Put aside %(count)s article", "Put aside %(count)s articles"),
    Action.WAKE: NN_("Bring back %(count)s article", "Bring back %(count)s articles"),
    Action.EDIT: NN_("Change %(count)s article", "Change %(count)s articles"),
    Action.UNDO: NN_("Undo %(count)s article", "Undo %(count)s articles"),
}
DONE = {
    Action.APPROVE: NN_("Approved %(count)s article", "Approved %(count)s articles"),
    Action.REJECT: NN_("Rejected %(count)s article", "Rejected %(count)s articles"),
    Action.HOLD: NN_("Held %(count)s article", "Held %(count)s articles"),
    Action.WAKE: NN_("Back in the queue %(count)s article", "Back in the queue %(count)s articles"),
    Action.EDIT: NN_("Changed %(count)s article", "Changed %(count)s articles"),
    Action.UNDO: NN_("Undone %(count)s article", "Undone %(count)s articles"),
}
ASSIGN = NN_("Assign %(count)s article to %(name)s", "Assign %(count)s articles to %(name)s")
ASSIGNED = NN_("Assigned %(count)s article to %(name)s", "Assigned %(count)s articles to %(name)s")
FREE = NN_("Assign %(count)s article to nobody", "Assign %(count)s articles to nobody")
FREED = NN_("Assigned %(count)s article to nobody", "Assigned %(count)s articles to nobody")
UNSAID = NN_("Choose what to do with %(count)s article", "Choose what to do with %(count)s articles")
LEFT = NN_("%(count)s changed meanwhile and was left alone", "%(count)s changed meanwhile and were left alone")


@dataclass(frozen=True)
class Wish:
    """``changes`` may hold ``quality`` and ``heat`` (the new value), ``step`` (added to the quality), ``lift`` (up to the
    line, where it is under it), ``add`` and ``remove`` (a topic's name), ``swap`` (a topic's name and the one that takes
    its place); or ``assign`` alone (a person's name, "" for nobody)."""

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
def wished(action: str, reason: str, changes: Mapping[str, Any], count: int) -> str:
    """What will be done: “Reject 641 articles: thin”."""
    if _is_assigning(action, changes):
        return counted(ASSIGN if changes["assign"] else FREE, count, name=changes["assign"])
    return _with(counted(WISHED.get(Action(action), WISHED[Action.EDIT]) if action else UNSAID, count), reason, changes)


def done(action: str, reason: str, changes: Mapping[str, Any], count: int) -> str:
    """What was done: “Approved 39 articles”."""
    if _is_assigning(action, changes):
        return counted(ASSIGNED if changes["assign"] else FREED, count, name=changes["assign"])
    return _with(counted(DONE.get(Action(action), DONE[Action.EDIT]), count), reason, changes)


def _is_assigning(action: str, changes: Mapping[str, Any]) -> bool:
    return action == Action.EDIT and list(changes) == ["assign"]


def left(count: int) -> str:
    """“3 changed meanwhile and were left alone”; "" where nothing was left."""
    return counted(LEFT, count) if count else ""


def _with(act: str, reason: str, changes: Mapping[str, Any]) -> str:
    details = [inside(label(Reason(reason)))] if reason else []
    if "quality" in changes:
        details.append(gettext("quality %(quality)s") % {"quality": changes["quality"]})
    if "heat" in changes:
        details.append(gettext("heat %(heat)s") % {"heat": changes["heat"]})
    if "add" in changes:
        details.append(gettext("add %(topic)s") % {"topic": changes["add"]})
    if "remove" in changes:
        details.append(gettext("remove %(topic)s") % {"topic": changes["remove"]})
    if "swap" in changes:
        old, new = changes["swap"]
        details.append(gettext("topic %(old)s becomes %(new)s") % {"old": old, "new": new})
    if "step" in changes:
        details.append(gettext("quality %(quality)s") % {"quality": f"{changes['step']:+d}".replace("-", "−")})
    if "lift" in changes:
        details.append(gettext("lift to %(quality)s") % {"quality": PUBLISH_LINE})
    if "watch" in changes:
        details.append(gettext("watch"))
    if "assign" in changes:
        details.append(gettext("for %(name)s") % {"name": changes["assign"]})
    return gettext("%(act)s: %(details)s") % {"act": act, "details": ", ".join(details)} if details else act

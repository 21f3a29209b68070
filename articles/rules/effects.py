"""Then what: what a rule does to an article, how it is stored and what it says in words. Pure.

Stored as a mapping of ``decide`` (approve, reject, hold), ``reason``, ``quality`` (the new value), ``step`` (added to it),
``add`` and ``remove`` (a topic's name), ``watch`` and ``assign`` (a person's name).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from articles.labels import label
from articles.mapping import LONGEST_TOPIC
from articles.rules.conditions import listed
from articles.rules.kinds import LARGEST, RuleUnreadable
from articles.workflow import HOLD_HOURS, PUBLISH_LINE, Action, Reason, Status

DECIDES = (Action.APPROVE, Action.REJECT, Action.HOLD)
LEADS = {Action.APPROVE: Status.APPROVED, Action.REJECT: Status.REJECTED, Action.HOLD: Status.HELD}
LARGEST_STEP = 200
NAMES = frozenset({"decide", "reason", "quality", "step", "add", "remove", "watch", "assign"})
LONGEST_PERSON = 150


@dataclass(frozen=True)
class Effects:
    """``action`` is a decision, or EDIT where the rule only adjusts."""

    action: Action = Action.EDIT
    reason: str = ""
    quality: int | None = None
    step: int | None = None
    add: str = ""
    remove: str = ""
    watch: bool = False
    assign: str = ""

    @property
    def decides(self) -> bool:
        return self.action != Action.EDIT

    @property
    def adjusts(self) -> bool:
        """Whether it changes values of the article, apart from a decision."""
        return self.quality is not None or bool(self.step or self.add or self.remove)

    def changes(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The new values that this means for an article with these."""
        new: dict[str, Any] = {}
        if self.quality is not None:
            new["quality"] = self.quality
        if self.step:
            new["quality"] = max(0, (values.get("quality") or 0) + self.step)
        old = list(values.get("topics") or ())
        names = [name for name in old if not self.remove or name != self.remove]
        if self.add and self.add not in names:
            names.append(self.add)
        return new | ({"topics": names} if names != old else {})

    def contradicts(self, other: Effects) -> bool:
        """Whether the two would have one article be two things at once."""
        if self.decides and other.decides:
            return self.action != other.action
        topics = (self.add and self.add == other.remove) or (self.remove and self.remove == other.add)
        lines = {value >= PUBLISH_LINE for value in (self.quality, other.quality) if value is not None}
        people = self.assign and other.assign and self.assign != other.assign
        return bool(topics or people) or len(lines) == 2

    def as_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {"decide": self.action.value if self.decides else "", "reason": self.reason}
        found |= {"quality": self.quality, "step": self.step, "add": self.add, "remove": self.remove, "watch": self.watch}
        found["assign"] = self.assign
        return {name: value for name, value in found.items() if value not in ("", None, False)}

    def as_changes(self) -> dict[str, Any]:
        """What of it a run keeps beside its action and reason."""
        return {name: value for name, value in self.as_json().items() if name not in ("decide", "reason")}


def read(stored: Any) -> Effects:
    """What a rule does, in its one form. Raises RuleUnreadable, naming the part."""
    if not isinstance(stored, Mapping) or stored.keys() - NAMES:
        raise RuleUnreadable(_("A rule may: %(known)s.") % {"known": ", ".join(sorted(NAMES))})
    decide, reason = stored.get("decide") or "", stored.get("reason") or ""
    if decide and decide not in DECIDES:
        raise RuleUnreadable(_("A rule approves, rejects or holds."), "decide")
    if reason and (decide != Action.REJECT or reason not in set(Reason)):
        raise RuleUnreadable(_("Only a rejection has a reason, and one of the list."), "reason")
    numbers = {name: stored.get(name) for name in ("quality", "step")}
    for name, least, most in (("quality", 0, LARGEST), ("step", -LARGEST_STEP, LARGEST_STEP)):
        value = numbers[name]
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most):
            sentence = _("Write a whole number from %(least)s to %(most)s.") % {"least": least, "most": most}
            raise RuleUnreadable(sentence, name)
    if numbers["quality"] is not None and numbers["step"] is not None:
        raise RuleUnreadable(_("Set the quality or add to it, not both."), "quality")
    names = {}
    for name in ("add", "remove"):
        value = stored.get(name) or ""
        if not isinstance(value, str) or len(value) > LONGEST_TOPIC:
            raise RuleUnreadable(_("A topic has at most %(most)s letters.") % {"most": LONGEST_TOPIC}, name)
        names[name] = " ".join(value.split())
    if names["add"] and names["add"] == names["remove"]:
        raise RuleUnreadable(_("Add a topic or remove it, not both."), "add")
    if not isinstance(stored.get("watch", False), bool):
        raise RuleUnreadable(_("Watching is yes or no."), "watch")
    assign = stored.get("assign") or ""
    if not isinstance(assign, str) or len(assign) > LONGEST_PERSON:
        raise RuleUnreadable(_("A person's name has at most %(most)s letters.") % {"most": LONGEST_PERSON}, "assign")
    found = Effects(
        Action(decide) if decide else Action.EDIT, reason, numbers["quality"], numbers["step"] or None,
        names["add"], names["remove"], stored.get("watch", False), assign.strip(),
    )  # fmt: skip
    if not (found.decides or found.adjusts or found.watch or found.assign):
        raise RuleUnreadable(_("Say what to do."), "decide")
    return found


def in_words(effects: Effects) -> str:
    """“reject as Thin and add the topic Rail”."""
    parts = []
    if effects.action == Action.APPROVE:
        parts.append(_("approve"))
    if effects.action == Action.REJECT:
        reason = label(Reason(effects.reason)) if effects.reason else ""
        parts.append(_("reject as %(reason)s") % {"reason": reason} if reason else _("reject"))
    if effects.action == Action.HOLD:
        parts.append(_("put aside for %(hours)s hours") % {"hours": HOLD_HOURS})
    if effects.quality is not None:
        parts.append(_("set the quality to %(quality)s") % {"quality": effects.quality})
    if effects.step:
        form = _("add %(step)s to the quality") if effects.step > 0 else _("take %(step)s from the quality")
        parts.append(form % {"step": abs(effects.step)})
    if effects.add:
        parts.append(_("add the topic %(topic)s") % {"topic": effects.add})
    if effects.remove:
        parts.append(_("remove the topic %(topic)s") % {"topic": effects.remove})
    if effects.watch:
        parts.append(_("put it on the watch list"))
    if effects.assign:
        parts.append(_("assign it to %(name)s") % {"name": effects.assign})
    return listed(parts)

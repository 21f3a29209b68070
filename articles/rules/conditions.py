"""When a rule means an article: conditions that must all hold.

Pure. A condition is stored as ``{"kind": …, "value": …, "not": …}``; ``read`` is the one schema of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from articles.rules.kinds import KINDS, Facts, RuleUnreadable

MOST_CONDITIONS = 20


@dataclass(frozen=True)
class Condition:
    """``value``: what ``KINDS`` says of the kind. ``without``: it must not be so."""

    kind: str
    value: Any
    without: bool = False

    def as_json(self) -> dict[str, Any]:
        return {"kind": self.kind, "value": self.value} | ({"not": True} if self.without else {})


def read(stored: Any) -> tuple[Condition, ...]:
    """The conditions of a rule, each in its one form. Raises RuleUnreadable, naming the kind."""
    if not isinstance(stored, list) or not stored:
        raise RuleUnreadable(_("Say when: a rule without a condition would mean every article."))
    if len(stored) > MOST_CONDITIONS:
        raise RuleUnreadable(_("A rule has at most %(most)s conditions.") % {"most": MOST_CONDITIONS})
    found = []
    for one in stored:
        kind = KINDS.get(one.get("kind")) if isinstance(one, Mapping) else None
        if kind is None or one.keys() - {"kind", "value", "not"} or not isinstance(one.get("not", False), bool):
            raise RuleUnreadable(_("A condition is one of: %(known)s.") % {"known": ", ".join(KINDS)})
        without = one.get("not", False)
        if without and not kind.turns:
            raise RuleUnreadable(_("Turn the range instead of asking for the contrary."), kind.name)
        try:
            condition = Condition(kind.name, kind.read(one.get("value")), without)
        except RuleUnreadable as error:
            raise RuleUnreadable(str(error), kind.name) from None
        if any(one == condition or one.kind != "words" and (one.kind, one.without) == (kind.name, without) for one in found):
            raise RuleUnreadable(_("Only words are asked for more than once."), kind.name)
        found.append(condition)
    return tuple(found)


@dataclass(frozen=True)
class Asked:
    """Conditions that can be asked: names have found what they mean on the site. ``broken``: sentences about those that
    mean nothing there; with any of them the rule means no article."""

    conditions: tuple[Condition, ...]
    broken: tuple[str, ...] = field(default=())

    def holds(self, facts: Facts) -> bool | None:
        """Whether the article is meant; None where what is unknown of it decides that."""
        if self.broken:
            return False
        unknown = False
        for condition in self.conditions:
            if condition.kind in facts.unknown:
                unknown = True
            elif KINDS[condition.kind].holds(condition.value, facts) == condition.without:
                return False
        return None if unknown else True


def in_words(conditions: Sequence[Condition]) -> str:
    """“the provider is X and the title has “…””"""
    return listed([KINDS[one.kind].words(one.value, one.without) for one in conditions])


def listed(parts: Sequence[str]) -> str:
    """Several parts as one: “a, b and c”."""
    if len(parts) < 2:
        return "".join(parts)
    return _("%(parts)s and %(last)s") % {"parts": ", ".join(parts[:-1]), "last": parts[-1]}

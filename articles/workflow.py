"""The one table of what may be decided: statuses, decisions, reasons, and which leads where.

Pure Python: models take their choices from here, forms their buttons, docs their lists.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


# Pure rooms speak English and mark their words, so that ``desk manage messages`` finds them; ``articles/labels.py`` says them
# in the language of the page.
def N_(text: str) -> str:
    """The text itself."""
    return text


def NN_(one: str, many: str) -> tuple[str, str]:
    """The words for one and for many, with ``%(count)s`` for the number."""
    return one, many


class Said(str):
    """A sentence in English that remembers how it was made: ``Said("At most %(most)s", most=5)``.

    With ``many`` and ``count`` it is one of two, as the number asks. A value may be a Said itself.
    """

    msgid: str
    many: str
    number: int
    values: Mapping[str, Any]

    def __new__(cls, msgid: str, many: str = "", *, count: int = 1, **values: Any) -> Said:
        if many:
            values = {"count": count, **values}
        words = many if many and count != 1 else msgid
        said = str.__new__(cls, words % values if values else words)
        said.msgid, said.many, said.number, said.values = msgid, many, count, values
        return said


class Labelled(StrEnum):
    """A string enum whose cases know what to call themselves on the screen."""

    label: str

    def __new__(cls, value: str, label: str) -> Labelled:
        case = str.__new__(cls, value)
        case._value_ = value
        case.label = label
        return case

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """In English; ``articles.labels.choices`` for fields that people see."""
        return [(case.value, case.label) for case in cls]


class Status(Labelled):
    PENDING = "pending", N_("Waiting")
    HELD = "held", N_("Held")
    APPROVED = "approved", N_("Approved")
    REJECTED = "rejected", N_("Rejected")
    LIVE = "live", N_("Published by the feed")


class Reason(Labelled):
    """Why an article is rejected, in the order of the digits that choose it."""

    OFF_TOPIC = "off_topic", N_("Off topic")
    DUPLICATE = "duplicate", N_("Duplicate")
    THIN = "thin", N_("Thin")
    ADVERTISING = "advertising", N_("Advertising")
    BROKEN_LINK = "broken_link", N_("Broken link")
    OTHER = "other", N_("Other")


class Trust(Labelled):
    """What the desk thinks of a provider."""

    NEW = "new", N_("New, not judged yet")
    NORMAL = "normal", N_("Normal")
    TRUSTED = "trusted", N_("Trusted")
    WATCH = "watch", N_("On watch")
    BLOCKED = "blocked", N_("Blocked")


class Action(Labelled):
    """What one Review row records. The first three are an editor's decisions."""

    APPROVE = "approve", N_("Approved")
    REJECT = "reject", N_("Rejected")
    HOLD = "hold", N_("Held")
    WAKE = "wake", N_("Back in the queue")
    EDIT = "edit", N_("Edited")
    UNDO = "undo", N_("Undone")
    FOLLOW = "follow", N_("Followed the feed")
    SETTLE = "settle", N_("Settled")
    CONFIRM = "confirm", N_("Confirmed")


class Recheck(Labelled):
    """Why a decided article wants another look: what the feed did to it since. The later case is the graver one."""

    NONE = "", N_("Nothing changed")
    CHANGED = "changed", N_("Changed since the decision")
    GONE = "gone", N_("Taken back by the feed")
    SWAPPED = "swapped", N_("Another source now")


class KeyMode(Labelled):
    """When single keys act."""

    ON = "on", N_("On")
    ALT = "alt", N_("With Alt")
    OFF = "off", N_("Off")


class Theme(Labelled):
    SYSTEM = "system", N_("System")
    LIGHT = "light", N_("Light")
    DARK = "dark", N_("Dark")


class Density(Labelled):
    """How much of a list is on the screen."""

    COMFORTABLE = "comfy", N_("Comfortable")
    COMPACT = "compact", N_("Compact")


class Digest(Labelled):
    """How often a person gets one mail about what waits for them."""

    OFF = "off", N_("Off")
    DAILY = "daily", N_("Daily")
    WEEKLY = "weekly", N_("Weekly")


class Scope(Labelled):
    """What a token of the API is for. Each is a part of what its person may do, never more."""

    READ = "read", N_("Read")
    DECIDE = "decide", N_("Decide")
    EDIT = "edit", N_("Edit and assign")
    NOTE = "note", N_("Write notes")
    EXPORT = "export", N_("See exports")


class By(Labelled):
    """Who acted."""

    EDITOR = "editor", N_("Editor")
    RULE = "rule", N_("Rule")
    FEED = "feed", N_("Feed")
    DESK = "desk", N_("Desk")


@dataclass(frozen=True)
class Transition:
    """One row of the table: where a decision may start, where it leads, what it writes into the file."""

    to: Status
    sources: frozenset[Status]
    published: bool | None = None
    takes_reason: bool = False
    permission: str = "articles.decide_article"


TRANSITIONS: dict[Action, Transition] = {
    Action.APPROVE: Transition(
        Status.APPROVED,
        frozenset({Status.PENDING, Status.HELD, Status.REJECTED, Status.LIVE}),
        published=True,
    ),
    Action.REJECT: Transition(
        Status.REJECTED,
        frozenset({Status.PENDING, Status.HELD, Status.APPROVED, Status.LIVE}),
        published=False,
        takes_reason=True,
    ),
    Action.HOLD: Transition(Status.HELD, frozenset({Status.PENDING, Status.HELD})),
    Action.WAKE: Transition(Status.PENDING, frozenset({Status.HELD})),
}
DECISIONS = (Action.APPROVE, Action.REJECT, Action.HOLD, Action.WAKE)
DECIDED = frozenset({Status.APPROVED, Status.REJECTED})
UNDECIDED = frozenset({Status.PENDING, Status.LIVE})

HOLD_HOURS = 4  # how long "Later" puts an article aside
PUBLISH_LINE = 70  # the quality from which the feed itself publishes
UNKNOWN_HEAT = -1
UNGUESSED = -1_000_000  # of Article.likely: nothing has been learned yet


def may(action: Action, status: str) -> bool:
    """Whether an article of this status can be decided so."""
    return status in TRANSITIONS[action].sources


def arrival_status(published: bool | None) -> Status:
    """The status of an article that no editor has looked at: it follows the feed back and forth."""
    return Status.LIVE if published else Status.PENDING

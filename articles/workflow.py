"""The one table of what may be decided: statuses, decisions, reasons, and which leads where.

Pure Python: models take their choices from here, forms their buttons, docs their lists.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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
        return [(case.value, case.label) for case in cls]


class Status(Labelled):
    PENDING = "pending", "Waiting"
    HELD = "held", "Held"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Rejected"
    LIVE = "live", "Published by the feed"


class Reason(Labelled):
    """Why an article is rejected, in the order of the digits that choose it."""

    OFF_TOPIC = "off_topic", "Off topic"
    DUPLICATE = "duplicate", "Duplicate"
    THIN = "thin", "Thin"
    ADVERTISING = "advertising", "Advertising"
    BROKEN_LINK = "broken_link", "Broken link"
    OTHER = "other", "Other"


class Trust(Labelled):
    """What the desk thinks of a provider."""

    NEW = "new", "New, not judged yet"
    NORMAL = "normal", "Normal"
    TRUSTED = "trusted", "Trusted"
    WATCH = "watch", "On watch"
    BLOCKED = "blocked", "Blocked"


class Action(Labelled):
    """What one Review row records. The first three are an editor's decisions."""

    APPROVE = "approve", "Approved"
    REJECT = "reject", "Rejected"
    HOLD = "hold", "Held"
    WAKE = "wake", "Back in the queue"
    EDIT = "edit", "Edited"
    UNDO = "undo", "Undone"
    FOLLOW = "follow", "Followed the feed"
    SETTLE = "settle", "Settled"
    CONFIRM = "confirm", "Confirmed"


class Recheck(Labelled):
    """Why a decided article wants another look: what the feed did to it since. The later case is the graver one."""

    NONE = "", "Nothing changed"
    CHANGED = "changed", "Changed since the decision"
    GONE = "gone", "Taken back by the feed"
    SWAPPED = "swapped", "Another source now"


class KeyMode(Labelled):
    """When single keys act."""

    ON = "on", "On"
    ALT = "alt", "With Alt"
    OFF = "off", "Off"


class Theme(Labelled):
    SYSTEM = "system", "System"
    LIGHT = "light", "Light"
    DARK = "dark", "Dark"


class Density(Labelled):
    """How much of a list is on the screen."""

    COMFORTABLE = "comfy", "Comfortable"
    COMPACT = "compact", "Compact"


class Scope(Labelled):
    """What a token of the API is for. Each is a part of what its person may do, never more."""

    READ = "read", "Read"
    DECIDE = "decide", "Decide"
    EDIT = "edit", "Edit"
    EXPORT = "export", "See exports"


class By(Labelled):
    """Who acted."""

    EDITOR = "editor", "Editor"
    RULE = "rule", "Rule"
    FEED = "feed", "Feed"
    DESK = "desk", "Desk"


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

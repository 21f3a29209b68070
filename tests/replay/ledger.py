"""What must have become of every value that was sent: the oracle's own bookkeeping, from the files' values alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

SENT, ARRIVED, KEPT, REVERTED = "sent", "arrived", "kept", "reverted"


@dataclass
class Sent:
    """A value that an export put into the repository by ``commit``, and the feed's own last word on that key."""

    value: Any
    feed: Any
    commit: str
    state: str = SENT

    @property
    def parts(self) -> set[str] | None:
        """Of a mapping the parts that the desk changed; None where it is not one."""
        if not isinstance(self.value, dict) or not isinstance(self.feed, dict):
            return None
        return {part for part in {*self.value, *self.feed} if self.value.get(part) != self.feed.get(part)}

    def is_held_by(self, now: Any) -> bool:
        """Whether a file with this value holds what was sent."""
        parts = self.parts
        if parts is None or not isinstance(now, dict):
            return bool(now == self.value)
        return all(now.get(part) == self.value.get(part) for part in parts)

    def move(self, now: Any, *, rewritten: bool, reached: Callable[[str], bool]) -> None:
        """The next commit has this value. ``rewritten``: the feed has written the file. ``reached``: whether an export's
        commit is among those that led here: before that nobody can have written over it."""
        if self.is_held_by(now):
            if self.state == SENT:
                self.state = ARRIVED
            elif rewritten or self.state == REVERTED:
                self.state = KEPT
            parts = self.parts
            if parts is not None and isinstance(now, dict):
                own = {part: self.feed[part] for part in parts if part in self.feed}
                self.feed = {part: value for part, value in now.items() if part not in parts} | own
        else:
            if self.state != SENT or reached(self.commit):
                self.state = REVERTED
            self.feed = now

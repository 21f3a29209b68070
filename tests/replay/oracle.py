"""What a desk must hold after each commit of a feed and each act of an editor: worked out from the texts alone.

It knows nothing of the desk's own reading, merging or policy. Values are text, lists and mappings; "" and a missing key
are both None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.replay.ledger import REVERTED, SENT, Sent
from tests.replay.texts import differing, flat, laid_over, read

NOISE, DRIFT, CONTEXT, DECISION = CLASSES = ("noise", "drift", "context", "decision")
QUIET = {"secured": NOISE, "heat": DRIFT, "related": CONTEXT}
KNOWN = frozenset(
    "category title excerpt publishedDateTime originalUrl webUrl ampWebUrl cdnAmpWebUrl type quality heat published "
    "removed featuredContent provider topics images related secured".split()
)
DESKS_OWN = frozenset({"quality", "heat", "published", "topics"})  # never a conflict once a person has touched them
PENDING, HELD, APPROVED, REJECTED, LIVE = "pending", "held", "approved", "rejected", "live"
DECIDED = frozenset({APPROVED, REJECTED})
SOURCE = frozenset({"originalUrl", "provider.name", "provider.domain"})  # another value is another source
CHANGED, GONE, SWAPPED = GRAVITY = ("changed", "gone", "swapped")
Side = tuple[Any, Any, Any]  # base, ours, theirs


@dataclass
class File:
    """One article file. ``desk`` holds what persons said: key -> value, for the provider "provider.name"."""

    data: bytes
    says: dict[str, Any]
    status: str
    desk: dict[str, Any] = field(default_factory=dict)
    agreed: dict[str, Any] = field(default_factory=dict)  # what persons said and the feed says too
    conflicts: dict[str, Side] = field(default_factory=dict)
    sent: dict[str, Sent] = field(default_factory=dict)
    gone: bool = False
    recheck: str = ""  # why the decided article wants another look

    @property
    def withdrawn(self) -> bool:
        return self.gone or self.says.get("removed") == "true"

    def holds(self) -> dict[str, Any]:
        """What the desk must show: the feed's values with the desk's laid over them."""
        return laid_over(self.says, self.desk)

    def leaves(self) -> dict[str, Any]:
        """What an export must change: key -> value. A key in conflict is held back."""
        own = {name: value for name, value in self.desk.items() if name.partition(".")[0] not in self.conflicts}
        wanted = laid_over(self.says, own)
        return {key: value for key, value in wanted.items() if value != self.says.get(key)}


@dataclass(frozen=True)
class Told:
    """What one commit of the feed did to one file."""

    change: str  # new, gone, back, or one of CLASSES
    alert: bool = False
    opened: int = 0


@dataclass(frozen=True)
class Act:
    """What an act of a person replaced, so that it can be taken back."""

    path: str
    status: str
    recheck: str
    desk: Mapping[str, Any]  # what was the desk's of the fields that it set, else None
    held: Mapping[str, Any]  # what the article said then
    settled: Mapping[str, Side]  # the conflicts that it ended


def arrival(says: Mapping[str, Any]) -> str:
    return LIVE if says.get("published") == "true" else PENDING


class Oracle:
    """``files``: path -> what must be true of it. ``feed`` and the acts are told in the order in which they happen."""

    def __init__(self) -> None:
        self.files: dict[str, File] = {}

    # --- the feed
    def feed(self, path: str, data: bytes | None, reached: Callable[[str], bool] = lambda commit: True) -> Told:
        """The file as the next commit has it; None where the commit has it no more. ``reached`` tells of an export's
        commit whether it led to this one."""
        file = self.files.get(path)
        if data is None:
            return self._vanish(path)
        says = read(data)
        if file is None:
            self.files[path] = File(data, says, arrival(says))
            return Told("new")
        before, held, was_withdrawn = self._last_word(file, says), file.holds(), file.withdrawn
        was_gone, file.gone = file.gone, False
        changed = differing(file.says, says)
        news = {name for name in differing(flat(before), flat(says)) & differing(flat(held), flat(says))
                if change_of(name.partition(".")[0]) == DECISION}  # fmt: skip
        if file.status in (PENDING, LIVE) and "published" in changed:
            file.desk.pop("published", None)  # without a decision its flag stands only until the feed says something else
        file.data, file.says = data, says
        opened = self._compare(file, before)
        self._move_ledger(file, changed, reached)
        self._agree(file)
        if file.status in (PENDING, LIVE):
            file.status = arrival(file.holds())
        reason = CHANGED if news else ""
        if says.get("removed") == "true" and "removed" in news:
            reason = GONE
        if file.status == APPROVED and SOURCE & news:
            reason = SWAPPED
        alert = self._alert(file, reason)
        if was_withdrawn and not file.withdrawn and file.recheck == GONE:
            file.recheck = reason  # it is back: that it was gone needs no look any more
        return Told("back" if was_gone and not changed else gravest(changed), alert, opened)

    @staticmethod
    def _alert(file: File, reason: str) -> bool:
        """Put a decided article on the re-check list, unless a reason as grave stands there. Whether that is news."""
        if file.status not in DECIDED or not reason or file.recheck >= reason:
            return False  # the reasons' names happen to be in the order of their gravity
        file.recheck = reason
        return True

    def _vanish(self, path: str) -> Told:
        file = self.files[path]
        is_news = not file.withdrawn
        file.gone = True
        return Told("gone", is_news and self._alert(file, GONE))

    @staticmethod
    def _last_word(file: File, says: Mapping[str, Any]) -> dict[str, Any]:
        """What the feed itself said before. Of a key that was sent, the text may hold the desk's value, which is no word of
        the feed's; nor is it one that the file goes on to hold it."""
        before = dict(file.says)
        for key, one in file.sent.items():
            sides = (file.says.get(key), says.get(key), one.value, one.feed)
            if all(isinstance(side, dict) for side in sides):
                parts = {part for side in sides for part in side}
                before[key] = {part: _word(*(side.get(part) for side in sides)) for part in parts}
                before[key] = {part: value for part, value in before[key].items() if value is not None}
            else:
                before[key] = _word(*sides)
        return before

    def _compare(self, file: File, before: Mapping[str, Any]) -> int:
        """Three versions of every key that is the desk's and asked about. How many conflicts are new."""
        opened = 0
        for key in {name.partition(".")[0] for name in file.desk} - DESKS_OWN:
            was = file.conflicts[key][0] if key in file.conflicts else before.get(key)
            is_new = key not in file.conflicts
            self._three(file, key, was)
            opened += is_new and key in file.conflicts
        return opened

    @staticmethod
    def _three(file: File, key: str, base: Any) -> None:
        """Open, renew or close the conflict of one key, of whose parts each is compared alone."""
        was_open = file.conflicts.pop(key, None) is not None
        own = {name: value for name, value in file.desk.items() if name.partition(".")[0] == key}
        theirs = file.says.get(key)
        for name, mine in own.items():
            part = name.partition(".")[2]
            was, now = ((side or {}).get(part) if part else side for side in (base, theirs))
            # Who goes back to the base while the two are in conflict has said that, too.
            if now not in (was, mine) and (was_open or was != mine):
                file.conflicts[key] = (base, laid_over({key: base}, own)[key], theirs)
            elif now != was == mine and not was_open:
                del file.desk[name]  # the desk held what the feed had said itself: only the feed has spoken since

    @staticmethod
    def _agree(file: File) -> None:
        """Where both writers want the same, the value is nobody's in particular: the next change of it is followed. Not so
        what the desk owns, nor what was sent: there the feed has not said it, it has only not contradicted. It is still
        what a person said, should somebody edit it and take that back."""
        says = flat(file.says)
        file.agreed = {name: value for name, value in file.agreed.items() if says.get(name) == value}
        for name, mine in list(file.desk.items()):
            key = name.partition(".")[0]
            if key not in DESKS_OWN and key not in file.sent and says.get(name) == mine:
                file.agreed[name] = file.desk.pop(name)

    # --- persons
    def say(self, path: str, values: Mapping[str, Any], status: str | None = None) -> Act:
        """A person gives values, and perhaps decides. A value that the article has already makes no field the desk's,
        but ``published``."""
        file = self.files[path]
        held = file.holds()
        new = {}
        for name, value in values.items():
            key, _, part = name.partition(".")
            current = (held.get(key) or {}).get(part) if part else held.get(key)
            if value != current or name == "published":
                new[name] = value
        then, was, open_before = flat(held), {**file.agreed, **file.desk}, dict(file.conflicts)
        status_before, recheck_before = file.status, file.recheck
        file.desk |= new
        file.agreed = {name: value for name, value in file.agreed.items() if name not in new}
        if status:
            file.status = status
            file.recheck = ""
        self._renew(file, new)
        self._agree(file)
        settled = {key: sides for key, sides in open_before.items() if key not in file.conflicts}
        return Act(path, status_before, recheck_before, {name: was.get(name) for name in new},
                   {name: then.get(name) for name in new}, settled)  # fmt: skip

    def approve(self, path: str) -> Act:
        """The feed's own convention for what is published: a heat that is unknown becomes the quality."""
        held = self.files[path].holds()
        heat = {"heat": held["quality"]} if held.get("heat") == "-1" and "quality" in held else {}
        return self.say(path, {"published": "true", **heat}, APPROVED)

    def reject(self, path: str) -> Act:
        return self.say(path, {"published": "false"}, REJECTED)

    def take_back(self, act: Act) -> None:
        """Values return to what they were; what was not the desk's before is the feed's again, as it is now. Where the file
        holds the desk's value since an export, the value from before stays the desk's, so that an export takes it back."""
        file = self.files[act.path]
        says, current = flat(file.says), flat(file.holds())
        for name, value in act.desk.items():
            was_sent = name.partition(".")[0] in file.sent and says.get(name) == current.get(name) != act.held[name]
            if value is None and not was_sent:
                file.desk.pop(name, None)
            else:
                file.desk[name] = act.held[name] if value is None else value
        file.status = act.status if act.status not in (PENDING, LIVE) else arrival(file.holds())
        file.recheck = file.recheck or act.recheck
        self._renew(file, act.desk)
        for key in act.settled.keys() - file.conflicts.keys():
            file.conflicts[key] = act.settled[key]  # what had settled it is no more
            self._three(file, key, act.settled[key][0])
        self._agree(file)

    def _renew(self, file: File, names: Iterable[str]) -> None:
        """A conflict is about what the desk holds now."""
        for key in {name.partition(".")[0] for name in names} & file.conflicts.keys():
            self._three(file, key, file.conflicts[key][0])

    # --- the ledger
    def send(self, path: str, commit: str) -> int:
        """An export wrote this file by this commit. How many fields it sends."""
        file = self.files[path]
        leaving = file.leaves()
        for key, value in leaving.items():
            known = file.sent.get(key)
            word = known.feed if known else file.says.get(key)
            if known is None or known.state == REVERTED or known.value != value:
                file.sent[key] = Sent(value, word, commit)
        return len(leaving)

    def forget(self) -> None:
        """What is no longer the desk's is nobody's to keep: an export that sends anything looks at all of it."""
        for file in self.files.values():
            self._forget(file)

    def settle(self, reached: Callable[[str], bool]) -> None:
        """After a commit: what was sent and is not in a file that no commit has changed since was written over."""
        for file in self.files.values():
            for key, one in file.sent.items():
                if one.state == SENT and not file.gone and reached(one.commit):
                    one.move(file.says.get(key), rewritten=True, reached=reached)

    @staticmethod
    def _move_ledger(file: File, changed: set[str], reached: Callable[[str], bool]) -> None:
        arriving = {key for key, one in file.sent.items() if one.state == SENT and one.is_held_by(file.says.get(key))}
        rewritten = not arriving or not changed <= arriving  # otherwise it was another export that wrote
        Oracle._forget(file)
        for key, one in file.sent.items():
            one.move(file.says.get(key), rewritten=rewritten, reached=reached)

    @staticmethod
    def _forget(file: File) -> None:
        own = {name.partition(".")[0] for name in file.desk}
        file.sent = {key: one for key, one in file.sent.items() if key in own}


def _word(text: Any, now: Any, sent: Any, feed: Any) -> Any:
    return now if now in (text, sent) else feed


def change_of(key: str) -> str:
    return QUIET.get(key, DECISION) if key in KNOWN else CONTEXT


def gravest(keys: Iterable[str]) -> str:
    return max(map(change_of, keys), key=CLASSES.index, default=NOISE)

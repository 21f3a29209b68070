"""Which key presses which button: the one table behind the buttons, the help sheet and docs/keyboard.md."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Shortcut:
    """``name`` is what the button says in ``data-key``; ``keys`` are pressed together, or one after the other for ``G``.

    ``decides``: a held key acts once.
    """

    name: str
    keys: tuple[str, ...]
    label: str
    group: str
    decides: bool = False

    @property
    def spoken(self) -> str:
        """The value of ``aria-keyshortcuts``."""
        return "+".join(self.keys) if self.keys[0] in ("Shift", "Control") else " ".join(self.keys)


SHORTCUTS = (
    Shortcut("approve", ("a",), "Approve", "Decide", decides=True),
    Shortcut("lift", ("Shift", "A"), "Approve, lift to 70", "Decide", decides=True),
    Shortcut("reject", ("r",), "Reject", "Decide", decides=True),
    Shortcut("reason", ("Shift", "R"), "Reject with a reason", "Decide"),
    Shortcut("later", ("l",), "Later (4 hours)", "Decide", decides=True),
    Shortcut("duplicate", ("d",), "Reject as duplicate", "Decide", decides=True),
    Shortcut("duplicate-which", ("Shift", "D"), "Choose which it is a duplicate of", "Decide"),
    Shortcut("undo", ("z",), "Undo", "Decide", decides=True),
    Shortcut("next", ("j",), "Next", "Move"),
    Shortcut("previous", ("k",), "Previous", "Move"),
    Shortcut("open", ("Enter",), "Open review", "Move"),
    Shortcut("back", ("Escape",), "Back to the queue", "Move"),
    Shortcut("focus", ("f",), "Focus mode", "Move"),
    Shortcut("source", ("v",), "Open the source", "Move"),
    Shortcut("lower", (",",), "Quality −5", "Adjust"),
    Shortcut("higher", (".",), "Quality +5", "Adjust"),
    Shortcut("quality", ("q",), "Type a quality", "Adjust"),
    Shortcut("hotter", ("h",), "Hotter", "Adjust"),
    Shortcut("cooler", ("Shift", "H"), "Cooler", "Adjust"),
    *(Shortcut(f"topic-{number}", (str(number),), f"Topic {number}", "Adjust") for number in range(1, 10)),
    Shortcut("topic", ("t",), "Find a topic", "Adjust"),
    Shortcut("edit", ("e",), "Edit all fields", "Adjust"),
    Shortcut("compare", ("c",), "Compare with the likely duplicate", "Look"),
    Shortcut("file", ("p",), "What will be exported", "Look"),
    Shortcut("history", ("b",), "History", "Look"),
    Shortcut("search", ("/",), "Search", "Go to"),
    Shortcut("help", ("?",), "Keyboard shortcuts", "Go to"),
    Shortcut("go-queue", ("g", "q"), "Queue", "Go to"),
    Shortcut("go-decided", ("g", "h"), "Decided", "Go to"),
    Shortcut("go-imports", ("g", "i"), "Imports", "Go to"),
    Shortcut("go-exports", ("g", "e"), "Exports", "Go to"),
    Shortcut("go-providers", ("g", "p"), "Providers", "Go to"),
    Shortcut("go-topics", ("g", "t"), "Topics", "Go to"),
)
BY_NAME = {shortcut.name: shortcut for shortcut in SHORTCUTS}
SHOWN = {"Escape": "Esc", "Control": "Ctrl"}


def shown(key: str) -> str:
    """A key as its cap shows it."""
    return SHOWN.get(key, key.upper() if len(key) == 1 else key)


def sheet() -> list[tuple[str, list[tuple[str, list[str]]]]]:
    """The help sheet: groups with their rows (label, key caps). The nine topic keys are one row."""
    groups: dict[str, list[tuple[str, list[str]]]] = {}
    for shortcut in SHORTCUTS:
        rows = groups.setdefault(shortcut.group, [])
        if shortcut.name == "topic-1":
            rows.append(("Topic 1 to 9", ["1", "…", "9"]))
        elif not shortcut.name.startswith("topic-"):
            rows.append((shortcut.label, [shown(key) for key in shortcut.keys]))
    return list(groups.items())

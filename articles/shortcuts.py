"""Which key presses which button: the one table behind the handler, the buttons, the help sheet and docs/keyboard.md."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from articles.workflow import Reason


@dataclass(frozen=True)
class Shortcut:
    """``name`` is what the button says in ``data-key``. ``keys`` are pressed together, or one after the other for ``g``.

    ``also`` is a second way that cannot be remapped. ``decides``: a held key acts once. ``awaits``: its button does not
    exist yet, so nothing tells of the key.
    """

    name: str
    keys: tuple[str, ...]
    label: str
    group: str
    also: tuple[str, ...] = ()
    decides: bool = False
    awaits: bool = False

    @property
    def press(self) -> str:
        """As the handler spells it: ``a``, ``Shift+A``, ``Control+z``, and ``g_q`` for one after the other."""
        return _press(self.keys)

    @property
    def presses(self) -> tuple[str, ...]:
        return (self.press, *([_press(self.also)] if self.also else []))

    @property
    def remappable(self) -> bool:
        """Whether a person may choose another key: only for a single character, with or without Shift."""
        letter = self.keys[-1]
        return len(letter) == 1 and not letter.isdigit() and (len(self.keys) == 1 or self.keys[0] == "Shift")

    def spoken(self, mode: str = "on") -> str:
        """The value of ``aria-keyshortcuts``, which cannot say "one after the other"; "" where nothing is to be said."""
        ways = []
        for keys in (self.keys, self.also):
            character = keys and len(keys[-1]) == 1 and keys[0] != "Control"
            if not keys or keys[0] == "g" or (character and mode == "off"):
                continue
            caps = [key.upper() if len(key) == 1 else key for key in keys]
            ways.append("+".join(["Alt", *caps] if character and mode == "alt" else caps))
        return " ".join(ways)


def _press(keys: tuple[str, ...]) -> str:
    return ("+" if keys[0] in ("Shift", "Control") else "_").join(keys)


def _digits(name: str, count: int, labels: Iterable[str], group: str) -> tuple[Shortcut, ...]:
    return tuple(
        Shortcut(f"{name}-{number}", (str(number),), label, group)
        for number, label in zip(range(1, count + 1), labels, strict=True)
    )


# Of two shortcuts with one key the earlier acts where its button can be seen: the reasons' digits while they are open.
SHORTCUTS = (
    Shortcut("approve", ("a",), "Approve", "Decide", decides=True),
    Shortcut("lift", ("Shift", "A"), "Approve, lift to 70", "Decide", decides=True),
    Shortcut("reject", ("r",), "Reject", "Decide", decides=True),
    Shortcut("reason", ("Shift", "R"), "Reject with a reason", "Decide"),
    *(
        replace(shortcut, decides=True)
        for shortcut in _digits("reason", len(Reason), (reason.label for reason in Reason), "Decide")
    ),
    Shortcut("later", ("l",), "Later (4 hours)", "Decide", decides=True),
    Shortcut("duplicate", ("d",), "Reject as duplicate", "Decide", decides=True),
    Shortcut("duplicate-of", ("Shift", "D"), "Choose which it is a duplicate of", "Decide"),
    Shortcut("still-fine", ("y",), "Still fine", "Decide", decides=True),
    Shortcut("undo", ("z",), "Undo", "Decide", also=("Control", "z"), decides=True),
    Shortcut("next", ("j",), "Next", "Move"),
    Shortcut("previous", ("k",), "Previous", "Move"),
    Shortcut("down", ("ArrowDown",), "Next in the queue", "Move"),
    Shortcut("up", ("ArrowUp",), "Previous in the queue", "Move"),
    Shortcut("open", ("Enter",), "Open review", "Move"),
    Shortcut("clear", ("Escape",), "Clear", "Select"),
    Shortcut("back", ("Escape",), "Back to the queue", "Move"),
    Shortcut("focus", ("f",), "Focus mode", "Move"),
    Shortcut("source", ("v",), "Open the source", "Move"),
    Shortcut("select", ("x",), "Select", "Select", decides=True),
    Shortcut("extend-down", ("Shift", "J"), "Extend the selection down", "Select"),
    Shortcut("extend-up", ("Shift", "K"), "Extend the selection up", "Select"),
    Shortcut("select-all", ("Control", "a"), "Select all loaded", "Select"),
    Shortcut("lower", (",",), "Quality −5", "Adjust"),
    Shortcut("higher", (".",), "Quality +5", "Adjust"),
    Shortcut("quality", ("q",), "Type a quality", "Adjust"),
    Shortcut("hotter", ("h",), "Hotter", "Adjust"),
    Shortcut("cooler", ("Shift", "H"), "Cooler", "Adjust"),
    *_digits("topic", 9, (f"Topic {number}" for number in range(1, 10)), "Adjust"),
    Shortcut("topic", ("t",), "Find a topic", "Adjust"),
    Shortcut("edit", ("e",), "Edit all fields", "Adjust"),
    Shortcut("side-1", ("1",), "Take what it was before", "Conflict"),
    Shortcut("side-2", ("2",), "Take what the robot says now", "Conflict"),
    Shortcut("side-3", ("3",), "Keep yours", "Conflict"),
    Shortcut("settle", ("Enter",), "Save, open the next conflict", "Conflict", decides=True),
    Shortcut("settle-later", ("l",), "Decide later", "Conflict"),
    Shortcut("compare", ("c",), "Compare with the likely duplicate", "Look"),
    Shortcut("file", ("p",), "What will be exported", "Look"),
    Shortcut("history", ("b",), "History", "Look"),
    Shortcut("note", ("n",), "Add a note", "Look"),
    Shortcut("search", ("/",), "Search", "Go to"),
    Shortcut("palette", ("Control", "k"), "Command palette", "Go to"),
    Shortcut("help", ("?",), "Keyboard shortcuts", "Go to"),
    Shortcut("go-queue", ("g", "q"), "Queue", "Go to"),
    Shortcut("go-dashboard", ("g", "d"), "Dashboard", "Go to", awaits=True),
    Shortcut("go-decided", ("g", "h"), "Decided", "Go to"),
    Shortcut("go-conflicts", ("g", "c"), "Conflicts", "Go to"),
    Shortcut("go-recheck", ("g", "y"), "Another look", "Go to"),
    Shortcut("go-imports", ("g", "i"), "Imports", "Go to"),
    Shortcut("go-exports", ("g", "e"), "Exports", "Go to"),
    Shortcut("go-ledger", ("g", "l"), "Ledger", "Go to"),
    Shortcut("go-providers", ("g", "p"), "Providers", "Go to"),
    Shortcut("go-topics", ("g", "t"), "Topics", "Go to"),
    Shortcut("go-rules", ("g", "r"), "Rules", "Go to"),
)
BY_NAME = {shortcut.name: shortcut for shortcut in SHORTCUTS}
GROUPS = ("Decide", "Move", "Select", "Adjust", "Conflict", "Look", "Go to")
REMAPPABLE = tuple(shortcut for shortcut in SHORTCUTS if shortcut.remappable)
SHOWN = {"Escape": "Esc", "Control": "Ctrl", "ArrowDown": "↓", "ArrowUp": "↑"}
RUNS = {"reason-1": ("Reason, after Shift R", "6"), "topic-1": ("Topic 1 to 9", "9")}  # digits told as one row


class KeyRefused(Exception):
    """A key that cannot be used; the text is a sentence for the screen."""


def shown(key: str) -> str:
    """A key as its cap shows it."""
    return SHOWN.get(key, key.upper() if len(key) == 1 else key)


# --- one's own keys ---------------------------------------------------------------------------------------------------
def read_keys(text: str) -> tuple[str, ...]:
    """The keys that a person typed: one character, or Shift and a letter ("Shift A"). Raises KeyRefused."""
    parts = text.strip().replace("+", " ", 1 if len(text.strip()) > 1 else 0).split()
    character = parts[-1] if parts else ""
    before = [part.casefold() for part in parts[:-1]]
    if len(character) != 1 or not character.isprintable() or before not in ([], ["shift"]):
        raise KeyRefused("Type one character, or Shift and a letter, such as “Shift A”.")
    if character.isdigit():
        raise KeyRefused("The digits choose topics, reasons and sides.")
    if len(parts) == 2:
        if not character.isalpha():
            raise KeyRefused("Shift goes with a letter only.")
        return ("Shift", character.upper())
    if character.casefold() == "g":
        raise KeyRefused("G is the first of two keys.")
    return (character.lower(),)


def remapped(keymap: Mapping[str, str]) -> dict[str, Shortcut]:
    """The table with a person's own keys (shortcut's name -> what was typed). What no longer can be read is left out."""
    table = dict(BY_NAME)
    for shortcut in REMAPPABLE:
        if shortcut.name in keymap:
            try:
                table[shortcut.name] = replace(shortcut, keys=read_keys(keymap[shortcut.name]))
            except KeyRefused:
                continue
    return table


def clashes(table: Mapping[str, Shortcut]) -> dict[str, str]:
    """For each remapped shortcut whose key another one has: a sentence that names the other."""
    found = {}
    for shortcut in table.values():
        if shortcut.keys == BY_NAME[shortcut.name].keys:
            continue
        for other in table.values():
            if other.name != shortcut.name and set(other.presses) & set(shortcut.presses):
                found[shortcut.name] = f"“{other.label}” has this key."
    return found


# --- for the screen and the docs --------------------------------------------------------------------------------------
def pressed(table: Mapping[str, Shortcut]) -> dict[str, str]:
    """What the handler works with: press -> the names that it may mean, separated by spaces, the first choice first."""
    found: dict[str, str] = {}
    for shortcut in table.values():
        for press in shortcut.presses:
            found[press] = f"{found[press]} {shortcut.name}" if press in found else shortcut.name
    return found


def sheet(table: Mapping[str, Shortcut] = BY_NAME) -> list[tuple[str, list[tuple[str, list[str]]]]]:
    """The help sheet: groups with their rows (label, key caps). Digits that choose alike are one row."""
    groups: dict[str, list[tuple[str, list[str]]]] = {group: [] for group in GROUPS}
    for shortcut in table.values():
        run = f"{shortcut.name.rpartition('-')[0]}-1"
        if shortcut.awaits or (run in RUNS and shortcut.name != run):
            continue
        if shortcut.name in RUNS:
            label, last = RUNS[shortcut.name]
            groups[shortcut.group].append((label, ["1", "…", last]))
        else:
            caps = [shown(key) for key in shortcut.keys]
            if shortcut.also:
                caps += ["or", *(shown(key) for key in shortcut.also)]
            groups[shortcut.group].append((shortcut.label, caps))
    return [(group, rows) for group, rows in groups.items() if rows]


def page() -> str:
    """The text of docs/keyboard.md."""
    lines = [
        "# Keyboard",
        "",
        "Single keys act outside fields and dialogs, and not while an input method composes. Each can be given another key,",
        "and all can be asked for with Alt or switched off, under your account. `G` waits a second for its second key. Every",
        "key has a button: nothing needs the keyboard.",
    ]
    for group, rows in sheet():
        lines += ["", f"## {group}", "", "| key | does |", "|---|---|"]
        for label, caps in rows:
            keys = " ".join(cap if cap in ("…", "or") else f"`{cap}`" for cap in caps)
            lines.append(f"| {keys} | {label} |")
    return "\n".join(lines) + "\n"

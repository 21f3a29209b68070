"""Which key presses which button: the one table behind the handler, the buttons, the help sheet and docs/keyboard.md."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.workflow import Reason

Words = str | Promise  # said in the language of the page


@dataclass(frozen=True)
class Shortcut:
    """``name`` is what the button says in ``data-key``. ``keys`` are pressed together, or one after the other for ``g``.

    ``also`` is a second way that cannot be remapped. ``decides``: a held key acts once.
    """

    name: str
    keys: tuple[str, ...]
    label: Words
    group: Words
    also: tuple[str, ...] = ()
    decides: bool = False

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


def _digits(name: str, count: int, labels: Iterable[Words], group: Words) -> tuple[Shortcut, ...]:
    return tuple(
        Shortcut(f"{name}-{number}", (str(number),), label, group)
        for number, label in zip(range(1, count + 1), labels, strict=True)
    )


TOPICS = (
    _("Topic 1"), _("Topic 2"), _("Topic 3"), _("Topic 4"), _("Topic 5"), _("Topic 6"), _("Topic 7"), _("Topic 8"), _("Topic 9"),
)  # fmt: skip
# Of two shortcuts with one key the earlier acts where its button can be seen: the reasons' digits while they are open.
SHORTCUTS = (
    Shortcut("approve", ("a",), _("Approve"), _("Decide"), decides=True),
    Shortcut("lift", ("Shift", "A"), _("Approve, lift to 70"), _("Decide"), decides=True),
    Shortcut("reject", ("r",), _("Reject"), _("Decide"), decides=True),
    Shortcut("reason", ("Shift", "R"), _("Reject with a reason"), _("Decide")),
    *(
        replace(shortcut, decides=True)
        for shortcut in _digits("reason", len(Reason), (_(reason.label) for reason in Reason), _("Decide"))
    ),
    Shortcut("later", ("l",), _("Later (4 hours)"), _("Decide"), decides=True),
    Shortcut("duplicate", ("d",), _("Reject as duplicate"), _("Decide"), decides=True),
    Shortcut("duplicate-of", ("Shift", "D"), _("Choose which it is a duplicate of"), _("Decide")),
    Shortcut("still-fine", ("y",), _("Still fine"), _("Decide"), decides=True),
    Shortcut("undo", ("z",), _("Undo"), _("Decide"), also=("Control", "z"), decides=True),
    Shortcut("next", ("j",), _("Next"), _("Move")),
    Shortcut("previous", ("k",), _("Previous"), _("Move")),
    Shortcut("down", ("ArrowDown",), _("Next in the queue"), _("Move")),
    Shortcut("up", ("ArrowUp",), _("Previous in the queue"), _("Move")),
    Shortcut("open", ("Enter",), _("Open review"), _("Move")),
    Shortcut("clear", ("Escape",), _("Clear"), _("Select")),
    Shortcut("back", ("Escape",), _("Back to the queue"), _("Move")),
    Shortcut("focus", ("f",), _("Focus mode"), _("Move")),
    Shortcut("source", ("v",), _("Open the source"), _("Move")),
    Shortcut("select", ("x",), _("Select"), _("Select"), decides=True),
    Shortcut("extend-down", ("Shift", "J"), _("Extend the selection down"), _("Select")),
    Shortcut("extend-up", ("Shift", "K"), _("Extend the selection up"), _("Select")),
    Shortcut("select-all", ("Control", "a"), _("Select all loaded"), _("Select")),
    Shortcut("lower", (",",), _("Quality −5"), _("Adjust")),
    Shortcut("higher", (".",), _("Quality +5"), _("Adjust")),
    Shortcut("quality", ("q",), _("Type a quality"), _("Adjust")),
    Shortcut("hotter", ("h",), _("Hotter"), _("Adjust")),
    Shortcut("cooler", ("Shift", "H"), _("Cooler"), _("Adjust")),
    *_digits("topic", 9, TOPICS, _("Adjust")),
    Shortcut("topic", ("t",), _("Find a topic"), _("Adjust")),
    Shortcut("edit", ("e",), _("Edit all fields"), _("Adjust")),
    Shortcut("side-1", ("1",), _("Take what it was before"), _("Conflict")),
    Shortcut("side-2", ("2",), _("Take what the robot says now"), _("Conflict")),
    Shortcut("side-3", ("3",), _("Keep yours"), _("Conflict")),
    Shortcut("settle", ("Enter",), _("Save, open the next conflict"), _("Conflict"), decides=True),
    Shortcut("settle-later", ("l",), _("Decide later"), _("Conflict")),
    Shortcut("compare", ("c",), _("Compare with the likely duplicate"), _("Look")),
    Shortcut("file", ("p",), _("What will be exported"), _("Look")),
    Shortcut("history", ("b",), _("History"), _("Look")),
    Shortcut("note", ("n",), _("Add a note"), _("Look")),
    Shortcut("search", ("/",), _("Search"), _("Go to")),
    Shortcut("palette", ("Control", "k"), _("Command palette"), _("Go to")),
    Shortcut("help", ("?",), _("Keyboard shortcuts"), _("Go to")),
    Shortcut("go-queue", ("g", "q"), _("Queue"), _("Go to")),
    Shortcut("go-dashboard", ("g", "d"), _("Dashboard"), _("Go to")),
    Shortcut("go-decided", ("g", "h"), _("Decided"), _("Go to")),
    Shortcut("go-conflicts", ("g", "c"), _("Conflicts"), _("Go to")),
    Shortcut("go-recheck", ("g", "y"), _("Another look"), _("Go to")),
    Shortcut("go-imports", ("g", "i"), _("Imports"), _("Go to")),
    Shortcut("go-exports", ("g", "e"), _("Exports"), _("Go to")),
    Shortcut("go-ledger", ("g", "l"), _("Ledger"), _("Go to")),
    Shortcut("go-providers", ("g", "p"), _("Providers"), _("Go to")),
    Shortcut("go-topics", ("g", "t"), _("Topics"), _("Go to")),
    Shortcut("go-rules", ("g", "r"), _("Rules"), _("Go to")),
)
BY_NAME = {shortcut.name: shortcut for shortcut in SHORTCUTS}
GROUPS = (_("Decide"), _("Move"), _("Select"), _("Adjust"), _("Conflict"), _("Look"), _("Go to"))
REMAPPABLE = tuple(shortcut for shortcut in SHORTCUTS if shortcut.remappable)
SHOWN: dict[str, Words] = {"Escape": _("Esc"), "Control": _("Ctrl"), "Shift": _("Shift"), "Enter": _("Enter"), "ArrowDown": "↓", "ArrowUp": "↑"}
RUNS = {"reason-1": (_("Reason, after Shift R"), "6"), "topic-1": (_("Topic 1 to 9"), "9")}  # digits told as one row


class KeyRefused(Exception):
    """A key that cannot be used; the text is a sentence for the screen."""


def shown(key: str) -> str:
    """A key as its cap shows it."""
    return str(SHOWN.get(key, key.upper() if len(key) == 1 else key))


# --- one's own keys ---------------------------------------------------------------------------------------------------
def read_keys(text: str) -> tuple[str, ...]:
    """The keys that a person typed: one character, or Shift and a letter ("Shift A"). Raises KeyRefused."""
    parts = text.strip().replace("+", " ", 1 if len(text.strip()) > 1 else 0).split()
    character = parts[-1] if parts else ""
    before = [part.casefold() for part in parts[:-1]]
    if len(character) != 1 or not character.isprintable() or before not in ([], ["shift"]):
        raise KeyRefused(gettext("Type one character, or Shift and a letter, such as “Shift A”."))
    if character.isdigit():
        raise KeyRefused(gettext("The digits choose topics, reasons and sides."))
    if len(parts) == 2:
        if not character.isalpha():
            raise KeyRefused(gettext("Shift goes with a letter only."))
        return ("Shift", character.upper())
    if character.casefold() == "g":
        raise KeyRefused(gettext("G is the first of two keys."))
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
                found[shortcut.name] = gettext("“%(label)s” has this key.") % {"label": other.label}
    return found


# --- for the screen and the docs --------------------------------------------------------------------------------------
def pressed(table: Mapping[str, Shortcut]) -> dict[str, str]:
    """What the handler works with: press -> the names that it may mean, separated by spaces, the first choice first."""
    found: dict[str, str] = {}
    for shortcut in table.values():
        for press in shortcut.presses:
            found[press] = f"{found[press]} {shortcut.name}" if press in found else shortcut.name
    return found


def sheet(table: Mapping[str, Shortcut] = BY_NAME) -> list[tuple[Words, list[tuple[Words, list[str]]]]]:
    """The help sheet: groups with their rows (label, key caps). Digits that choose alike are one row."""
    groups: dict[Words, list[tuple[Words, list[str]]]] = {group: [] for group in GROUPS}
    for shortcut in table.values():
        run = f"{shortcut.name.rpartition('-')[0]}-1"
        if run in RUNS and shortcut.name != run:
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

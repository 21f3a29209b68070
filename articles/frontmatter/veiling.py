"""The value of ``secured`` kept from people: a feed's encrypted blob is nobody's to read."""

from __future__ import annotations

import re

# The key wherever one may stand: at the start of a line, of a list item, or between braces.
SECRET = re.compile(
    r"""^(?P<lead>(?P<margin>\s*)(?:[-?]\s+)*|.*[{,]\s*)(?P<key>["']?secured["']?\s*:)(?P<value>.*)$""", re.I
)
# Its value wherever else it may stand: two runs of base64 with a semicolon between them.
BLOB = re.compile(r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{16,}={0,2};[A-Za-z0-9+/]{12,}={0,2}")
VEIL = '"…"'


def veiled(text: str) -> list[str]:
    """The lines of a file without the value of ``secured``, on however many lines it stands."""
    lines: list[str] = []
    margin: int | None = None  # of the key whose value goes on
    quote = ""  # that the value has yet to close
    for line in text.replace("\r\n", "\n").split("\n"):
        if quote or (margin is not None and (not line.strip() or len(line) - len(line.lstrip()) > margin)):
            lines.append(VEIL if line.strip() else line)
            quote = "" if quote and _closes(line, quote) else quote
            continue
        margin = None
        found = SECRET.match(line) if "secured" in line.lower() else None
        if found is None:
            lines.append(BLOB.sub("…", line) if ";" in line else line)
            continue
        value = found["value"].strip()
        lines.append(f"{found['lead']}{found['key']} {VEIL}")
        margin = len(line) - len(line.lstrip()) if found["margin"] is None else found.start("key")
        quote = value[:1] if value[:1] in ("'", '"') and not _closes(value[1:], value[0]) else ""
    return lines


def _closes(text: str, quote: str) -> bool:
    """Whether a quoted value ends in this text."""
    bare = re.sub(r"\\.", "", text) if quote == '"' else text.replace("''", "")
    return quote in bare

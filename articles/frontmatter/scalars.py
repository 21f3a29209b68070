"""A Python value as one YAML scalar that every reader downstream reads the same.

Nine readers were compared on 11,908 strings; these rules are those on which all of them agree.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from articles.frontmatter.schema import Shape

PLAIN = re.compile(r"[A-Za-z](?:[A-Za-z0-9 .,&+/!|%_'-]*[A-Za-z0-9.&+/!|%_'-])?")
TAKEN = frozenset({"yes", "no", "on", "off", "y", "n", "true", "false", "null", "nil", "none"})
ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
ESCAPED = re.compile('["\\\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]')
SINGLE = re.compile("[^\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]*")
REFUSED = re.compile("[\x00\ud800-\udfff]")
LARGEST = 2**63 - 1


class Unwritable(ValueError):
    """A value that no scalar can hold safely; the text is a sentence."""


def scalar(value: object, shape: Shape, style: str | None = None, flow: bool = False) -> str:
    """``value`` as YAML. ``style`` is what the key has now ('"', "'", "|", ">" or ""), None where there is none yet.

    ``flow``: the scalar stands between brackets, where a comma would end it. Raises Unwritable.
    """
    if value is None:
        return ""
    if shape.kind == "flag":
        if not isinstance(value, bool):
            raise Unwritable(f"It must be true or false, not {value!r:.60}.")
        return "true" if value else "false"
    if shape.kind == "integer":
        if isinstance(value, bool) or not isinstance(value, int):
            raise Unwritable(f"It must be a whole number, not {value!r:.60}.")
        if abs(value) > LARGEST:
            raise Unwritable("It is beyond 64 bits.")
        if shape.least is not None and value < shape.least:
            raise Unwritable(f"It must be {shape.least} or more, not {value}.")
        return str(value)
    if shape.kind == "moment":
        return _moment(value)
    if not isinstance(value, str):
        raise Unwritable(f"It must be text, not {value!r:.60}.")
    return text(value, style if style is not None else '"' if shape.quoted else "", flow)


def text(value: str, style: str, flow: bool = False) -> str:
    """Text in the style wanted where that is safe, else in double quotes."""
    if REFUSED.search(value):
        raise Unwritable("It holds a NUL character or half a character.")
    if style == "" and is_plain(value) and not (flow and "," in value):
        return value
    if style == "'" and SINGLE.fullmatch(value) and "\x85" not in value:
        return "'" + value.replace("'", "''") + "'"
    return '"' + ESCAPED.sub(_escape, value) + '"'


def is_plain(value: str) -> bool:
    """Whether no reader could take the bare word for anything else."""
    return bool(PLAIN.fullmatch(value)) and "  " not in value and value.lower() not in TAKEN


def _escape(found: re.Match[str]) -> str:
    return ESCAPES.get(found[0]) or f"\\u{ord(found[0]):04X}"


def _moment(value: object) -> str:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise Unwritable("It must be a moment with a time zone.")
    moment = value.astimezone(UTC)
    if moment.microsecond:
        raise Unwritable("It must be a moment in whole seconds.")
    return f"{moment.year:04d}-{moment:%m-%dT%H:%M:%SZ}"

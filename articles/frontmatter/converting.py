"""From text to values, field by field by the schema: what YAML would guess is never guessed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from articles.frontmatter.errors import Finding, FrontMatterError, shown
from articles.frontmatter.nodes import Mapping, Node, Scalar, Sequence
from articles.frontmatter.schema import FIELDS, Shape, Value
from articles.frontmatter.values import Values
from articles.frontmatter.values import same as same  # asked for here by the rooms above

INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,18})")
MOMENT = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:(?:[Tt]|[ \t]+)([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,6})[0-9]*)?)?"
    r"[ \t]*(?:([Zz])|([+-])([0-9]{1,2})(?::?([0-9]{2}))?)?)?"
)
TRUE, FALSE = ("true", "True", "TRUE"), ("false", "False", "FALSE")
GUESSED = re.compile(r"(?i:no|yes|on|off|true|false|null|~|[0-9][0-9_]*:[0-5]?[0-9](?:[:.][0-9]+)*)")
LARGEST = 2**63 - 1


class Converter:
    """Reads the values of one file; ``findings`` collects what was odd but taken."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.findings: list[Finding] = []

    def values(self, root: Mapping) -> Values:
        found = Values()
        spellings: dict[str, str] = {}
        for key, node in root.pairs:
            name = key.value
            other = spellings.setdefault(name.casefold(), name)
            if other != name:
                self._warn(f'The keys "{shown(other)}" and "{shown(name)}" differ only in case.', key, name)
            known = FIELDS.get(name)
            found[name] = self.value(node, known.shape, name) if known else self.unknown(node)
        return found

    def value(self, node: Node, shape: Shape, key: str) -> Value:
        if isinstance(node, Scalar) and node.is_empty:
            return None
        kind = shape.kind
        if kind == "mapping":
            return self._mapping(node, shape, key)
        if kind in ("names", "list"):
            if not isinstance(node, Sequence):
                raise self._fail(f'"{key}" must be a list: one line "- …" for each item.', node, key)
            if kind == "names":
                return [self._name(item, key) for item in node.items]
            return [self._mapping(item, shape, f"{key}[{place}]") for place, item in enumerate(node.items)]
        if not isinstance(node, Scalar):
            what = "a list" if isinstance(node, Sequence) else "a group of keys"
            raise self._fail(f'"{key}" must be a single value, not {what}.', node, key)
        if kind == "integer":
            return self._integer(node, shape, key)
        if kind == "flag":
            return self._flag(node, key)
        if kind == "moment":
            return self._moment(node, key)
        return self._text(node, key)

    def unknown(self, node: Node) -> Value:
        """A value of a key that the schema does not know: the text as written."""
        if isinstance(node, Scalar):
            return None if node.is_empty else node.value
        if isinstance(node, Sequence):
            return [self.unknown(item) for item in node.items]
        return {key.value: self.unknown(value) for key, value in node.pairs}

    # --- kinds
    def _mapping(self, node: Node, shape: Shape, key: str) -> Value:
        if isinstance(node, Scalar) and node.is_empty:
            return None
        if not isinstance(node, Mapping):
            raise self._fail(f'"{key}" must be a group of keys, such as {_example(shape)}.', node, key)
        parts = shape.parts or {}
        return {
            name.value: self.value(value, parts[name.value], f"{key}.{name.value}")
            if name.value in parts
            else self.unknown(value)
            for name, value in node.pairs
        }

    def _name(self, node: Node, key: str) -> str | None:
        if not isinstance(node, Scalar):
            raise self._fail(f'An item of "{key}" must be a single name.', node, key)
        return None if node.is_empty else self._text(node, key)

    def _text(self, node: Scalar, key: str) -> str:
        if "\0" in node.value:
            raise self._fail(f'"{key}" holds a NUL character. Remove it.', node, key)
        if not node.style and GUESSED.fullmatch(node.value):
            self._warn(
                f'"{key}" is {shown(node.value)} without quotes, which other readers take for something else.',
                node,
                key,
            )
        return node.value

    def _integer(self, node: Scalar, shape: Shape, key: str) -> int:
        text = node.value
        if not INTEGER.fullmatch(text):
            raise self._fail(f'"{key}" must be a whole number such as 64, not "{shown(text)}".', node, key)
        number = int(text)
        if abs(number) > LARGEST:
            raise self._fail(f'"{key}" is {shown(text)}, which is beyond 64 bits.', node, key)
        if shape.least is not None and number < shape.least:
            raise self._fail(f'"{key}" must be {shape.least} or more, not {number}.', node, key)
        if node.style:
            self._warn(f'"{key}" is a number in quotes.', node, key)
        return number

    def _flag(self, node: Scalar, key: str) -> bool:
        if not node.style and node.value in TRUE:
            return True
        if not node.style and node.value in FALSE:
            return False
        quoted = f'"{shown(node.value)}" in quotes' if node.style else f'"{shown(node.value)}"'
        raise self._fail(f'"{key}" must be true or false, not {quoted}.', node, key)

    def _moment(self, node: Scalar, key: str) -> datetime:
        found = MOMENT.fullmatch(node.value.strip())
        if not found:
            raise self._fail(
                f'"{key}" must be a moment such as 2021-02-01T04:12:00Z, not "{shown(node.value)}".', node, key
            )
        year, month, day, hour, minute, second, fraction, zulu, sign, off_hours, off_minutes = found.groups()
        try:
            zone = UTC
            if sign:
                offset = timedelta(hours=int(off_hours), minutes=int(off_minutes or 0))
                zone = timezone(-offset if sign == "-" else offset)
            micro = int((fraction or "0").ljust(6, "0"))
            moment = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0),
                              micro, zone).astimezone(UTC)  # fmt: skip
        except (ValueError, OverflowError):
            raise self._fail(
                f'"{key}" is {shown(node.value)}, a moment that does not exist. Write one such as 2021-02-01T04:12:00Z.',
                node, key,
            ) from None  # fmt: skip
        if not zulu and not sign:
            self._warn(f'"{key}" names no time zone; it is taken as UTC.', node, key)
        return moment

    # --- words
    def _fail(self, message: str, node: Node, key: str) -> FrontMatterError:
        return FrontMatterError(message, self.path, node.line, node.column, key)

    def _warn(self, message: str, node: Node, key: str) -> None:
        self.findings.append(Finding(message, node.line, node.column, key))


def _example(shape: Shape) -> str:
    first = next(iter(shape.parts or {}), "name")
    return f"{first}: …"

"""The feed's own template, read in one pass of one pattern: twenty times as fast as by way of YAML events.

The pattern takes only files that it recognises to the last character: the template's keys in the template's order, each
value in the template's style and safe in every reader. Whatever else a file holds — a comment, an unknown key, a
character that some reader takes for a line's end, a date that does not exist — it is no match, and the general reader
has the word. So nothing is ever accepted or refused here that the general reader would not accept or refuse.

``related`` is checked with the rest and stays text until somebody asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from articles.frontmatter.nodes import Mapping, Node, Scalar, Sequence
from articles.frontmatter.schema import Value
from articles.frontmatter.splitting import FORBIDDEN, Split
from articles.frontmatter.values import Unread, Values

# --- scalars. Only single characters repeat possessively: Python before 3.11.5 has a fault in possessive groups.
_ODD = "\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff"
_INSIDE = rf'[^"\\{_ODD}]*+'
_ESCAPE = r'\\(?:["\\nrt]|u(?!0000|[dD][89a-fA-F])[0-9a-fA-F]{4})'
TEXT = rf"{_INSIDE}(?:{_ESCAPE}{_INSIDE})*"
_PART = rf'[^ "#:\[\]{{}}\\{_ODD}]'
# Words that other readers take for something else make the general reader say so; they are left to it.
PLAIN = (
    r"(?!(?i:yes|no|on|off|true|false|null)[\r\n])"
    rf"[A-Za-z0-9\u00c0-\u1fff\u3040-\ud7ff]{_PART}*+(?:\x20++{_PART}++){{0,50}}"
)
COUNT = r"(?:0|[1-9][0-9]{0,17})"
FLAG = r"(?:true|false)"
MOMENT = (
    r"(?:[12][0-9]{3}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
    r"|20(?:[02468][048]|[13579][26])-02-29)"
    r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z"
)
SCALARS = {"text": TEXT, "plain": PLAIN, "count": COUNT, "heat": f"(?:-1|{COUNT})", "flag": FLAG, "moment": MOMENT}
TOP = {
    "category": "plain", "title": "text", "excerpt": "text", "publishedDateTime": "moment", "originalUrl": "text",
    "webUrl": "text", "ampWebUrl": "text", "cdnAmpWebUrl": "text", "type": "plain", "quality": "count", "heat": "heat",
    "published": "flag", "removed": "flag", "featuredContent": "text",
}  # fmt: skip
ENTRY = {
    "title": "text", "excerpt": "text", "publishedDateTime": "moment", "originalUrl": "text", "webUrl": "text",
    "ampWebUrl": "text", "cdnAmpWebUrl": "text", "type": "plain",
}  # fmt: skip
IMAGE = {"url": "text", "width": "count", "height": "count", "isCached": "flag", "title": "text"}
BLANK = "(?:␤){0,2}"  # ␤ stands for the file's line end in everything below
LONGEST = 250_000  # characters: a hostile file of this length costs 25 MB and 50 ms, the feed's own have up to 150,000
BEGINS = "\n  - "  # no value of the template holds a line end, so this begins an entry and nothing else
ADDRESS = '\n    webUrl: "'


def _line(key: str, kind: str, indent: str = "", keep: bool = False) -> str:
    value = f"({SCALARS[kind]})" if keep else SCALARS[kind]
    return f'{indent}{key}: "{value}"␤' if kind == "text" else f"{indent}{key}: {value}␤"


def _lines(fields: dict[str, str], indent: str, keep: bool) -> str:
    return "".join(f"(?:{_line(key, kind, indent, keep)})?" for key, kind in fields.items())


def _item(fields: dict[str, str], column: int, keep: bool) -> str:
    """A list item whose first key must be there, its dash in ``column``."""
    (first, kind), *rest = fields.items()
    return _line(first, kind, " " * column + "- ", keep) + _lines(dict(rest), " " * (column + 2), keep)


def _provider(column: int, keep: bool) -> str:
    return _line("name", "plain", " " * column, keep) + f"(?:{_line('domain', 'plain', ' ' * column, keep)})?"


def _images(column: int, keep: bool) -> str:
    listed = f"(?:{_item(IMAGE, column, False)})+"
    return f"({listed})" if keep else listed


def _entry(keep: bool) -> str:
    return (
        _item(ENTRY, 2, keep)
        + f"(?:    provider:␤{_provider(6, keep)})?"
        + f"(?:{_line('quality', 'count', '    ', keep)})?(?:    images:␤{_images(6, keep)})?"
    )


class _Template:
    """The patterns for files with one kind of line end."""

    def __init__(self, line_end: str) -> None:
        def pattern(text: str) -> re.Pattern[str]:
            return re.compile(text.replace("␤", line_end))

        self.line_end = line_end
        # A block comes with the blank lines before it, so that there is one way only to read a file.
        blocks = (
            "".join(f"(?:{_line(key, kind, keep=True)})?" for key, kind in TOP.items() if key != "featuredContent"),
            _line("featuredContent", "text", keep=True),
            f"provider:␤{_provider(2, True)}(?:  images:␤{_images(4, True)})?",
            f"topics:␤((?:  - {PLAIN}␤)+)",
            f"images:␤{_images(2, True)}",
            f"related:␤((?:{_entry(False)})+)",
            _line("secured", "text", keep=True),
        )
        file = f"---␤{''.join(f'(?:{BLANK}{block})?' for block in blocks)}{BLANK}---(?:␤|\\Z)"
        self.file = pattern(file)
        self.entry = pattern(_entry(True))
        self.images = {column: pattern(_item(IMAGE, column, True)) for column in (2, 4, 6)}


TEMPLATES = {end: _Template(end) for end in ("\n", "\r\n")}
_FIRST = len(TOP) + 1  # the groups behind those of TOP, in the pattern's order:
_NAME, _DOMAIN, _LOGOS, _TOPICS, _IMAGES, _RELATED, _SECURED = range(_FIRST, _FIRST + 7)
PLACED = frozenset({*TOP, "topics", "secured"})  # keys whose nodes ``Found.tree`` knows in every part
_ESCAPED = re.compile(r"\\(u....|.)")
_MEANINGS = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


def _text(written: str) -> str:
    if "\\" not in written:
        return written
    return _ESCAPED.sub(lambda found: _MEANINGS.get(found[1]) or chr(int(found[1][1:], 16)), written)


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written)


_READ: dict[str, Any] = {
    "text": _text, "plain": str, "count": int, "heat": int, "flag": "true".__eq__, "moment": _moment,
}  # fmt: skip
_TOP_READ = [(key, _READ[kind]) for key, kind in TOP.items()]
_ENTRY_READ = [(key, _READ[kind]) for key, kind in ENTRY.items()]
_IMAGE_READ = [(key, _READ[kind]) for key, kind in IMAGE.items()]


def _pictures(template: _Template, text: str, column: int) -> list[Value]:
    return [
        {key: read(value) for (key, read), value in zip(_IMAGE_READ, found.groups(), strict=True) if value is not None}
        for found in template.images[column].finditer(text)
    ]


class Entries(Unread):
    """``related`` as the template writes it."""

    __slots__ = ("template",)

    def __init__(self, text: str, template: _Template) -> None:
        super().__init__(text)
        self.template = template

    def read(self) -> Value:
        return list(self._entries())

    def _entries(self) -> Iterator[dict[str, Value]]:
        for found in self.template.entry.finditer(self.text):
            *scalars, name, domain, quality, images = found.groups()
            entry: dict[str, Value] = {
                key: read(value) for (key, read), value in zip(_ENTRY_READ, scalars, strict=True) if value is not None
            }
            if name is not None:
                entry["provider"] = {"name": name} if domain is None else {"name": name, "domain": domain}
            if quality is not None:
                entry["quality"] = int(quality)
            if images is not None:
                entry["images"] = _pictures(self.template, images, 6)
            yield entry

    def addresses(self) -> list[str | None]:
        """The ``webUrl`` of every entry, in order."""
        found: list[str | None] = []
        for entry in ("\n" + self.text).split(BEGINS)[1:]:
            line = entry.partition(ADDRESS)[2].partition("\n")[0]
            found.append(_text(line.rstrip("\r")[:-1]) if line else None)
        return found


@dataclass(slots=True)
class Found:
    """A file that is in the template."""

    match: re.Match[str]
    template: _Template

    def split(self) -> Split:
        text, end = self.match.string, self.template.line_end
        body = self.match.end()
        closing = text.rfind("---", 0, body)
        return Split(text, 3 + len(end), closing, body, 2, end)

    def values(self) -> Values:
        """The values in the file's order; ``related`` unread."""
        groups = self.match.groups()
        values = Values()
        for (key, read), written in zip(_TOP_READ, groups, strict=False):
            if written is not None:
                values[key] = read(written)
        name, domain, logos, topics, images, related, secured = groups[_FIRST - 1 :]
        if name is not None:
            provider: dict[str, Value] = {"name": name}
            if domain is not None:
                provider["domain"] = domain
            if logos is not None:
                provider["images"] = _pictures(self.template, logos, 4)
            values["provider"] = provider
        if topics is not None:
            values["topics"] = [line[4:] for line in topics.split(self.template.line_end)[:-1]]
        if images is not None:
            values["images"] = _pictures(self.template, images, 2)
        if related is not None:
            values.postpone("related", Entries(related, self.template))
        if secured is not None:
            values["secured"] = _text(secured)
        return values

    # --- as nodes
    def tree(self) -> Mapping:
        """The nodes of the file, as the general reader makes them: all of those in ``PLACED``, and of the other keys the
        outermost one, which is enough to write beside them."""
        text, end = self.match.string, len(self.template.line_end)
        root = Mapping([], False, 0, 0, 0, 1)
        counted, line = 0, 1

        def line_of(at: int) -> int:
            nonlocal counted, line
            line, counted = line + text.count("\n", counted, at), at
            return line

        def scalar(start: int, stop: int, kind: str, line: int, column: int) -> Scalar:
            if kind == "text":
                return Scalar(_text(text[start:stop]), '"', start - 1, stop + 1, line, column)
            return Scalar(text[start:stop], "", start, stop, line, column)

        def place(key: str, at: int, node: Any) -> None:
            here = line_of(at)
            name = Scalar(key, "", at, at + len(key), here, 1)
            made: Node = node(here)
            root.pairs.append((name, made))
            root.keys[key] = made

        def place_scalar(key: str, kind: str, group: int) -> None:
            start, stop = self.match.span(group)
            if start >= 0:
                at = start - len(key) - (3 if kind == "text" else 2)
                place(key, at, lambda here: scalar(start, stop, kind, here, len(key) + 3))

        def place_block(key: str, group: int, column: int, made: Any) -> None:
            start, stop = self.match.span(group)
            if start >= 0:
                at = start - end - len(key) - 1
                place(key, at, lambda here: made(start + column, stop - end, here + 1, column + 1))

        def topics(start: int, stop: int, line: int, column: int) -> Sequence:
            made = Sequence([], False, start, stop, line, column)
            at = start
            for place, item in enumerate(text[start:stop].split(self.template.line_end + "  ")):
                made.items.append(Scalar(item[2:], "", at + 2, at + len(item), line + place, column + 2))
                at += len(item) + end + 2
            return made

        def listed(start: int, stop: int, line: int, column: int) -> Sequence:
            return Sequence([], False, start, stop, line, column)

        for group, (key, kind) in enumerate(TOP.items(), 1):
            place_scalar(key, kind, group)
        if self.match.start(_NAME) >= 0:
            start = self.match.start(_NAME) - len("name: ")
            logos, domain = self.match.end(_LOGOS), self.match.end(_DOMAIN)
            stop = logos - end if logos >= 0 else domain if domain >= 0 else self.match.end(_NAME)
            at = start - 2 - end - len("provider:")
            place("provider", at, lambda here: Mapping([], False, start, stop, here + 1, 3))
        place_block("topics", _TOPICS, 2, topics)
        place_block("images", _IMAGES, 2, listed)
        place_block("related", _RELATED, 2, listed)
        place_scalar("secured", "text", _SECURED)
        root.start, root.line = root.pairs[0][0].start, root.pairs[0][0].line
        root.end = root.pairs[-1][1].end
        return root


def read(text: str) -> Found | None:
    """The file, where all of it is in the template; None where the general reader must look. One pass over the text."""
    if len(text) > LONGEST:
        return None
    template = TEMPLATES["\r\n" if text.startswith("---\r") else "\n"]
    match = template.file.match(text)
    if match is None or match.lastindex is None or FORBIDDEN.search(text, match.end()):
        return None  # not in the template, or with nothing between its fences, or with a body that is refused
    return Found(match, template)

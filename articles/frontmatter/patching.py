"""Other values in the same text: only the characters of the named keys are replaced.

Every change is an edit (start, end, new text) on offsets of the file's text, so what is not named cannot change.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping as Values
from difflib import SequenceMatcher
from typing import Any

from articles.frontmatter.errors import FrontMatterError
from articles.frontmatter.nodes import Mapping, Node, Scalar, Sequence
from articles.frontmatter.scalars import Unwritable, is_plain, scalar, text
from articles.frontmatter.schema import FIELDS, REMOVE, WORD, Field, Shape
from articles.frontmatter.splitting import Split
from articles.frontmatter.values import same

ANY = Shape("any")
COMMENT = re.compile(r"(?:^|[ \t\r\n])#")


def patched(split: Split, tree: Mapping, values: Values[str, Any], changes: Values[str, Any], path: str,
            fields: Values[str, Field] = FIELDS) -> str:  # fmt: skip
    """The file's text with the changed values. ``fields``: its schema. Raises FrontMatterError naming the key that cannot
    be written."""
    patch = _Patch(split, tree, fields)
    # In the schema's order, so that keys which are new in one place stand in that order.
    for key, value in sorted(changes.items(), key=lambda change: patch.places.get(change[0], len(fields))):
        try:
            patch.top(key, values.get(key), value)
        except Unwritable as error:
            raise FrontMatterError(f'"{key}" cannot be written. {error}', path, key=key) from error
    try:
        return patch.result()
    except Unwritable as error:
        key = next((key for key, value in changes.items() if isinstance(value, list | dict)), next(iter(changes)))
        raise FrontMatterError(f'"{key}" cannot be written. {error}', path, key=key) from error


class _Patch:
    def __init__(self, split: Split, tree: Mapping, fields: Values[str, Field]) -> None:
        self.text, self.end, self.eol = split.text, split.end, split.line_end
        self.fields, self.places = fields, {key: place for place, key in enumerate(fields)}
        self.tree = tree
        self.start = split.start
        self.edits: list[tuple[int, int, str]] = []
        self.indent = self._list_indent()

    def result(self) -> str:
        # Insertions at one place keep the order in which they were asked for: the sort is stable.
        self.edits.sort(key=lambda edit: (edit[0], edit[1]))
        parts, at = [], 0
        for start, end, new in self.edits:
            if start < at:
                raise Unwritable("Two changes meet in one place.")
            parts += [self.text[at:start], new]
            at = end
        return "".join([*parts, self.text[at:]])

    def edit(self, start: int, end: int, new: str) -> None:
        self.edits.append((start, end, new))

    # --- the top level
    def top(self, key: str, old: Any, new: Any) -> None:
        if self.tree.flow:
            raise Unwritable("The front matter is written between braces; rewrite it as lines first.")
        shape = self.fields[key].shape if key in self.fields else ANY
        if key in self.tree.keys:
            place = next(i for i, (name, _) in enumerate(self.tree.pairs) if name.value == key)
            if new is REMOVE:
                self.remove_pair(self.tree, place)
            else:
                self.value(self.tree.pairs[place][0], self.tree.pairs[place][1], shape, old, new)
        else:
            self.insert_top(key, shape, new)

    def insert_top(self, key: str, shape: Shape, new: Any) -> None:
        lines = self.pair(key, shape, new, self.tree.column - 1)
        place = self.places.get(key, len(self.places))
        known = [(self.places[name.value], name, node) for name, node in self.tree.pairs if name.value in self.places]
        before = [entry for entry in known if entry[0] < place]
        after = [entry for entry in known if entry[0] > place]
        spaced = self.text.count(self.eol * 2, self.start, self.end) > 0
        block = self.fields[key].block if key in self.fields else -1
        if before:
            previous = max(before, key=lambda entry: entry[0])
            at = self.line_end(max(previous[1].end, previous[2].end))
            apart = spaced and self.fields[previous[1].value].block != block
            self.edit(at, at, self.closed(at) + (self.eol if apart else "") + lines)
        elif after:
            following = min(after, key=lambda entry: entry[0])
            at = self.line_start(following[1].start)
            apart = spaced and self.fields[following[1].value].block != block
            self.edit(at, at, lines + (self.eol if apart else ""))
        else:
            at = self.line_end(max(self.tree.pairs[-1][0].end, self.tree.pairs[-1][1].end))
            self.edit(at, at, self.closed(at) + lines)

    def closed(self, at: int) -> str:
        """The line end that is missing before ``at``, where the last line has none."""
        return "" if at == self.start or self.text[at - 1] in "\r\n" else self.eol

    # --- one value
    def value(self, key: Scalar | None, node: Node, shape: Shape, old: Any, new: Any, flow: bool = False) -> None:
        """Replace the value of ``key`` (None for a list item) by ``new``."""
        if same(old, new):
            return
        if isinstance(node, Scalar) and not isinstance(new, list | dict):
            self.scalar(node, shape, new, flow)
        elif isinstance(node, Mapping) and isinstance(new, dict) and isinstance(old, dict):
            self.mapping(node, shape, old, new)
        elif isinstance(node, Sequence) and isinstance(new, list) and isinstance(old, list) and not node.flow and new:
            self.block_list(node, shape, old, new)
        elif isinstance(node, Sequence) and isinstance(new, list) and isinstance(old, list) and node.flow:
            self.flow_list(node, shape, old, new)
        else:
            self.anew(key, node, shape, new, flow)

    def scalar(self, node: Scalar, shape: Shape, new: Any, flow: bool) -> None:
        style = node.style if shape.kind == "text" and not node.is_empty else None
        if shape.kind in ("any", "names"):
            shape, style = WORD, node.style if not node.is_empty else ""
            if new is not None and not isinstance(new, str):
                raise Unwritable(f"It must be text, not {new!r:.60}.")
        written = scalar(new, shape, style, flow)
        if node.is_empty and written:
            written = " " + written if self.text[node.start - 1 : node.start] not in (" ", "\t") else written
        self.edit(node.start, node.end, written)

    def mapping(self, node: Mapping, shape: Shape, old: dict[str, Any], new: dict[str, Any]) -> None:
        parts = shape.parts or {}
        added = [key for key in new if key not in old]
        gone = [key for key in old if key not in new]
        if node.flow and (added or gone):
            raise Unwritable("It is written between braces; keys cannot be added or removed there.")
        if gone and len(gone) == len(old):
            raise Unwritable("All of its keys would go; remove the whole key instead.")
        for key, value in new.items():
            if key in old:
                place = next(i for i, (name, _) in enumerate(node.pairs) if name.value == key)
                name, current = node.pairs[place]
                self.value(name, current, parts.get(key, ANY), old[key], value, node.flow)
        for key in gone:
            self.remove_pair(node, next(i for i, (name, _) in enumerate(node.pairs) if name.value == key))
        order = list(parts)
        for key in added:
            lines = self.pair(key, parts.get(key, ANY), new[key], node.column - 1)
            rank = order.index(key) if key in order else len(order)
            earlier = [
                (name, current)
                for name, current in node.pairs
                if name.value not in gone and (name.value not in order or order.index(name.value) < rank)
            ]
            name, current = (earlier or [pair for pair in node.pairs if pair[0].value not in gone])[-1]
            at = self.line_end(max(name.end, current.end))
            self.edit(at, at, self.closed(at) + lines)

    def remove_pair(self, node: Mapping, place: int) -> None:
        key, value = node.pairs[place]
        start, end = self.line_start(key.start), self.line_end(max(key.end, value.end))
        if self.text[start : key.start].strip():
            # The first key of a list item shares its line with the dash: what follows moves up to it.
            if place + 1 == len(node.pairs):
                raise Unwritable("It is the only key of its list item.")
            self.edit(key.start, node.pairs[place + 1][0].start, "")
        else:
            self.edit(start, end, "")

    # --- lists
    def block_list(self, node: Sequence, shape: Shape, old: list[Any], new: list[Any]) -> None:
        dash = node.column - 1
        starts = [self.dash_of(item, node) for item in node.items]
        ends = [self.line_end(max(item.end, start + 1)) for item, start in zip(node.items, starts, strict=True)]
        if any(self.text[self.line_start(start) : start].strip() for start in starts):
            raise Unwritable("Its items do not begin on lines of their own.")
        item_shape = Shape("mapping", parts=shape.parts) if shape.kind == "list" else shape
        matcher = SequenceMatcher(None, [_print(item) for item in old], [_print(item) for item in new], autojunk=False)
        for action, low, high, first, last in matcher.get_opcodes():
            if action == "equal":
                continue
            paired = min(high - low, last - first) if action == "replace" else 0
            for step in range(paired):
                self.value(None, node.items[low + step], item_shape, old[low + step], new[first + step])
            for place in range(low + paired, high):
                self.edit(self.line_start(starts[place]), ends[place], "")
            added = "".join(self.item(item_shape, item, dash) for item in new[first + paired : last])
            if added:
                behind = low + paired - 1
                at = ends[behind] if behind >= 0 else self.line_start(starts[0])
                self.edit(at, at, (self.closed(at) if behind >= 0 else "") + added)

    def dash_of(self, item: Node, node: Sequence) -> int:
        """The offset of the dash before an item."""
        at = self.text.rfind("-", self.start, max(item.start, 1))
        if isinstance(item, Scalar) and item.is_empty and self.text[item.start - 1 : item.start] == "-":
            at = item.start - 1
        if at < 0 or at - self.line_start(at) != node.column - 1:
            raise Unwritable("The dash of one of its items was not found.")
        return at

    def flow_list(self, node: Sequence, shape: Shape, old: list[Any], new: list[Any]) -> None:
        if shape.kind not in ("names", "any"):
            raise Unwritable("It is written between brackets; rewrite it as lines first.")
        if COMMENT.search(self.text, node.start, node.end):
            raise Unwritable("A comment stands between its brackets.")
        raw: dict[str, list[str]] = {}
        for item, value in zip(node.items, old, strict=True):
            raw.setdefault(_print(value), []).append(self.text[item.start : item.end])
        items = []
        for value in new:
            kept = raw.get(_print(value))
            if value is None and not kept:
                raise Unwritable("An empty item cannot stand between brackets.")
            items.append(kept.pop(0) if kept else text(self.word(value), "", flow=True))
        self.edit(node.start, node.end, "[" + ", ".join(items) + "]")

    @staticmethod
    def word(value: Any) -> str:
        if not isinstance(value, str):
            raise Unwritable(f"It must be text, not {value!r:.60}.")
        return value

    # --- anew
    def anew(self, key: Scalar | None, node: Node, shape: Shape, new: Any, flow: bool) -> None:
        """Write a value of another kind in the place of the old one."""
        if key is None or flow:
            raise Unwritable("A list item cannot become a value of another kind.")
        colon = self.text.index(":", key.end)
        if self.text[key.end : colon].strip():
            raise Unwritable("Its key is written in an unusual way.")
        column = key.column - 1
        written = self.after_colon(shape, new, column)
        end = max(node.end, colon + 1)
        if written.endswith(self.eol):
            rest = self.text[end : self.line_end(end)]
            if rest.strip():
                raise Unwritable("A comment stands behind its value.")
            self.edit(colon + 1, self.line_end(end), written)
        else:
            self.edit(colon + 1, end, written)

    def after_colon(self, shape: Shape, value: Any, column: int) -> str:
        """What stands behind the colon of a key in ``column``; it ends a line only when it is a block."""
        if value is None:
            return ""
        if isinstance(value, list):
            if not value:
                return " []"
            item = Shape("mapping", parts=shape.parts) if shape.kind == "list" else shape
            return self.eol + "".join(self.item(item, entry, column + self.indent) for entry in value)
        if isinstance(value, dict):
            if not value:
                return " {}"
            return self.eol + self.pairs(shape, value, column + 2)
        if shape.kind == "any":
            return " " + text(self.word(value), "")
        if shape.kind in ("mapping", "list", "names"):
            raise Unwritable(f"It must be a {'group of keys' if shape.kind == 'mapping' else 'list'}.")
        written = scalar(value, shape)
        return " " + written if written else ""

    def pair(self, key: str, shape: Shape, value: Any, column: int) -> str:
        """The lines of one key with its value."""
        name = key if is_plain(key) and " " not in key else text(key, '"')
        written = self.after_colon(shape, value, column)
        return " " * column + name + ":" + written + ("" if written.endswith(self.eol) else self.eol)

    def pairs(self, shape: Shape, value: dict[str, Any], column: int) -> str:
        parts = shape.parts or {}
        return "".join(self.pair(key, parts.get(key, ANY), entry, column) for key, entry in value.items())

    def item(self, shape: Shape, value: Any, column: int) -> str:
        """The lines of one list item whose dash stands in ``column``."""
        lead = " " * column + "- "
        if isinstance(value, dict):
            if not value:
                return lead + "{}" + self.eol
            return lead + self.pairs(shape, value, column + 2)[column + 2 :]
        if value is None:
            return lead + self.eol
        if isinstance(value, list):
            raise Unwritable("A list within a list cannot be written.")
        return lead + text(self.word(value), "") + self.eol

    # --- lines
    def line_start(self, at: int) -> int:
        return max(self.text.rfind("\n", 0, at), self.text.rfind("\r", 0, at)) + 1

    def line_end(self, at: int) -> int:
        """The offset behind the line end of the line that ``at`` is in."""
        found = re.compile(r"\r\n|\n|\r").search(self.text, at, self.end)
        return found.end() if found else self.end

    def _list_indent(self) -> int:
        for _, node in self.tree.pairs:
            if isinstance(node, Sequence) and not node.flow:
                return max(0, node.column - self.tree.column)
        return 2


def _print(value: Any) -> str:
    return json.dumps(value, default=str, sort_keys=True)

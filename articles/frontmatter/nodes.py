"""From YAML events to a tree of text with places: nothing is resolved, nothing is composed, depth and kind are checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

from articles.frontmatter.errors import FrontMatterError, shown
from articles.frontmatter.splitting import Split, masked, position

DEEPEST = 50


@dataclass(slots=True)
class Scalar:
    """Text as written. ``style`` is '"', "'", "|", ">" or "" for plain. Places are offsets into the file's text."""

    value: str
    style: str
    start: int
    end: int
    line: int
    column: int

    @property
    def is_empty(self) -> bool:
        return not self.style and not self.value


@dataclass(slots=True)
class Sequence:
    items: list[Node]
    flow: bool
    start: int
    end: int
    line: int
    column: int


@dataclass(slots=True)
class Mapping:
    pairs: list[tuple[Scalar, Node]]
    flow: bool
    start: int
    end: int
    line: int
    column: int
    keys: dict[str, Node] = field(default_factory=dict)


Node = Scalar | Sequence | Mapping
ADVICE = {
    "found unexpected end of stream": "A quote is opened here and never closed.",
    "could not find expected ':'": "This line is neither a key with a colon nor part of a value.",
    "mapping values are not allowed in this context": "There is a colon too many here. Put the value in quotes.",
    "found character that cannot start any token": "A value cannot begin with this character. Put it in quotes.",
    "found a tab character that violates indentation": "A tab stands where spaces must indent. Use spaces.",
    "did not find expected <document start>": "There is text before the front matter's first key.",
}


def tree(split: Split, path: str) -> Mapping:
    """The front matter as a mapping node. Raises FrontMatterError with the place of whatever is wrong."""
    return _Builder(split, path).run()


class _Builder:
    def __init__(self, split: Split, path: str) -> None:
        self.split, self.path = split, path
        self.quoted: yaml.Mark | None = None  # the last quoted text that ran over a line's end
        self.source, self.back = masked(split.text[split.start : split.end])

    def fail(self, message: str, mark: yaml.Mark | None, key: str = "") -> FrontMatterError:
        line = mark.line + self.split.first_line if mark else None
        return FrontMatterError(message, self.path, line, mark.column + 1 if mark else None, key)

    def text(self, value: str) -> str:
        for stand_in, char in self.back.items():
            value = value.replace(stand_in, char)
        return value

    def run(self) -> Mapping:
        start = len(self.source) - len(self.source.lstrip())
        if self.source.startswith("%", start):
            line, column = position(self.source, start)
            raise FrontMatterError(
                "A directive (%) is not allowed in front matter.", self.path, line + self.split.first_line - 1, column
            )
        try:
            root = self._events()
        except yaml.MarkedYAMLError as error:
            raise self._explained(error) from None
        except yaml.YAMLError as error:
            raise FrontMatterError(f"The front matter cannot be read: {shown(str(error))}.", self.path) from None
        if root is None:
            raise FrontMatterError("The front matter is empty. It needs at least a title.", self.path, 2, 1)
        if not isinstance(root, Mapping):
            what = "a list" if isinstance(root, Sequence) else "a single value"
            raise FrontMatterError(
                f"The front matter is {what}. It must be keys with values, such as title: \"…\".",
                self.path, root.line, root.column,
            )  # fmt: skip
        return root

    def _explained(self, error: yaml.MarkedYAMLError) -> FrontMatterError:
        problem = str(error.problem or "it is not YAML")
        mark = error.problem_mark
        if "quoted scalar" in str(error.context or ""):
            mark = error.context_mark
            if "unexpected end" in problem or "document indicator" in problem:
                return self.fail(ADVICE["found unexpected end of stream"], mark)
            if "escape" in problem or "hexdecimal" in problem or "Unicode" in problem:
                return self.fail("This backslash escape is not one of YAML's.", error.problem_mark)
        if self.quoted and "did not find expected" in problem:
            return self.fail("The quote that opens here is not closed where its value ends.", self.quoted)
        for known, sentence in ADVICE.items():
            if known in problem:
                return self.fail(sentence, error.problem_mark or mark)
        return self.fail(f"This is not YAML: {shown(problem)}.", error.problem_mark or mark)

    def _events(self) -> Node | None:
        loader = yaml.CSafeLoader(self.source)
        offset, first = self.split.start, self.split.first_line
        stack: list[Sequence | Mapping] = []
        pending: list[Scalar | None] = []  # the key that waits for its value, one place for each open mapping
        root: Node | None = None
        documents = 0
        try:
            while True:
                event: Any = loader.get_event()
                kind = type(event)
                if kind is yaml.ScalarEvent:
                    mark, end = event.start_mark, event.end_mark
                    self.quoted = mark if event.style in ("'", '"') and end.line > mark.line else None
                    node: Any = Scalar(
                        self.text(event.value), event.style or "",
                        offset + mark.index, offset + end.index, first + mark.line, mark.column + 1,
                    )  # fmt: skip
                    if node.style in "|>" and node.style:
                        kept = self.source[mark.index : end.index].rstrip("\r\n \t")
                        node.end = node.start + len(kept)
                elif kind is yaml.SequenceStartEvent or kind is yaml.MappingStartEvent:
                    mark = event.start_mark
                    if len(stack) >= DEEPEST:
                        raise self.fail(f"The front matter is nested deeper than {DEEPEST}.", mark)
                    made = Sequence if kind is yaml.SequenceStartEvent else Mapping
                    node = made([], event.flow_style, offset + mark.index, 0, first + mark.line, mark.column + 1)
                elif kind is yaml.SequenceEndEvent or kind is yaml.MappingEndEvent:
                    node = stack.pop()
                    if type(node) is Mapping:
                        pending.pop()
                    node.end = offset + event.end_mark.index
                    if not node.flow:
                        node.end = _last_end(node)
                    continue
                elif kind is yaml.AliasEvent:
                    raise self.fail("An alias (*) is not allowed. Write the value itself.", event.start_mark)
                elif kind is yaml.DocumentStartEvent:
                    documents += 1
                    if documents > 1:
                        raise self.fail("The front matter holds a second document.", event.start_mark)
                    continue
                elif kind is yaml.StreamEndEvent:
                    return root
                else:
                    continue
                if event.anchor is not None:
                    raise self.fail("An anchor (&) is not allowed. Write the value itself.", event.start_mark)
                if event.tag is not None:
                    raise self.fail("A tag (!) is not allowed. Write the plain value.", event.start_mark)
                if not stack:
                    root = node
                else:
                    self._place(node, stack[-1], pending, event.start_mark)
                if type(node) is Sequence:
                    stack.append(node)
                elif type(node) is Mapping:
                    stack.append(node)
                    pending.append(None)
        finally:
            loader.dispose()

    def _place(self, node: Node, parent: Sequence | Mapping, pending: list[Scalar | None], mark: yaml.Mark) -> None:
        if type(parent) is Sequence:
            parent.items.append(node)
            return
        assert isinstance(parent, Mapping)
        key = pending[-1]
        if key is not None:
            parent.pairs.append((key, node))
            parent.keys[key.value] = node
            pending[-1] = None
            return
        if not isinstance(node, Scalar):
            raise self.fail("A key must be a single word.", mark)
        if node.value == "<<" and not node.style:
            raise self.fail("A merge key (<<) is not allowed. Write the keys themselves.", mark, "<<")
        if node.value in parent.keys:
            raise self.fail(f'The key "{shown(node.value)}" stands here a second time.', mark, node.value)
        pending[-1] = node


def _last_end(node: Sequence | Mapping) -> int:
    """Where the last value of a block collection ends. The parser's own mark stands at the next token."""
    last: Node = node.items[-1] if isinstance(node, Sequence) else node.pairs[-1][1]
    return last.end

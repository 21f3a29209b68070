"""One article file: its text, its values, and the same text with some of them replaced."""

from __future__ import annotations

from collections.abc import Mapping as Values
from typing import Any

from articles.frontmatter import nodes, patching
from articles.frontmatter.converting import Converter, same
from articles.frontmatter.errors import Finding, FrontMatterError
from articles.frontmatter.schema import REMOVE, Value
from articles.frontmatter.splitting import BOM, Split, decoded, split

LIMIT = 5_000_000  # bytes


class Document:
    """A file that has been read. It never changes: ``replace`` gives another one."""

    __slots__ = ("_split", "_tree", "path", "text", "values", "warnings")

    def __init__(self, parts: Split, tree: nodes.Mapping, values: dict[str, Value], path: str,
                 warnings: tuple[Finding, ...]) -> None:  # fmt: skip
        self._split, self._tree = parts, tree
        self.text, self.path, self.values, self.warnings = parts.text, path, values, warnings

    @property
    def body(self) -> str:
        """What stands behind the closing fence."""
        return self.text[self._split.body :]

    def place(self, key: str) -> tuple[int, int]:
        """Where the value of a top-level key begins and ends in ``text``. Raises KeyError for a key that is not there."""
        node = self._tree.keys[key]
        return node.start, node.end

    @classmethod
    def parse(cls, text: str | bytes, *, path: str = "", limit: int = LIMIT) -> Document:
        """Read one article file.

        ``text`` is the file's bytes, or its text with the line ends that it has. Unknown keys are kept. Raises
        FrontMatterError with the 1-based line and column for whatever cannot be read for certain; nothing else.
        """
        if isinstance(text, bytes):
            text = decoded(text, path, limit)
        elif len(text) > limit:
            raise FrontMatterError(f"The file has {len(text):,} characters; the limit is {limit:,}.", path)
        parts = split(text, path)
        tree = nodes.tree(parts, path)
        converter = Converter(path)
        values = converter.values(tree)
        findings = tuple(converter.findings)
        if text.startswith(BOM):
            findings = (Finding("The file begins with a byte order mark.", 1, 1), *findings)
        return cls(parts, tree, values, path, findings)

    def replace(self, changes: Values[str, Any]) -> Document:
        """The same file with other values; ``REMOVE`` takes a key out.

        Only the lines of the keys whose value differs change. The result is read again and compared before it is
        returned. Raises FrontMatterError, naming the key, for what cannot be written safely.
        """
        wanted = {
            key: value
            for key, value in changes.items()
            if (key in self.values if value is REMOVE else key not in self.values or not same(self.values[key], value))
        }
        if not wanted:
            return self
        text = patching.patched(self._split, self._tree, self.values, wanted, self.path)
        key = next(iter(wanted)) if len(wanted) == 1 else ""
        try:
            result = Document.parse(text, path=self.path, limit=max(LIMIT, len(text)))
        except FrontMatterError as error:
            raise FrontMatterError(
                f"This value cannot be written into the file: {error.message}", self.path, key=key or error.key
            ) from error
        expected = {name: value for name, value in (self.values | wanted).items() if value is not REMOVE}
        if not same(result.values, expected) or result.body != self.body:
            wrong = next((name for name in wanted if not same(result.values.get(name), expected.get(name))), key)
            raise FrontMatterError(f'"{wrong}" cannot be changed safely in this file.', self.path, key=wrong)
        return result

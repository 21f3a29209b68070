"""One article file: its text, its values, and the same text with some of them replaced."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Mapping as Changes
from typing import Any

from articles.frontmatter import feedtemplate, nodes, patching
from articles.frontmatter.converting import Converter
from articles.frontmatter.errors import Finding, FrontMatterError
from articles.frontmatter.feedtemplate import Entries, Found
from articles.frontmatter.schema import REMOVE
from articles.frontmatter.splitting import BOM, Split, decoded, split
from articles.frontmatter.values import Values, same

LIMIT = 5_000_000  # bytes


class Document:
    """A file that has been read. It never changes: ``replace`` gives another one.

    ``values`` is a dictionary by key in the file's order. A long ``related`` is read when somebody first asks for it.
    """

    __slots__ = ("_found", "_split", "_tree", "path", "text", "values", "warnings")

    def __init__(self, text: str, path: str, values: Values, warnings: tuple[Finding, ...], parts: Split,
                 tree: nodes.Mapping | None, found: Found | None = None) -> None:  # fmt: skip
        self._split, self._tree, self._found = parts, tree, found
        self.text, self.path, self.values, self.warnings = text, path, values, warnings

    @property
    def body(self) -> str:
        """What stands behind the closing fence."""
        return self.text[self._split.body :]

    @property
    def related_urls(self) -> list[str | None]:
        """The ``webUrl`` of every entry of ``related``, in order, without reading the entries where that is possible."""
        unread = self.values.unread("related")
        if isinstance(unread, Entries):
            return unread.addresses()
        return [entry.get("webUrl") for entry in related_entries(self.values)]

    def place(self, key: str) -> tuple[int, int]:
        """Where the value of a top-level key begins and ends in ``text``. Raises KeyError for a key that is not there."""
        tree = self._tree if self._tree is not None else nodes.tree(split(self.text, self.path), self.path)
        node = tree.keys[key]
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
        found = feedtemplate.read(text)
        if found:
            return cls(text, path, found.values(), (), found.split(), None, found)
        return cls._read_generally(text, path)

    @classmethod
    def _read_generally(cls, text: str, path: str) -> Document:
        """Read whatever YAML allows and we do."""
        parts = split(text, path)
        tree = nodes.tree(parts, path)
        converter = Converter(path)
        values = converter.values(tree)
        findings = tuple(converter.findings)
        if text.startswith(BOM):
            findings = (Finding("The file begins with a byte order mark.", 1, 1), *findings)
        return cls(text, path, values, findings, parts, tree)

    def _nodes(self, keys: Collection[str]) -> nodes.Mapping:
        """The nodes of the file, those of ``keys`` in every part."""
        if self._tree is None:
            if self._found and feedtemplate.PLACED.issuperset(keys):
                return self._found.tree()
            self._tree = nodes.tree(self._split, self.path)
        return self._tree

    def replace(self, changes: Changes[str, Any]) -> Document:
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
        text = patching.patched(self._split, self._nodes(wanted), self.values, wanted, self.path)
        key = next(iter(wanted)) if len(wanted) == 1 else ""
        try:
            result = Document.parse(text, path=self.path, limit=max(LIMIT, len(text)))
        except FrontMatterError as error:
            raise FrontMatterError(
                f"This value cannot be written into the file: {error.message}", self.path, key=key or error.key
            ) from error
        wrong = next((name for name in wanted if not _holds(result.values, name, wanted[name])), None)
        if wrong is None and not (self._keeps(result, wanted) and result.body == self.body):
            wrong = key
        if wrong is not None:
            raise FrontMatterError(f'"{wrong}" cannot be changed safely in this file.', self.path, key=wrong)
        return result

    def _keeps(self, result: Document, wanted: Collection[str]) -> bool:
        """Whether ``result`` has this file's values for all keys but the wanted ones, and no others."""
        kept = self.values.keys() - wanted
        return kept == result.values.keys() - wanted and all(self.values.agrees(result.values, key) for key in kept)


def _holds(values: Values, key: str, wanted: Any) -> bool:
    return key not in values if wanted is REMOVE else key in values and same(values[key], wanted)


def related_entries(values: Changes[str, Any]) -> list[dict[str, Any]]:
    """The entries of ``related`` in the file's order, empty items left out."""
    return [entry for entry in values.get("related") or () if isinstance(entry, dict)]

"""The lines that differ between a file as it came and as it leaves, as people see them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import ngettext

from articles.frontmatter.veiling import veiled
from articles.mapping import exported_text
from articles.models import Article

ADDED, REMOVED, SAME, SKIPPED = "added", "removed", "same", "skipped"
MARKS = {ADDED: "+", REMOVED: "-", SAME: " ", SKIPPED: "…"}


@dataclass(frozen=True)
class DiffLine:
    """One line of a diff: ``kind`` is added, removed, same, or skipped (``text`` then says how many)."""

    kind: str
    text: str

    @property
    def mark(self) -> str:
        return MARKS[self.kind]


@dataclass(frozen=True)
class Preview:
    """What an export would write for one article. ``changed`` counts changed lines as an editor does: a line that is
    replaced is one."""

    lines: tuple[DiffLine, ...]
    changed: int
    unchanged: int


def file_diff(old: str, new: str, context: int = 3) -> list[DiffLine]:
    """The differing lines with ``context`` lines around them. The value of ``secured`` is never among them."""
    before, after = veiled(old), veiled(new)
    if before == after:
        return []
    result: list[DiffLine] = []
    last = 0
    for group in _grouped(before, after, context):
        skipped = group[0][1] - last
        if skipped > 0 and context:
            result.append(DiffLine(SKIPPED, _count(skipped)))
        for action, low, high, first, end in group:
            if action == "equal":
                result += [DiffLine(SAME, line) for line in before[low:high]]
            else:
                result += [DiffLine(REMOVED, line) for line in before[low:high]]
                result += [DiffLine(ADDED, line) for line in after[first:end]]
            last = high
    if context and len(before) > last:
        result.append(DiffLine(SKIPPED, _count(len(before) - last)))
    return result


def preview(
    article: Article,
    text: str,
    changes: Mapping[str, Any] | None = None,
    context: int = 0,
    held: Collection[str] = (),
) -> Preview:
    """What the article's file would become with ``changes`` (attribute -> value) on top of what is decided. ``held``: file keys in
    conflict, which an export leaves as the feed has them.

    Raises FrontMatterError when the file cannot take a value.
    """
    kept = {name: getattr(article, name) for name in changes or {}}
    owned = article.desk_fields
    try:
        for name, value in (changes or {}).items():
            setattr(article, name, value)
        article.desk_fields = sorted({*owned, *(changes or {})})
        new = exported_text(article, text, held)
    finally:
        article.desk_fields = owned
        for name, value in kept.items():
            setattr(article, name, value)
    bare = file_diff(text, new, 0)
    removed = sum(line.kind == REMOVED for line in bare)
    added = sum(line.kind == ADDED for line in bare)
    lines = bare if not context else file_diff(text, new, context)
    return Preview(tuple(lines), max(removed, added), len(text.splitlines()) - removed)


def approval(article: Article) -> dict[str, Any]:
    """The attributes that approving would set, for a preview."""
    changes: dict[str, Any] = {"published": True}
    if article.heat == -1 and article.quality is not None:
        changes["heat"] = article.quality
    return changes


def _count(number: int) -> str:
    return ngettext("%(count)s line unchanged, byte for byte", "%(count)s lines unchanged, byte for byte", number) % {"count": number}


def _grouped(before: list[str], after: list[str], context: int) -> Iterator[list[tuple[str, int, int, int, int]]]:
    """Groups of opcodes. What both files begin and end with is set aside first: an edit touches a few lines, so a file of
    a thousand costs no more than one of ten."""
    head = 0
    while head < min(len(before), len(after)) and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < min(len(before), len(after)) - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    low, high = max(0, head - context - 1), tail - context - 1
    end = None if high <= 0 else -high
    matcher = SequenceMatcher(None, before[low:end], after[low:end], autojunk=False)
    for group in matcher.get_grouped_opcodes(context):
        yield [(action, a + low, b + low, c + low, d + low) for action, a, b, c, d in group]

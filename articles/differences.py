"""What differs between two values of one field, word by word or item by item, for people. Asks no database."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext

from articles.captions import item_words, words
from articles.labels import counted
from articles.workflow import NN_

ADDED, GONE, SAME = "added", "gone", ""
# A word with the space behind it; a character of a script that is written without spaces is a word.
WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]\s*|[^\s\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+\s*|\s+")
COMPARED = 250_000  # pairs of words that are compared; beyond that the middle counts as rewritten
LONGEST = 500  # characters of one value that are shown
LONG_RUN, RUN_ENDS = 240, 80  # characters of an unchanged run before it is shortened, and what stays at either end
MOST_LINES = 30


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text: ``kind`` is added, gone, or empty for what both have."""

    text: str
    kind: str = SAME


Line = tuple[Piece, ...]


def compared(before: Any, after: Any) -> list[Line]:
    """The lines of ``after`` with what is new and what is gone against ``before``. Bounded, however long the values are."""
    if isinstance(before, dict) or isinstance(after, dict):
        old, new = (side if isinstance(side, dict) else {} for side in (before, after))
        parts = [part for part in (*new, *(part for part in old if part not in new))]
        return _bounded([line for part in parts for line in compared(old.get(part), new.get(part))]) or [_one("none")]
    if isinstance(before, list) or isinstance(after, list):
        return _bounded(list(_items(_listed(before), _listed(after)))) or [_one("none")]
    if isinstance(before, str) and isinstance(after, str):
        return [tuple(_shortened(word_pieces(before, after)))]
    same = type(before) is type(after) and before == after
    return [_one(words(after) if after != "" else "empty", SAME if same else ADDED)]


def plain(value: Any) -> list[Line]:
    """The lines of a value with nothing marked."""
    return compared(value, value)


def word_pieces(before: str, after: str) -> list[Piece]:
    """``after`` in pieces: words that ``before`` lacks are added; words that nothing stands for any more are gone."""
    old, new = WORD.findall(before), WORD.findall(after)
    head, tail = _ends(old, new)
    pieces = [Piece("".join(new[:head]))]
    middle_old, middle_new = old[head : len(old) - tail], new[head : len(new) - tail]
    if len(middle_old) * len(middle_new) > COMPARED:
        pieces.append(Piece("".join(middle_new), ADDED))
    else:
        bare_old, bare_new = ([word.strip() for word in side] for side in (middle_old, middle_new))
        matcher = SequenceMatcher(None, bare_old, bare_new, autojunk=False)
        for action, low, high, first, end in matcher.get_opcodes():
            if action == "delete":
                pieces.append(Piece("".join(middle_old[low:high]), GONE))
            else:
                pieces.append(Piece("".join(middle_new[first:end]), SAME if action == "equal" else ADDED))
    pieces.append(Piece("".join(new[len(new) - tail :]) if tail else ""))
    return [part for piece in pieces if piece.text for part in _trimmed(piece)] or [Piece("empty")]


def _ends(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """How many words both begin with, and end with: setting them aside makes the rest cheap."""
    head = 0
    while head < min(len(old), len(new)) and old[head].strip() == new[head].strip():
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail].strip() == new[-1 - tail].strip():
        tail += 1
    return head, tail


def _trimmed(piece: Piece) -> Iterator[Piece]:
    """A marked piece without the space behind it, which stays between the words."""
    bare = piece.text.rstrip()
    if not piece.kind or bare == piece.text or not bare:
        yield piece
        return
    yield Piece(bare, piece.kind)
    yield Piece(piece.text[len(bare) :])


def _shortened(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """The pieces with long unchanged runs cut in their middle, and no more than ``LONGEST`` characters."""
    long = sum(len(piece.text) for piece in pieces) > 2 * LONG_RUN
    left = LONGEST
    for place, piece in enumerate(pieces):
        text = piece.text
        if long and not piece.kind and len(text) > LONG_RUN and len(pieces) > 1:
            front = text[:RUN_ENDS] if place else ""
            text = f"{front} … {text[-RUN_ENDS:]}" if place < len(pieces) - 1 else f"{front} …"
        if len(text) > left:
            rest = sum(len(other.text) for other in pieces[place:]) - left
            yield Piece(text[:left], piece.kind)
            yield Piece(counted(NN_(" … and %(count)s more character", " … and %(count)s more characters"), rest))
            return
        left -= len(text)
        yield Piece(text, piece.kind)


def _listed(value: Any) -> list[str]:
    return [_item(item) for item in value] if isinstance(value, list) else []


def _item(item: Any) -> str:
    text = item_words(item)
    if isinstance(item, dict) and item.get("width") and item.get("height"):
        text = f"{text} {item['width']} × {item['height']}"
    return text


def _items(before: Sequence[str], after: Sequence[str]) -> Iterator[Line]:
    for item in after:
        yield _one(item, SAME if item in before else ADDED)
    for item in before:
        if item not in after:
            yield _one(item, GONE)
    if sorted(before) == sorted(after) and list(before) != list(after):
        yield _one(gettext("in another order"), ADDED)


def _bounded(lines: list[Line]) -> list[Line]:
    more = len(lines) - MOST_LINES
    return [*lines[:MOST_LINES], _one(gettext("… and %(count)s more") % {"count": more})] if more > 0 else lines


def _one(text: str, kind: str = SAME) -> Line:
    return (Piece(text[:LONGEST], kind),)

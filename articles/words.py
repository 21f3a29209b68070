"""Text as people read it, and as search compares it: a row of plain words, spelled the same whatever the database.

The databases' own ways of cutting text into words differ from each other and from version to version. So the words are
cut here, once, and the databases only index what stands between spaces. No Django.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

LONGEST_WORD = 60  # characters; what is longer is cut, where it is stored and where it is asked for
LONGEST_TEXT = 20_000  # characters of one article that search knows
LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ı": "i", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"})
# Scripts that write no space between words: Thai, Lao, Burmese, Khmer, kana, Han.
UNBROKEN = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3005, 0x3007), (0x3040, 0x30FF), (0x31F0, 0x31FF),
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF),
)  # fmt: skip
ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


def readable(text: str) -> str:
    """Text as readers of the site see it: feeds write characters as entities ("&#8217;"). It is text still, and no markup."""
    return ENTITY.sub(lambda found: html.unescape(found[0]), text) if "&" in text else text


@dataclass(frozen=True)
class Sought:
    """Words that must stand in a row. ``whole``: the last is a whole word, else it is how a word begins."""

    words: tuple[str, ...]
    whole: bool = False


class _Bare(dict[int, int | None]):
    """Characters without the accents of alphabets; the vowel signs of other scripts stay. Filled as texts need it."""

    def __missing__(self, code: int) -> int | None:
        marks = unicodedata.combining(chr(code))
        # 10 to 36 are the points of Hebrew and Arabic, 200 and more stand above and below letters. 0x640 only stretches.
        gone = 10 <= marks <= 36 or marks >= 200 or code == 0x640
        gone = gone or (unicodedata.category(chr(code)) == "Cf" and code != 0x200B)
        self[code] = None if gone else code
        return self[code]


class _Cut(dict[int, str]):
    """Letters, digits and their marks as they are; a sign of an unbroken script alone; everything else a space."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if any(first <= code <= last for first, last in UNBROKEN):
            word = f" {character} " if character.isalnum() else character
        else:
            word = character
        is_letter = character.isalnum() or unicodedata.category(character).startswith("M")
        self[code] = word if is_letter and code != 0x2BC else " "
        return self[code]


BARE, CUT = _Bare(), _Cut()


def spelled(text: str) -> str:
    """The words of a text with one space between them: case folded, without accents and without signs."""
    if text.isascii():
        text = text.lower()
    else:
        text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
        text = text.translate(BARE).casefold().translate(LETTERS)
        text = unicodedata.normalize("NFC", text)
    words = text.translate(CUT).split()
    if len(text) > LONGEST_WORD:
        words = [word[:LONGEST_WORD] for word in words]
    return " ".join(words)


def spelled_lines(texts: Iterable[str | None]) -> str:
    """Several texts as one that can be searched: each a line that begins and ends with a space, so that a word is found
    by ``" word "`` and no row of words goes from one text into the next."""
    lines = "\n".join(f" {line} " for line in (spelled(text[:LONGEST_TEXT]) for text in texts if text) if line)
    if len(lines) <= LONGEST_TEXT:
        return lines
    return lines[: lines.rfind(" ", 0, LONGEST_TEXT) + 1]


def sought(text: str, *, whole: bool = False) -> Sought | None:
    """What to look for when somebody writes ``text``; None when it holds no letter and no digit."""
    words = tuple(spelled(text).split())
    return Sought(words, whole) if words else None

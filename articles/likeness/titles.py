"""How alike two titles are, and which titles are worth comparing. Pure: no database, no clock."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from zlib import crc32

from rapidfuzz import fuzz

TWIN = 80  # percent: from here two titles are likely to tell the same
KEYS = 8  # of a title's sketch, besides the one for the title as a whole
WORDS = 7  # of a title that its sketch is made from, those of the smallest hashes
STEM = 5  # letters: "expose", "exposes" and "exposed" are one word to the sketch
FEWEST_WORDS, FEWEST_SIGNS = 4, 8  # below these a title is a label ("Release notes"), and says nothing by being repeated
REPLACED = 60  # percent: words that differ more than this have been replaced, not respelt
SURE_OF_VIDEOS = 95  # percent: two videos of one channel
MOST_TEXT = 400  # characters of a title that are compared

WORD = re.compile(r"[^\W_]+")
# Scripts that write no spaces: Thai to Burmese, Khmer, kana, Han.
SPACELESS = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
DIGITS = re.compile(r"\d+")
ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "xi": "11", "xii": "12"}
# Months and days of the week: a series differs in these. By their first letters, in the languages that share them.
DATES = re.compile(
    r"^(?:jan(?:uary|uar|vier|eiro)?|feb(?:ruary|ruar|brero|braio)?|f[ée]v(?:rier|ereiro)?|mar(?:ch|s|zo|ço)?|m[äa]rz|a[pbv]r(?:il|ile)?"
    r"|may|mai|mayo|maio|maggio|june?|juni|juin|junio|junho|giugno|july?|juli|juillet|julio|julho|luglio"
    r"|aug(?:ust)?|ao[uû]t|agosto|sept?(?:ember|embre|iembre|tembre)?|setembro|settembre|o[ck]t(?:ober|obre)?|octubre|outubro|ottobre"
    r"|nov(?:ember|embre|iembre|embro)?|de[cz](?:ember|embro)?|d[ée]cembre|diciembre|dicembre"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag"
    r"|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|spring|summer|autumn|winter)$"
)


@dataclass(frozen=True)
class Headline:
    """A title with what decides beside it: where it stands (a domain; a channel where many share one), which video it shows
    ("" for none), and the provider's name, for one domain may carry the texts of many."""

    title: str
    provider: str = ""
    video: str = ""
    name: str = ""

    @cached_property
    def words(self) -> list[str]:
        return words(self.title)

    @cached_property
    def text(self) -> str:
        return " ".join(self.words)[:MOST_TEXT]

    @cached_property
    def turned(self) -> str:
        """The same words in the alphabet's order: a title turned round is still the title."""
        return " ".join(sorted(self.words))[:MOST_TEXT]

    @cached_property
    def numbers(self) -> frozenset[str]:
        return frozenset(number.lstrip("0") or "0" for word in self.words for number in DIGITS.findall(word))

    @cached_property
    def dates(self) -> frozenset[str]:
        return frozenset(word[:3] for word in self.words if DATES.match(word))

    @cached_property
    def is_label(self) -> bool:
        signs = sum(len(run) for run in SPACELESS.findall(self.text))
        return len(self.words) < FEWEST_WORDS and signs < FEWEST_SIGNS


def words(title: str) -> list[str]:
    """The title's words, folded; Roman numerals as digits."""
    folded = title.lower() if title.isascii() else unicodedata.normalize("NFKC", title).casefold().replace("’", "")
    folded = folded.replace("'", "")
    return [ROMAN.get(word, word) for word in WORD.findall(folded)]


def sketch(title: str) -> list[int]:
    """At most nine 32-bit numbers, of which alike titles share some, and other titles hardly any.

    One is made from all words. The others are the smallest hashes of three words each: three, because on a site about one
    thing its two words stand in every title. Of scripts without spaces every three signs count as one such hash.
    Measured on two sites: of the likely duplicates 99 and 91 % share a number, of those that are 90 % alike all.
    """
    found = words(title)
    if not found:
        return []
    hashes: list[int] = []
    stems = {word[:STEM] for word in found}
    if not title.isascii():
        spaceless = {word for word in found if SPACELESS.search(word)}
        stems = {word[:STEM] for word in found if word not in spaceless}
        hashes = [
            crc32(word[place : place + 3].encode("utf-8", "surrogatepass"))
            for word in spaceless
            for place in range(max(1, len(word) - 2))
        ]
    chosen = [stem for stem in stems if len(stem) > 2]
    if len(chosen) < 3:
        chosen = list(stems)
    marks = sorted([crc32(stem.encode("utf-8", "surrogatepass")) for stem in chosen])[:WORDS]
    # A product with an odd number mixes the bits, so that it counts which of the three a word is. Written out: the time of a
    # sketch is the time of this loop.
    first, second, third = ([mark * odd & 0xFFFFFFFF for mark in marks] for odd in (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D))
    for i, a in enumerate(first):
        for j in range(i + 1, len(marks) - 1):
            ab = a ^ second[j]
            hashes += [ab ^ c for c in third[j + 1 :]]
    whole = crc32(" ".join(sorted(found)).encode("utf-8", "surrogatepass"))
    return [*sorted(set(hashes))[:KEYS], whole]


def likeness(one: Headline, other: Headline, least: int = 0) -> int:
    """How alike the titles are, in percent, whatever the order of their words; 0 below ``least``, which is quicker."""
    straight = fuzz.ratio(one.text, other.text, score_cutoff=least)
    return int(max(straight, fuzz.ratio(one.turned, other.turned, score_cutoff=max(least, straight))))


def are_twins(one: Headline, other: Headline, score: int | None = None) -> bool:
    """Whether the two are likely to tell the same. ``score``: their likeness, where it is known.

    Titles of one series are alike and are not the same: they differ in a number, a month, or the one word that the series
    is about.
    """
    score = likeness(one, other, TWIN) if score is None else score
    if score < TWIN or one.is_label or other.is_label:
        return False
    if one.video and other.video and one.video != other.video and (one.provider != other.provider or score < SURE_OF_VIDEOS):
        return False  # forty people film themselves watching one trailer, and give that the same title
    for mine, theirs in ((one.numbers, other.numbers), (one.dates, other.dates)):
        if mine - theirs and theirs - mine:
            return False
    if one.provider == other.provider and one.provider:
        if one.numbers != other.numbers or one.dates != other.dates:
            return False
        mine, theirs = _own(one, other), _own(other, one)
        if mine and theirs and fuzz.ratio(mine, theirs) < REPLACED:
            if one.name == other.name and one.name:
                return False
            return _frame(one, other) != _frame(other, one)
    return True


def _frame(one: Headline, other: Headline) -> list[str]:
    """The words that both have, in the order of the first."""
    stems = {word[:STEM] for word in other.words}
    return [word[:STEM] for word in one.words if word[:STEM] in stems]


def _own(one: Headline, other: Headline) -> str:
    """The words that only the first has."""
    stems = {word[:STEM] for word in other.words}
    return " ".join(word for word in one.words if word[:STEM] not in stems)


def shared(title: str, others: Iterable[str]) -> list[tuple[str, bool]]:
    """The title in pieces, each with whether it is a word that stands in one of the others too."""
    known = {word[:STEM] for other in others for word in words(other) if len(word) > 2 or word.isdigit()}
    pieces: list[tuple[str, bool]] = []
    for piece in re.split(r"([^\W_]+)", title):
        if piece:
            folded = words(piece)
            pieces.append((piece, bool(folded) and folded[0][:STEM] in known))
    return pieces

"""Two languages that nobody speaks, for developers: what is not changed on the screen was not marked for translation.

``en-xa`` has accents and is 40 % longer, as other languages are; ``ar-xb`` is that, written from right to left. Both are made
of the English words when they are asked for, so they know every word that goes through gettext and need no catalogue.
"""

from __future__ import annotations

import re
from math import ceil

from django.utils.translation import trans_real

ACCENTED, LEFTWARDS = "en-xa", "ar-xb"
LOCALES = [(ACCENTED, "Àççéñţš"), (LEFTWARDS, "Ŕîğĥţ ţö łéƒţ")]
LONGER = 0.4
ACCENTS = str.maketrans(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
    "ÅƁÇÐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽåƀçðéƒĝĥîĵķļɱñöþǫŕšţûṽŵẋýž",
)
# What a program reads: placeholders, tags, entities. A word is what stands between.
KEPT = re.compile(r"%\(\w+\)[-#0 +]*\d*(?:\.\d+)?[a-zA-Z]|%[a-zA-Z%]|\{[^{}]*\}|<[^<>]*>|&#?\w+;")
WORD = re.compile(r"[A-Za-z]+")


def disguised(text: str, *, leftwards: bool = False) -> str:
    """An English text as its pseudo-locale says it; placeholders and tags stay."""
    before, after = ("\u202e", "\u202c") if leftwards else ("", "")

    def longer(found: re.Match[str]) -> str:
        word = found[0]
        return f"{before}{word.translate(ACCENTS)}{'ø' * ceil(len(word) * LONGER)}{after}"

    pieces, end = [], 0
    for kept in KEPT.finditer(text):
        pieces += [WORD.sub(longer, text[end : kept.start()]), kept[0]]
        end = kept.end()
    return "".join([*pieces, WORD.sub(longer, text[end:])])


class Disguise(trans_real.DjangoTranslation):
    """A translation that makes its words of the English ones."""

    def gettext(self, message: str) -> str:
        words = message.rpartition(trans_real.CONTEXT_SEPARATOR)[2]
        return disguised(words, leftwards=self.language() == LEFTWARDS)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


def prepare(language: str) -> None:
    """Make the pseudo-locale known to Django before it is activated; any other language is left to it."""
    if language in (ACCENTED, LEFTWARDS) and not isinstance(trans_real._translations.get(language), Disguise):
        trans_real._translations[language] = Disguise(language)

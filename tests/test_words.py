"""Text as people read it, and as search compares it."""
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.words import LONGEST_TEXT, LONGEST_WORD, Sought, readable, sought, spelled, spelled_lines

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The Tram “waits”", "the tram waits"),
        ("CAFÉ cafe\u0301 Łódź Straße Œuvre", "cafe cafe lodz strasse oeuvre"),
        ("don't stop-gap a_b tribune.example", "don t stop gap a b tribune example"),
        ("東京タワー", "東 京 タ ワ ー"),
        ("がぎ", "が ぎ"),
        ("AI東京2026", "ai 東 京 2026"),
        ("مُحَمَّد أحمد مـحـمـد", "محمد احمد محمد"),
        ("שָׁלוֹם", "שלום"),
        ("हिन्दी", "हिन्दी"),
        ("한국어 뉴스", "한국어 뉴스"),
        ("so\u00adft ze\u200bro \U0001d400\ufb03", "soft ze ro affi"),
        ("½ m²", "1 2 m2"),
        ("--- \x00 🙂 \ud800", ""),
    ],
)
def test_text_is_spelled(text: str, words: str) -> None:
    assert spelled(text) == words


@given(st.text())
def test_spelling_twice_changes_nothing(text: str) -> None:
    assert spelled(spelled(text)) == spelled(text)


@given(st.text())
def test_words_hold_no_syntax(text: str) -> None:
    """Whatever is typed, a word that reaches a database has no sign, no quote and no capital of ASCII."""
    for word in spelled(text).split(" "):
        assert not set(word) & set("\"'*:()&|!<>\\-^+;,.%_\n\t\x00")
        assert word == word.lower() or not word.isascii()
        assert len(word) <= LONGEST_WORD


def test_lines_keep_texts_apart_and_end() -> None:
    assert spelled_lines(["A tram", None, "", "!", "Waits."]) == " a tram \n waits "
    long = spelled_lines(["tram " * LONGEST_TEXT, "ferry"])
    assert len(long) <= LONGEST_TEXT and long.endswith(" tram ")


def test_sought_is_nothing_without_letters() -> None:
    assert sought("Tram-lines") == Sought(("tram", "lines"))
    assert sought("“?”") is None


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("It&#8217;s &quot;on&quot; &amp; &#x27;off&#x27;", "It’s \"on\" & 'off'"),
        ("AT&T, R&D; Q&amp without its end", "AT&T, R&D; Q&amp without its end"),
        ("&nosuch; &#0; &#9999999;", "&nosuch; \ufffd \ufffd"),
        ("&lt;script&gt;&amp;amp;", "<script>&amp;"),
    ],
)
def test_entities_are_read_as_their_characters(text: str, read: str) -> None:
    assert readable(text) == read

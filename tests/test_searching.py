"""The language of the search field."""
from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.searching import LONGEST, MOST_TERMS, OPERATORS, Search, Term, in_order, parse

pytestmark = pytest.mark.pure
WHOLE = ('status:held quality:20..79 heat:25.. age:2d before:2026-01-01 type:video topic:azure provider:microsoft.com '
         'published:no has:picture is:edited "exact words" plain words -word')  # fmt: skip


def test_every_operator_is_read_and_written() -> None:
    typed = ('topic:azure quality:20..79 provider:microsoft.com published:no since:2d before:2026-01-01 heat:25.. '
             'type:video status:held has:picture is:edited "exact words" plain words -word')  # fmt: skip

    found = parse(typed)

    assert dict(found.filters) == {
        "status": "held", "quality": "20..79", "heat": "25..", "age": "2d", "before": "2026-01-01", "type": "video",
        "topic": "azure", "provider": "microsoft.com", "published": "no", "has": "picture", "is": "edited",
    }  # fmt: skip
    assert found.terms == (Term("exact words", exact=True), Term("plain"), Term("words"), Term("word", without=True))
    assert (found.left, found.problems) == ((), ())
    assert str(found) == WHOLE


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("STATUS:Waiting", "status:pending"),
        ("status:published", "status:live"),
        ("quality:64", "quality:64..64"),
        ("quality:007..", "quality:7.."),
        ("since:2026-02-28", "since:2026-02-28"),
        ("before:12H", "before:12h"),
        ("published:TRUE", "published:yes"),
        ("has:related has:picture", "has:picture,related"),
        ('topic:"Machine learning"', 'topic:"Machine learning"'),
        ('topic:"The ""new"" wave"', 'topic:"The ""new"" wave"'),
        ("topic:one topic:two", "topic:two"),
        ("“exact words”", '"exact words"'),
        ('"not closed', '"not closed"'),
        ('"topic:azure" -"left out"', '"topic:azure" -"left out"'),
        ("https://tribune.example/a re:invent 12:30", "https://tribune.example/a re:invent 12:30"),
        ('""', ""),
    ],
)
def test_search_has_one_spelling(typed: str, written: str) -> None:
    assert str(parse(typed)) == written
    assert parse(typed).problems == ()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("quality:high", "“quality:high” was left out. Write from..to, such as 20..79, 20.. or ..79."),
        ("quality:79..20", "“quality:79..20” was left out. Write the smaller number first: 20..79."),
        ("since:yesterday", "“since:yesterday” was left out. Write a date, such as 2026-01-31, or an age, such as 2d."),
        ("before:2026-02-30", "“before:2026-02-30” was left out. Write a date, such as 2026-01-31, or an age, such as 2d."),
        ("age:0d", "“age:0d” was left out. Write an age, such as 12h, 2d or 4w."),
        ("status:gone", "“status:gone” was left out. Write waiting, held, approved, rejected, published or any."),
        ("published:maybe", "“published:maybe” was left out. Write yes or no."),
        ("has:legs", "“has:legs” was left out. Write picture or related or topics."),
        ("topic:", "“topic:” was left out. Write a value after the colon."),
        ("-topic:azure", "“-topic:azure” was left out. Only words can be left out with a minus."),
        ("&", "“&” was left out. It has no letter and no digit."),
    ],
)
def test_what_cannot_be_read_is_told_and_the_rest_counts(typed: str, sentence: str) -> None:
    found = parse(f"tram {typed} heat:25..")

    assert found.problems == (sentence,)
    assert found.left == (typed,)
    assert (found.filters, found.terms) == ((("heat", "25.."),), (Term("tram"),))
    assert parse(str(found)) == found


def test_limits_are_told() -> None:
    found = parse(" ".join(f"w{number}" for number in range(MOST_TERMS + 1)))
    assert len(found.terms) == MOST_TERMS and found.left == (f"w{MOST_TERMS}",)
    assert parse("x" * (LONGEST + 1)).problems == (f"Only the first {LONGEST} letters of the search were read.",)


PIECES = st.sampled_from(
    [f"{name}:" for name in OPERATORS]
    + ["-", '"', '""', "“", "”", " ", "  ", "a", "tram", "20..79", "79..20", "2d", "2026-01-01", "picture", "edited", ",", ":",
       "foo:", "東京", "é", "&", "(", "'", "*", "yes", "held", "http://x", "\n"]
)  # fmt: skip


@settings(max_examples=600)
@given(st.one_of(st.lists(PIECES, max_size=40).map("".join), st.text(max_size=200)))
def test_text_to_search_to_text_is_the_same_search(text: str) -> None:
    found = parse(text)
    if len(str(found)) <= LONGEST:
        assert parse(str(found)) == found


VALUES: dict[str, Any] = {
    "status": st.sampled_from(["held", "approved", "live", "any"]),
    "quality": st.tuples(st.integers(0, 60), st.integers(60, 999)).map(lambda ends: f"{ends[0]}..{ends[1]}"),
    "since": st.dates().map(lambda day: day.isoformat()),
    "topic": st.text(min_size=1, max_size=40).map(lambda text: " ".join(text.split())).filter(bool),
    "published": st.sampled_from(["yes", "no"]),
}


@settings(max_examples=300)
@given(st.fixed_dictionaries({}, optional=VALUES))
def test_filters_to_text_to_filters_are_the_same(filters: dict[str, str]) -> None:
    assert dict(parse(str(Search(filters=in_order(filters)))).filters) == filters

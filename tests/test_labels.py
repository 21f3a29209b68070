"""Words of pure rooms, numbers and ages in the language of the page."""
from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils.translation import override

from articles.captions import value_words
from articles.labels import (
    age,
    choices,
    counted,
    grouped,
    inside,
    label,
    once_a_language,
    past,
    past_to_the_second,
    percent,
    spoken,
)
from articles.searching import parse, span_words
from articles.workflow import Reason, Said, Status

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["Held", "off topic", "4,958", "1 article", "4,958 articles", "3 d", "3 d ago", "just now", "5 s ago", "ahead", "2 y ago", "88%"]),
        ("de", ["Zurückgestellt", "Themenfremd", "4.958", "1 Artikel", "4.958 Artikel", "3 T", "vor 3 T", "gerade eben", "vor 5 s", "voraus", "vor 2 J", "88\u00a0%"]),
    ],
)
def test_labels_numbers_and_ages_are_said_in_the_language(language: str, said: list[str]) -> None:
    words, days = ("%(count)s article", "%(count)s articles"), timedelta(days=3)
    with override(language):
        found = [
            label(Status.HELD), inside(label(Reason.OFF_TOPIC)), grouped(4958), counted(words, 1), counted(words, 4958), age(days),
            past(days), past(timedelta(seconds=5)), past_to_the_second(timedelta(seconds=5)), age(timedelta(seconds=-9)), past(timedelta(days=900)),
            percent(88),
        ]  # fmt: skip

        assert found == said
        assert str(choices(Status)[1][1]) == label(Status.HELD)


def test_a_sentence_of_a_pure_room_is_english_until_it_is_spoken() -> None:
    sentence = parse("quality:9..3").problems[0]

    assert sentence == "“quality:9..3” was left out. Write the smaller number first: 3..9."
    with override("de"):
        assert spoken(sentence) == "„quality:9..3“ wurde ausgelassen. Die kleinere Zahl zuerst: 3..9."
        assert [spoken(span_words(span)) for span in ("1d", "2d")] == ["1 Tag", "2 Tage"]
        assert spoken("Approve") == "Approve"  # a name that somebody gave is no word of the desk
        assert spoken(Said("100%")) == "100%"


@pytest.mark.parametrize(("language", "said"), [("en", ["waiting", "nothing changed", "none", "pending"]), ("de", ["Wartend", "Nichts geändert", "keine", "pending"])])
def test_recorded_values_are_said_by_their_labels(language: str, said: list[str]) -> None:
    with override(language):
        assert [value_words(*pair) for pair in (("status", "pending"), ("recheck", ""), ("title", None), ("title", "pending"))] == said


def test_what_is_said_is_remembered_once_a_language() -> None:
    asked: list[int] = []

    @once_a_language
    def said(number: int) -> str:
        asked.append(number)
        return grouped(number)

    for language in ("en", "de", "en", "de"):
        with override(language):
            said(1000)

    assert asked == [1000, 1000]
    assert (said.within("en", 1000), said.within("de", 1000)) == ("1,000", "1.000")


def test_no_page_writes_a_percent_by_itself() -> None:
    templates = Path(__file__).resolve().parents[1] / "templates"
    drawn = r"\|unlocalize"  # a length in a drawing, which is in no language
    wrong = [
        f"{path.name}: {found[0]}"
        for path in templates.rglob("*.html")
        for found in re.finditer(r"{{ ([^{}]+) }}\s?%(?!})", path.read_text(encoding="utf-8"))
        if not re.search(drawn, found[1])
    ]
    assert wrong == []

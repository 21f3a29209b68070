"""Scalars as every reader downstream reads them."""
from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.frontmatter.scalars import Unwritable, is_plain, scalar, text
from articles.frontmatter.schema import Shape

pytestmark = pytest.mark.pure
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00", exclude_categories=["Cs"]))


@settings(deadline=None)
@given(TEXTS, st.sampled_from(['"', "'", ""]))
def test_text_is_read_back_by_yaml_in_every_style(value: str, style: str) -> None:
    if "\ufeff" in value or "\x85" in value:
        style = '"'
    assert yaml.load(f"a: {text(value, style)}", yaml.CBaseLoader) == {"a": value}  # noqa: S506 - it builds text only


@pytest.mark.parametrize("word", ["No", "yes", "ON", "off", "y", "N", "true", "Null", "nil", "none", "12:30", "2024", "-", "a: b",
                                  "a #b", "a  b", " a", "a,", "é", "", "@a", "a\n"])  # fmt: skip
def test_what_a_reader_could_take_for_something_else_is_not_plain(word: str) -> None:
    assert not is_plain(word)


@pytest.mark.parametrize("word", ["Power Apps", "Model-driven apps", "Rock, Paper", "A+B", "it's", "a.example", "50"[:0] + "x50"])
def test_harmless_words_are_plain(word: str) -> None:
    assert is_plain(word)
    assert yaml.load(word, yaml.CSafeLoader) == word


def test_slashes_and_wide_characters_are_written_as_they_are() -> None:
    assert text("https://a/b 🤖 é", '"') == '"https://a/b 🤖 é"'


def test_comma_between_brackets_is_quoted() -> None:
    assert text("a, b", "", flow=True) == '"a, b"'


@pytest.mark.parametrize(("value", "kind"), [(True, "integer"), (1.5, "integer"), ("1", "integer"), (1, "flag"), ("x", "moment"),
                                             (1, "text"), ("a\0", "text"), ("\ud800", "text")])  # fmt: skip
def test_value_of_another_kind_is_refused(value: object, kind: str) -> None:
    with pytest.raises(Unwritable):
        scalar(value, Shape(kind))

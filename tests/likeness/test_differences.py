"""Two texts side by side."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.likeness.differences import differences

pytestmark = pytest.mark.pure


def test_only_the_words_that_differ_are_told() -> None:
    left, right = differences("Cranes start the night shift", "Cranes begin the Night shift")

    assert [text for text, differs in left if differs] == ["start"]
    assert [text for text, differs in right if differs] == ["begin"]


@given(st.text(max_size=60), st.text(max_size=60))
def test_the_pieces_are_the_texts(one: str, other: str) -> None:
    left, right = differences(one, other)

    assert ("".join(text for text, _ in left), "".join(text for text, _ in right)) == (one, other)


def test_long_texts_are_told_whole() -> None:
    assert differences("a" * 4000, "b") == ([("a" * 4000, True)], [("b", True)])

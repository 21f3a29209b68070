"""What is marked between two values, and that long ones stay short and cheap."""

from __future__ import annotations

import time

import pytest

from articles.differences import LONGEST, compared, plain, word_pieces
from tests.conflicting import BEFORE, OURS, THEIRS

pytestmark = pytest.mark.pure


def marked(lines: object) -> list[str]:
    """Lines with what is added in [+ +] and what is gone in [- -]."""
    signs = {"added": "+", "gone": "-", "": ""}
    return ["".join(f"[{signs[p.kind]}{p.text}{signs[p.kind]}]" if p.kind else p.text for p in line) for line in lines]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        (BEFORE, THEIRS, ["City council [+rejects+] face-matching cameras [+9–4+]"]),
        (BEFORE, OURS, ["City council [+votes+] to [+keep+] face-matching cameras [+out of schools+]"]),
        ("one two three", "one three", ["one [-two-] three"]),
        ("one", "one", ["one"]),
        ("one", "", ["[-one-]"]),
        ("", "one two", ["[+one two+]"]),
        ("", "", ["empty"]),
        ("港の電車", "港の船", ["港の[+船+]"]),
        (52, 66, ["[+66+]"]),
        (52, 52, ["52"]),
        (1, True, ["[+yes+]"]),
        (None, "one", ["[+one+]"]),
        ("one", None, ["[+none+]"]),
        (["a", "b"], ["b", "c"], ["b", "[+c+]", "[-a-]"]),
        (["a", "b"], ["b", "a"], ["b", "a", "[+in another order+]"]),
        ([], [], ["none"]),
        (None, ["a"], ["[+a+]"]),
        ({"name": "A", "domain": "a.example"}, {"name": "B", "domain": "a.example"}, ["[+B+]", "a.example"]),
        ([{"url": "u", "width": 2, "height": 3}], [{"url": "u", "width": 4, "height": 3}], ["[+u 4 × 3+]", "[-u 2 × 3-]"]),
    ],
)
def test_differences_are_marked(before: object, after: object, shown: list[str]) -> None:
    assert marked(compared(before, after)) == shown


def test_nothing_is_marked_in_a_plain_value() -> None:
    assert marked(plain(["a", None])) == ["a", "(empty)"]


def test_pieces_say_the_whole_new_text() -> None:
    pieces = word_pieces(BEFORE, OURS)

    assert "".join(piece.text for piece in pieces if piece.kind != "gone") == OURS


def test_long_texts_are_short_and_quick() -> None:
    before = " ".join(f"word{number}" for number in range(30_000))
    after = " ".join(f"word{number * 7 % 30_011}" for number in range(30_000))
    start = time.perf_counter()

    shown = compared(before, after)

    assert time.perf_counter() - start < 2
    assert sum(len(piece.text) for line in shown for piece in line) < LONGEST + 100


def test_the_change_in_a_long_text_is_shown() -> None:
    before = "start " + "so " * 2000 + "end"
    after = "start " + "so " * 1000 + "hello " + "so " * 1000 + "end"

    assert "[+hello+]" in marked(compared(before, after))[0]


def test_long_lists_are_bounded() -> None:
    assert marked(plain([str(number) for number in range(100)]))[-1] == "… and 70 more"

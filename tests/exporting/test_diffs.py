"""The lines that people see of a file."""
from __future__ import annotations

import time
from typing import Any

import pytest

from articles.exporting.diffs import ADDED, REMOVED, SAME, SKIPPED, approval, file_diff, preview, veiled
from tests.factories import make_article, make_text

SECRET = "c2VjcmV0LW9mLXRlc3Q;aXYtb2YtdGVzdA=="


def pairs(old: str, new: str, context: int) -> list[tuple[str, str]]:
    return [(line.kind, line.text) for line in file_diff(old, new, context)]


# --- file_diff
@pytest.mark.pure
def test_equal_texts_have_no_diff() -> None:
    assert file_diff("a\nb\n", "a\nb\n") == []


@pytest.mark.pure
@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("a\nb\nc", "a\nB\nc", [(REMOVED, "b"), (ADDED, "B")]),
        ("a\nc", "a\nb\nc", [(ADDED, "b")]),
        ("a\nb\nc", "a\nc", [(REMOVED, "b")]),
        ("a\nb\nc\nd\ne", "A\nb\nc\nd\nE", [(REMOVED, "a"), (ADDED, "A"), (REMOVED, "e"), (ADDED, "E")]),
        ("", "a", [(REMOVED, ""), (ADDED, "a")]),
    ],
)  # fmt: skip
def test_without_context_only_differing_lines_are_shown(old: str, new: str, expected: Any) -> None:
    assert pairs(old, new, 0) == expected


@pytest.mark.pure
def test_context_and_what_is_skipped_are_shown() -> None:
    old = "\n".join(str(number) for number in range(20))

    assert pairs(old, old.replace("10", "ten"), 1) == [
        (SKIPPED, "9 lines unchanged, byte for byte"),
        (SAME, "9"),
        (REMOVED, "10"),
        (ADDED, "ten"),
        (SAME, "11"),
        (SKIPPED, "8 lines unchanged, byte for byte"),
    ]


@pytest.mark.pure
@pytest.mark.parametrize("places", [[0], [19], [0, 19], [7, 8], [3, 12], list(range(20))])
def test_a_diff_with_wide_context_holds_both_texts(places: list[int]) -> None:
    old = [f"line {number}" for number in range(20)]
    new = [f"other {number}" if number in places else line for number, line in enumerate(old)]

    lines = file_diff("\n".join(old), "\n".join(new), 40)

    assert [line.text for line in lines if line.kind in (SAME, REMOVED)] == old
    assert [line.text for line in lines if line.kind in (SAME, ADDED)] == new


@pytest.mark.pure
def test_a_long_file_costs_no_more_than_its_changes() -> None:
    old = "\n".join(f"line {number % 7}" for number in range(100_000))
    started = time.process_time()

    lines = file_diff(old, old.replace("line 3", "changed", 1))

    assert sum(line.kind == ADDED for line in lines) == 1
    assert time.process_time() - started < 2


# --- veiled
@pytest.mark.pure
@pytest.mark.parametrize(
    "text",
    [
        f'secured: "{SECRET}"',
        f"secured: {SECRET}",
        f'"secured": "{SECRET}"',
        f'secured : "{SECRET}"',
        f"secured: >-\n  {SECRET}",
        f"secured: |\n  c2VjcmV0LW9m\n\n  {SECRET}",
        f"secured:\n  '{SECRET}'",
        f'secured: "c2VjcmV0LW9m\n{SECRET}"',
        f'secured: "c2VjcmV0LW9m\\"\n{SECRET}"',
        f"Secured: {SECRET}\r",
        f"related:\n  - secured: {SECRET}",
        f"{{title: x, secured: {SECRET}}}",
        f"? secured\n: {SECRET}",
        f"note: it was {SECRET} once",
    ],
)
def test_no_spelling_shows_what_is_secured(text: str) -> None:
    lines = veiled(f"title: kept\n{text}\nheat: 3")

    assert "c2VjcmV0" not in "\n".join(lines)
    assert (lines[0], lines[-1], len(lines)) == ("title: kept", "heat: 3", text.count("\n") + 3)


@pytest.mark.pure
@pytest.mark.parametrize(
    "line",
    [
        'title: "How the harbour was secured: a story"',
        "  - secured harbours",
        'webUrl: "https://tribune.example/a;b=c/secured?x=1;y=2"',
        "",
    ],
)
def test_other_lines_are_shown_as_they_are(line: str) -> None:
    assert veiled(f"{line}\nnext: 1") == [line, "next: 1"]


@pytest.mark.pure
def test_a_long_line_of_strangers_is_veiled_in_bounded_time() -> None:
    started = time.process_time()

    veiled("A" * 2_000_000 + ";\n" + "secured{, " * 200_000 + "\n" + " " * 500_000 + "secured")

    assert time.process_time() - started < 2


# --- preview
def test_preview_counts_a_replaced_line_once(db: None) -> None:
    article = make_article(quality=64)
    text = make_text(quality=64, slug="x")
    before = (article.published, article.heat, article.desk_fields)

    seen = preview(article, text, approval(article))

    assert [(line.kind, line.text) for line in seen.lines] == [
        (REMOVED, "heat: -1"),
        (REMOVED, "published: false"),
        (ADDED, "heat: 64"),
        (ADDED, "published: true"),
    ]
    assert (seen.changed, seen.unchanged) == (2, len(text.splitlines()) - 2)
    assert (article.published, article.heat, article.desk_fields) == before


def test_preview_stands_on_what_is_decided_already(db: None) -> None:
    article = make_article(desk_fields=["quality"])
    article.quality = 7

    seen = preview(article, make_text(quality=64), {"topics": ["Rail"]})

    assert [(line.kind, line.text) for line in seen.lines] == [
        (REMOVED, "quality: 64"),
        (ADDED, "quality: 7"),
        (REMOVED, "  - Machines"),
    ]

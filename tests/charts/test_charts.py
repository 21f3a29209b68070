"""Drawings: where bars and lines stand, and what is written beside them."""

from __future__ import annotations

import pytest

from articles.charts import Drawing, Group, Point, grouped_bars, marked_bar, share_line, spark, stacked_bars
from articles.charts.shapes import ceiling
from articles.templatetags.charts import drawing

pytestmark = pytest.mark.pure


def shapes(chart: Drawing, name: str, css: str = "") -> list[dict[str, str]]:
    found = [dict(shape.attributes) | {"words": shape.words} for shape in chart.shapes if shape.name == name]
    return [one for one in found if css in ("", one.get("class", ""))]


def bars(chart: Drawing, css: str) -> list[tuple[float, float]]:
    """Bottom and height of each bar, in pixels."""
    found = [(float(one["y"]), float(one["height"])) for one in shapes(chart, "rect", css)]
    return [(y + height, height) for y, height in found]


@pytest.mark.parametrize(
    ("most", "end"), [(0, 2), (1, 2), (2, 2), (3, 4), (5, 6), (9, 10), (11, 12), (21, 30), (99, 100), (101, 120), (412, 500), (8001, 10_000)]
)
def test_a_scale_ends_in_a_round_number(most: int, end: int) -> None:
    assert ceiling(most) == end


def test_bars_are_as_high_as_their_figures() -> None:
    chart = grouped_bars("Both", [Group("a", (10, 5)), Group("b", (0, 1))], ("f-mute", "f-pen"), str, height=136)

    assert bars(chart, "f-mute") == [(116, 100)]  # nothing is no bar
    assert bars(chart, "f-pen") == [(116, 50), (116, 10)]
    assert [one["words"] for one in shapes(chart, "text")] == ["0", "5", "10", "a", "b"]


def test_a_bar_far_above_all_others_is_cut_and_says_its_figure() -> None:
    chart = grouped_bars("Both", [Group("a", (5_000, 5)), Group("b", (10, 1))], ("f-mute", "f-pen"), str, height=136)

    assert bars(chart, "f-mute") == [(116, 100), (116, 100)]
    assert "↑ 5000" in [one["words"] for one in shapes(chart, "text")]
    assert "10" in [one["words"] for one in shapes(chart, "text")]


def test_figures_stand_above_bars_that_have_no_scale() -> None:
    chart = grouped_bars("Ages", [Group("new", (3,)), Group("old", (0,), classes=("f-heat",))], ("f-pen",), str, height=136, told=True)

    assert [one["words"] for one in shapes(chart, "text")] == ["", "3", "new", "0", "old"]


def test_stacked_bars_stand_on_each_other() -> None:
    chart = stacked_bars("Hours", [Group("9", (5, 3, 2))], ("f-ok", "f-no", "f-mute"), str, height=136)

    (ok_bottom, ok), (no_bottom, no), (mute_bottom, mute) = (bars(chart, css)[0] for css in ("f-ok", "f-no", "f-mute"))
    assert (ok_bottom, ok) == (116, 50)
    assert no_bottom == 116 - ok - 1 and mute_bottom == 116 - 50 - 30 - 1  # a hair apart
    assert (no, mute) == (29, 19)


def test_a_mark_stands_where_the_usual_is() -> None:
    chart = marked_bar("Mark: 5", 10, 5, 10)

    assert [one["width"] for one in shapes(chart, "rect", "f-pen")] == ["99%"]
    assert [one["x"] for one in shapes(chart, "rect", "mark")] == ["49.5%"]
    assert marked_bar("", 0, 0, 0).shapes == ()


def test_a_line_of_shares_shows_where_it_might_stand() -> None:
    points = [Point(5, 0), Point(65, 50), Point(75, 100, firm=False)]
    chart = share_line(
        "Line", points, [(10, "10")], end=120, line=(70, "70 now"), other=(60, "60: 7 in 10"),
        percents=("0%", "50%", "100%"), height=136,
    )  # fmt: skip

    assert [(one["class"], one["cy"]) for one in shapes(chart, "circle")] == [("f-pen", "116"), ("f-pen", "66"), ("hollow", "16")]
    assert [(one["x"], one["width"]) for one in shapes(chart, "rect", "f-soft")] == [("50%", "8.33%")]
    assert [one["words"] for one in shapes(chart, "text")] == ["0%", "50%", "100%", "70 now", "60: 7 in 10", "10"]


@pytest.mark.parametrize("values", [[], [3], [2, 2, 2]])
def test_what_does_not_move_is_no_line(values: list[float]) -> None:
    assert spark("Each day", values) is None


def test_a_small_line_goes_from_lowest_to_highest() -> None:
    chart = spark("Each day", [0, 10, 5])

    assert chart is not None and shapes(chart, "polyline")[0]["points"] == "2.0,29.0 50.0,3.0 98.0,16.0"


def test_svg_escapes_words_and_knows_no_comma(settings: object) -> None:
    chart = grouped_bars('A "name" & more', [Group("<b>", (1, 1)), Group("", (1, 3))], ("f-mute", "f-pen"), str, height=120)
    from django.utils import translation

    with translation.override("de"):
        svg = str(drawing(chart))

    assert 'aria-label="A &quot;name&quot; &amp; more"' in svg and "&lt;b&gt;" in svg and "<b>" not in svg
    assert 'role="img"' in svg and "%" in svg and "," not in svg and "style" not in svg

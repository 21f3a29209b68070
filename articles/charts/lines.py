"""Charts of lines: shares along a scale, and the small ones beside a figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from articles.charts.bars import tick
from articles.charts.shapes import BOTTOM, TOP, Drawing, Shape, dot, grid, place, rect, stroke, text

SPARK = (100, 32)  # pixels
FAR_RIGHT = 70  # percent: words that begin further right end there instead


@dataclass(frozen=True, slots=True)
class Point:
    """``x`` on the scale, ``share`` in percent. A point that is not firm is drawn hollow."""

    x: float
    share: float
    firm: bool = True


def share_line(
    label: str,
    points: Sequence[Point],
    ticks: Sequence[tuple[float, str]],
    *,
    end: float,
    line: tuple[float, str],
    other: tuple[float, str] | None,
    percents: Sequence[str],
    height: int,
) -> Drawing:
    """Shares along a scale from 0 to ``end``, with an upright line and, beside it, the place where it might stand.

    ``percents`` are the words for 0, 50 and 100 percent.
    """
    shapes: list[Shape] = []
    at, words = line[0] * 100 / end, line[1]
    if other is not None:
        there = other[0] * 100 / end
        shapes.append(rect("f-soft", min(at, there), abs(at - there), TOP, height - TOP - BOTTOM))
    shapes += grid(height, list(zip((0, 0.5, 1), percents, strict=True)))
    shapes.append(tick(at, height))
    shapes.append(text(words, at, height - BOTTOM - 8, "k", "start", 5))
    places = [(point.x * 100 / end, place(height, point.share / 100), point.firm) for point in points]
    shapes += [stroke("s-pen", x1, y1, x2, y2) for (x1, y1, _), (x2, y2, _) in zip(places, places[1:], strict=False)]
    shapes += [dot("f-pen" if firm else "hollow", x, y) for x, y, firm in places]
    if other is not None:
        left = there <= at or there > FAR_RIGHT
        shapes.append(text(other[1], there, TOP + 14, "k", "end" if left else "start", -6 if left else 6))
    shapes += [text(name, x * 100 / end, height - 4) for x, name in ticks]
    return Drawing(label, height, tuple(shapes))


def spark(label: str, values: Sequence[float]) -> Drawing | None:
    """A small line without a scale, lowest to highest; None for fewer than two values or where all are the same."""
    if len(values) < 2 or min(values) == max(values):
        return None
    wide, high = SPARK
    low, span = min(values), max(values) - min(values)
    step = (wide - 4) / (len(values) - 1)
    points = " ".join(f"{2 + step * number:.1f},{high - 3 - (value - low) / span * (high - 6):.1f}" for number, value in enumerate(values))
    return Drawing(label, high, (Shape("polyline", (("class", "s-ink"), ("points", points))),), wide)

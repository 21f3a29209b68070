"""What drawings are made of, and their scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

BOTTOM = 20  # pixels below the axis for its words
TOP = 16  # pixels above the highest value, for its figure


@dataclass(frozen=True, slots=True)
class Shape:
    """One element of SVG: its name, its attributes, and its words where it is text."""

    name: str
    attributes: tuple[tuple[str, str], ...]
    words: str = ""


@dataclass(frozen=True)
class Drawing:
    """``label`` is its name for those who do not see it. ``width``: of a drawing with a size of its own, in pixels."""

    label: str
    height: int
    shapes: tuple[Shape, ...]
    width: int = 0


@dataclass(frozen=True)
class Table:
    """The figures of a chart: ``heads`` name the columns, the first cell of a row names the row."""

    caption: str
    heads: tuple[str, ...]
    rows: Sequence[tuple[str, ...]] = field(default_factory=tuple)


def percent(share: float) -> str:
    """A share of the width as SVG says it: 12.5%, at most two decimals, whatever the language."""
    return f"{round(share, 2):g}%"


def pixels(length: float) -> str:
    return f"{round(length, 1):g}"


def rect(css: str, x: float, width: float, y: float, height: float) -> Shape:
    """``x`` and ``width`` in percent, ``y`` and ``height`` in pixels; as all shapes here."""
    return Shape("rect", (("class", css), ("x", percent(x)), ("width", percent(width)), ("y", pixels(y)), ("height", pixels(height))))


def stroke(css: str, x1: float, y1: float, x2: float, y2: float) -> Shape:
    return Shape("line", (("class", css), ("x1", percent(x1)), ("y1", pixels(y1)), ("x2", percent(x2)), ("y2", pixels(y2))))


def dot(css: str, x: float, y: float, radius: float = 3) -> Shape:
    return Shape("circle", (("class", css), ("cx", percent(x)), ("cy", pixels(y)), ("r", pixels(radius))))


def text(words: str, x: float, y: float, css: str = "", anchor: str = "middle", shift: int = 0) -> Shape:
    """``shift``: pixels to the right, beyond the share of the width."""
    place = [("x", percent(x)), ("y", pixels(y)), ("text-anchor", anchor)]
    if css:
        place.insert(0, ("class", css))
    if shift:
        place.append(("dx", str(shift)))
    return Shape("text", tuple(place), words)


def ceiling(most: int) -> int:
    """The end of a scale that holds ``most``: round, and its half is a whole number."""
    if most <= 10:
        return max(2, most + most % 2)
    size = 1
    while size * 100 < most:
        size *= 10
    return next(step * size for step in (12, 16, 20, 30, 40, 50, 60, 80, 100) if step * size >= most)


def grid(height: int, ticks: Sequence[tuple[float, str]]) -> list[Shape]:
    """The axis and the lines across: for each its share of the height (0 is the axis), and its words left of the chart."""
    shapes = []
    for share, words in ticks:
        y = place(height, share)
        shapes += [stroke("gl" if share else "ax", 0, y, 100, y), text(words, 0, y + 4, anchor="end", shift=-6)]
    return shapes


def place(height: int, share: float) -> float:
    """The pixel of a share of the scale: 0 at the axis, 1 at the top."""
    return TOP + (height - TOP - BOTTOM) * (1 - share)

"""Charts of bars: side by side, one on the other, and lying with a mark."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from articles.charts.shapes import BOTTOM, TOP, Drawing, Shape, ceiling, grid, place, rect, stroke, text

FAR, MANY = 4, 50  # times the next highest, and at least so many: that bar is cut, else it would flatten all others
EDGE = 97  # percent: words beyond end with the chart
HAIR = 1.0  # pixels of a bar that is not nothing
Figure = Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Group:
    """What stands at one place of the axis. ``strong``: in bold; ``minor``: words that a narrow chart leaves out; ``classes``:
    of its bars, where they are not those of the others."""

    words: str
    values: tuple[int, ...]
    classes: tuple[str, ...] = ()
    strong: bool = False
    minor: bool = False


def grouped_bars(
    label: str, groups: Sequence[Group], classes: Sequence[str], figure: Figure, *, height: int, told: bool = False
) -> Drawing:
    """Bars side by side. ``told``: each says its figure, and there is no scale.

    A bar that is far higher than all others is cut at the top and says its figure.
    """
    tops = sorted({value for group in groups for value in group.values}, reverse=True)
    cut = len(tops) > 1 and tops[0] >= MANY and tops[0] > FAR * tops[1] > 0
    most = ceiling(tops[1] if cut else tops[0]) if tops else 2
    shapes = grid(height, [(0, "")] if told else [(0, figure(0)), (0.5, figure(most // 2)), (1, figure(most))])
    step = 100 / max(1, len(groups))
    for number, group in enumerate(groups):
        css = group.classes or classes
        wide = step * (0.64 if told else 0.72)
        bar = wide / len(group.values)
        left = number * step + (step - wide) / 2
        for at, value in enumerate(group.values):
            x = left + at * bar
            if value:
                shapes.append(_bar(css[at], x, bar * 0.94, 0, min(value, most) / most, height))
            if told or value > most:
                anchor = "middle" if told else "start" if number < len(groups) / 2 else "end"
                words = figure(value) if value <= most else f"↑ {figure(value)}"
                edge = x + bar * (0.47 if told else 0 if anchor == "start" else 0.94)
                shapes.append(text(words, edge, place(height, min(value, most) / most) - 5, "k", anchor))
        shapes.append(_below(group, (number + 0.5) * step, height))
    return Drawing(label, height, tuple(shapes))


def stacked_bars(label: str, groups: Sequence[Group], classes: Sequence[str], figure: Figure, *, height: int) -> Drawing:
    """Bars on each other, the first value at the axis."""
    most = ceiling(max((sum(group.values) for group in groups), default=0))
    shapes = grid(height, [(0, figure(0)), (0.5, figure(most // 2)), (1, figure(most))])
    step = 100 / max(1, len(groups))
    for number, group in enumerate(groups):
        below = 0
        for css, value in zip(classes, group.values, strict=True):
            if value:
                shapes.append(_bar(css, (number + 0.16) * step, step * 0.68, below / most, (below + value) / most, height))
            below += value
        shapes.append(_below(group, (number + 0.5) * step, height))
    return Drawing(label, height, tuple(shapes))


def marked_bar(label: str, value: float, mark: float, most: float) -> Drawing:
    """One lying bar with a mark beside which it is read; 16 pixels high."""
    most = most or 1
    shapes = [rect("f-pen", 0, 99 * value / most, 3, 10)] if value else []
    shapes += [rect("mark", 99 * mark / most, 0, 0, 16)] if mark else []
    return Drawing(label, 16, tuple(shapes))


def _bar(css: str, x: float, width: float, low: float, high: float, height: int) -> Shape:
    """A bar between two shares of the scale, with a hair's room to the next one on it."""
    tall = (high - low) * (height - TOP - BOTTOM)
    return rect(css, x, width, place(height, high), max(HAIR, tall - (1 if low else 0)))


def _below(group: Group, x: float, height: int) -> Shape:
    css = " ".join(name for name, wanted in (("k", group.strong), ("minor", group.minor)) if wanted)
    if x > EDGE:
        return text(group.words, 100, height - 4, css, "end")
    return text(group.words, x, height - 4, css)


def tick(x: float, height: int) -> Shape:
    """An upright dashed line over the whole height of the scale."""
    return stroke("s-thr", x, TOP, x, height - BOTTOM)

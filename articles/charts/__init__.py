"""Charts as drawings: figures in, shapes out. Pure; the words come from outside, colours are classes of the style sheet.

Widths are shares of the chart's width, in percent, and heights are pixels: a chart fills its box and its letters keep their
size. Every chart has a table beside it that says the same in figures.
"""

from articles.charts.bars import Group, grouped_bars, marked_bar, stacked_bars
from articles.charts.lines import Point, share_line, spark
from articles.charts.shapes import Drawing, Table

__all__ = ["Drawing", "Group", "Point", "Table", "grouped_bars", "marked_bar", "share_line", "spark", "stacked_bars"]

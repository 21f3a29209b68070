"""Drawings as SVG."""

from __future__ import annotations

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from articles.charts import Drawing
from articles.charts.shapes import Shape

register = template.Library()


@register.simple_tag
def drawing(chart: Drawing, css: str = "chart") -> SafeString:
    """The chart as one picture with a name. It takes the width of its box, unless it has a size of its own."""
    size = format_html(' viewBox="0 0 {} {}" width="{}"', chart.width, chart.height, chart.width) if chart.width else ""
    return format_html(
        '<svg class="{}" role="img" aria-label="{}" height="{}"{}>{}</svg>',
        css, chart.label, chart.height, size, format_html_join("", "{}", ((_element(shape),) for shape in chart.shapes)),
    )  # fmt: skip


def _element(shape: Shape) -> SafeString:
    attributes = format_html_join("", ' {}="{}"', shape.attributes)
    return format_html("<{}{}>{}</{}>", shape.name, attributes, shape.words, shape.name)

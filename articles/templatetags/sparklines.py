"""Small charts as SVG, drawn on the server. Each has words that say the same; colours come from the style sheet."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

register = template.Library()
LINE_AT = 7  # the bin that the line of 70 stands before
WIDE, HIGH = 360, 80


@register.simple_tag
def sparkline(counts: Sequence[int]) -> SafeString:
    """Counts by week as a line of 76 by 22, the earliest first."""
    most, step = max([*counts, 1]), 76 / max(len(counts) - 1, 1)
    points = " ".join(f"{place * step:.1f},{20 - 18 * count / most:.1f}" for place, count in enumerate(counts))
    return format_html(
        '<svg class="trend" viewBox="0 0 76 22" role="img" aria-label="{}"><polyline points="{}"></polyline></svg>',
        gettext("By week, the earliest first: %(counts)s") % {"counts": ", ".join(map(str, counts))},
        points,
    )


@register.simple_tag
def share_bar(share: int) -> SafeString:
    """Percent approved as a bar; the number stands beside it."""
    return format_html(
        '<svg class="sharebar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="f-no" width="100" height="6"></rect><rect class="f-ok" width="{}" height="6"></rect></svg>',
        share,
    )


@register.simple_tag
def week_bars(weeks: Sequence[tuple[int, int]]) -> SafeString:
    """Approved and rejected by week, stacked, the earliest first."""
    most = max([approved + rejected for approved, rejected in weeks] + [1])
    step = WIDE / len(weeks)
    bars = []
    for place, (approved, rejected) in enumerate(weeks):
        low, high = HIGH * approved / most, HIGH * rejected / most
        bars.append(("f-ok", place * step + 3, 96 - low, step - 6, low))
        bars.append(("f-no", place * step + 3, 96 - low - high - (1 if low and high else 0), step - 6, high))
    return format_html(
        '<svg class="chart" viewBox="0 0 360 112" role="img" aria-label="{}"><line class="gl" x2="360" y1="16" y2="16"></line>{}'
        '<line class="ax" x2="360" y1="96.5" y2="96.5"></line><text y="110">{}</text>'
        '<text x="360" y="110" text-anchor="end">{}</text><text x="360" y="11" text-anchor="end">{}</text></svg>',
        gettext("Decisions by week; the table below says the same."),
        _rects(bars),
        gettext("12 weeks ago"),
        gettext("this week"),
        most,
    )


@register.simple_tag
def quality_bars(counts: Sequence[int]) -> SafeString:
    """How often the robot gave which quality, in bins of ten from 0 on, with the line at 70."""
    most, step = max([*counts, 1]), WIDE / len(counts)
    bars = [
        ("f-ok" if place >= LINE_AT else "f-mute", place * step + 1.5, HIGH - 66 * count / most, step - 3, 66 * count / most)
        for place, count in enumerate(counts)
    ]
    over = sum(counts[LINE_AT:])
    return format_html(
        '<svg class="chart" viewBox="0 0 360 96" role="img" aria-label="{}">{}<line class="ax" x2="360" y1="80.5" y2="80.5"></line>'
        '<line class="s-thr" x1="180" x2="180" y2="80"></line><text class="k" x="186" y="10">{}</text>'
        '<text y="94">0</text><text x="90" y="94" text-anchor="middle">35</text><text x="180" y="94" text-anchor="middle">70</text>'
        '<text x="270" y="94" text-anchor="middle">105</text><text x="360" y="94" text-anchor="end">140</text></svg>',
        gettext("The robot’s quality: %(over)d of %(all)d at 70 or above; the table below says the same.")
        % {"over": over, "all": sum(counts)},
        _rects(bars),
        gettext("70, publishes itself"),
    )


def _rects(bars: Sequence[tuple[str, float, float, float, float]]) -> SafeString:
    return format_html_join(
        "", '<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="2"></rect>',
        ((name, *(f"{number:.1f}" for number in numbers)) for name, *numbers in bars if numbers[-1] > 0),
    )  # fmt: skip

"""A template drawn once for each kind of row, with only the words filled in for each row.

Rendering fifty rows by Django's template costs more than everything else on the page together. Rows differ in few ways (a
picture or none, how hot, which flags), so the template is drawn once for each such kind with marks where words stand, and
filling in the marks is a join of strings.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from html import escape
from typing import Any

from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

MARK = re.compile(
    "\ue000([a-z_]+)\ue001"
)  # private characters: no template holds them, and no word passes through here


class Stencil:
    """One template. ``words`` are the names that differ from row to row; the template reads them from ``row``."""

    def __init__(self, template: str, words: tuple[str, ...]) -> None:
        self.template = template
        self.marks = {name: mark_safe(f"\ue000{name}\ue001") for name in words}  # noqa: S308 - our own marks
        self.drawn: dict[Hashable, list[str]] = {}

    def fill(self, kind: Hashable, looks: Mapping[str, Any], words: Mapping[str, str]) -> SafeString:
        """The template with the words of one row, escaped.

        ``looks`` is what else the template reads from ``row``; rows of one ``kind`` have the same looks.
        """
        pieces = self.drawn.get(kind)
        if pieces is None:
            html = get_template(self.template).render({"row": {**looks, **self.marks}})
            pieces = self.drawn[kind] = MARK.split(html)
        filled = list(pieces)
        for place in range(1, len(filled), 2):
            filled[place] = escape(words[filled[place]])
        return mark_safe("".join(filled))  # noqa: S308 - every word is escaped above

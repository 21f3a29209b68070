"""Pieces of a page that are rendered once for each content: most rows of a list are those of the page before.

    {% remembered row queue.query_string unless active and forloop.first %} … {% endremembered %}

What stands between is remembered for equal values of what is named, and sees nothing else of the page: a variable that is
not named raises NotGiven, so that no piece can depend on something that it is not remembered by. Where ``unless`` holds,
the piece is rendered as if the tag were not there; in a remembered piece its variables are None. Each language of the page has
pieces of its own.
"""

from __future__ import annotations

from typing import Any, NoReturn

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.template.defaulttags import TemplateIfParser
from django.template.smartif import OPERATORS
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()
MOST = 2_000  # pieces of one tag, of about 2 KB each


class NotGiven(Exception):
    """A remembered piece asked for something that it is not remembered by. Name it in the tag."""


class Given(dict[str, Any]):
    """The named parts of one variable."""

    def __missing__(self, name: str) -> NoReturn:
        raise NotGiven(f"“{name}” is not named in the tag remembered.")


class Narrow(Context):
    """A context that has what the tag names, and says so where anything else is asked for."""

    def __getitem__(self, name: str) -> Any:
        try:
            return super().__getitem__(name)
        except KeyError:
            raise NotGiven(f"“{name}” is not named in the tag remembered.") from None

    def get(self, name: str, otherwise: Any = None) -> Any:
        return self[name]


class Remembered(template.Node):
    """Renders its piece once for equal values."""

    child_nodelists = ("nodelist",)

    def __init__(self, named: dict[str, FilterExpression], unless: Any, absent: list[str], nodelist: NodeList) -> None:
        self.named, self.unless, self.absent, self.nodelist = named, unless, absent, nodelist
        self._pieces: dict[tuple[Any, ...], SafeString] = {}

    def render(self, context: Context) -> SafeString:
        if self.unless is not None and self.unless.eval(context):
            return self.nodelist.render(context)
        values = tuple(expression.resolve(context) for expression in self.named.values())
        known = (get_language(), *values)
        piece = self._pieces.get(known)
        if piece is None:
            piece = self.nodelist.render(self._narrow(context, values))
            if len(self._pieces) >= MOST:
                self._pieces.clear()
            self._pieces[known] = piece
        return piece

    def _narrow(self, context: Context, values: tuple[Any, ...]) -> Narrow:
        given: dict[str, Any] = dict.fromkeys(self.absent)
        for name, value in zip(self.named, values, strict=True):
            *path, last = name.split(".")
            at = given
            for part in path:
                at = at.setdefault(part, Given())
            at[last] = value
        narrow = Narrow(given, autoescape=context.autoescape, use_l10n=context.use_l10n, use_tz=context.use_tz)
        narrow.template, narrow.render_context = context.template, context.render_context
        return narrow


@register.tag
def remembered(parser: Parser, token: Token) -> Remembered:
    """``{% remembered NAME … [unless CONDITION] %}``; the names' values must be hashable."""
    words = token.split_contents()[1:]
    at = words.index("unless") if "unless" in words else len(words)
    names, condition = words[:at], words[at + 1 :]
    if not names:
        raise template.TemplateSyntaxError("The tag remembered needs at least one name.")
    unless = TemplateIfParser(parser, condition).parse() if condition else None
    own = {name.partition(".")[0] for name in names}
    absent = [root for word in condition if (root := word.partition(".")[0]) not in own and root not in OPERATORS]
    nodelist = parser.parse(("endremembered",))
    parser.delete_first_token()
    return Remembered({name: parser.compile_filter(name) for name in names}, unless, absent, nodelist)

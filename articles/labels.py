"""How the words of the pure rooms, numbers and ages are said in the language of the page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import lru_cache
from typing import Any, Generic, ParamSpec

from django.utils.formats import number_format
from django.utils.translation import get_language, gettext, gettext_lazy, ngettext, pgettext

from articles.workflow import Labelled, Said

P = ParamSpec("P")
ROLES = {"editor": gettext_lazy("Editor"), "senior editor": gettext_lazy("Senior editor"), "admin": gettext_lazy("Admin")}
AGES = ((365 * 86400, "y"), (30 * 86400, "mo"), (86400, "d"), (3600, "h"), (60, "min"))  # seconds, unit


class once_a_language(Generic[P]):  # noqa: N801 - a decorator
    """Remembers what is said of equal arguments, which must be hashable: rows of a list repeat one another.

    ``within`` takes the language first, from whoever has asked for it already: that question costs more than the answer.
    """

    def __init__(self, say: Callable[P, str]) -> None:
        self.within = lru_cache(maxsize=4_000)(lambda language, *args: say(*args))

    def __call__(self, *args: P.args, **options: P.kwargs) -> str:
        return self.within(get_language(), *args)


def role(name: str) -> str:
    """What a group is called: the desk's own in the language of the page, others as somebody named them."""
    return str(ROLES.get(name, name.capitalize()))


def label(case: Labelled) -> str:
    """What a case is called."""
    return gettext(case.label)


def choices(kind: type[Labelled]) -> list[tuple[str, Any]]:
    """(value, label) of each case for a model's or a form's field; the labels are translated when they are read."""
    return [(case.value, gettext_lazy(case.label)) for case in kind]


def inside(text: str) -> str:
    """A label within a sentence: small in English, as it stands in languages that write their nouns large."""
    return text.lower() if (get_language() or "en").startswith("en") else text


def spoken(text: str) -> str:
    """A sentence of a pure room in the language of the page; any other text as it is."""
    if not isinstance(text, Said):
        return text
    words = ngettext(text.msgid, text.many, text.number) if text.many else gettext(text.msgid)
    return words % {name: spoken(value) for name, value in text.values.items()} if text.values else words


def counted(words: tuple[str, str], count: int, **values: Any) -> str:
    """One of two msgids as the number asks, with ``count`` in it: “39 articles”."""
    return ngettext(*words, count) % {"count": grouped(count), **values}


def grouped(count: int) -> str:
    """A number with its thousands apart: 4,958 or 4.958."""
    return str(number_format(count, force_grouping=True))


def percent(number: float | str) -> str:
    """A share in percent, as this language writes it: “88%”, in German “88 %”. ``number``: rounded as it shall be read."""
    return _percent(number)


@once_a_language
def _percent(number: float | str) -> str:
    return gettext("%(number)s%%") % {"number": number}


# --- how long ago -----------------------------------------------------------------------------------------------------
def age(span: timedelta, language: str | None = None) -> str:
    """How long ago, in the largest unit that says something: “3 d”, “now”."""
    seconds = int(span.total_seconds())
    count, unit = next(((seconds // size, unit) for size, unit in AGES if seconds >= size), (0, "now" if seconds >= 0 else "ahead"))
    return _age.within(language or get_language(), count, unit)


def past(span: timedelta) -> str:
    """How long ago, as a phrase: “3 d ago”, “just now”."""
    seconds = int(span.total_seconds())
    if seconds < 0:
        return gettext("ahead of now")
    return _past(age(span)) if seconds >= AGES[-1][0] else gettext("just now")


@once_a_language
def _age(count: int, unit: str) -> str:
    return {
        "ahead": pgettext("age", "ahead"),
        "now": pgettext("age", "now"),
        "y": pgettext("age", "%(count)s y"),
        "mo": pgettext("age", "%(count)s mo"),
        "d": pgettext("age", "%(count)s d"),
        "h": pgettext("age", "%(count)s h"),
        "min": pgettext("age", "%(count)s min"),
        "s": pgettext("age", "%(count)s s"),
    }[unit] % {"count": count}


@once_a_language
def _past(words: str) -> str:
    return pgettext("age", "%(age)s ago") % {"age": words}


def past_to_the_second(span: timedelta) -> str:
    """How long ago, as a phrase that also tells seconds: “5 s ago”."""
    seconds = max(0, int(span.total_seconds()))
    return _past(age(span) if seconds >= AGES[-1][0] else _age(seconds, "s"))

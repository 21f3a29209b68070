"""What people type into the search field: operators, words and "exact words", read and written back. No Django.

``topic:azure quality:20..79 "exact words" words -word``. What cannot be read is kept as it was typed, with a sentence that
says what would do; everything else still counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce

from articles.words import Sought, sought
from articles.workflow import N_, NN_, Said, Status

LONGEST = 500  # characters that are read
MOST_TERMS = 20
ANY = "any"
ME, NOBODY = "me", "none"  # of assigned:
SPAN = re.compile(r"([1-9][0-9]{0,3})([hdw])")
RANGE = re.compile(r"([0-9]{1,6})?\.\.([0-9]{1,6})?")
UNITS = {
    "h": NN_("%(count)s hour", "%(count)s hours"),
    "d": NN_("%(count)s day", "%(count)s days"),
    "w": NN_("%(count)s week", "%(count)s weeks"),
}
FLAGS = {flag: flag for flag in (N_("picture"), N_("related"), N_("topics"), N_("edited"), N_("watched"), N_("yes"), N_("no"))}
QUOTED = r'"(?:[^"]|"")*"?|“[^”]*”?'
PART = re.compile(rf"(?P<minus>-?)(?:(?P<name>[A-Za-z]+):(?P<value>{QUOTED}|\S*)|(?P<exact>{QUOTED})|(?P<bare>\S+))")
BARE = re.compile(r"(?P<minus>-?)(?P<name>)(?P<value>)(?P<exact>)(?P<bare>\S+)")


class Unreadable(ValueError):
    """A value that an operator does not take. The text is a sentence that says what it does take."""


# --- what the operators take ------------------------------------------------------------------------------------------
def _status(value: str) -> str:
    known = {case.value: case.value for case in Status} | {"waiting": "pending", "published": "live", ANY: ANY}
    if value.lower() not in known:
        raise Unreadable(Said("Write waiting, held, approved, rejected, published or any"))
    return known[value.lower()]


def _range(value: str) -> str:
    found = RANGE.fullmatch(value)
    ends = found.groups() if found else (value, value) if re.fullmatch("[0-9]{1,6}", value) else (None, None)
    low, high = (int(end) if end else None for end in ends)
    if low is None and high is None:
        raise Unreadable(Said("Write from..to, such as 20..79, 20.. or ..79"))
    if low is not None and high is not None and low > high:
        raise Unreadable(Said("Write the smaller number first: %(low)s..%(high)s", low=high, high=low))
    return f"{'' if low is None else low}..{'' if high is None else high}"


def _span(value: str) -> str:
    if not SPAN.fullmatch(value.lower()):
        raise Unreadable(Said("Write an age, such as 12h, 2d or 4w"))
    return value.lower()


def _moment(value: str) -> str:
    if SPAN.fullmatch(value.lower()):
        return value.lower()
    try:
        if len(value) != len("2026-01-31"):
            raise ValueError
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise Unreadable(Said("Write a date, such as 2026-01-31, or an age, such as 2d")) from None


def _yes_or_no(value: str) -> str:
    word = {"yes": "yes", "true": "yes", "1": "yes", "no": "no", "false": "no", "0": "no"}.get(value.lower())
    if word is None:
        raise Unreadable(Said("Write yes or no"))
    return word


def _either(one: str, other: str) -> str:
    return Said("%(one)s or %(other)s", one=one, other=other)


def _assigned(value: str) -> str:
    value = value.removeprefix("@")
    known = {"me": ME, "none": NOBODY, "nobody": NOBODY}
    if value.lower() in known:
        return known[value.lower()]
    if not re.fullmatch(r"[\w.@+-]{1,150}", value):
        raise Unreadable(Said("Write me, none or a person's name"))
    return value


def _one_of(**flags: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        asked = {word.strip().lower() for word in value.split(",")} - {""}
        if not asked or asked - flags.keys():
            raise Unreadable(Said("Write %(words)s", words=reduce(_either, flags)))
        return ",".join(flag for flag in flags if flag in asked)

    return read


def _text(value: str) -> str:
    value = " ".join(value.split())
    if not value or len(value) > 200:
        raise Unreadable(Said("Write a name of at most 200 letters"))
    return value


# --- and how a person reads them --------------------------------------------------------------------------------------
def _status_words(value: str) -> str:
    return Said("Any") if value == ANY else Said(Status(value).label)


def _range_words(value: str) -> str:
    low, _, high = value.partition("..")
    if low == high:
        return low
    if low and high:
        return Said("%(low)s to %(high)s", low=low, high=high)
    return Said("from %(low)s", low=low) if low else Said("up to %(high)s", high=high)


def span_words(value: str) -> str:
    """An age as people say it: ``2d`` is “2 days”."""
    return Said(*UNITS[value[-1]], count=int(value[:-1]))


def _before_words(value: str) -> str:
    return Said("over %(span)s ago", span=span_words(value)) if SPAN.fullmatch(value) else value


def _assigned_words(value: str) -> str:
    return {ME: Said("me"), NOBODY: Said("nobody")}.get(value, value)


def _flag_words(value: str) -> str:
    return Said(FLAGS.get(value, value))


@dataclass(frozen=True)
class Operator:
    """One operator, which is also one part of the address. ``read`` gives its one spelling or raises Unreadable;
    ``worded`` is what its chip says."""

    name: str
    label: str
    read: Callable[[str], str]
    worded: Callable[[str], str] = str
    adds_up: bool = False  # written twice it means both


OPERATORS = {
    operator.name: operator
    for operator in (
        Operator("status", N_("Status"), _status, _status_words),
        Operator("quality", N_("Quality"), _range, _range_words),
        Operator("heat", N_("Heat"), _range, _range_words),
        Operator("age", N_("Age"), _span, lambda value: Said("under %(span)s", span=span_words(value))),
        Operator("since", N_("Since"), _moment),
        Operator("before", N_("Before"), _moment, _before_words),
        Operator("type", N_("Type"), _text),
        Operator("topic", N_("Topic"), _text),
        Operator("provider", N_("Provider"), _text),
        Operator("assigned", N_("Assigned to"), _assigned, _assigned_words),
        Operator("published", N_("Published"), _yes_or_no, _flag_words),
        Operator("has", N_("Has"), _one_of(picture="", related="", topics=""), _flag_words, adds_up=True),
        Operator("is", N_("Is"), _one_of(edited="", watched=""), _flag_words, adds_up=True),
    )
}


@dataclass(frozen=True)
class Term:
    """A word or, ``exact``, words in a row; ``without``: that must not be there."""

    text: str
    exact: bool = False
    without: bool = False

    def __str__(self) -> str:
        return ("-" if self.without else "") + (quoted(self.text) if self.exact else self.text)

    @property
    def sought(self) -> Sought | None:
        return sought(self.text, whole=self.exact)


@dataclass(frozen=True)
class Search:
    """A search as it was meant. ``filters``: operator -> its one spelling; ``left``: what could not be read, as typed."""

    filters: tuple[tuple[str, str], ...] = ()
    terms: tuple[Term, ...] = ()
    left: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """What of it is no operator, as one would type it."""
        return " ".join([*map(str, self.terms), *self.left])

    def __str__(self) -> str:
        return " ".join([*(f"{name}:{quoted_if_needed(value)}" for name, value in self.filters), *filter(None, [self.words])])


def parse(text: str) -> Search:
    """Read a search. Never raises: what cannot be read is in ``left``, with its sentence in ``problems``."""
    text = text.strip()
    filters: dict[str, str] = {}
    terms: list[Term] = []
    left: list[str] = []
    problems: list[str] = []
    for part in _parts(text[:LONGEST]):
        name = (part["name"] or "").lower()
        try:
            if name:
                if part["minus"]:
                    raise Unreadable(Said("Only words can be left out with a minus"))
                name, value = read_filter(name, _unquoted(part["value"]))
                both = f"{filters[name]},{value}" if OPERATORS[name].adds_up and name in filters else value
                filters[name] = OPERATORS[name].read(both)
                continue
            term = Term(" ".join(_unquoted(part["exact"]).split()), True, bool(part["minus"])) if part["exact"] else Term(
                part["bare"], False, bool(part["minus"])
            )  # fmt: skip
            if term.exact and not term.text:
                continue
            if term.sought is None:
                raise Unreadable(Said("It has no letter and no digit"))
            if len(terms) == MOST_TERMS:
                raise Unreadable(Said("Only the first %(most)s words count", most=MOST_TERMS))
            terms.append(term)
        except Unreadable as error:
            left.append(part[0])
            problems.append(problem(part[0], error))
    if len(text) > LONGEST:
        problems.append(Said("Only the first %(most)s letters of the search were read.", most=LONGEST))
    return Search(in_order(filters), tuple(terms), tuple(left), tuple(problems))


def read_filter(name: str, value: str) -> tuple[str, str]:
    """The operator that is meant, and its value in its one spelling. Raises Unreadable."""
    if not value.strip():
        raise Unreadable(Said("Write a value after the colon"))
    if name == "since" and SPAN.fullmatch(value.strip().lower()):
        name = "age"
    return name, OPERATORS[name].read(value.strip())


def in_order(filters: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Filters in the order of the table, which is the order of chips and addresses."""
    return tuple((name, filters[name]) for name in OPERATORS if name in filters)


def problem(part: str, error: Unreadable) -> str:
    """The sentence about one part that could not be read."""
    return Said("“%(part)s” was left out. %(why)s.", part=part, why=error.args[0])


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def quoted_if_needed(value: str) -> str:
    return quoted(value) if re.search(r'[\s"“]', value) else value


def _unquoted(text: str) -> str:
    if text.startswith("“"):
        return text[1:].removesuffix("”")
    if not text.startswith('"'):
        return text
    inner = re.fullmatch(r'"((?:[^"]|"")*)"?', text)
    return inner[1].replace('""', '"') if inner else text[1:]


def _parts(text: str) -> Iterable[re.Match[str]]:
    """The parts of a search between spaces. A name that is no operator is the beginning of a word, such as “http:”."""
    place = 0
    while True:
        while place < len(text) and text[place].isspace():
            place += 1
        if place == len(text):
            return
        part = PART.match(text, place)
        if part is None or part["name"] and part["name"].lower() not in OPERATORS:
            part = BARE.match(text, place)
        assert part is not None  # \S+ takes whatever is no space
        yield part
        place = part.end()

"""The kinds of conditions: what value each takes, when it holds of an article, and what it says in words.

Pure: what an article is, is told by ``Facts``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles.labels import label
from articles.mapping import LONGEST_NAME, LONGEST_TOPIC
from articles.rules.languages import LANGUAGES, language_of
from articles.searching import SPAN
from articles.words import sought, spelled_lines
from articles.workflow import Trust

MOST_WORDS = 50
LARGEST = 999_999
HOURS = {"h": 1, "d": 24, "w": 24 * 7}
PLACES = {"either": gettext_lazy("the title or excerpt"), "title": gettext_lazy("the title"), "excerpt": gettext_lazy("the excerpt")}
TWINS = {
    "decided": gettext_lazy("an article that was decided"),
    "approved": gettext_lazy("an approved article"),
    "rejected": gettext_lazy("a rejected article"),
}
TYPES = {"article": gettext_lazy("an article"), "video": gettext_lazy("a video")}
HOWS = ("all", "any", "exact")


class RuleUnreadable(ValueError):
    """A condition or an effect that no rule can have. The text is a sentence; ``kind`` says which it is of."""

    def __init__(self, sentence: str, kind: str = "") -> None:
        super().__init__(sentence)
        self.kind = kind


@dataclass
class Facts:
    """An article as a rule sees it. ``values``: its attributes; ``provider``, ``trust``: of the provider that it means,
    None without one; ``twins``: the statuses of its likely duplicates. ``unknown``: kinds of conditions of which nobody
    knows any more how the article was."""

    values: Mapping[str, Any]
    at: datetime
    provider: int | None = None
    trust: str | None = None
    twins: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()

    @cached_property
    def lines(self) -> dict[str, str]:
        """The words of title and excerpt as search spells them, each between spaces."""
        title, excerpt = self.values.get("title"), self.values.get("excerpt")
        first = spelled_lines([title])
        both = spelled_lines([title, excerpt])  # cut where the index of words is
        return {"title": both[: len(first)], "excerpt": both[len(first) + bool(first) :], "either": both}

    @cached_property
    def language(self) -> str:
        return language_of(self.values.get("title"), self.values.get("excerpt"))

    @property
    def hours(self) -> float:
        """How old it is."""
        since = self.values.get("published_at") or self.values.get("queued_at") or self.at
        return (self.at - since).total_seconds() / 3600


@dataclass(frozen=True)
class Kind:
    """``read`` gives the value its one form or raises RuleUnreadable. ``holds`` asks an article; ``words`` says it, given
    the value and whether it must not be so."""

    name: str
    read: Callable[[Any], Any]
    holds: Callable[[Any, Facts], bool]
    words: Callable[[Any, bool], str]
    turns: bool = True  # can be asked for the contrary


# --- how values are read ----------------------------------------------------------------------------------------------
def _text(most: int) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        text = " ".join(value.split()) if isinstance(value, str) else ""
        if not text or len(text) > most:
            raise RuleUnreadable(_("Write a name of at most %(most)s letters.") % {"most": most})
        return text

    return read


def _one_of(known: Iterable[str]) -> Callable[[Any], str]:
    names = tuple(known)

    def read(value: Any) -> str:
        if value not in names:
            raise RuleUnreadable(_("“%(value)s” is not one of: %(known)s.") % {"value": value, "known": ", ".join(names)})
        return str(value)

    return read


def _provider(value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise RuleUnreadable(_("A provider is a name and a domain."))
    name, domain = value.get("name") or "", value.get("domain") or ""
    texts = isinstance(name, str) and isinstance(domain, str)
    if not texts or not (name or domain) or max(len(name), len(domain)) > LONGEST_NAME:
        raise RuleUnreadable(_("A provider is a name and a domain."))
    return {"name": name, "domain": domain}


def _range(value: Any) -> list[int | None]:
    ends = list(value) if isinstance(value, list | tuple) else []
    whole = all(end is None or (isinstance(end, int) and not isinstance(end, bool) and 0 <= end <= LARGEST) for end in ends)
    if len(ends) != 2 or not whole or ends == [None, None]:
        raise RuleUnreadable(_("Write whole numbers from 0 on, at least one of them."))
    if None not in ends and ends[0] > ends[1]:
        raise RuleUnreadable(_("Write the smaller number first."))
    return ends


def _words(value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping) or value.get("in") not in PLACES or value.get("how") not in HOWS:
        raise RuleUnreadable(_("Words stand in the title, the excerpt or either: all, any or exact."))
    text = " ".join(value["text"].split()) if isinstance(value.get("text"), str) else ""
    found = sought(text[:1000])
    if found is None:
        raise RuleUnreadable(_("Write words with at least one letter or digit."))
    if len(text) > 1000 or len(found.words) > MOST_WORDS:
        raise RuleUnreadable(_("Write at most %(most)s words.") % {"most": MOST_WORDS})
    return {"in": value["in"], "how": value["how"], "text": text}


def _age(value: Any) -> dict[str, str]:
    known = isinstance(value, Mapping) and value.get("than") in ("over", "under") and isinstance(value.get("span"), str)
    if not known or not SPAN.fullmatch(value["span"]):
        raise RuleUnreadable(_("Write an age, such as 12h, 2d or 4w."))
    return {"than": value["than"], "span": value["span"]}


# --- when they hold ---------------------------------------------------------------------------------------------------
def within(ends: Sequence[int | None], number: int | None) -> bool:
    """Whether a number is in the range. What has none, or an unknown heat, is in no range."""
    if number is None or number < 0:
        return False
    low, high = ends
    return (low is None or low <= number) and (high is None or number <= high)


def rows(value: Mapping[str, str]) -> list[str]:
    """What must stand in the line of words: each word for itself, or all of them in a row."""
    found = sought(value["text"], whole=True)
    words = found.words if found else ()
    return [f" {' '.join(words)} "] if value["how"] == "exact" else [f" {word} " for word in words]


def _has_words(value: Mapping[str, str], facts: Facts) -> bool:
    line = facts.lines[value["in"]]
    asked = (row in line for row in rows(value))
    return any(asked) if value["how"] == "any" else all(asked)


def hours(span: str) -> int:
    return int(span[:-1]) * HOURS[span[-1]]


def _is_of_age(value: Mapping[str, str], facts: Facts) -> bool:
    limit = hours(value["span"])
    return facts.hours > limit if value["than"] == "over" else facts.hours <= limit


# --- and in words -----------------------------------------------------------------------------------------------------
def provider_words(value: Mapping[str, str]) -> str:
    return value["name"] or value["domain"]


def span_words(span: str) -> str:
    count = int(span[:-1])
    return {
        "h": ngettext("%(count)s hour", "%(count)s hours", count),
        "d": ngettext("%(count)s day", "%(count)s days", count),
        "w": ngettext("%(count)s week", "%(count)s weeks", count),
    }[span[-1]] % {"count": count}


def _range_words(ends: Sequence[int | None], name: str) -> str:
    low, high = ends
    if low is None:
        return _("%(name)s is at most %(high)s") % {"name": name, "high": high}
    if high is None:
        return _("%(name)s is at least %(low)s") % {"name": name, "low": low}
    if low == high:
        return _("%(name)s is %(low)s") % {"name": name, "low": low}
    return _("%(name)s is %(low)s to %(high)s") % {"name": name, "low": low, "high": high}


def _words_words(value: Mapping[str, str], without: bool) -> str:
    one = len(rows(value | {"how": "all"})) == 1
    form = {
        ("all", False): _("%(place)s has all of “%(text)s”"),
        ("any", False): _("%(place)s has any of “%(text)s”"),
        ("exact", False): _("%(place)s has “%(text)s”"),
        ("all", True): _("%(place)s does not have all of “%(text)s”"),
        ("any", True): _("%(place)s has none of “%(text)s”"),
        ("exact", True): _("%(place)s does not have “%(text)s”"),
    }["exact" if one else value["how"], without]
    return form % {"place": PLACES[value["in"]], "text": value["text"]}


def _is_about(value: str | Mapping[str, Any], facts: Facts) -> bool:
    """``value``: a topic's name, or once it was found on the site, all ``names`` that articles may give it."""
    names = {value} if isinstance(value, str) else value["names"]
    return any(topic in names for topic in facts.values.get("topics") or ())


def _either(yes: Any, no: Any, **named: Callable[[Any], Any]) -> Callable[[Any, bool], str]:
    """Words of a kind with two forms, ``named`` being filled in from the value."""

    def words(value: Any, without: bool) -> str:
        return str(format_lazy(no if without else yes, **{name: found(value) for name, found in named.items()}))

    return words


def _age_words(value: Mapping[str, str], without: bool) -> str:
    form = _("it is over %(span)s old") if value["than"] == "over" else _("it is at most %(span)s old")
    return form % {"span": span_words(value["span"])}


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "provider", _provider, lambda value, facts: facts.provider is not None and facts.provider == value.get("key"),
            _either(gettext_lazy("the provider is {name}"), gettext_lazy("the provider is not {name}"), name=provider_words),
        ),
        Kind(
            "trust", _one_of(Trust), lambda value, facts: facts.trust == value,
            _either(
                gettext_lazy("the provider’s trust is “{trust}”"), gettext_lazy("the provider’s trust is not “{trust}”"),
                trust=lambda value: label(Trust(value)),
            ),
        ),
        Kind(
            "topic", _text(LONGEST_TOPIC), _is_about,
            _either(gettext_lazy("it is about {topic}"), gettext_lazy("it is not about {topic}"), topic=str),
        ),
        Kind(
            "type", _text(100), lambda value, facts: facts.values.get("type") == value,
            _either(
                gettext_lazy("it is {type}"), gettext_lazy("it is not {type}"), type=lambda value: TYPES.get(value, value)
            ),
        ),
        Kind("quality", _range, lambda value, facts: within(value, facts.values.get("quality")),
             lambda value, without: _range_words(value, _("the quality")), turns=False),
        Kind("heat", _range, lambda value, facts: within(value, facts.values.get("heat")),
             lambda value, without: _range_words(value, _("the heat")), turns=False),
        Kind("words", _words, _has_words, _words_words),
        Kind(
            "duplicate", _one_of(TWINS),
            lambda value, facts: bool(facts.twins & ({"approved", "rejected"} if value == "decided" else {value})),
            _either(
                gettext_lazy("it is likely a duplicate of {twin}"), gettext_lazy("it is not likely a duplicate of {twin}"),
                twin=TWINS.__getitem__,
            ),
        ),
        Kind("age", _age, _is_of_age, _age_words, turns=False),
        Kind(
            "language", _one_of(LANGUAGES), lambda value, facts: facts.language == value,
            _either(
                gettext_lazy("it is written in {language}"), gettext_lazy("it is not written in {language}"),
                language=LANGUAGES.__getitem__,
            ),
        ),
    )
}  # fmt: skip

"""The queue as one editor sees it: filters, an order, and a place in it. Everything lives in the query string."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.db.models import F
from django.utils.translation import gettext

from articles.claims import claim, release
from articles.labels import spoken
from articles.models import Article, Site
from articles.narrowing import narrowed, provider_named, topic_named
from articles.querysets import ORDERS, ArticleQuerySet, Order
from articles.searching import (
    ANY,
    OPERATORS,
    Term,
    Unreadable,
    in_order,
    parse,
    problem,
    quoted_if_needed,
    read_filter,
)
from articles.words import Sought
from articles.workflow import N_, Status

PAGE = 50
COUNTED_TO = 10_000  # beyond this a count says "10,000+"
TRIES, ROUNDS = 5, 3  # how many articles are reached for before looking again, and how often

NAMELESS = {
    "topic": N_("“%(part)s” was left out. This site has no topic of that name."),
    "provider": N_("“%(part)s” was left out. This site has no provider of that name."),
}


@dataclass(frozen=True)
class Chip:
    """One filter as a person reads it, and the query string without it."""

    name: str
    label: str
    value: str
    without: str


@dataclass(frozen=True)
class Queue:
    """Filters and order over one site's articles.

    ``filters`` and ``terms`` are those of ``articles.searching``, a provider by its key. ``left`` is what could not be read
    or is not on the site, as it was typed, each with a sentence in ``problems``. ``seen`` is the newest article that the
    page may show: what came later waits until it is asked for.
    """

    site: Site
    filters: Mapping[str, str] = field(default_factory=dict)
    terms: tuple[Term, ...] = ()
    left: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    order: Order = ORDERS["quality"]
    provider: str = ""
    seen: int | None = None
    person: Any = field(default=None, compare=False)  # who looks: “assigned:me” means them

    @classmethod
    def read(cls, site: Site, query: Mapping[str, str], person: Any = None) -> Queue:
        """The queue that a query string asks for, in either spelling: a part of its own, or an operator within ``q``, which
        counts more. At most three queries, for the names of a topic and a provider."""
        search = parse(query.get("q") or "")
        filters, left, problems = {}, [], [spoken(sentence) for sentence in search.problems]
        for name in OPERATORS:
            value = (query.get(name) or _from_to(name, query)).strip()
            if value:
                try:
                    name, filters[name] = read_filter(name, value)
                except Unreadable as error:
                    left.append(f"{name}:{quoted_if_needed(value)}")
                    problems.append(spoken(problem(left[-1], error)))
        filters = {name: value for name, value in filters.items() if value} | dict(search.filters)
        provider = ""
        for name, find in (("topic", topic_named), ("provider", provider_named)):
            if name in filters:
                found = find(site, filters[name])
                if found is None:
                    left.append(f"{name}:{quoted_if_needed(filters.pop(name))}")
                    problems.append(gettext(NAMELESS[name]) % {"part": left[-1]})
                elif name == "topic":
                    filters[name] = found.name
                else:
                    filters[name], provider = str(found.pk), str(found)
        order = ORDERS.get(query.get("sort") or "quality")
        if order is None:
            problems.append(gettext("The order is not known; the best come first."))
        seen = query.get("seen") or ""
        if filters.get("status") == Status.PENDING:
            del filters["status"]
        return cls(
            site,
            dict(in_order(filters)),
            search.terms,
            (*search.left, *(part for part in left if part not in search.left)),
            tuple(dict.fromkeys(problems)),
            order or ORDERS["quality"],
            provider,
            int(seen) if re.fullmatch("[0-9]{1,18}", seen) else None,
            person,
        )

    @classmethod
    def stored(cls, site: Site, query_string: str, person: Any = None) -> Queue:
        """The queue of a query string that a queue has written. No query; names are taken as they are."""
        query = dict(parse_qsl(query_string))
        search = parse(query.get("q", ""))
        filters = {name: value for name, value in query.items() if name in OPERATORS}
        return cls(site, filters, search.terms, search.left, order=ORDERS.get(query.get("sort", ""), ORDERS["quality"]), person=person)

    # --- as text
    @property
    def status(self) -> str:
        return self.filters.get("status", Status.PENDING)

    @cached_property
    def parameters(self) -> dict[str, str]:
        """The query string's parts, defaults left out: the one spelling of this queue."""
        words = " ".join([*map(str, self.terms), *self.left])
        sort = "" if self.order.name == "quality" else self.order.name
        return dict(self.filters) | {name: value for name, value in (("q", words), ("sort", sort)) if value}

    @cached_property
    def query_string(self) -> str:
        return urlencode(self.parameters)

    @property
    def place_string(self) -> str:
        """The query string, with what the page may show: for forms that come back to the same list."""
        return urlencode(self.parameters | ({} if self.seen is None else {"seen": str(self.seen)}))

    @property
    def text(self) -> str:
        """The queue as one would type it into the search field."""
        filters = dict(self.filters) | ({"provider": self.provider} if self.provider else {})
        parts = [f"{name}:{quoted_if_needed(value)}" for name, value in filters.items()]
        return " ".join([*parts, *map(str, self.terms), *self.left])

    @property
    def is_filtered(self) -> bool:
        return bool(self.filters or self.terms)

    def chips(self) -> list[Chip]:
        """The filters that are on, each with the query string that takes it away. The status is always one of them."""
        chips = []
        shown = {"status": self.status, **self.filters}
        for name, value in shown.items():
            left = {key: text for key, text in self.parameters.items() if key != name}
            if shown[name] == Status.PENDING and name == "status":
                left = {"status": ANY, **left}
            for flag in value.split(",") if OPERATORS[name].adds_up else [value]:
                rest = ",".join(other for other in value.split(",") if other != flag)
                without = {**left, **({name: rest} if OPERATORS[name].adds_up and rest else {})}
                words = self.provider or value if name == "provider" else spoken(OPERATORS[name].worded(flag))
                chips.append(Chip(name, gettext(OPERATORS[name].label), words, urlencode(without)))
        for place, term in enumerate(self.terms):
            without_it = replace(self, terms=self.terms[:place] + self.terms[place + 1 :]).query_string
            words = f"“{term.text}”" if term.exact else term.text
            chips.append(Chip("q", gettext("Without") if term.without else gettext("Words"), words, without_it))
        return chips

    # --- as articles
    def articles(self, at: datetime) -> ArticleQuerySet:
        """Every article that matches, without an order."""
        found = narrowed(Article.objects.all(), self.filters, self.site, at, self.person)
        unwanted = [term.sought for term in self.terms if term.without and term.sought]
        return found.matching(self._wanted, self._is_common).without(unwanted)

    @cached_property
    def _wanted(self) -> list[Sought]:
        return [term.sought for term in self.terms if term.sought and not term.without]

    @cached_property
    def _is_common(self) -> bool:
        return Article.objects.is_common(self._wanted)

    def shown(self, at: datetime) -> ArticleQuerySet:
        """What matches and was there when the page was first asked for."""
        found = self.articles(at)
        # As a sum no index can serve it: SQLite would rather take the keys of the site's articles and sort them all.
        return found if self.seen is None else found.alias(number=F("pk") + 0).filter(number__lte=self.seen)

    def come_since(self, at: datetime) -> ArticleQuerySet:
        """What matches and came after the page was first asked for."""
        return self.articles(at).filter(pk__gt=self.seen or 0)

    def page(self, at: datetime, after: str = "", size: int = PAGE) -> tuple[list[Article], str]:
        """One page in order, and the place to go on from ("" at the end). One query, whatever the page.

        ``after`` is a place that an earlier page gave; a place that cannot be read is the beginning.
        """
        found = self.shown(at).in_order(self.order).for_listing()
        place = self.read_place(after)
        if place:
            found = found.beyond(self.order, place)
        rows = list(found[: size + 1])
        more = len(rows) > size
        return rows[:size], self.place_of(rows[size - 1]) if more else ""

    def following(self, article: Article, at: datetime, count: int = 1, editor: Any = None) -> list[Article]:
        """The articles after this one in the queue, nearest first; it need not be in the queue itself any more.

        With an editor: without those that somebody else has open.
        """
        found = self.articles(at).in_order(self.order).beyond(self.order, self._values(article))
        if editor is not None:
            found = found.free_for(editor)
        return list(found.exclude(pk=article.pk).for_listing()[:count])

    def preceding(self, article: Article, at: datetime, count: int = 1) -> list[Article]:
        """The articles before this one, nearest first."""
        found = self.articles(at).before(self.order, self._values(article))
        return list(found.exclude(pk=article.pk).for_listing()[:count])

    def first(self, at: datetime, editor: Any = None) -> Article | None:
        """The first article; with an editor, the first that nobody else has open."""
        return next(iter(self._free(at, editor, 1)), None)

    def next_after(self, article: Article, at: datetime, editor: Any = None) -> Article | None:
        """The article to show when this one is decided: the next one, else the first that is left. With an editor: of those
        that nobody else has open."""
        following = self.following(article, at, editor=editor)
        if following:
            return following[0]
        return next((other for other in self._free(at, editor, 2) if other.pk != article.pk), None)

    def take_next(self, article: Article | None, at: datetime, editor: Any) -> Article | None:
        """The article to show next (after ``article``, or the first), claimed for the editor; None when there is none to
        have. Of two who reach for one at the same time the other is given the next.

        Four queries when nobody is in the way: the nearest, the claim, and whether it still waits, for between the two
        somebody may have decided it.
        """
        for _ in range(ROUNDS):
            nearest = self.following(article, at, TRIES, editor) if article else self._free(at, editor, TRIES)
            if article and not nearest:
                nearest = [other for other in self._free(at, editor, TRIES) if other.pk != article.pk]
            for found in nearest:
                if claim(found, editor) == editor:
                    if self.articles(at).filter(pk=found.pk).exists():
                        return found
                    release(found.pk, editor)
            if not nearest:
                break
        return None

    def _free(self, at: datetime, editor: Any, count: int) -> list[Article]:
        found = self.articles(at).in_order(self.order).for_listing()
        return list((found if editor is None else found.free_for(editor))[:count])

    def count(self, at: datetime) -> int:
        """How many match, counted no further than ``COUNTED_TO`` + 1."""
        return self.articles(at).count_to(COUNTED_TO)

    def standing(self, article: Article, at: datetime) -> tuple[int, int]:
        """How many match, and the article's place among them: the first has 1, what is not among them 0. Both are counted no
        further than ``COUNTED_TO`` + 1. One query."""
        found = self.articles(at)
        parts = [found, found.before(self.order, self._values(article)), found.filter(pk=article.pk)]
        count, before, among, _ = Article.objects.tally(parts, COUNTED_TO)
        return count, min(before, COUNTED_TO) + 1 if among else 0

    def waiting(self, at: datetime) -> int:
        """How many wait on the site, whatever the filters; counted no further than ``COUNTED_TO`` + 1."""
        return Queue(self.site).count(at)

    # --- places
    def _values(self, article: Article) -> tuple[Any, ...]:
        def value(name: str) -> Any:
            if name in ("sort_quality", "sort_heat"):
                found = getattr(article, name.removeprefix("sort_"))
                return -1 if found is None else found
            return getattr(article, name)

        return tuple(value(name) for name in self.order.fields)

    def place_of(self, article: Article) -> str:
        """The article's place in the order as text for a link."""
        return "_".join(
            str(int(value.timestamp() * 1_000_000)) if isinstance(value, datetime) else str(value)
            for value in self._values(article)
        )

    def read_place(self, text: str) -> tuple[Any, ...] | None:
        parts = text.split("_")
        if len(parts) != len(self.order.fields) or not all(re.fullmatch(r"-?[0-9]{1,18}", part) for part in parts):
            return None
        try:
            return tuple(
                datetime.fromtimestamp(0, UTC) + timedelta(microseconds=int(part)) if name == "queued_at" else int(part)
                for name, part in zip(self.order.fields, parts, strict=True)
            )
        except OverflowError:
            return None


def _from_to(name: str, query: Mapping[str, str]) -> str:
    """A range that a form asked for in two fields."""
    low, high = ((query.get(f"{name}_{end}") or "").strip() for end in ("from", "to"))
    return f"{low}..{high}" if low or high else ""

"""The queue as one editor sees it: filters, an order, and a place in it. Everything lives in the query string."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from articles.mapping import fold
from articles.models import Article, Provider, Site, Topic
from articles.querysets import ORDERS, ArticleQuerySet, Order
from articles.workflow import Status

PAGE = 50
COUNTED_TO = 10_000  # beyond this a count says "10,000+"
AGE = re.compile(r"^([1-9][0-9]{0,3})([hdw])$")
HOURS = {"h": 1, "d": 24, "w": 24 * 7}
RANGE = re.compile(r"^([0-9]{1,6})?\.\.([0-9]{1,6})?$")


@dataclass(frozen=True)
class Chip:
    """One filter as a person reads it, and the query string without it."""

    name: str
    label: str
    value: str
    without: str


@dataclass(frozen=True)
class Queue:
    """Filters and order over one site's articles. Unknown or malformed filters are dropped and named in ``ignored``."""

    site: Site
    status: str = Status.PENDING
    quality: tuple[int | None, int | None] | None = None
    type: str = ""
    topic: Topic | None = None
    provider: Provider | None = None
    age: str = ""
    q: str = ""
    order: Order = ORDERS["quality"]
    ignored: tuple[str, ...] = ()

    @classmethod
    def read(cls, site: Site, query: Mapping[str, str]) -> Queue:
        """The queue that a query string asks for: at most two queries, for the names of a topic and a provider."""
        asked = {name: (query.get(name) or "").strip() for name in ("status", "quality", "type", "topic", "provider",
                                                                   "age", "q", "sort")}  # fmt: skip
        known: dict[str, Any] = {"q": asked["q"][:200], "type": asked["type"][:40]}
        ignored = []
        if asked["status"] in {case.value for case in Status}:
            known["status"] = asked["status"]
        elif asked["status"]:
            ignored.append("status")
        if asked["quality"]:
            found = RANGE.match(asked["quality"])
            if found and (found[1] or found[2]):
                known["quality"] = tuple(int(end) if end else None for end in found.groups())
            else:
                ignored.append("quality")
        if asked["age"]:
            if AGE.match(asked["age"]):
                known["age"] = asked["age"]
            else:
                ignored.append("age")
        for name, model in (("topic", Topic), ("provider", Provider)):
            if asked[name]:
                known[name] = _named(model, site, asked[name])
                if known[name] is None:
                    ignored.append(name)
        if asked["sort"] in ORDERS:
            known["order"] = ORDERS[asked["sort"]]
        elif asked["sort"]:
            ignored.append("sort")
        return cls(site, **known, ignored=tuple(ignored))

    # --- as text
    @property
    def parameters(self) -> dict[str, str]:
        """The query string's parts, defaults left out."""
        low, high = self.quality or (None, None)
        parts = {
            "status": "" if self.status == Status.PENDING else self.status,
            "quality": f"{'' if low is None else low}..{'' if high is None else high}" if self.quality else "",
            "type": self.type,
            "topic": self.topic.name if self.topic else "",
            "provider": str(self.provider.pk) if self.provider else "",
            "age": self.age,
            "q": self.q,
            "sort": "" if self.order.name == "quality" else self.order.name,
        }
        return {name: value for name, value in parts.items() if value}

    @property
    def query_string(self) -> str:
        return urlencode(self.parameters)

    @property
    def is_filtered(self) -> bool:
        return bool(self.parameters.keys() - {"sort"})

    def chips(self) -> list[Chip]:
        """The filters that are on, each with the query string that takes it away."""
        low, high = self.quality or (None, None)
        words = {
            "status": ("Status", Status(self.status).label),
            "quality": (
                "Quality",
                f"{low} to {high}" if None not in (low, high) else f"from {low}" if high is None else f"up to {high}",
            ),
            "type": ("Type", self.type),
            "topic": ("Topic", str(self.topic)),
            "provider": ("Provider", str(self.provider)),
            "age": ("Age", f"under {_age_words(self.age)}"),
            "q": ("Words", self.q),
        }
        parameters = self.parameters
        return [
            Chip(name, *words[name], urlencode({key: value for key, value in parameters.items() if key != name}))
            for name in words
            if name in parameters
        ]

    # --- as articles
    def articles(self, at: datetime) -> ArticleQuerySet:
        """Every article that matches, without an order."""
        found = Article.objects.of_site(self.site).with_status(self.status)
        if self.quality:
            found = found.of_quality(*self.quality)
        if self.type:
            found = found.of_type(self.type)
        if self.topic:
            found = found.about(self.topic)
        if self.provider:
            found = found.from_provider(self.provider)
        if self.age:
            found = found.since(at - _age_span(self.age))
        if self.q:
            found = found.matching(fold(self.q).split())
        return found

    def page(self, at: datetime, after: str = "", size: int = PAGE) -> tuple[list[Article], str]:
        """One page in order, and the place to go on from ("" at the end). One query, whatever the page.

        ``after`` is a place that an earlier page gave; a place that cannot be read is the beginning.
        """
        found = self.articles(at).in_order(self.order).for_listing()
        place = self.read_place(after)
        if place:
            found = found.beyond(self.order, place)
        rows = list(found[: size + 1])
        more = len(rows) > size
        return rows[:size], self.place_of(rows[size - 1]) if more else ""

    def following(self, article: Article, at: datetime, count: int = 1) -> list[Article]:
        """The articles after this one in the queue, nearest first; it need not be in the queue itself any more."""
        found = self.articles(at).in_order(self.order).beyond(self.order, self._values(article))
        return list(found.exclude(pk=article.pk).for_listing()[:count])

    def preceding(self, article: Article, at: datetime, count: int = 1) -> list[Article]:
        """The articles before this one, nearest first."""
        found = self.articles(at).before(self.order, self._values(article))
        return list(found.exclude(pk=article.pk).for_listing()[:count])

    def first(self, at: datetime) -> Article | None:
        return next(iter(self.page(at, size=1)[0]), None)

    def next_after(self, article: Article, at: datetime) -> Article | None:
        """The article to show when this one is decided: the next one, else the first that is left."""
        following = self.following(article, at)
        if following:
            return following[0]
        left = [other for other in self.page(at, size=2)[0] if other.pk != article.pk]
        return left[0] if left else None

    def count(self, at: datetime) -> int:
        """How many match, counted no further than ``COUNTED_TO`` + 1."""
        return self.articles(at).count_to(COUNTED_TO)

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


def _named(model: Any, site: Site, text: str) -> Any:
    """A topic or provider of the site by key or by name (a provider also by domain); None when there is none."""
    if text.isdecimal() and len(text) < 19:
        found = model.objects.filter(site=site, pk=int(text)).first()
        if found:
            return found
    found = model.objects.filter(site=site, name__iexact=text).first()
    if found is None and model is Provider:
        found = model.objects.filter(site=site, domain__iexact=text).first()
    return found


def _age_span(age: str) -> timedelta:
    count, unit = AGE.match(age).groups()  # type: ignore[union-attr]
    return timedelta(hours=int(count) * HOURS[unit])


def _age_words(age: str) -> str:
    found = AGE.match(age)
    if not found:
        return ""
    unit = {"h": "hour", "d": "day", "w": "week"}[found[2]]
    return f"{found[1]} {unit}{'' if found[1] == '1' else 's'}"

"""The language of the queue: what waits, for whom, in which order, and what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.core.exceptions import EmptyResultSet
from django.db import connections, models
from django.db.models import BooleanField, Exists, F, OuterRef, Q, Value
from django.db.models.expressions import Func
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from articles.words import Sought
from articles.workflow import Status

# What a row of a list shows, and nothing more: the texts and lists of an article are several kilobytes.
LISTED = (
    "id", "version", "path", "title", "excerpt", "type", "quality", "heat", "status", "queued_at", "related_count", "likely",
    "images", "topics", "provider_name", "provider_domain", "hold_until", "desk_fields", "site_id", "watched", "open_notes",
    "provider__name", "provider__domain", "provider__trust", "assigned_to__username",
)  # fmt: skip


@dataclass(frozen=True)
class Order:
    """One order of the queue. ``columns`` end in the key, each with its direction."""

    name: str
    label: Any  # translated when it is read
    columns: tuple[str, ...]

    @property
    def descends(self) -> bool:
        return self.columns[0].startswith("-")

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(column.lstrip("-") for column in self.columns)


ORDERS = {
    order.name: order
    for order in (
        Order("quality", _("Best first"), ("-sort_quality", "-queued_at", "-id")),
        Order("heat", _("Hottest first"), ("-sort_heat", "-queued_at", "-id")),
        Order("newest", _("Newest first"), ("-queued_at", "-id")),
        Order("oldest", _("Oldest first"), ("queued_at", "id")),
        Order("likely", _("Likely approvals first"), ("-likely", "-queued_at", "-id")),
        Order("lowest", _("Lowest quality first"), ("sort_quality", "queued_at", "id")),
    )
}


class RowBeyond(Func):
    """``(a, b, id) < (x, y, z)``: one range of the index.

    Written as ``a < x OR (a = x AND …)`` the same question costs 583 ms at a million rows on PostgreSQL, so 0.2 ms.
    """

    output_field = BooleanField()
    conditional = True

    def __init__(self, fields: tuple[str, ...], place: tuple[Any, ...], operator: str) -> None:
        super().__init__(*(F(name) for name in fields), *(Value(value) for value in place))
        half = len(fields)
        marks = ", ".join(["%s"] * half)
        self.pattern = f"({marks}) {operator} ({marks})"

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, list[Any]]:
        parts, params = [], []
        for expression in self.get_source_expressions():
            sql, values = compiler.compile(expression)
            parts.append(sql)
            params.extend(values)
        return self.pattern % tuple(parts), params


COMMON = 1_000  # articles: as many are looked up and sorted in the time that walking an index of 100,000 takes


class HasWords(Func):
    """Whether the article has every one of these words, asked of the index of words (``articles.indexing``).

    Takes pairs: the word, and whether it is whole or only how a word begins. Words hold letters and digits only, so that
    nothing in them can be syntax.
    """

    output_field = BooleanField()
    conditional = True

    def __init__(self, words: Sequence[tuple[str, bool]], common: bool = False) -> None:
        super().__init__(F("pk"), F("search_text"))
        self.words = tuple(words)
        self.common = common

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, list[Any]]:
        key, params = compiler.compile(self.get_source_expressions()[0])
        # SQLite cannot guess how many a word finds. Few are looked up and sorted; of many (the plus keeps the key from being
        # looked up) the list's own index is walked until the page is full.
        plus = "+" if self.common else ""
        return f"{plus}{key} IN (SELECT rowid FROM articles_search WHERE articles_search MATCH %s)", [
            *params, _for_sqlite(self.words)
        ]  # fmt: skip

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, list[Any]]:
        text, params = compiler.compile(self.get_source_expressions()[1])
        asked = " & ".join(f"'{word}'{'' if whole else ':*'}" for word, whole in self.words)
        return f"articles_words({text}) @@ %s::tsquery", [*params, asked]


def _for_sqlite(words: Sequence[tuple[str, bool]]) -> str:
    return " AND ".join(f'"{word}"{"" if whole else "*"}' for word, whole in words)


def _words(sought: Sought) -> list[tuple[str, bool]]:
    """Its words for the index: all whole but perhaps the last."""
    return [(word, sought.whole or place < len(sought.words) - 1) for place, word in enumerate(sought.words)]


def _row(sought: Sought) -> str:
    """Its words in a row as they stand in the text."""
    return f" {' '.join(sought.words)}{' ' if sought.whole else ''}"


class ArticleQuerySet(models.QuerySet["Article"]):
    # --- what
    def of_site(self, site: Any) -> Self:
        return self.filter(site=site)

    def pending(self) -> Self:
        """Articles that wait for an editor. What the feed took away does not wait."""
        return self.filter(status=Status.PENDING, withdrawn=False)

    def held(self) -> Self:
        return self.filter(status=Status.HELD, withdrawn=False)

    def due(self, at: datetime) -> Self:
        """Held articles whose time has come."""
        return self.held().filter(hold_until__lte=at)

    def with_status(self, status: str) -> Self:
        if status == Status.PENDING:
            return self.pending()
        return self.filter(status=status)

    def approved(self) -> Self:
        return self.filter(status=Status.APPROVED)

    def timely(self, at: datetime) -> Self:
        """Articles whose moment has come, and whose end has not."""
        begun = Q(publish_from=None) | Q(publish_from__lte=at)
        return self.filter(begun, Q(publish_until=None) | Q(publish_until__gt=at))

    def decided(self) -> Self:
        return self.filter(status__in=[Status.APPROVED, Status.REJECTED])

    # --- narrowed
    def about(self, topic: Any) -> Self:
        """Articles that name the topic. Asked as EXISTS, so that no article comes twice."""
        links = self.model._meta.get_field("topic_links").related_model
        return self.filter(Exists(links._default_manager.filter(topic=topic, article=OuterRef("pk"))))

    def from_provider(self, provider: Any) -> Self:
        return self.filter(provider=provider)

    def of_quality(self, least: int | None = None, most: int | None = None) -> Self:
        """Articles within the range, both ends included. An article without a quality is in no range."""
        return self._between("sort_quality", least, most)

    def of_heat(self, least: int | None = None, most: int | None = None) -> Self:
        """The same of heat; an unknown heat is in no range."""
        return self._between("sort_heat", least, most)

    def _between(self, column: str, least: int | None, most: int | None) -> Self:
        # The columns that the indexes hold: -1 where there is no number.
        found = self.filter(**{f"{column}__gte": least or 0})
        return found if most is None else found.filter(**{f"{column}__lte": most})

    def said_published(self, published: bool) -> Self:
        """Articles whose ``published`` is so; one that does not say is neither."""
        return self.filter(published=published)

    def with_picture(self) -> Self:
        return self.filter(images__isnull=False).exclude(images=[])

    def with_topics(self) -> Self:
        return self.filter(topics__isnull=False).exclude(topics=[])

    def with_related(self) -> Self:
        return self.filter(related_count__gt=0)

    def edited(self) -> Self:
        """Articles with a value of the desk's own."""
        return self.exclude(desk_fields=[])

    def watched(self) -> Self:
        """Articles on the watch list."""
        return self.filter(watched=True)

    def assigned(self, person: Any) -> Self:
        """Articles that are assigned to the person; with None, to nobody."""
        return self.filter(assigned_to=person) if person is not None else self.filter(assigned_to=None)

    def of_type(self, kind: str) -> Self:
        return self.filter(type=kind)

    def since(self, moment: datetime) -> Self:
        return self.filter(queued_at__gte=moment)

    def until(self, moment: datetime) -> Self:
        """Articles from before that moment."""
        return self.filter(queued_at__lt=moment)

    def matching(self, wanted: Sequence[Sought], common: bool = False) -> Self:
        """Articles in whose title, excerpt or provider all of it stands. The index of words narrows; what must stand in a
        row is then looked for in the text. ``common``: what ``is_common`` says of it."""
        if not wanted:
            return self
        found = self.filter(HasWords([pair for one in wanted for pair in _words(one)], common))
        for one in wanted:
            if len(one.words) > 1:
                found = found.filter(search_text__contains=_row(one))
        return found

    def is_common(self, wanted: Sequence[Sought]) -> bool:
        """Whether more than ``COMMON`` articles have these words. On SQLite one query, which stops there; PostgreSQL knows
        by itself and is not asked."""
        if not wanted or connections[self.db].vendor != "sqlite":
            return False
        words = _for_sqlite([pair for one in wanted for pair in _words(one)])
        with connections[self.db].cursor() as cursor:
            cursor.execute(
                "SELECT COUNT(*) FROM (SELECT 1 FROM articles_search WHERE articles_search MATCH %s LIMIT %s)",
                [words, COMMON + 1],
            )
            return bool(cursor.fetchone()[0] > COMMON)

    def without(self, unwanted: Sequence[Sought]) -> Self:
        """Articles in which none of it stands."""
        found = self
        for one in unwanted:
            condition = Q(HasWords(_words(one)))
            if len(one.words) > 1:
                condition &= Q(search_text__contains=_row(one))
            found = found.filter(~condition)
        return found

    def free_for(self, person: Any) -> Self:
        """Articles that nobody else has open now, by the database's clock."""
        claims = self.model._meta.get_field("claim").related_model._default_manager
        return self.filter(~Exists(claims.filter(article=OuterRef("pk"), until__gt=Now()).exclude(holder=person)))

    # --- ordered
    def in_order(self, order: Order) -> Self:
        return self.order_by(*order.columns)

    def beyond(self, order: Order, place: tuple[Any, ...]) -> Self:
        """Articles that come after ``place`` (the values of the order's fields) in that order. One range of an index."""
        bound = {f"{order.fields[0]}__{'lte' if order.descends else 'gte'}": place[0]}
        return self.filter(Q(**bound), RowBeyond(order.fields, place, "<" if order.descends else ">"))

    def before(self, order: Order, place: tuple[Any, ...]) -> Self:
        """Articles that come before ``place``, nearest first."""
        bound = {f"{order.fields[0]}__{'gte' if order.descends else 'lte'}": place[0]}
        turned = [column[1:] if column.startswith("-") else f"-{column}" for column in order.columns]
        found = self.filter(Q(**bound), RowBeyond(order.fields, place, ">" if order.descends else "<"))
        return found.order_by(*turned)

    # --- loaded
    def for_listing(self) -> Self:
        return self.select_related("provider", "assigned_to").only(*LISTED)

    def count_to(self, most: int) -> int:
        """How many there are, counted no further than ``most`` + 1: an exact count of a million rows costs 346 ms."""
        return self.order_by()[: most + 1].count()

    def tally(self, querysets: Sequence[models.QuerySet[Any]], most: int) -> list[int]:
        """How many each of the querysets holds, counted no further than ``most`` + 1, and last the newest article's key
        (0 without any). One query for all of them."""
        parts, params = [], []
        for queryset in querysets:
            try:
                sql, values = queryset.order_by().values("pk")[: most + 1].query.sql_with_params()
            except EmptyResultSet:
                sql, values = "SELECT 1 WHERE 1 = 0", ()
            parts.append(f"(SELECT COUNT(*) FROM ({sql}) AS counted)")
            params.extend(values)
        table = connections[self.db].ops.quote_name(self.model._meta.db_table)
        with connections[self.db].cursor() as cursor:
            cursor.execute(f"SELECT {', '.join([*parts, f'(SELECT COALESCE(MAX(id), 0) FROM {table})'])}", params)  # noqa: S608
            return list(cursor.fetchone())

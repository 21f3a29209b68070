"""What each filter means: the articles that it keeps, and the names that it knows on a site."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from articles.mergers import heir
from articles.models import Merger, Provider, Site, Topic
from articles.querysets import ArticleQuerySet
from articles.searching import ANY, ME, NOBODY, SPAN
from articles.workflow import Status

HOURS = {"h": 1, "d": 24, "w": 24 * 7}
Narrowed = Callable[[ArticleQuerySet, str, datetime], ArticleQuerySet]
NARROWED: dict[str, Narrowed] = {
    "quality": lambda found, value, at: found.of_quality(*_ends(value)),
    "heat": lambda found, value, at: found.of_heat(*_ends(value)),
    "age": lambda found, value, at: found.since(at - _span(value)),
    "since": lambda found, value, at: found.since(_moment(value, at)),
    "before": lambda found, value, at: found.until(_moment(value, at)),
    "type": lambda found, value, at: found.of_type(value),
    "provider": lambda found, value, at: found.from_provider(int(value)),
    "published": lambda found, value, at: found.said_published(value == "yes"),
    "has": lambda found, value, at: _flagged(found, value),
    "is": lambda found, value, at: _flagged(found, value),
}


def _flagged(found: ArticleQuerySet, value: str) -> ArticleQuerySet:
    flags = value.split(",")
    if "picture" in flags:
        found = found.with_picture()
    if "related" in flags:
        found = found.with_related()
    if "topics" in flags:
        found = found.with_topics()
    if "watched" in flags:
        found = found.watched()
    return found.edited() if "edited" in flags else found


def _ends(value: str) -> tuple[int | None, int | None]:
    low, _, high = value.partition("..")
    return int(low) if low else None, int(high) if high else None


def _span(value: str) -> timedelta:
    return timedelta(hours=int(value[:-1]) * HOURS[value[-1]])


def _moment(value: str, at: datetime) -> datetime:
    """The beginning of a day in UTC, or so long before ``at``."""
    if SPAN.fullmatch(value):
        return at - _span(value)
    return datetime.combine(date.fromisoformat(value), time.min, UTC)


def topic_named(site: Site, text: str) -> Topic | None:
    """A topic of the site by name; where two differ only in case, the one that is written so."""
    found = Topic.objects.filter(site=site, name__iexact=text).order_by("pk")[:20]
    named = next((one for one in found if one.name == text), next(iter(found), None))
    return named or Topic.objects.filter(site=site, aliases__name=text).first()


def _named(site: Site, name: str) -> QuerySet[Topic, dict[str, int]]:
    """The key of the topic that is called so, or was: stored queues go on after a rename."""
    was = Topic.objects.filter(site=site, aliases__name=name)
    return Topic.objects.filter(Q(name=name) | Q(pk__in=was.values("pk")), site=site).order_by().values("pk")[:1]


def provider_named(site: Site, text: str) -> Provider | None:
    """A provider of the site by key, name or domain; also by the key of one that was merged into it, and by its aliases."""
    providers = Provider.objects.filter(site=site).order_by("pk")
    if text.isdecimal() and len(text) < 19:
        found = providers.filter(pk=int(text)).first() or providers.filter(pk=heir(site, Merger.Kind.PROVIDER, int(text))).first()
        if found:
            return found
    if not text:
        return None
    otherwise = Q(domain__iexact=text) | Q(aliases__name__iexact=text) | Q(aliases__domain__iexact=text)
    return providers.filter(name__iexact=text).first() or providers.filter(otherwise).first()


def _assigned(found: ArticleQuerySet, value: str, person: Any) -> ArticleQuerySet:
    """Those of the person that ``value`` means: for “me” whoever looks, and without anybody none."""
    if value == NOBODY:
        return found.assigned(None)
    if value == ME:
        return found.none() if person is None else found.assigned(person.pk)
    # As a subquery, so that a stored queue needs no look at the people first. Two names may differ in case alone.
    return found.filter(assigned_to__in=User.objects.filter(username__iexact=value).values("pk"))


def narrowed(
    found: ArticleQuerySet, filters: Mapping[str, str], site: Site, at: datetime, person: Any = None
) -> ArticleQuerySet:
    """Those of the site's articles that all filters keep; without a status those that wait. ``person``: who looks."""
    status = filters.get("status", Status.PENDING)
    found = found.of_site(site)
    if status != ANY:
        found = found.with_status(status)
    for name, value in filters.items():
        if name in NARROWED:
            found = NARROWED[name](found, value, at)
    if "assigned" in filters:
        found = _assigned(found, filters["assigned"], person)
    if "topic" in filters:
        # As a subquery, so that a stored queue needs no look at the topics first.
        found = found.about(_named(site, filters["topic"]))
    return found

"""Queues with a name: one's own and those that others share. Everybody keeps their own; an admin changes any."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext

from articles.labels import grouped
from articles.models import Article, Provider, SavedView, Site
from articles.people import is_allowed
from articles.queue import Queue
from articles.searching import ME

COUNTED_TO = 1_000  # a view that holds more says "1,000+"
KEPT = 15  # seconds that a count stands: as long as a page waits before it asks again
LISTED = 12  # views that stand beside every page
UNDOABLE = timedelta(days=7)


class ViewRefused(Exception):
    """A view cannot be kept so. The text is a sentence."""


@dataclass(frozen=True)
class Counted:
    """A view, how many articles it holds now, and whether the person may change it."""

    view: SavedView
    count: str
    may_change: bool


def views_of(site: Site, person: Any) -> list[SavedView]:
    """The person's views in their order, then those that others share. One query."""
    views = SavedView.objects.of_site(site).seen_by(person).select_related("owner", "site")
    return sorted(views, key=lambda view: (view.owner_id != person.pk, view.place, view.name, view.pk))


def may_change(view: SavedView, person: Any) -> bool:
    return view.owner_id == person.pk or is_allowed(person, "articles.change_savedview", view.site_id)


def counted(views: Sequence[SavedView], person: Any, at: datetime) -> list[Counted]:
    """The views with their counts: one query for all that were not counted within ``KEPT`` seconds, by anybody."""
    names = {view.pk: f"view-{view.site_id}-{hashlib.sha256(_asked(view, person).encode()).hexdigest()[:24]}" for view in views}
    known: dict[str, int] = cache.get_many(set(names.values())) if views else {}
    missing = {names[view.pk]: view for view in views if names[view.pk] not in known}
    if missing:
        asked = [Queue.stored(view.site, view.query, person).articles(at) for view in missing.values()]
        found = dict(zip(missing, Article.objects.tally(asked, COUNTED_TO), strict=False))
        cache.set_many(found, KEPT)
        known |= found
    return [Counted(view, _words(known[names[view.pk]]), may_change(view, person)) for view in views]


def queues_of(views: Sequence[SavedView]) -> list[Queue]:
    """The queues that the views hold, for people to read: with their providers' names. One query."""
    queues = [Queue.stored(view.site, view.query) for view in views]
    keys = {int(queue.filters["provider"]) for queue in queues if "provider" in queue.filters}
    names = {str(one.pk): str(one) for one in Provider.objects.filter(pk__in=keys)} if keys else {}
    return [replace(queue, provider=names.get(queue.filters.get("provider", ""), "")) for queue in queues]


def _asked(view: SavedView, person: Any) -> str:
    """What the view asks; where it says “me” that is another question for each person."""
    return f"{view.query} {person.pk}" if f"assigned={ME}" in view.query.split("&") else view.query


def _words(count: int) -> str:
    return f"{grouped(COUNTED_TO)}+" if count > COUNTED_TO else grouped(count)


def save_view(asked: Queue, person: Any, *, name: str, shared: bool) -> SavedView:
    """Keep the queue under a name, last among the person's views; a view of theirs with that name holds it from now on."""
    name, query = _name(name), replace(asked, left=(), seen=None).query_string
    mine = SavedView.objects.of_site(asked.site).there().owned_by(person)
    with transaction.atomic():
        if mine.filter(name=name).update(query=query, shared=shared):
            return mine.get(name=name)
        last = mine.aggregate(last=Max("place"))["last"]
        return SavedView.objects.create(
            site=asked.site, owner_id=person.pk, name=name, query=query, shared=shared,
            place=0 if last is None else last + 1,
        )  # fmt: skip


def change_view(view: SavedView, *, name: str, shared: bool) -> None:
    """Give the view another name, or share it or no longer. Raises ViewRefused when its owner has one of that name."""
    try:
        with transaction.atomic():
            SavedView.objects.filter(pk=view.pk).update(name=_name(name), shared=shared)
    except IntegrityError:
        raise ViewRefused(gettext("There is a view named “%(name)s” already. Choose another name.") % {"name": name.strip()}) from None


def start_with(view: SavedView, person: Any, wanted: bool) -> None:
    """Make the view the one that its owner starts with, or none."""
    with transaction.atomic():
        SavedView.objects.of_site(view.site).owned_by(person).filter(is_default=True).update(is_default=False)
        SavedView.objects.owned_by(person).filter(pk=view.pk).update(is_default=wanted)


def move_view(view: SavedView, step: int) -> None:
    """One place up (-1) or down (1) among the views of its owner."""
    with transaction.atomic():
        views = list(
            SavedView.objects.select_for_update().filter(site=view.site_id, owner=view.owner_id).there()
        )
        old = next((place for place, one in enumerate(views) if one.pk == view.pk), None)
        if old is None:
            return
        views.insert(max(0, old + step), views.pop(old))
        for place, one in enumerate(views):
            one.place = place
        SavedView.objects.bulk_update(views, ["place"])


def remove_view(view: SavedView, at: datetime) -> None:
    SavedView.objects.filter(pk=view.pk, removed_at=None).update(removed_at=at, is_default=False)


def restore_view(view: SavedView) -> None:
    """Bring a removed view back. Raises ViewRefused when its owner has made another of that name since."""
    try:
        with transaction.atomic():
            SavedView.objects.filter(pk=view.pk).update(removed_at=None)
    except IntegrityError:
        raise ViewRefused(gettext("There is a view named “%(name)s” already. Rename that one first.") % {"name": view.name}) from None


def removed_lately(site: Site, person: Any, at: datetime) -> list[SavedView]:
    """The views that the person may bring back, the last first."""
    found = SavedView.objects.of_site(site).owned_by(person).filter(removed_at__gte=at - UNDOABLE)
    return list(found.order_by("-removed_at", "-pk")[:LISTED])


def first_view(site: Site, person: Any) -> SavedView | None:
    """The view that the person starts with."""
    return SavedView.objects.of_site(site).there().owned_by(person).filter(is_default=True).first()


def _name(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise ViewRefused(gettext("A view needs a name."))
    if len(name) > 60:
        raise ViewRefused(gettext("A name has at most 60 letters."))
    return name

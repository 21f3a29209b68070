"""What admins change about one topic: its name, its parent, the words that find it, its file.

A new name leaves the old one as an alias, so that articles which carry it stay with the topic; rewriting them is
``renaming``'s business. What the desk sets of what a file says leaves with the next export.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext
from slugify import slugify

from articles.mapping import LONGEST_TOPIC
from articles.models import Site, SourceFile, Topic, TopicAlias
from articles.recording import ChangeRefused, before, is_making, keep_first, keep_history, meant, unmake

SAID = ("name", "short_name", "parent", "keywords", "hashtags")  # what a topic's file says
FOLDER = "_data/topics"
UNPLACED = 1000  # the place of a topic whose file has no number


def change(topic: Topic, values: Mapping[str, Any], *, actor: Any, reason: str = "", seen: str = "") -> list[str]:
    """Give the topic other values of ``SAID``; the names of those that differ. Raises ChangeRefused, and nothing has changed.
    ``seen``: what the admin saw of them (``recording.seen_of``)."""
    with transaction.atomic():
        rows = {row.pk: row for row in Topic.objects.select_for_update().filter(site=topic.site_id).order_by("pk")}
        row = rows[topic.pk]
        values = meant(row, values, seen)
        names = [name for name in SAID if name in values and getattr(row, name) != values[name]]
        if not names:
            return []
        if "name" in names and (sentence := why_not_called(row.site_id, values["name"], row.pk)):
            raise ChangeRefused(sentence, "name")
        if "parent" in names and (sentence := why_not_below(row, values["parent"], rows)):
            raise ChangeRefused(sentence, "parent")
        keep_first(row)
        old = row.name
        for name in names:
            setattr(row, name, values[name])
        row.desk_fields = sorted({*row.desk_fields, *names})
        keep_history(row, actor, reason)
        row.save(update_fields=[*names, "desk_fields"])
        if "name" in names:
            TopicAlias.objects.filter(site=row.site_id, name=row.name).delete()
            TopicAlias.objects.get_or_create(site_id=row.site_id, name=old, defaults={"topic": row})
            own_parent([child for child in rows.values() if child.parent_id == row.pk])
    topic.refresh_from_db()
    return names


def own_parent(children: list[Topic]) -> None:
    """The files of these topics name a parent that is called otherwise now: the line is the desk's."""
    for child in children:
        if "parent" not in child.desk_fields:
            Topic.objects.filter(pk=child.pk).update(desk_fields=sorted({*child.desk_fields, "parent"}))


def why_not_called(site: int, name: str, but: int | None = None) -> str:
    """Why no topic of the site, or none but ``but``, can be called so, as a sentence; "" where nothing is against it."""
    if not name:
        return gettext("A topic needs a name.")
    if len(name) > LONGEST_TOPIC:
        return gettext("A topic’s name has at most %(count)d characters.") % {"count": LONGEST_TOPIC}
    other = Topic.objects.filter(site=site, name=name).exclude(pk=but).first()
    alias = TopicAlias.objects.filter(site=site, name=name).exclude(topic=but).select_related("topic").first()
    known = other or (alias.topic if alias else None)
    return gettext("The topic %(name)s is called so already. Merge the two instead.") % {"name": known.name} if known else ""


def why_not_below(topic: Topic, parent: Topic | None, rows: Mapping[int, Topic]) -> str:
    """Why a topic cannot stand below another, as a sentence. ``rows``: the site's topics by key."""
    above = parent
    seen: set[int] = set()
    while above is not None and above.pk not in seen:
        if above.pk == topic.pk:
            return gettext("A topic cannot stand below itself.")
        seen.add(above.pk)
        above = rows.get(above.parent_id) if above.parent_id else None
    if parent is not None and parent.site_id != topic.site_id:
        return gettext("The parent is a topic of another site.")
    return ""


def add_topic(site: Site, *, name: str, parent: Topic | None = None, actor: Any) -> Topic:
    """A topic that no file has described yet, with a file of its own at the next export. Raises ChangeRefused."""
    with transaction.atomic():
        sentence = why_not_called(site.pk, name)
        if sentence:
            raise ChangeRefused(sentence, "name")
        place, path = _free_file(site, name)
        topic = Topic(site=site, name=name, parent=parent, place=place, path=path)
        topic.desk_fields = ["name", *(["parent"] if parent else [])]
        keep_history(topic, actor, gettext("Added on the desk"))
        topic.save()
    return topic


def describe(topic: Topic, *, actor: Any) -> None:
    """Give a topic that only articles have mentioned a file of its own, at the next export."""
    if not topic.path:
        topic.place, topic.path = _free_file(topic.site, topic.name)
        topic.desk_fields = sorted({*topic.desk_fields, *(name for name in SAID if getattr(topic, name))})
        keep_history(topic, actor, gettext("Given a file"))
        topic.save(update_fields=["place", "path", "desk_fields"])


def take_back(topic: Topic, history: int, *, actor: Any) -> list[str]:
    """Undo one change: a row of the topic's history; that it was added here, where nothing carries it yet. Raises ChangeRefused where somebody has changed the same since."""
    if is_making(topic, history):
        unmake(topic, carried=topic.article_links.exists() or topic.children.exists(), actor=actor)
        return []
    values = before(topic, history, SAID)
    if values.get("parent"):
        values["parent"] = Topic.objects.filter(site=topic.site_id, pk=values["parent"]).first()
        if values["parent"] is None:
            raise ChangeRefused(gettext("The earlier parent is gone."))
    return change(topic, values, actor=actor, reason=gettext("Undone"))


def _free_file(site: Site, name: str) -> tuple[int, str]:
    """The next place in the site's order, and a path that no file or topic has."""
    rows = list(Topic.objects.filter(site=site).values_list("place", "path"))
    place = max((place for place, _ in rows if place < UNPLACED), default=-1) + 1
    taken = {path.casefold() for _, path in rows}
    taken |= {path.casefold() for path in SourceFile.objects.filter(site=site, kind="topic").values_list("path", flat=True)}
    stem, count = slugify(name)[:80] or "topic", 1
    while (path := f"{FOLDER}/{place:02}-{stem}{f'-{count}' if count > 1 else ''}.yaml").casefold() in taken:
        count += 1
    return place, path

"""Topics made one, and made several again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from articles.mergers import MergeRefused, why_gone
from articles.models import Article, ArticleTopic, BulkRun, Merger, Topic, TopicAlias
from articles.recording import keep_first, keep_history
from articles.topics.changing import own_parent
from articles.topics.naming import link

KEPT = ("name", "short_name", "keywords", "hashtags", "services", "place", "path", "desk_fields")
FILLED = ("keywords", "hashtags")  # what the one that stays gets in addition
CHUNK = 500


def filled(keep: Topic, others: Iterable[Topic]) -> dict[str, list[str]]:
    """The words that ``keep`` gets in addition, by field."""
    found = {}
    for name in FILLED:
        own = list(getattr(keep, name) or [])
        more = [word for other in others for word in getattr(other, name) or [] if word not in own]
        if more:
            found[name] = [*own, *dict.fromkeys(more)]
    return found


def merge(keep: Topic, others: Iterable[Topic], *, at: datetime, actor: Any = None) -> Merger:
    """Make one topic of several: articles under the others are found under ``keep``, topics below them stand below it, and
    their words find it.

    The articles' files do not change by this; ``renaming.rewrite`` does that. Files that describe those that go stay as they
    came. Raises MergeRefused.
    """
    chosen = [other.pk for other in others if other.pk != keep.pk]
    with transaction.atomic():
        rows = {row.pk: row for row in Topic.objects.select_for_update().filter(site=keep.site_id).order_by("pk")}
        if not chosen:
            raise MergeRefused(gettext("Choose at least two topics to merge."))
        if keep.pk not in rows or not set(chosen) <= rows.keys():
            raise MergeRefused(gettext("One of these topics is of another site, or was merged meanwhile. Look again."))
        row, gone = rows[keep.pk], [rows[pk] for pk in chosen]
        keep_first(row)
        more = filled(row, gone)
        before = {name: getattr(row, name) for name in (*more, "desk_fields")} | {"parent": row.parent_id}
        while row.parent_id in chosen:
            row.parent_id = rows[row.parent_id].parent_id  # type: ignore[index]
        for name, value in more.items():
            setattr(row, name, value)
        moved = ["parent"] if row.parent_id != before["parent"] else []
        row.desk_fields = sorted({*row.desk_fields, *more, *moved})
        after = {name: getattr(row, name) for name in (*more, "desk_fields")} | {"parent": row.parent_id}
        parts = []
        for other in gone:
            children = [one for one in rows.values() if one.parent_id == other.pk and one.pk not in (*chosen, row.pk)]
            parts.append({
                "pk": other.pk,
                "values": {name: getattr(other, name) for name in KEPT},
                "parent": other.parent_id,
                "aliases": list(other.aliases.values_list("name", flat=True)),
                "children": [one.pk for one in children],
                "articles": ArticleTopic.objects.filter(topic=other).values("article").distinct().count(),
            })
            Topic.objects.filter(pk__in=[one.pk for one in children]).update(parent=row)
            own_parent(children)
        names = ", ".join(other.name for other in gone)
        keep_history(row, actor, gettext("Merged with %(names)s") % {"names": names})
        row.save(update_fields=[*more, "parent", "desk_fields"])
        ArticleTopic.objects.filter(topic__in=gone).update(topic=row)
        TopicAlias.objects.filter(topic__in=gone).update(topic=row)
        for other in gone:
            keep_first(other)
            keep_history(other, actor, gettext("Merged into %(name)s") % {"name": row.name})
            other.delete()
            TopicAlias.objects.create(site_id=row.site_id, topic=row, name=other.name)
        merger = Merger.objects.create(
            site_id=row.site_id, kind=Merger.Kind.TOPIC, keep=row.pk, keep_name=row.name, gone=parts, before=before, after=after,
            actor=actor, at=at,
        )  # fmt: skip
    keep.refresh_from_db()
    return merger


def why_not_undone(merger: Merger) -> str:
    """Why a merger cannot be taken back, as a sentence: what somebody has built on it. "" where nothing is against it."""
    if merger.undone_at:
        return gettext("This merger is undone already.")
    keep = Topic.objects.filter(pk=merger.keep).first()
    if keep is None:
        return why_gone(merger)
    for part in merger.gone:
        name = part["values"]["name"]
        if name == keep.name:
            return gettext("%(name)s has taken the name since. Rename it first.") % {"name": keep.name}
        if Topic.objects.filter(site=merger.site_id, name=name).exists():
            return gettext("There is another topic called %(name)s by now.") % {"name": name}
        other = TopicAlias.objects.filter(site=merger.site_id, name=name).exclude(topic=keep).select_related("topic").first()
        if other:
            return gettext("The name %(alias)s belongs to %(name)s by now.") % {"alias": name, "name": other.topic.name}
        run = _rewritten(merger, name)
        if run:
            return gettext("Articles that said %(name)s were rewritten since. Undo run %(run)d first.") % {
                "name": name, "run": run.pk,
            }  # fmt: skip
    return ""


def _rewritten(merger: Merger, name: str) -> BulkRun | None:
    """A run that gave articles another name in the place of this one, since the merger, and that stands."""
    runs = BulkRun.objects.filter(site=merger.site_id, action="edit", chosen_at__gte=merger.at, changes__has_key="swap")
    undone = {BulkRun.State.FINISHED, BulkRun.State.WAITING, BulkRun.State.RUNNING}
    for run in runs.defer("seen").order_by("-pk"):
        if run.changes["swap"][0] == name and run.state != BulkRun.State.CHOSEN and not run.undone_by.filter(state__in=undone).exists():
            return run
    return None


def undo(merger: Merger, *, at: datetime, actor: Any) -> list[Topic]:
    """Make the topics of a merger several again; those that came back. Articles go to the topics that they name, also those
    that have come in since. Raises MergeRefused where somebody has built on the merger."""
    with transaction.atomic():
        merger = Merger.objects.select_for_update().get(pk=merger.pk)
        sentence = why_not_undone(merger)
        if sentence:
            raise MergeRefused(sentence)
        keep = Topic.objects.select_for_update().select_related("site").get(pk=merger.keep)
        back = []
        for part in merger.gone:
            topic = Topic(pk=part["pk"], site_id=merger.site_id, **part["values"])
            keep_history(topic, actor, gettext("Parted from %(name)s") % {"name": keep.name})
            TopicAlias.objects.filter(topic=keep, name=topic.name).delete()
            topic.save(force_insert=True)
            TopicAlias.objects.filter(topic=keep, name__in=part["aliases"]).update(topic=topic)
            Topic.objects.filter(pk__in=part["children"], parent=keep).update(parent=topic)
            back.append(topic)
        known = set(Topic.objects.filter(site=merger.site_id).values_list("pk", flat=True))
        restored = [name for name in (*FILLED, "desk_fields") if name in merger.after and getattr(keep, name) == merger.after[name]]
        for name in restored:
            setattr(keep, name, merger.before[name])
        if keep.parent_id == merger.after["parent"] and merger.before["parent"] in known:
            keep.parent_id = merger.before["parent"]
        for topic, part in zip(back, merger.gone, strict=True):
            if part["parent"] in known:
                Topic.objects.filter(pk=topic.pk).update(parent=part["parent"])
        keep_history(keep, actor, gettext("Parted from %(names)s") % {"names": ", ".join(merger.gone_names)})
        keep.save(update_fields=[*restored, "parent"])
        _link_anew(keep, {topic.name for topic in back} | {name for part in merger.gone for name in part["aliases"]})
        Merger.objects.filter(pk=merger.pk).update(undone_at=at)
    return back


def _link_anew(keep: Topic, names: set[str]) -> None:
    """Give the articles under ``keep`` that carry one of these names to the topics that they name."""
    about = Article.objects.filter(topic_links__topic=keep).distinct().order_by("pk")
    listed = [(pk, topics) for pk, topics in about.values_list("pk", "topics") if names.intersection(topics or ())]
    for start in range(0, len(listed), CHUNK):
        link(keep.site, listed[start : start + CHUNK])

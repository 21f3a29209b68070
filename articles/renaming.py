"""What a topic's new name, parent or merger does to the files of the site: shown before, and done to the articles as one
run that can be undone.

Articles name topics by name. A rename alone changes no article: the old name stays an alias. Rewriting puts the new name in
the old one's place, through ``decisions.edit``; the list of topics is the desk's from then on.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from articles import bulk
from articles.bulk.wishes import Wish, each
from articles.exporting.diffs import DiffLine, Preview, file_diff, preview
from articles.exporting.surroundings import Described, ids_of
from articles.frontmatter import FrontMatterError
from articles.models import Article, BulkRun, Rule, SourceFile, Topic
from articles.topics.changing import SAID
from articles.workflow import Action

SAMPLES = 3


@dataclass(frozen=True)
class FileEffect:
    """One file around the articles: its lines as they would leave, beside those that would leave now."""

    path: str
    lines: tuple[DiffLine, ...]


@dataclass(frozen=True)
class Effect:
    """``carried``: how many articles carry each name that would be rewritten. ``samples``: some of them, with their lines;
    ``broken`` says why one could not be shown. ``rules``: those that name the topic as it is called now."""

    files: tuple[FileEffect, ...]
    carried: Mapping[str, int]
    samples: tuple[tuple[Article, Preview], ...]
    rules: tuple[Rule, ...] = ()

    @property
    def article_count(self) -> int:
        return sum(self.carried.values())


def carried(topic: Topic) -> dict[str, int]:
    """How many of the topic's articles carry each of its other names. One query, none where it has none; it reads the list
    of topics of each article that it has."""
    names = list(topic.aliases.values_list("name", flat=True))
    found = {name: len(pks) for name, pks in _carrying(topic, names).items()} if names else {}
    return {name: count for name, count in found.items() if count}


def effect(
    topic: Topic, values: Mapping[str, Any], *, gone: Sequence[Topic] = (), words: Mapping[str, Any] | None = None
) -> Effect:
    """What ``topics.change`` with these values, or a merger with ``gone``, would do to files. ``words``: the keywords and
    hashtags that a merger adds."""
    now = _desk(topic, {**values, **(words or {})})
    ids = ids_of(topic.site)
    ids |= {now.name: ids[topic.name]} if topic.name in ids else {}
    touched: list[tuple[Topic, Topic]] = [(topic, now)]
    merged = {one.pk for one in gone}
    renamed = now.name != topic.name
    for child in Topic.objects.filter(site=topic.site_id, parent__in=[topic.pk, *merged]).select_related("parent").order_by("place", "pk"):
        if child.pk not in (topic.pk, *merged) and (renamed or child.parent_id in merged):
            touched.append((child, _desk(child, {"parent": now})))
    texts = dict(
        SourceFile.objects.filter(site=topic.site_id, path__in=[one.path for one, _ in touched], gone_at=None)
        .exclude(path="").values_list("path", "text")
    )  # fmt: skip
    files = [FileEffect(after.path, lines) for before, after in touched
             if after.path and (lines := _lines(before, after, texts.get(after.path, ""), ids))]  # fmt: skip
    old = [topic.name] if renamed else []
    old += [one.name for one in gone]
    pks = {name: found for one in (topic, *gone) for name, found in _carrying(one, [n for n in old if n == one.name]).items()}
    samples = _samples([(name, pk) for name, found in pks.items() for pk in found[:SAMPLES]][:SAMPLES], now.name)
    rules = tuple(_rules_naming(topic, set(old))) if old else ()
    return Effect(tuple(files), {name: len(found) for name, found in pks.items() if found}, samples, rules)


def _rules_naming(topic: Topic, names: set[str]) -> Iterator[Rule]:
    """The site's rules that add or remove one of these topics: what they write is the name. Those that ask for it follow."""
    for rule in Rule.objects.filter(site=topic.site_id, removed_at=None):
        if names & {str(rule.effects.get(name)) for name in ("add", "remove")}:
            yield rule


def rewrite(topic: Topic, names: Iterable[str], *, editor: Any, at: datetime) -> list[BulkRun]:
    """Put the topic's name in the place of each of these in its articles: a run for each name that articles carry.

    Up to 200 articles are done at once; longer runs wait for the worker (``tasks.hand_over``). Raises DecisionRefused.
    """
    runs = []
    for name, pks in _carrying(topic, list(names)).items():
        if pks:
            rows = Article.objects.filter(pk__in=pks).order_by("pk").values_list("pk", "version")
            run = bulk.choose(topic.site, list(rows), editor=editor)
            bulk.intend(run, Wish(Action.EDIT, changes={"swap": [name, topic.name]}))
            bulk.begin(run, at=at)
            runs.append(run)
    return runs


def _carrying(topic: Topic, names: Sequence[str]) -> dict[str, list[int]]:
    """The keys of the topic's articles whose list holds each of these names. One query."""
    found: dict[str, list[int]] = {name: [] for name in names}
    if found:
        about = Article.objects.filter(topic_links__topic=topic).distinct().order_by("pk")
        for pk, listed in about.values_list("pk", "topics"):
            for name in found.keys() & set(listed or ()):
                found[name].append(pk)
    return found


def _desk(topic: Topic, values: Mapping[str, Any]) -> Topic:
    """The topic as it would be: a copy that is not stored."""
    after = copy.copy(topic)
    for name, value in values.items():
        setattr(after, name, value)
    # More than what differs does no harm: an export writes only what the file does not say yet.
    after.desk_fields = sorted({*topic.desk_fields, *values} & set(SAID))
    return after


def _lines(before: Topic, after: Topic, text: str, ids: Mapping[str, str]) -> tuple[DiffLine, ...]:
    try:
        return tuple(file_diff(Described(before, ids).text(text) if text else "", Described(after, ids).text(text)))
    except FrontMatterError as error:
        return (DiffLine("skipped", error.message),)


def _samples(chosen: Sequence[tuple[str, int]], new: str) -> tuple[tuple[Article, Preview], ...]:
    found = []
    articles = Article.objects.select_related("source_file").in_bulk([pk for _, pk in chosen])
    for name, pk in chosen:
        article = articles[pk]
        file = getattr(article, "source_file", None)
        changes = each({"swap": [name, new]})
        try:
            found.append((article, preview(article, file.text if file else "", changes(article), context=1)))  # type: ignore[operator]
        except FrontMatterError:
            continue  # what cannot be written is told when the run meets it
    return tuple(found)

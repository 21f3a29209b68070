"""The site's own providers, topics and configuration, from the files around its articles.

What the desk has changed since the last import stays the desk's: a value follows the file while it is what the file said
before; a file that comes in for the first time fills what is empty. Of several files that mean one provider or topic, as
after a merger, the one that it names as its own (``path``) speaks for it; the others are kept as they came.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from articles.frontmatter import FrontMatterError
from articles.frontmatter.sitefiles import (
    ProviderFile,
    TopicFile,
    read_config,
    read_provider,
    read_topic,
)
from articles.importing.reading import holds_nul
from articles.importing.rows import plain_json
from articles.mapping import LONGEST_NAME, LONGEST_TOPIC
from articles.models import Provider, ProviderAlias, Site, SourceFile, Topic, TopicAlias

Kind = SourceFile.Kind
NUMBER = re.compile(r"([0-9]{1,6})-")
UNPLACED = 1000  # the place of a topic whose file has no number
CONFIG = {  # attribute of the site -> the keys of _config.yml that may say it, and its length
    "title": (("title",), 200),
    "url": (("url",), 500),
    "language": (("locale", "lang"), 35),
    "main_topic": (("topic",), 200),
}


@dataclass(frozen=True, slots=True)
class Surrounding:
    """One file around the articles that was read. ``says`` is what it means to the desk; None means nothing."""

    path: str
    blob_id: str
    kind: SourceFile.Kind
    text: str
    says: ProviderFile | TopicFile | dict[str, str] | None


def kind_of(path: str) -> SourceFile.Kind:
    """What a recognised file is, by its path."""
    if path.endswith(("/.keep", "/.gitkeep")):
        return Kind.OTHER
    if path.startswith("_data/organizations/"):
        return Kind.PROVIDER
    if path.startswith("_data/topics/"):
        return Kind.TOPIC
    return Kind.CONFIG if path == "_config.yml" else Kind.ARTICLE


def read_surrounding(path: str, blob_id: str, data: bytes) -> Surrounding:
    """Read one file. Raises FrontMatterError, also for names too long for the tables."""
    kind = kind_of(path)
    says = _meaning(kind, data, path)
    if isinstance(says, ProviderFile) and max(len(says.name), len(says.domain)) > LONGEST_NAME:
        raise FrontMatterError(f"A name is longer than {LONGEST_NAME} characters.", path, key="name")
    if isinstance(says, TopicFile) and max(len(says.name), len(says.short_name)) > LONGEST_TOPIC:
        raise FrontMatterError(f"The name is longer than {LONGEST_TOPIC} characters.", path, key="name")
    if holds_nul(says if isinstance(says, dict) else vars(says) if says else None):
        raise FrontMatterError("A value holds a NUL character. Remove it.", path)
    try:
        return Surrounding(path, blob_id, kind, data.decode(), says)
    except UnicodeDecodeError as error:
        raise FrontMatterError("The file is not UTF-8.", path) from error


def _meaning(kind: SourceFile.Kind, data: bytes | str, path: str) -> ProviderFile | TopicFile | dict[str, str] | None:
    if kind == Kind.PROVIDER:
        return read_provider(data, path)
    if kind == Kind.TOPIC:
        return read_topic(data, path)
    return read_config(data, path) if kind == Kind.CONFIG else None


def write_surroundings(site: Site, found: Sequence[Surrounding], at: datetime) -> None:
    """Store these files and what they say. Call it inside a transaction."""
    paths = [one.path for one in found]
    texts = dict(SourceFile.objects.filter(site=site, path__in=paths).values_list("path", "text"))
    owners = {
        model: dict(model.objects.filter(site=site, path__in=paths).values_list("path", "pk")) for model in (Provider, Topic)
    }
    for one in found:
        was = None
        if one.path in texts:
            try:
                was = _meaning(one.kind, texts[one.path], one.path)
            except FrontMatterError:
                was = None  # an older desk could read it, this one cannot: nothing is known of what came before
        if isinstance(one.says, ProviderFile):
            _provider(site, one.path, one.says, was if isinstance(was, ProviderFile) else None, owners[Provider])
        elif isinstance(one.says, TopicFile):
            _topic(site, one.path, one.says, was if isinstance(was, TopicFile) else None, owners[Topic])
        elif isinstance(one.says, dict):
            _config(site, one.says, was if isinstance(was, dict) else None)
        SourceFile.objects.update_or_create(
            site=site, path=one.path,
            defaults={"kind": one.kind, "blob_id": one.blob_id, "text": one.text, "imported_at": at, "is_mended": False, "is_extra": False},
        )  # fmt: skip


def _follow(row: Any, names: Sequence[str], now: Any, was: Any) -> list[str]:
    """Give ``row`` what the file says wherever the desk has not changed it. The names of what is new."""
    changed = []
    for name in names:
        current, wanted = getattr(row, name), plain_json(getattr(now, name))
        untouched = not current if was is None else current == plain_json(getattr(was, name))
        if untouched and current != wanted:
            setattr(row, name, wanted)
            changed.append(name)
    return changed


def _save(row: Any, changed: list[str]) -> None:
    """Store what followed the file: it is the desk's no longer."""
    kept = [name for name in row.desk_fields if name not in changed]
    if kept != row.desk_fields:
        row.desk_fields = kept
        changed.append("desk_fields")
    if changed:
        row.save(update_fields=changed)


def _speaks(row: Any, path: str, owners: dict[str, int]) -> tuple[bool, list[str]]:
    """Whether the file at ``path`` is the one that describes the row, and what that changes about it. ``owners``: path ->
    the row that it has described so far."""
    if owners.get(path, row.pk) != row.pk:
        type(row).objects.filter(pk=owners[path]).update(path="")
    if row.path in ("", path):
        new = row.path != path
        row.path = path
        return True, ["path"] if new else []
    return False, []


def _provider(
    site: Site, path: str, now: ProviderFile, was: ProviderFile | None, owners: dict[str, int]
) -> None:
    aliases = ProviderAlias.objects.filter(site=site).select_related("provider")
    alias = aliases.filter(name=now.name, domain=now.domain).first()
    before = aliases.filter(name=was.name, domain=was.domain).first() if was else None
    changed: list[str] = []
    if alias:
        provider = alias.provider
    elif before:
        # The file gave its provider another name or domain; articles may go on using the old spelling.
        provider = before.provider
        if was and (provider.name, provider.domain) == (was.name, was.domain):
            provider.name, provider.domain = now.name, now.domain
            changed = ["name", "domain"]
    else:
        provider, _ = Provider.objects.get_or_create(
            site=site, name=now.name, domain=now.domain, defaults={"path": path}
        )
    if not alias:
        ProviderAlias.objects.create(site=site, provider=provider, name=now.name, domain=now.domain)
    speaks, more = _speaks(provider, path, owners)
    if speaks:
        _save(provider, changed + more + _follow(provider, ("description", "images"), now, was))


def _topic(site: Site, path: str, now: TopicFile, was: TopicFile | None, owners: dict[str, int]) -> None:
    topic = (
        Topic.objects.filter(site=site, name=now.name).first()
        or Topic.objects.filter(site=site, aliases__name=now.name).first()
        or (_renamed(owners[path], now.name) if path in owners else None)
        or Topic.objects.create(site=site, name=now.name, path=path)
    )
    speaks, changed = _speaks(topic, path, owners)
    if not speaks:
        return
    changed += _follow(topic, ("short_name", "keywords", "hashtags", "services"), now, was)
    number = NUMBER.match(path.rpartition("/")[2])
    if number and topic.place == UNPLACED:
        topic.place = int(number[1])
        changed.append("place")
    if was and was.parent != now.parent and topic.parent and topic.parent.name == _named(site, was.parent):
        topic.parent = None  # link_parents finds the new one when all files are in
        changed.append("parent")
    _save(topic, changed)


def _renamed(pk: int, name: str) -> Topic:
    """The topic whose file has given it another name; where the desk has named it, it keeps that and is found by both."""
    topic, other = Topic.objects.get(pk=pk), name
    if "name" not in topic.desk_fields:
        topic.name, other = name, topic.name
        topic.save(update_fields=["name"])
    TopicAlias.objects.get_or_create(site=topic.site, name=other, defaults={"topic": topic})
    return topic


def _config(site: Site, now: dict[str, str], was: dict[str, str] | None) -> None:
    changed = []
    for name, (keys, longest) in CONFIG.items():
        current, wanted = getattr(site, name), _said(now, keys, longest)
        untouched = not current if was is None else current == _said(was, keys, longest)
        if untouched and current != wanted:
            setattr(site, name, wanted)
            changed.append(name)
    if changed:
        site.save(update_fields=changed)


def _said(config: dict[str, str], keys: Sequence[str], longest: int) -> str:
    value = next((config[key] for key in keys if config.get(key)), "")
    return (value + config.get("baseurl", "") if keys == ("url",) else value)[:longest]


# --- parents ----------------------------------------------------------------------------------------------------------
def link_parents(site: Site, renewed: Collection[str] | None = None) -> None:
    """Find the parent of topics that have none, once all topics are in. Files name it by its name or by its id.

    ``renewed``: the topics whose files were read in this run; only they and their children are looked at, so that a
    parent that the desk took away stays away. None looks at all. Call it inside a transaction.
    """
    by_id, read = _topic_files(site)
    rows = {topic.name: topic for topic in Topic.objects.filter(site=site)}
    called = TopicAlias.objects.filter(site=site).values_list("name", "topic__name")
    rows = {name: rows[now] for name, now in called if now in rows} | rows  # also by the names that they had
    for topic in read:
        wanted = by_id.get(topic.parent, topic.parent)
        child, parent = rows.get(topic.name), rows.get(wanted)
        if not child or not parent or child.parent_id or "parent" in child.desk_fields or child in _line(parent, rows):
            continue
        if renewed is None or topic.name in renewed or wanted in renewed:
            child.parent = parent
            child.save(update_fields=["parent"])


def _line(topic: Topic, rows: dict[str, Topic]) -> list[Topic]:
    """The topic, its parent, its parent's parent … Files may name each other in a circle; rows never do."""
    by_key = {row.pk: row for row in rows.values()}
    line = [topic]
    while line[-1].parent_id and by_key[line[-1].parent_id] not in line:
        line.append(by_key[line[-1].parent_id])
    return line


def _named(site: Site, parent: str) -> str:
    """The name of the topic that a file means by ``parent``."""
    return _topic_files(site)[0].get(parent, parent)


def _topic_files(site: Site) -> tuple[dict[str, str], list[TopicFile]]:
    """The topics that the site's files describe, and their names by id."""
    read = []
    for path, text in SourceFile.objects.filter(site=site, kind=Kind.TOPIC).values_list("path", "text"):
        try:
            read.append(read_topic(text, path))
        except FrontMatterError:
            continue  # an older desk took this file; it describes nothing to this one
    return {topic.id: topic.name for topic in read if topic.id}, read

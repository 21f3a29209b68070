"""The site's own providers, topics and configuration, from the files around its articles.

What the desk has changed since the last import stays the desk's: a value follows the file while it is what the file said
before; a file that comes in for the first time fills what is empty.
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
from articles.models import Provider, ProviderAlias, Site, SourceFile, Topic

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
    texts = dict(SourceFile.objects.filter(site=site, path__in=[one.path for one in found]).values_list("path", "text"))
    for one in found:
        was = None
        if one.path in texts:
            try:
                was = _meaning(one.kind, texts[one.path], one.path)
            except FrontMatterError:
                was = None  # an older desk could read it, this one cannot: nothing is known of what came before
        if isinstance(one.says, ProviderFile):
            _provider(site, one.says, was if isinstance(was, ProviderFile) else None)
        elif isinstance(one.says, TopicFile):
            _topic(site, one.path, one.says, was if isinstance(was, TopicFile) else None)
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


def _provider(site: Site, now: ProviderFile, was: ProviderFile | None) -> None:
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
        provider, _ = Provider.objects.get_or_create(site=site, name=now.name, domain=now.domain)
    if not alias:
        ProviderAlias.objects.create(site=site, provider=provider, name=now.name, domain=now.domain)
    changed += _follow(provider, ("description", "images"), now, was)
    if changed:
        provider.save(update_fields=changed)


def _topic(site: Site, path: str, now: TopicFile, was: TopicFile | None) -> None:
    topic, _ = Topic.objects.get_or_create(site=site, name=now.name)
    changed = _follow(topic, ("short_name", "keywords", "hashtags", "services"), now, was)
    number = NUMBER.match(path.rpartition("/")[2])
    if number and topic.place == UNPLACED:
        topic.place = int(number[1])
        changed.append("place")
    if was and was.parent != now.parent and topic.parent and topic.parent.name == _named(site, was.parent):
        topic.parent = None  # link_parents finds the new one when all files are in
        changed.append("parent")
    if changed:
        topic.save(update_fields=changed)


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
    for topic in read:
        wanted = by_id.get(topic.parent, topic.parent)
        child, parent = rows.get(topic.name), rows.get(wanted)
        if not child or not parent or child.parent_id or child in _line(parent, rows):
            continue
        if renewed is None or child.name in renewed or parent.name in renewed:
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

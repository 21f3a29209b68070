"""The site's own providers, topics and configuration, from the files around its articles."""

from __future__ import annotations

import re
from datetime import datetime

from articles.frontmatter import FrontMatterError
from articles.frontmatter.sitefiles import (
    TopicFile,
    read_config,
    read_provider,
    read_topic,
)
from articles.importing.rows import plain_json
from articles.mapping import LONGEST_NAME, LONGEST_TOPIC
from articles.models import Provider, ProviderAlias, Site, SourceFile, Topic

Kind = SourceFile.Kind
NUMBER = re.compile(r"([0-9]{1,6})-")


def kind_of(path: str) -> SourceFile.Kind:
    """What a recognised file is, by its path."""
    if path.endswith(("/.keep", "/.gitkeep")):
        return Kind.OTHER
    if path.startswith("_data/organizations/"):
        return Kind.PROVIDER
    if path.startswith("_data/topics/"):
        return Kind.TOPIC
    return Kind.CONFIG if path == "_config.yml" else Kind.ARTICLE


def take_in(site: Site, path: str, blob_id: str, data: bytes, at: datetime) -> None:
    """Store one file and what it says. Call it inside a transaction. Raises FrontMatterError."""
    kind = kind_of(path)
    old = SourceFile.objects.filter(site=site, path=path).first()
    before = old.text if old else None
    if kind == Kind.PROVIDER:
        _provider(site, path, data, before)
    elif kind == Kind.TOPIC:
        _topic(site, path, data, before)
    elif kind == Kind.CONFIG:
        _config(site, path, data)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise FrontMatterError("The file is not UTF-8.", path) from error
    SourceFile.objects.update_or_create(
        site=site, path=path, defaults={"kind": kind, "blob_id": blob_id, "text": text, "imported_at": at}
    )


def _provider(site: Site, path: str, data: bytes, before: str | None) -> None:
    now = read_provider(data, path)
    if max(len(now.name), len(now.domain)) > LONGEST_NAME:
        raise FrontMatterError(f"A name is longer than {LONGEST_NAME} characters.", path, key="name")
    alias = ProviderAlias.objects.filter(site=site, name=now.name, domain=now.domain).select_related("provider").first()
    if alias:
        provider = alias.provider
    else:
        provider, _ = Provider.objects.get_or_create(site=site, name=now.name, domain=now.domain)
        ProviderAlias.objects.create(site=site, provider=provider, name=now.name, domain=now.domain)
    was = read_provider(before, path) if before is not None else None
    # What the desk has changed since the last import stays the desk's.
    if was is None or provider.description == was.description:
        provider.description = now.description
    if was is None or provider.images == plain_json(was.images):
        provider.images = now.images
    provider.save(update_fields=["description", "images"])


def _topic(site: Site, path: str, data: bytes, before: str | None) -> None:
    now = read_topic(data, path)
    if len(now.name) > LONGEST_TOPIC:
        raise FrontMatterError(f"The name is longer than {LONGEST_TOPIC} characters.", path, key="name")
    was = read_topic(before, path) if before is not None else None
    topic, _ = Topic.objects.get_or_create(site=site, name=now.name)
    for attribute in ("short_name", "keywords", "hashtags", "services"):
        if was is None or getattr(topic, attribute) == getattr(was, attribute):
            setattr(topic, attribute, getattr(now, attribute))
    number = NUMBER.match(path.rpartition("/")[2])
    topic.place = int(number[1]) if number else 1000
    topic.save(update_fields=["short_name", "keywords", "hashtags", "services", "place"])


def _config(site: Site, path: str, data: bytes) -> None:
    found = read_config(data, path)
    site.title = found.get("title", "")[:200]
    site.url = (found.get("url", "") + found.get("baseurl", ""))[:500]
    site.language = found.get("locale", found.get("lang", ""))[:35]
    site.main_topic = found.get("topic", "")[:200]
    site.save(update_fields=["title", "url", "language", "main_topic"])


def link_parents(site: Site) -> None:
    """Find each topic's parent, which files name by its name or by its id, once all topics are in."""
    files = SourceFile.objects.filter(site=site, kind=Kind.TOPIC).values_list("path", "text")
    read = [read_topic(text, path) for path, text in files]
    by_id: dict[str, TopicFile] = {topic.id: topic for topic in read if topic.id}
    keys = dict(Topic.objects.filter(site=site).values_list("name", "pk"))
    parents = dict(Topic.objects.filter(site=site).values_list("name", "parent_id"))
    for topic in read:
        wanted = by_id[topic.parent].name if topic.parent in by_id else topic.parent
        parent = keys.get(wanted)
        if topic.name in keys and parent and parent != keys[topic.name] and parents.get(topic.name) is None:
            Topic.objects.filter(pk=keys[topic.name]).update(parent=parent)

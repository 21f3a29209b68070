"""Small things to test with, all of them invented."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib import import_module
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group, User
from django.db import connection

from articles import providers, topics
from articles.following import FeedChange
from articles.frontmatter import Document
from articles.frontmatter.files import blob_id
from articles.importing.arrivals import RELATED_COLUMNS, related_rows
from articles.importing.rows import insert
from articles.likeness import twins
from articles.mapping import MIRRORED, article_values, found_values
from articles.models import Article, RelatedArticle, Seat, Site, SourceFile
from articles.workflow import arrival_status

ROOT = Path(__file__).resolve().parent.parent
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
numbers = count(1)
DESK = ("status", "version", "hold_until", "withdrawn", "desk_fields", "decided_at", "decided_by")

TEXT = """---
category: news
title: "{title}"
excerpt: "A tram learns to wait."
publishedDateTime: {moment}
originalUrl: "https://tribune.example/{slug}"
webUrl: "https://tribune.example/{slug}"
type: {type}
quality: {quality}
heat: {heat}
published: {published}

provider:
  name: {provider}
  domain: tribune.example

topics:
  - Machines
  - Rail

images:
  - url: "https://pictures.example/{slug}.jpg"
    width: 1200
    height: 675
    isCached: true

secured: "c2VjcmV0LW9mLXRlc3Q;aXYtb2YtdGVzdA=="
---

"""


def make_text(**words: Any) -> str:
    """An article file; ``words`` fill in or replace its values."""
    number = next(numbers)
    values = {
        "title": f"Tram number {number} waits",
        "slug": f"tram-{number}",
        "moment": f"{NOON - timedelta(minutes=number):%Y-%m-%dT%H:%M:%SZ}",
        "type": "article",
        "quality": 64,
        "heat": -1,
        "published": "false",
        "provider": "Harbour Tribune",
    }
    return TEXT.format(**(values | words))


def make_site(name: str = "") -> Site:
    return Site.objects.create(name=name or f"site-{next(numbers)}", title="A site of the tests")


def make_article(site: Site | None = None, *, text: str = "", path: str = "", **words: Any) -> Article:
    """An article as import would leave it, with its source file. Words that are attributes of the desk are set after."""
    site = site or make_site()
    desk = {name: words.pop(name) for name in DESK if name in words}
    text = text or make_text(**words)
    number = next(numbers)
    path = path or f"_news/2026-11-20-tram-{number}.md"
    document = Document.parse(text, path=path)
    values = article_values(document.values)
    spelling = (values["provider_name"] or "", values["provider_domain"] or "")
    found = providers.resolve(site, [spelling])
    related = document.values.get("related") or []
    article = Article.objects.create(
        site=site, path=path, **values, **found_values(values), provider_id=found.get(spelling),
        queued_at=values["published_at"] or NOON, feed_published=values["published"], related_count=len(related),
        **({"status": arrival_status(values["published"])} | desk),
    )  # fmt: skip
    SourceFile.objects.create(
        site=site, path=path, kind="article", article=article, text=text, blob_id=blob_id(text.encode())
    )
    topics.link(site, [(article.pk, values["topics"])])
    insert(RelatedArticle, RELATED_COLUMNS, related_rows(article.pk, related))
    if len(article.title or "") > len("Tram number 1000 waits"):
        twins.renew(site.pk, [article.pk])  # what the factory itself calls its articles is a label, like no other
    return Article.objects.get(pk=article.pk)


def from_feed(article: Article, values: dict[str, Any], *, taken: tuple[str, ...] = ()) -> FeedChange:
    """A change by the feed as import hands it over: the desk's fields keep their value, but for those that are taken."""
    was = {name: getattr(article, name) for name in MIRRORED}
    now = was | values
    fields = tuple(name for name in article.desk_fields if name not in taken)
    both = now | {name: was[name] for name in fields}
    return FeedChange(article, both, was, now, fields,
                      values.get("published", article.feed_published))  # fmt: skip


def make_person(role: str = "editor", name: str = "") -> User:
    """A person of a role: editor, senior editor, admin, reader (no group) or superuser."""
    if not Group.objects.exists():
        # A test that flushed the tables took the groups with it, which migrations had made and widened.
        paths = sorted((ROOT / "articles" / "migrations").glob("0*.py"))
        modules = {path.stem: import_module(f"articles.migrations.{path.stem}") for path in paths}
        replaced = {name for module in modules.values() for _, name in module.Migration.replaces}
        for module in (module for stem, module in modules.items() if stem not in replaced):
            for maker in ("make_groups", "widen_groups"):
                if hasattr(module, maker):
                    getattr(module, maker)(apps, SimpleNamespace(connection=connection))
    person = User.objects.create_user(name or f"{role.split()[0]}-{next(numbers)}", password="a-long-password-9")
    if role == "superuser":
        person.is_superuser = person.is_staff = True
        person.save()
    elif role != "reader":
        person.groups.add(Group.objects.get(name=role))
    return User.objects.get(pk=person.pk)


def make_seated(role: str, *sites: Site, name: str = "") -> User:
    """A person whose role is for these sites alone."""
    person = make_person("reader", name)
    group = Group.objects.get(name=role)
    Seat.objects.bulk_create(Seat(person=person, site=site, role=group) for site in sites)
    return User.objects.get(pk=person.pk)


def fresh(article: Article) -> Article:
    """The article as it is now."""
    return Article.objects.get(pk=article.pk)


def state(article: Article) -> dict[str, Any]:
    """Every column of the article as it is now."""
    return Article.objects.filter(pk=article.pk).values().get()

"""One thing of a site for every address of the desk, and all that a stranger might change of it."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group, User
from django.db import models

from articles.models import (
    Article,
    BulkRun,
    Conflict,
    Delivery,
    ExportRun,
    ImportRun,
    Invitation,
    Merger,
    Note,
    Place,
    Provider,
    QuarantinedFile,
    Review,
    Rule,
    SavedView,
    Seat,
    Site,
    SiteFeed,
    Source,
    Topic,
    Webhook,
)
from articles.tokens import make_token
from tests.factories import NOON, make_article, make_person, make_seated

ACTS = {"decision": "approve", "version": "2", "action": "approve", "post": "yes"}  # a wish in an address, which no reading heeds


def words_for(things: dict[str, int], site: Site, done: Review) -> dict[str, Any]:
    """What forms of the desk send: names of things that there are, and acts that would be done."""
    article = things["articles"]
    return {
        "review": done.pk, "run": things["bulk"], "act": f"approve:{article}", "seen": f"{article}:1", "decision": "approve",
        "version": "1", "do": "start", "title": "x", "text": "x", "article": article, "articles": article, "site": site.pk,
        "scope": "all", "name": "x", "one": [things["providers"], things["topics"]], "keep": things["providers"], "access": "public",
    }  # fmt: skip


def theirs(site: Site) -> dict[str, int]:
    """One thing of the site for each kind of address: its first word -> the number. A new word without one fails."""
    owner, article = make_person("superuser"), make_article(site)
    Conflict.objects.create(article=article, field="title", found_at=NOON)
    refused = QuarantinedFile.objects.create(site=site, path="_news/bad.md", reason="It is bad.", found_at=NOON, content=b"bad")
    invited = Invitation.objects.create(
        email="x@desk.example", role=Group.objects.get(name="editor"), secret_hash="x", invited_by=owner, expires_at=NOON
    )
    invited.sites.add(site)
    hook = Webhook.objects.create(site=site, url="https://ears.example/", secret="x")
    told = Delivery.objects.create(webhook=hook, event=Webhook.Event.DECISION, body="{}", due_at=NOON)
    return {
        "me/tokens": make_token(owner, "x", ["read"], at=NOON)[0].pk,
        "webhooks": hook.pk,
        "webhooks/deliveries": told.pk,
        "users": make_seated("editor", site).pk,
        "users/invitations": invited.pk,
        "articles": article.pk,
        "review": article.pk,
        "conflicts": article.pk,
        "compare": article.pk,
        "bulk": BulkRun.objects.create(site=site, editor=owner, seen=[[article.pk, 1]], total=1).pk,
        "views": SavedView.objects.create(site=site, owner=owner, name="Late", shared=True).pk,
        "imports": ImportRun.objects.create(site=site, origin="x", started_at=NOON).pk,
        "rules": Rule.objects.create(site=site, name="Late").pk,
        "imports/quarantine": refused.pk,
        "imports/sources": Source.objects.create(site=site, location="/srv/site.git").pk,
        "exports/places": Place.objects.create(site=site, location="/srv/public").pk,
        "providers": article.provider_id,
        "providers/mergers": merged(site, "provider", article.provider_id),
        "topics": Topic.objects.filter(site=site).earliest("pk").pk,
        "topics/mergers": merged(site, "topic", Topic.objects.filter(site=site).earliest("pk").pk),
        "exports": ExportRun.objects.create(site=site, destination="zip", file="x.zip", started_at=NOON).pk,
    }


def merged(site: Site, kind: str, keep: int) -> int:
    values = {"name": "Gone", "domain": "", "trust": "new"} if kind == "provider" else {"name": "Gone"}
    part = {"pk": 9_000, "values": values, "parent": None, "aliases": [], "children": [], "articles": 0}
    return Merger.objects.create(site=site, kind=kind, keep=keep, keep_name="x", gone=[part], before={"parent": None}, after={"parent": None}, at=NOON).pk


def everything_of(site: Site) -> list[Any]:
    of_site = (Article, BulkRun, Rule, SavedView, QuarantinedFile, ExportRun, ImportRun, Source, Place, Seat, Provider, Topic, Merger, Webhook, SiteFeed)
    notes = list(Note.objects.filter(article__site=site).values())
    rows = [list(model.objects.filter(site=site).values()) for model in of_site]
    people = list(User.objects.filter(seats__site=site).values_list("pk", "is_active", "password"))
    return [*rows, notes, people, Invitation.objects.open().count(), Review.objects.filter(article__site=site).count()]


def rows_of(model: type[models.Model]) -> Any:
    return model._default_manager.order_by("pk")


def everything() -> dict[str, list[Any]]:
    """Every row of every table, but for sessions, and for claims, which are no more than a word of who has an article open."""
    tables = [model for model in apps.get_models() if model._meta.label not in ("sessions.Session", "articles.Claim")]
    return {model._meta.label: list(rows_of(model).values_list()) for model in tables}


def changed(before: dict[str, list[Any]]) -> list[str]:
    """The tables that are not as they were."""
    after = everything()
    return [name for name in before if after[name] != before[name]]

"""An article as programs read it: where it stands on the desk, and its fields in the file's own spelling.

``secured`` stands in the source text alone and is copied nowhere: nothing here reads that text but ``related``, entry by
entry.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from ninja import Schema
from pydantic import Field

from articles.mapping import ATTRIBUTES, KEYS, PROVIDER_PARTS
from articles.models import Article, Review
from articles.querysets import ArticleQuerySet
from articles.workflow import Action, By, Reason, Recheck, Status

Image = dict[str, Any]
PARTS = {attribute: part for part, attribute in PROVIDER_PARTS.items()}
PEOPLE = {"decided_by_id": "decided_by", "assigned_to_id": "assigned_to"}


class ProviderOut(Schema):
    name: str | None
    domain: str | None
    images: list[Image] | None


class FieldsOut(Schema):
    """What the file says, with the desk's own values where it has set them. null: the file has no such key."""

    category: str | None
    title: str | None
    excerpt: str | None
    publishedDateTime: datetime | None
    originalUrl: str | None
    webUrl: str | None
    ampWebUrl: str | None
    cdnAmpWebUrl: str | None
    type: str | None
    quality: int | None
    heat: int | None = Field(description="-1 means unknown.")
    published: bool | None
    removed: bool | None
    featuredContent: str | None = Field(description="HTML as the feed wrote it: show it to nobody unsanitised.")
    provider: ProviderOut
    topics: list[str | None] | None
    images: list[Image] | None


class ArticleOut(Schema):
    id: int
    site: str
    path: str
    version: int = Field(description="Send it with every act: an act on another version is refused.")
    status: Status
    withdrawn: bool = Field(description="Taken away by the feed; it does not wait.")
    recheck: Recheck = Field(description="What the feed did to a decided article that nobody has looked at yet.")
    hold_until: datetime | None
    publish_from: datetime | None = Field(description="Approved, it leaves with no export before.")
    publish_until: datetime | None = Field(description="From then on it leaves as taken down.")
    decided_at: datetime | None
    decided_by: str | None
    assigned_to: str | None = Field(description="Who is asked to judge it.")
    open_notes: int = Field(description="Notes beside it that nobody has resolved.")
    desk_fields: list[str] = Field(description="Keys whose value is the desk's.")
    queued_at: datetime
    related_count: int
    fields: FieldsOut


class ArticleWhole(ArticleOut):
    related: list[dict[str, Any]] = Field(description="The feed's entries of related articles.")


class ReviewOut(Schema):
    """One act: what was done, by whom, and which values it changed, under the names that articles have here."""

    id: int
    at: datetime
    by: By
    actor: str | None
    action: Action
    from_status: Status
    to_status: Status
    before: dict[str, Any]
    after: dict[str, Any]
    reason: Reason | None
    duplicate_of: int | None
    note: str
    version: int
    batch: str = Field(description="Joins the acts that were one.")
    undoes: int | None


def for_telling(found: ArticleQuerySet) -> ArticleQuerySet:
    """With what an answer holds of each: one query for all of them."""
    return found.select_related("site", "decided_by", "assigned_to")


def article_words(article: Article) -> dict[str, Any]:
    """``ArticleOut`` of an article that ``for_telling`` has brought."""
    fields: dict[str, Any] = {key: getattr(article, attribute) for key, attribute in ATTRIBUTES.items()}
    fields["provider"] = {part: getattr(article, attribute) for part, attribute in PROVIDER_PARTS.items()}
    return {
        "id": article.pk,
        "site": article.site.name,
        "path": article.path,
        "version": article.version,
        "status": article.status,
        "withdrawn": article.withdrawn,
        "recheck": article.recheck,
        "hold_until": article.hold_until,
        "publish_from": article.publish_from,
        "publish_until": article.publish_until,
        "decided_at": article.decided_at,
        "decided_by": article.decided_by.get_username() if article.decided_by else None,
        "assigned_to": article.assigned_to.get_username() if article.assigned_to else None,
        "open_notes": article.open_notes,
        "desk_fields": sorted({KEYS[name] for name in article.desk_fields}),
        "queued_at": article.queued_at,
        "related_count": article.related_count,
        "fields": fields,
    }


def whole_words(article: Article) -> dict[str, Any]:
    """``ArticleWhole``: one more query, which reads the article's file."""
    related = [{key: value for key, value in entry.items() if key != "secured"} for entry in article.related_values]
    return article_words(article) | {"related": related}


def reviews_words(rows: Sequence[Review]) -> list[dict[str, Any]]:
    """``ReviewOut`` of rows with their actors. One query more where they name other people."""
    named = {values[name] for row in rows for values in (row.before, row.after) for name in PEOPLE if values.get(name)}
    people = dict(User.objects.filter(pk__in=named).values_list("pk", "username")) if named else {}
    return [_review_words(row, people) for row in rows]


def _review_words(review: Review, people: Mapping[int, str]) -> dict[str, Any]:
    return {
        "id": review.pk,
        "at": review.at,
        "by": review.by,
        "actor": review.actor.get_username() if review.actor else None,
        "action": review.action,
        "from_status": review.from_status,
        "to_status": review.to_status,
        "before": _values(review.before, people),
        "after": _values(review.after, people),
        "reason": review.reason or None,
        "duplicate_of": review.twin_id,
        "note": review.note,
        "version": review.version,
        "batch": str(review.batch),
        "undoes": review.undoes_id,
    }


def _values(stored: Mapping[str, Any], people: Mapping[int, str]) -> dict[str, Any]:
    """Values of an article as a row keeps them, by attribute, under the names of ``ArticleOut`` and ``FieldsOut``."""
    told: dict[str, Any] = {}
    for name, value in stored.items():
        if name in PARTS:
            told.setdefault("provider", {})[PARTS[name]] = value
        elif name in PEOPLE:
            told[PEOPLE[name]] = people.get(value)
        elif name == "desk_fields":
            told[name] = sorted({KEYS[one] for one in value or ()})
        else:
            told[KEYS.get(name, name)] = value
    return told

"""The operations that read."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from ninja import Header, Path, Query, Router, Schema
from ninja.responses import NinjaJSONEncoder
from pydantic import Field, StringConstraints, WithJsonSchema, field_validator

from articles.api.articles_told import (
    ArticleOut,
    ArticleWhole,
    Image,
    ReviewOut,
    article_words,
    for_telling,
    reviews_words,
    whole_words,
)
from articles.api.authority import article_called, require, site_named, sites_called
from articles.api.pages import Cursor, Limit, Page, by_key, cursor_of, not_here, place_of
from articles.api.problems import Problem
from articles.api.wishes import LARGEST
from articles.models import ExportRun, Provider, Review, Topic
from articles.people.colleagues import WORK, people_of
from articles.queue import Queue
from articles.workflow import Scope, Trust

router = Router()
RANGE = r"^([0-9]{1,6}|[0-9]{1,6}\.\.([0-9]{1,6})?|\.\.[0-9]{1,6})$"
SPAN = r"[1-9][0-9]{0,3}[hdw]"
DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
FLAG = "(picture|related|topics)"
PLAIN = r"^[^\x00-\x1f\x7f]*$"

SiteName = Annotated[str, Path(pattern=r"^[-a-zA-Z0-9_]+$", max_length=80, description="The site's short name.")]
Key = Annotated[int, Path(ge=1, le=LARGEST, description="The article's id.")]


Moment = Annotated[
    str, StringConstraints(pattern=f"^({SPAN}|{DAY})$"),
    WithJsonSchema({"type": "string", "anyOf": [{"pattern": f"^{SPAN}$"}, {"format": "date"}]}),
]  # fmt: skip


class Filters(Schema):
    """The queue's own query string: every part of it as in the desk's address bar."""

    q: str = Field("", max_length=500, pattern=PLAIN, description="Words and operators, as in the search field.")
    quality: str | None = Field(None, pattern=RANGE, description="A number or a range: 70, 20..79, 70.., ..69.")
    heat: str | None = Field(None, pattern=RANGE, description="The same of heat.")
    age: str | None = Field(None, pattern=f"^{SPAN}$", description="Younger than: 4h, 2d, 1w.")
    since: Moment | None = Field(None, description="From that day, or so long ago, on: 2026-01-31, 2d.")
    before: Moment | None = Field(None, description="Before that day, or so long ago.")
    type: str | None = Field(None, min_length=1, max_length=200, pattern=r"^[A-Za-z0-9_-]+$", description="article or video.")
    topic: str | None = Field(None, min_length=1, max_length=200, pattern=PLAIN, description="A topic's name; 404 if the site has none.")
    provider: str | None = Field(
        None, min_length=1, max_length=200, pattern=PLAIN, description="A provider's id, name or domain; 404 if the site has none."
    )
    published: Literal["yes", "no"] | None = Field(None, description="What the file says now.")
    has: str | None = Field(None, pattern=f"^{FLAG}(,{FLAG})*$", description="picture, related, topics, or several with commas.")
    is_: Literal["edited"] | None = Field(None, alias="is", description="edited: holds a value of the desk's own.")
    sort: Literal["quality", "heat", "newest", "oldest", "likely", "lowest"] = "quality"

    @field_validator("quality", "heat")
    @classmethod
    def either_way_round(cls, value: str | None) -> str | None:
        low, _dots, high = (value or "").partition("..")
        return f"{high}..{low}" if low and high and int(low) > int(high) else value


class AnyStatus(Filters):
    status: Literal["any", "pending", "held", "approved", "rejected", "live"] = "any"


class Articles(Page):
    items: list[ArticleOut]


class SiteOut(Schema):
    id: int
    name: str
    title: str
    url: str
    language: str
    main_topic: str


class Sites(Page):
    items: list[SiteOut]


class ProviderWhole(Schema):
    id: int
    name: str
    domain: str
    description: str
    images: list[Image]
    trust: Trust


class Providers(Page):
    items: list[ProviderWhole]


class TopicOut(Schema):
    id: int
    name: str
    short_name: str
    parent: int | None
    keywords: list[Any]
    hashtags: list[Any]
    place: int


class Topics(Page):
    items: list[TopicOut]


class PersonOut(Schema):
    name: str = Field(description="The name under which they sign in.")


class People(Page):
    items: list[PersonOut]


class Reviews(Page):
    items: list[ReviewOut]


class ExportOut(Schema):
    id: int
    destination: str
    scope: str
    started_at: datetime
    finished_at: datetime | None
    written: int
    removed: int
    unchanged: int
    branch: str
    commit: str
    problem_count: int


class Exports(Page):
    items: list[ExportOut]


@router.get("/sites", response=Sites, summary="Sites", tags=["read"])
def list_sites(request: HttpRequest, cursor: Cursor = "", limit: Limit = 50) -> Any:
    """The sites of the desk, by id."""
    require(request, "articles.view_article", Scope.READ, None)
    rows, following = by_key("sites", sites_called(request), cursor, limit)
    words = [{"id": one.pk} | {name: getattr(one, name) for name in ("name", "title", "url", "language", "main_topic")} for one in rows]
    return {"items": words, "next": following}


@router.get("/sites/{site}/articles", response=Articles, summary="Articles of a site", tags=["read"])
def list_articles(
    request: HttpRequest, site: SiteName, filters: Query[AnyStatus], cursor: Cursor = "", limit: Limit = 50
) -> Any:
    """Articles that the filters keep, in the order asked for; without a status, of every one."""
    return _listed(request, site, filters, cursor, limit)


@router.get("/sites/{site}/queue", response=Articles, summary="What waits", tags=["read"])
def list_queue(
    request: HttpRequest, site: SiteName, filters: Query[Filters], cursor: Cursor = "", limit: Limit = 50
) -> Any:
    """What waits for an editor, in the order of the queue."""
    return _listed(request, site, filters, cursor, limit)


def _listed(request: HttpRequest, name: str, filters: Filters, cursor: str, limit: int) -> dict[str, Any]:
    site = site_named(request, name)
    person = require(request, "articles.view_article", Scope.READ, site)
    known = {field.alias or name for name, field in type(filters).model_fields.items()} | {"cursor", "limit"}
    unknown_names = sorted(set(request.GET) - known)
    if unknown_names:
        # A mistyped filter would show everything, and everything might then be decided.
        sentence = _("There is no such filter here.")
        faults = [{"where": f"query.{name[:80]}", "message": sentence} for name in unknown_names[:20]]
        raise Problem(422, sentence, errors=faults)
    asked = {key: value for key, value in filters.model_dump(by_alias=True).items() if value is not None}
    queue = Queue.read(site, asked, person)
    if queue.problems:
        # A filter that was left out shows more than was asked for: a program must hear of it, since it reads no banner.
        unknown = any(part.startswith(("topic:", "provider:")) for part in queue.left)
        raise Problem(404 if unknown else 422, " ".join(queue.problems))
    kind = f"articles-{queue.order.name}"
    found = for_telling(queue.articles(timezone.now()).in_order(queue.order))
    place = place_of(kind, cursor)
    if place:
        values = queue.read_place(place)
        if values is None:
            raise not_here()
        found = found.beyond(queue.order, values)
    rows = list(found[: limit + 1])
    more = len(rows) > limit
    following = cursor_of(kind, queue.place_of(rows[limit - 1])) if more else None
    return {"items": [article_words(one) for one in rows[:limit]], "next": following}


@router.get("/articles/{id}", response={200: ArticleWhole, 304: None}, summary="One article", tags=["read"])
def get_article(
    request: HttpRequest,
    response: HttpResponse,
    id: Key,
    if_none_match: Annotated[
        str, Header("", alias="If-None-Match", pattern=r"^[\x20-\x7e]*$", max_length=500, description="An ETag that is known already.")
    ] = "",
) -> Any:
    """One article with its related entries. ``ETag`` names exactly this answer."""
    article, _person = article_called(request, id, "articles.view_article", Scope.READ)
    words = ArticleWhole.model_validate(whole_words(article)).model_dump(mode="json")
    digest = hashlib.blake2b(json.dumps(words, cls=NinjaJSONEncoder).encode(), digest_size=12).hexdigest()
    etag = f'"{article.version}-{digest}"'
    known = [one.removeprefix("W/") for one in parse_etags(if_none_match)]
    if etag in known or "*" in known:
        return HttpResponse(status=304, headers={"ETag": etag, "Cache-Control": response["Cache-Control"]})
    response["ETag"] = etag
    return words


@router.get("/articles/{id}/reviews", response=Reviews, summary="Reviews of an article", tags=["read"])
def list_reviews(request: HttpRequest, id: Key, cursor: Cursor = "", limit: Limit = 50) -> Any:
    """All that was done to one article, the newest first."""
    article, _person = article_called(request, id, "articles.view_review", Scope.READ)
    rows, following = by_key(
        "reviews", Review.objects.filter(article=article).select_related("actor"), cursor, limit, newest_first=True
    )
    return {"items": reviews_words(rows), "next": following}


@router.get("/sites/{site}/providers", response=Providers, summary="Providers of a site", tags=["read"])
def list_providers(request: HttpRequest, site: SiteName, cursor: Cursor = "", limit: Limit = 50) -> Any:
    """The providers of a site, by id."""
    found = site_named(request, site)
    require(request, "articles.view_provider", Scope.READ, found)
    rows, following = by_key("providers", Provider.objects.filter(site=found), cursor, limit)
    names = ("name", "domain", "description", "images", "trust")
    return {"items": [{"id": one.pk} | {name: getattr(one, name) for name in names} for one in rows], "next": following}


@router.get("/sites/{site}/topics", response=Topics, summary="Topics of a site", tags=["read"])
def list_topics(request: HttpRequest, site: SiteName, cursor: Cursor = "", limit: Limit = 50) -> Any:
    """The topics of a site, by id; ``parent`` is the id of another one."""
    found = site_named(request, site)
    require(request, "articles.view_topic", Scope.READ, found)
    rows, following = by_key("topics", Topic.objects.filter(site=found), cursor, limit)
    names = ("name", "short_name", "keywords", "hashtags", "place")
    words = [{"id": one.pk, "parent": one.parent_id} | {name: getattr(one, name) for name in names} for one in rows]
    return {"items": words, "next": following}


@router.get("/sites/{site}/people", response=People, summary="Who decides on a site", tags=["read"])
def list_people(request: HttpRequest, site: SiteName, cursor: Cursor = "", limit: Limit = 50) -> Any:
    """The people to whom articles of a site can be assigned."""
    found = site_named(request, site)
    require(request, "articles.view_article", Scope.READ, found)
    rows, following = by_key("people", people_of(found, WORK), cursor, limit)
    return {"items": [{"name": one.get_username()} for one in rows], "next": following}


@router.get("/sites/{site}/exports", response=Exports, summary="Exports of a site", tags=["export"])
def list_exports(request: HttpRequest, site: SiteName, cursor: Cursor = "", limit: Limit = 50) -> Any:
    """Exports that have run, the newest first. Needs the scope ``export``."""
    found = site_named(request, site)
    require(request, "articles.export_articles", Scope.EXPORT, found)
    rows, following = by_key("exports", ExportRun.objects.filter(site=found), cursor, limit, newest_first=True)
    names = ("destination", "scope", "started_at", "finished_at", "written", "removed", "unchanged", "branch", "commit")
    words = [
        {"id": one.pk, "problem_count": len(one.problems)} | {name: getattr(one, name) for name in names} for one in rows
    ]
    return {"items": words, "next": following}

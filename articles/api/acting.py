"""The operations that act, through the one door that people use too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from ninja import Body, Router, Schema
from pydantic import Field

from articles.api.articles_told import ArticleOut, article_words, for_telling
from articles.api.authority import require, site_named
from articles.api.keys import Key, names, reused
from articles.api.problems import Problem, ProblemOut
from articles.api.reading import SiteName
from articles.api.wishes import Act, Assign, Decision, Edit, Hold, Reject, RejectDuplicate, Seen, Undo
from articles.decisions import DecisionRefused, DecisionReport, assign, decide, edit, undo, wake
from articles.mapping import KEYS
from articles.models import Article, Review, Site
from articles.people.colleagues import WORK, people_of
from articles.workflow import DECISIONS, TRANSITIONS, Action, Scope

router = Router()


class LeftAlone(Schema):
    """One article that was not touched, as it is now."""

    id: int
    sentence: str = Field(description="Why: who was first and what is true now.")
    article: ArticleOut | None = Field(description="null where it is no longer on the desk.")


class Done(Schema):
    """What became of each article: ``articles`` are those that were asked for and are now as asked, ``refused`` the others."""

    batch: str | None = Field(description="Joins the reviews of this act; null where nothing had to change.")
    reviews: list[int] = Field(description="The ids of its reviews; send one of them to undo all.")
    replayed: bool = Field(description="Whether this act was done before, under the same key.")
    articles: list[ArticleOut]
    refused: list[LeftAlone]


class Stale(ProblemOut):
    refused: list[LeftAlone]


CONFLICT = {200: Done, 409: Stale}


@router.post("/sites/{site}/decide", response=CONFLICT, summary="Approve, reject, hold or wake", tags=["decide"])
def decide_articles(request: HttpRequest, site: SiteName, wish: Body[Decision], idempotency_key: Key) -> Any:
    """Decide up to 200 articles, each on the version that was seen.

    200 where at least one was decided; what was left alone is in ``refused``. 409 where none was, with each as it is now.
    """
    place = site_named(request, site)
    action = Action(wish.decision)
    person = require(request, TRANSITIONS[action].permission, Scope.DECIDE, place)
    at = timezone.now()
    words: dict[str, Any] = {"note": wish.note}
    if isinstance(wish, Reject | RejectDuplicate):
        words["reason"] = wish.reason
    if isinstance(wish, RejectDuplicate) and wish.duplicate_of is not None:
        words["duplicate_of"] = _found(place, [wish.duplicate_of])[0]
    if isinstance(wish, Hold):
        words["until"] = at + timedelta(hours=wish.hours)

    def act(articles: Sequence[Article], key: str) -> DecisionReport:
        return decide(articles, action, editor=person, at=at, key=key, **words)

    told = _done(place, wish, idempotency_key, person, act)
    wake(place, at=at)  # held articles whose time has come go back with the next decision of anybody, as on the pages
    return told


@router.post("/sites/{site}/edit", response=CONFLICT, summary="Edit", tags=["edit"])
def edit_articles(request: HttpRequest, site: SiteName, wish: Body[Edit], idempotency_key: Key) -> Any:
    """Give up to 200 articles new values, each on the version that was seen. The decision that they have stays."""
    place = site_named(request, site)
    person = require(request, "articles.change_article", Scope.EDIT, place)
    if not wish.changes.model_fields_set:
        raise _unfit("body.changes", _("Say at least one field that is to change."))

    def act(articles: Sequence[Article], key: str) -> DecisionReport:
        return edit(articles, wish.changes.of, editor=person, at=timezone.now(), note=wish.note, key=key)

    return _done(place, wish, idempotency_key, person, act)


@router.post("/sites/{site}/assign", response=CONFLICT, summary="Assign", tags=["edit"])
def assign_articles(request: HttpRequest, site: SiteName, wish: Body[Assign], idempotency_key: Key) -> Any:
    """Ask a person who decides on the site, or nobody any more, to judge up to 200 articles, each on the version that was seen."""
    place = site_named(request, site)
    person = require(request, "articles.change_article", Scope.EDIT, place)
    asked = None
    if wish.person is not None:
        asked = people_of(place, WORK).filter(username=wish.person).first()
        if asked is None:
            raise Problem(404, _("Nobody of that name decides on this site. Write the name under which they sign in."))

    def act(articles: Sequence[Article], key: str) -> DecisionReport:
        return assign(articles, asked, editor=person, at=timezone.now(), note=wish.note, key=key)

    return _done(place, wish, idempotency_key, person, act)


@router.post("/sites/{site}/undo", response=CONFLICT, summary="Undo", tags=["decide"])
def undo_act(request: HttpRequest, site: SiteName, wish: Body[Undo]) -> Any:
    """Take back an act on all its articles, what a rule or a block did on this one alone. Needs no key: what is undone by the
    same person already is told again.

    Needs the scope of the act: ``decide`` for a decision, ``edit`` for all others.
    """
    place = site_named(request, site)
    review = Review.objects.filter(article__site=place).select_related("article", "undone_by").filter(pk=wish.review).first()
    scope = Scope.DECIDE if review is None or review.action in DECISIONS else Scope.EDIT
    person = require(request, "articles.decide_article", scope, place)
    if review is None:
        raise Problem(404, _("This site has no review %(id)s.") % {"id": wish.review})
    earlier = getattr(review, "undone_by", None)
    if earlier is not None and earlier.actor_id == person.pk:
        again = Review.objects.filter(batch=earlier.batch).select_related("article").order_by("pk")
        return _told(place, [one.article_id for one in again], DecisionReport(tuple(again), replayed=True))
    try:
        report = undo(review, editor=person, at=timezone.now())
    except DecisionRefused as refused:
        raise Problem(403, str(refused)) from refused
    keys = [one.article_id for one in report.reviews] + [one.article.pk for one in report.refused]
    return _told(place, keys, report)


def _done(
    site: Site, wish: Act, key: str, person: Any, act: Callable[[Sequence[Article], str], DecisionReport]
) -> dict[str, Any]:
    """Do it once, however often it is asked for, and tell what became of it. Raises Problem."""
    keys = [one.id for one in wish.articles]
    if len(set(keys)) < len(keys):
        raise _unfit("body.articles", _("Name each article once."))
    articles = _found(site, keys)
    _see(articles, wish.articles)
    beginning, whole = names(person, key, wish)
    if Review.objects.filter(article__in=keys, key__startswith=beginning).exclude(key=whole).exists():
        raise reused()
    try:
        report = act(articles, whole)
    except DecisionRefused as refused:
        raise _unfit(_where(wish, refused.field), str(refused)) from refused
    return _told(site, keys, report)


def _told(site: Site, keys: Sequence[int], report: DecisionReport) -> dict[str, Any]:
    """``Done``, with the articles as they are now. Raises Problem (409) where nothing was done and something refused."""
    sentences = {one.article.pk: one.sentence for one in report.refused}
    if report.replayed:
        # The act stands as it was done the first time: what it left alone then, it leaves alone now.
        done = {one.article_id for one in report.reviews}
        back = Review.objects.filter(undoes__in=[one.pk for one in report.reviews]).values_list("article_id", flat=True)
        sentences |= {key: _("This was done and then taken back. Take a new key to do it again.") for key in back}
        sentences |= {key: _("It was left alone the first time that this was sent.") for key in keys if key not in done}
    fresh = {one.pk: article_words(one) for one in for_telling(Article.objects.filter(pk__in=keys))}
    refused = [{"id": key, "sentence": sentences[key], "article": fresh.get(key)} for key in keys if key in sentences]
    if refused and len(refused) == len(keys):
        detail = ngettext(
            "The article was left alone: %(why)s", "All %(count)s articles were left alone. The first: %(why)s", len(keys)
        )
        raise Problem(409, detail % {"count": len(keys), "why": refused[0]["sentence"]}, refused=refused)
    return {
        "batch": str(report.batch) if report.batch else None,
        "reviews": [one.pk for one in report.reviews],
        "replayed": report.replayed,
        "articles": [fresh[key] for key in keys if key not in sentences],
        "refused": refused,
    }


def _found(site: Site, keys: Sequence[int]) -> list[Article]:
    """The articles in the order asked for. Raises Problem (404) naming those that the site does not have."""
    found = {one.pk: one for one in Article.objects.filter(site=site, pk__in=keys)}
    missing = [str(key) for key in keys if key not in found]
    if missing:
        detail = ngettext("This site has no article %(ids)s.", "This site has no articles %(ids)s.", len(missing))
        raise Problem(404, detail % {"ids": ", ".join(missing[:20])})
    return [found[key] for key in keys]


def _see(articles: Sequence[Article], seen: Sequence[Seen]) -> None:
    """Let each article be the version that was seen."""
    for article, one in zip(articles, seen, strict=True):
        article.version = one.version


def _where(wish: Act, field: str) -> str:
    """The part of the body that a refusal of the door is about."""
    if not field:
        return "body"
    return f"body.changes.{KEYS.get(field, field)}" if isinstance(wish, Edit) else f"body.{field}"


def _unfit(where: str, sentence: str) -> Problem:
    return Problem(422, sentence, errors=[{"where": where, "message": sentence}])

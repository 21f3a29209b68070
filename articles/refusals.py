"""Why an article was left alone, as sentences for the screen: who was first, and what is now true."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from articles.acts import STANDING
from articles.mapping import freeze
from articles.models import Article, Review
from articles.workflow import Action, By, Status


@dataclass(frozen=True)
class Refusal:
    """One article that was left alone: as it is now, and why."""

    article: Article
    sentence: str


def last_acts(pks: Iterable[int]) -> dict[int, Review]:
    """The last act of a person on each article that has not been taken back."""
    latest: dict[int, Review] = {}
    rows = Review.objects.filter(article__in=list(pks), undone_by__isnull=True).exclude(
        action__in=[Action.UNDO, Action.FOLLOW]
    )
    for row in rows.select_related("actor").order_by("pk"):
        latest[row.article_id] = row
    return latest


def why_not_undone(row: Review, article: Article, latest: Review | None) -> str:
    if row.action in (Action.UNDO, Action.FOLLOW):
        return "Only a decision or an edit can be undone."
    if getattr(row, "undone_by", None):
        return "This is undone already."
    if latest is None or latest.pk != row.pk:
        name = _who(latest) if latest else "The desk"
        return f"{name} changed this since. Open its history to go back."
    after = {name: value for name, value in row.after.items() if name not in STANDING}
    if any(freeze(getattr(article, name)) != value for name, value in after.items()):
        return "The feed changed this since. Open its history to go back."
    return ""


def told(articles: Sequence[Article], at: datetime) -> list[Refusal]:
    """Who was first and what is now true, for an editor who came second. One query."""
    last: dict[int, Review] = {}
    rows = Review.objects.filter(article__in=[article.pk for article in articles]).select_related("actor")
    for row in rows.order_by("pk") if articles else ():
        last[row.article_id] = row
    return [Refusal(article, _sentence(article, last.get(article.pk), at)) for article in articles]


def _sentence(article: Article, row: Review | None, at: datetime) -> str:
    now = f"It is {Status(article.status).label.lower()} now."
    if row is None:
        return f"This article changed meanwhile. {now}"
    ago = _ago(at - row.at)
    if row.by == By.FEED:
        return f"The feed changed this {ago}. {now}"
    name = _who(row)
    did = {Action.UNDO: "undid a decision on", Action.WAKE: "brought back"}.get(Action(row.action))
    return f"{name} {did or Action(row.action).label.lower()} this {ago}. {now}"


def _who(row: Review) -> str:
    if row.actor:
        return str(row.actor.get_username())
    return "A rule" if row.by == By.RULE else "The desk"


def _ago(span: timedelta) -> str:
    seconds = max(0, int(span.total_seconds()))
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit} ago"
    return f"{seconds} s ago"

"""Why an article was left alone, as sentences for the screen: who was first, and what is now true."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from articles.acts import STANDING
from articles.labels import past_to_the_second
from articles.mapping import freeze
from articles.models import Article, Review
from articles.workflow import N_, Action, By, Status

NOW = {
    Status.PENDING: N_("It is waiting now."),
    Status.HELD: N_("It is held now."),
    Status.APPROVED: N_("It is approved now."),
    Status.REJECTED: N_("It is rejected now."),
    Status.LIVE: N_("It is published by the feed now."),
}
DID = {
    Action.APPROVE: N_("%(name)s approved this %(ago)s. %(now)s"),
    Action.REJECT: N_("%(name)s rejected this %(ago)s. %(now)s"),
    Action.HOLD: N_("%(name)s held this %(ago)s. %(now)s"),
    Action.WAKE: N_("%(name)s brought back this %(ago)s. %(now)s"),
    Action.EDIT: N_("%(name)s edited this %(ago)s. %(now)s"),
    Action.UNDO: N_("%(name)s undid a decision on this %(ago)s. %(now)s"),
    Action.FOLLOW: N_("%(name)s followed the feed in this %(ago)s. %(now)s"),
    Action.SETTLE: N_("%(name)s settled this %(ago)s. %(now)s"),
    Action.CONFIRM: N_("%(name)s confirmed this %(ago)s. %(now)s"),
}


class DecisionRefused(Exception):
    """The act as a whole is not allowed or makes no sense. The text is a sentence for the screen; ``field`` names the
    attribute that is wrong, where one is."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


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
        return gettext("Only a decision or an edit can be undone.")
    if getattr(row, "undone_by", None):
        return gettext("This is undone already.")
    if latest is None or latest.pk != row.pk:
        name = _who(latest) if latest else gettext("The desk")
        return gettext("%(name)s changed this since. Open its history to go back.") % {"name": name}
    after = {name: value for name, value in row.after.items() if name not in STANDING}
    if any(freeze(getattr(article, name)) != value for name, value in after.items()):
        return gettext("The feed changed this since. Open its history to go back.")
    return ""


def told(articles: Sequence[Article], at: datetime) -> list[Refusal]:
    """Who was first and what is now true, for an editor who came second. One query."""
    last: dict[int, Review] = {}
    rows = Review.objects.filter(article__in=[article.pk for article in articles]).select_related("actor")
    for row in rows.order_by("pk") if articles else ():
        last[row.article_id] = row
    return [Refusal(article, _sentence(article, last.get(article.pk), at)) for article in articles]


def _sentence(article: Article, row: Review | None, at: datetime) -> str:
    now = gettext(NOW[Status(article.status)])
    if row is None:
        return gettext("This article changed meanwhile. %(now)s") % {"now": now}
    ago = past_to_the_second(at - row.at)
    if row.by == By.FEED:
        return gettext("The feed changed this %(ago)s. %(now)s") % {"ago": ago, "now": now}
    name = _who(row)
    return gettext(DID[Action(row.action)]) % {"name": name, "ago": ago, "now": now}


def _who(row: Review) -> str:
    if row.actor:
        return str(row.actor.get_username())
    return gettext("A rule") if row.by == By.RULE else gettext("The desk")

"""Decisions in the admin: an action asks first, and decides what was shown then.

The page that asks carries one field with every article and the version that it showed, so that five thousand articles are
one field and nobody decides on what he has not seen. What could not be done is listed, with the reason, article by article.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.bulk.wishes import done
from articles.decisions import DecisionRefused, DecisionReport, decide, undo
from articles.labels import counted
from articles.models import Article, Review
from articles.refusals import Refusal, last_acts
from articles.workflow import NN_, Action, By, Reason

LISTED = 100  # articles that a page names
MOST = 20_000  # articles in one act: SQLite takes some 32,000 values in one statement
WISHED = {
    Action.APPROVE: NN_("Approve %(count)s article?", "Approve %(count)s articles?"),
    Action.REJECT: NN_("Reject %(count)s article?", "Reject %(count)s articles?"),
    Action.HOLD: NN_("Put aside %(count)s article?", "Put aside %(count)s articles?"),
    Action.UNDO: NN_("Take back the last act on %(count)s article?", "Take back the last act on %(count)s articles?"),
}
VERBS = {
    Action.APPROVE: _("Approve"),
    Action.REJECT: _("Reject"),
    Action.HOLD: _("Put aside"),
    Action.UNDO: _("Take back the last act on"),
}
LEFT = NN_("%(did)s. %(count)s article left alone:", "%(did)s. %(count)s articles left alone:")


@dataclass(frozen=True)
class Seen:
    """What the page that asks showed: article -> its version, or when undoing the key of its last act."""

    numbers: dict[int, int]

    @classmethod
    def read(cls, text: str) -> Seen | None:
        """From the field's text, ``7:2 9:1``; None when that is not what we wrote."""
        numbers = {}
        for word in text.split():
            pk, _, number = word.partition(":")
            if not (pk.isdecimal() and number.isdecimal() and max(len(pk), len(number)) < 19):
                return None
            numbers[int(pk)] = int(number)
        return cls(numbers) if 0 < len(numbers) <= MOST else None

    def __str__(self) -> str:
        return " ".join(f"{pk}:{number}" for pk, number in self.numbers.items())


def ask(request: HttpRequest, shell: dict[str, Any], action: Action, chosen: Sequence[Article]) -> HttpResponse:
    """The page that names the articles and asks."""
    if action == Action.UNDO:
        acts = last_acts(article.pk for article in chosen)
        chosen = [article for article in chosen if article.pk in acts]
        seen = Seen({article.pk: acts[article.pk].pk for article in chosen})
        rows = [(article, str(acts[article.pk].get_action_display())) for article in chosen[:LISTED]]
        shared = Review.objects.filter(batch__in={act.batch for act in acts.values() if act.by != By.RULE})
        others = shared.exclude(article__in=acts).values("article").distinct().count()
    else:
        seen = Seen({article.pk: article.version for article in chosen})
        rows = [(article, str(article.get_status_display())) for article in chosen[:LISTED]]
        others = 0
    context = shell | {
        "title": counted(WISHED[action], len(chosen)),
        "verb": VERBS[action].split()[0],
        "action": action.value,
        "rows": rows,
        "more": len(chosen) - len(rows),
        "others": others,
        "seen": str(seen) if 0 < len(chosen) <= MOST else "",
        "most": MOST if len(chosen) > MOST else 0,
        "reasons": list(Reason) if action == Action.REJECT else [],
    }
    return render(request, "admin/articles/decide_articles.html", context)


def answer(request: HttpRequest, shell: dict[str, Any], action: Action, articles: Any) -> HttpResponse | None:
    """Do what the page asked for; a page with what was left alone, or None for the list with a message."""
    seen = Seen.read(request.POST["seen"])
    if seen is None:
        messages.error(request, gettext("The form could not be read, so nothing was done. Choose the articles again."))
        return None
    found = {article.pk: article for article in articles.filter(pk__in=seen.numbers)}
    gone = [Refusal(Article(pk=pk, title=gettext("Article %(number)s") % {"number": pk}), gettext("This article is no longer on the desk.")) for pk in seen.numbers if pk not in found]
    try:
        if action == Action.UNDO:
            report = _undo(request, {pk: act for pk, act in seen.numbers.items() if pk in found}, found)
        else:
            report = _decide(request, action, seen, list(found.values()))
    except DecisionRefused as refused:
        messages.error(request, str(refused))
        return None
    refused_ones = [*gone, *report.refused]
    words = done(action, "", {}, len(report.reviews))
    if not refused_ones:
        messages.success(request, f"{words}.")
        return None
    context = shell | {
        "title": counted(LEFT, len(refused_ones), did=words),
        "refused": refused_ones[:LISTED],
        "more": max(0, len(refused_ones) - LISTED),
    }
    return render(request, "admin/articles/left_alone.html", context, status=409)


def _decide(request: HttpRequest, action: Action, seen: Seen, articles: list[Article]) -> DecisionReport:
    for article in articles:
        article.version = seen.numbers[article.pk]
    words = {"reason": request.POST.get("reason", ""), "note": request.POST.get("note", "")[:5000]} if action == Action.REJECT else {}
    return decide(articles, action, editor=request.user, at=timezone.now(), **words)


def _undo(request: HttpRequest, acts: dict[int, int], articles: dict[int, Article]) -> DecisionReport:
    """Take back the acts that were shown, each with all the articles that it touched; what a rule did, article by article."""
    reviews: list[Review] = []
    refused: list[Refusal] = []
    batches: set[Any] = set()
    rows = Review.objects.filter(pk__in=acts.values(), article__in=articles).select_related("article")
    for review in sorted(rows, key=lambda row: -row.pk):  # the newest first, as one would by hand
        if review.by != By.RULE and review.batch in batches:
            continue
        batches.add(review.batch)
        report = undo(review, editor=request.user, at=timezone.now())
        reviews += report.reviews
        refused += report.refused
    return DecisionReport(tuple(reviews), tuple(refused))

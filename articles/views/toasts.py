"""The toast: what was just done, with Undo.

Which act it tells of travels in a cookie that lives as long as a toast, so that a decision writes no session.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse

from articles.models import Review
from articles.workflow import Action, Reason, Status

COOKIE = "told"
SECONDS = 10
ICONS = {Action.APPROVE: "check", Action.REJECT: "x", Action.HOLD: "clock", Action.UNDO: "undo"}


@dataclass(frozen=True)
class Toast:
    """``text`` and the title of the article that it is about; ``review`` is the act that Undo takes back, or None."""

    text: str
    title: str = ""
    review: int | None = None
    icon: str = "check"


def toast_for(review: Review) -> Toast:
    """What a person's act is called on the screen."""
    article = review.article
    title, icon = article.title or article.path, ICONS.get(Action(review.action), "check")
    if review.action == Action.UNDO:
        return Toast("Back in the queue:" if article.status == Status.PENDING else "Undone:", title, None, icon)
    if review.action == Action.EDIT:
        return Toast("Saved", title, review.pk, icon)
    words = Action(review.action).label
    if review.reason:
        words = f"{words}, {Reason(review.reason).label.lower()}:"
    if review.action == Action.APPROVE and "quality" in review.after:
        words = f"{words} with quality {review.after['quality']}:"
    return Toast(words, title, review.pk, icon)


def tell(request: HttpRequest, response: HttpResponse, review: Review) -> HttpResponse:
    """Let the next page tell of the act."""
    response.set_cookie(
        COOKIE, str(review.pk), max_age=SECONDS, samesite="Lax", secure=request.is_secure(), httponly=True
    )
    return response


def say(request: HttpRequest, text: str, title: str = "") -> None:
    """Let the next page say something that is not about a decision."""
    request.session["toast"] = {"text": text, "title": title}


def toast_of(request: HttpRequest) -> Toast | None:
    """What this page tells: the sentence that was left for it, else the person's own act of the last seconds."""
    left: Any = request.session.pop("toast", None)
    if isinstance(left, dict):
        return Toast(str(left.get("text", "")), str(left.get("title", "")))
    named = request.COOKIES.get(COOKIE, "")
    if not named.isdecimal() or len(named) > 18:
        return None
    review = Review.objects.select_related("article").filter(pk=int(named), actor=request.user.pk).first()
    return toast_for(review) if review else None

"""Suggestions in the open: one beside each waiting article, and a page of what was learned and how right it is."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from articles.guessing.learning import ENOUGH, NEWS
from articles.guessing.showing import guess, learned, lesson_of
from articles.models import Article, Site
from articles.views.desk import desk_page
from articles.workflow import Status


def guess_context(article: Article) -> dict[str, Any]:
    """What ``_guess.html`` needs: the suggestion for an article that waits. One query."""
    if article.status not in (Status.PENDING, Status.HELD):
        return {"guess": None}
    return {"guess": guess(article, lesson_of(article.site_id))}


@require_safe
@desk_page()
def suggestions(request: HttpRequest, site: Site) -> HttpResponse:
    """What the desk has learned on this site, and how right it would have been."""
    lesson = lesson_of(site.pk)
    context: dict[str, Any] = {"lesson": lesson, "enough": ENOUGH, "news": NEWS}
    if lesson:
        measured = {
            name: value if isinstance(value, int) else round(100 * value) for name, value in lesson.measured.items()
        }
        bands = [
            (round(100 * approved / decided), approved, decided) for _, approved, decided in reversed(lesson.bands)
        ]
        context |= {"measured": measured, "bands": bands, **learned(lesson)}
    return render(request, "articles/suggestions.html", context)

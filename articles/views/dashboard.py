"""The dashboard: seven questions, each with its chart and its figures."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles import measures
from articles.models import Site
from articles.views import dashboard_shown as shown
from articles.views import dashboard_tiles as tiles
from articles.views import pipeline_shown
from articles.views.desk import desk_page

NEW_RULE = "/rules/new/"


@require_safe
@desk_page()
def dashboard(request: HttpRequest, site: Site) -> HttpResponse:
    """The last 14 days, or ``?days=`` 28 or 90. What is told of a person's pace is the reader's own."""
    asked = request.GET.get("days", "")
    days = next((days for days in measures.WINDOWS if asked == str(days)), measures.WINDOWS[0])
    window = measures.Window(days, timezone.now())
    counted = measures.tally(site, window)
    each_day = measures.keeping_up(site, window, counted)
    waits = measures.waiting(site, window.at)
    context = {
        "windows": measures.WINDOWS,
        "days": days,
        "figures": [
            tiles.waiting(waits, measures.waited(site, window, waits.count), each_day, window.at),
            tiles.decided(each_day, site.goal),
            tiles.pace(measures.pace(request.user, site, window)),
            tiles.undone(measures.undone_by_day(counted, window), measures.taken_back(site, window.before)),
        ],
        "keeping_up": shown.keeping_up(each_day),
        "line": shown.line(measures.line(site, window)),
        "ages": shown.ages(waits),
        "coverage": shown.coverage(measures.coverage(site, window)),
        "hours": shown.hours(measures.hours(counted)),
        "pipeline": pipeline_shown.pipeline(measures.pipeline(site), request.user, window.at),
        "candidates": shown.candidates(measures.candidates(site, window)),
        "rule_address": NEW_RULE if _is_served(NEW_RULE) and request.user.has_perm("articles.add_rule") else "",
    }
    return render(request, "articles/dashboard.html", context)


def _is_served(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True

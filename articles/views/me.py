"""One's own choices, the keys, and whether the desk is well."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from articles.forms import KeymapForm, PreferencesForm
from articles.models import Preferences, Review, Site
from articles.people import sessions
from articles.views.desk import desk_page
from articles.workflow import Density, KeyMode, Theme

YEAR = 365 * 24 * 3600


@require_safe
@desk_page()
def me(request: HttpRequest, site: Site) -> HttpResponse:
    return _me_page(request)


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Keep what was chosen, for the person; the theme for this browser too, which shows it before anybody signs in."""
    signed_in = request.user.is_authenticated
    form = PreferencesForm(request.POST)
    if not form.is_valid():
        return redirect(_back(request))
    chosen = form.chosen()
    if signed_in and chosen:
        Preferences.objects.update_or_create(user=request.user, defaults=chosen)
    response = redirect(_back(request))
    if "theme" in chosen:
        response.set_cookie(
            "theme", chosen["theme"], max_age=YEAR, samesite="Lax", secure=request.is_secure(), httponly=True
        )
    return response


@require_POST
@desk_page()
def remap(request: HttpRequest, site: Site) -> HttpResponse:
    """Give shortcuts other keys, or with ``reset`` their own ones back."""
    form = KeymapForm(Preferences.of(request.user), {} if "reset" in request.POST else request.POST)
    if not form.is_valid():
        return _me_page(request, keymap=form, status=422)
    Preferences.objects.update_or_create(user=request.user, defaults={"keymap": form.keymap()})
    return redirect("articles:me")


def _me_page(
    request: HttpRequest,
    *,
    keymap: KeymapForm | None = None,
    status: int = 200,
) -> HttpResponse:
    preferences = Preferences.of(request.user)
    context: dict[str, Any] = {
        "preferences": preferences,
        "keymap": keymap or KeymapForm(preferences),
        "chooser": (
            ("theme", "Theme", list(Theme)),
            ("density", "Lists", list(Density)),
            ("key_mode", "Single keys", list(KeyMode)),
        ),
        "desk_sessions": sessions.sessions_of(request.user, timezone.now()),
        "this_session": request.session.session_key,
        "acts": Review.objects.filter(actor=request.user.pk).count(),
    }
    return render(request, "articles/me.html", context, status=status)


@require_safe
@desk_page()
def keys(request: HttpRequest, site: Site) -> HttpResponse:
    return render(request, "articles/keys.html")


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


def _back(request: HttpRequest) -> str:
    """The page that asked, if it is one of ours."""
    wanted = request.POST.get("next") or ""
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return "/"

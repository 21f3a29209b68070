"""One's own choices, the keys, and whether the desk is well."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from articles import digests
from articles.forms import GoalForm, KeymapForm, PreferencesForm
from articles.labels import choices
from articles.models import Article, Preferences, Review, Site
from articles.notes import mentions_of
from articles.pace import decided_today
from articles.people import sessions
from articles.people.invitations import mail_goes_out
from articles.views.desk import desk_page
from articles.workflow import Density, Digest, KeyMode, Theme

YEAR = 365 * 24 * 3600


@require_safe
@desk_page()
def me(request: HttpRequest, site: Site) -> HttpResponse:
    return _me_page(request, site)


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Keep what was chosen, for the person; theme and language for this browser too, which shows them before anybody signs in."""
    signed_in = request.user.is_authenticated
    form = PreferencesForm(request.POST)
    if not form.is_valid():
        return redirect(_back(request))
    chosen = form.chosen()
    digest = chosen.pop("digest", "")
    if signed_in and digest:
        digests.choose(request.user, Digest(digest), at=timezone.now())
    if signed_in and chosen:
        Preferences.objects.update_or_create(user=request.user, defaults=chosen)
    response = redirect(_back(request))
    for name in ("theme", "language"):
        if chosen.get(name):
            response.set_cookie(name, chosen[name], max_age=YEAR, samesite="Lax", secure=request.is_secure(), httponly=True)
        elif name in chosen:
            response.delete_cookie(name, samesite="Lax")
    return response


@require_POST
@desk_page()
def remap(request: HttpRequest, site: Site) -> HttpResponse:
    """Give shortcuts other keys, or with ``reset`` their own ones back."""
    form = KeymapForm(Preferences.of(request.user), {} if "reset" in request.POST else request.POST)
    if not form.is_valid():
        return _me_page(request, site, keymap=form, status=422)
    Preferences.objects.update_or_create(user=request.user, defaults={"keymap": form.keymap()})
    return redirect("articles:me")


@require_POST
@desk_page()
def set_goal(request: HttpRequest, site: Site) -> HttpResponse:
    """How many decisions the person wants to make in a day; an empty field is no goal."""
    form = GoalForm(request.POST)
    if not form.is_valid():
        return _me_page(request, site, goal=form, status=422)
    Preferences.objects.update_or_create(user=request.user, defaults={"goal": form.cleaned_data["goal"]})
    return redirect(f"{reverse('articles:me')}#own-goal")


def _me_page(
    request: HttpRequest,
    site: Site,
    *,
    goal: GoalForm | None = None,
    keymap: KeymapForm | None = None,
    status: int = 200,
) -> HttpResponse:
    preferences = Preferences.of(request.user)
    context: dict[str, Any] = {
        "preferences": preferences,
        "goal_form": goal or GoalForm(initial={"goal": preferences.goal}),
        "decided_today": decided_today(request.user, timezone.now()),
        "keymap": keymap or KeymapForm(preferences),
        "chooser": (
            ("theme", gettext("Theme"), choices(Theme), preferences.theme),
            ("density", gettext("Lists"), choices(Density), preferences.density),
            ("key_mode", gettext("Single keys"), choices(KeyMode), preferences.key_mode),
            ("digest", gettext("Mail about your work"), choices(Digest), preferences.digest),
            ("language", gettext("Language"), [("", gettext("As the browser asks")), *settings.LANGUAGES], preferences.language),
        ),
        "mentions": mentions_of(request.user, site),
        "assigned_count": Article.objects.of_site(site).pending().assigned(request.user.pk).count(),
        "mail_goes": mail_goes_out() and bool(request.user.email),
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

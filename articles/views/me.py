"""One's own choices, the keys, and whether the desk is well."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from articles.models import Review, Site
from articles.views.desk import THEMES, desk_page

YEAR = 365 * 24 * 3600
KEY_MODES = ("on", "alt", "off")


@require_safe
@desk_page()
def me(request: HttpRequest, site: Site) -> HttpResponse:
    count = Review.objects.filter(actor=request.user.pk).count()
    return render(request, "articles/me.html", {"themes": THEMES, "key_modes": KEY_MODES, "acts": count})


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Theme and keys, kept in cookies of this browser."""
    response = redirect(_back(request))
    for name, allowed in (("theme", THEMES), ("keys", KEY_MODES)):
        value = request.POST.get(name)
        if value in allowed:
            response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=request.is_secure(), httponly=True)
    return response


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

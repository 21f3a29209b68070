"""Signing out elsewhere."""

from __future__ import annotations

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from articles.people import sessions
from articles.people.log import address_of


@require_POST
@login_required
def end_sessions(request: HttpRequest) -> HttpResponse:
    """End the one of one's own sessions that ``session`` names, with ``everywhere`` all of them, else all but this one.
    404 for somebody else's."""
    at, address, wanted = timezone.now(), address_of(request), request.POST.get("session", "")
    if wanted:
        number = int(wanted) if wanted.isdecimal() and len(wanted) < 19 else 0
        if not sessions.end(request.user, at=at, actor=request.user, address=address, only=number):
            raise Http404
        text = gettext("Signed out there.")
    elif "everywhere" in request.POST:
        sessions.end(request.user, at=at, actor=request.user, address=address)
        logout(request)
        return redirect("account_login")
    else:
        count = sessions.end(request.user, at=at, actor=request.user, address=address, but=request.session.session_key)
        text = ngettext("Signed out of %(count)d other place.", "Signed out of %(count)d other places.", count) % {"count": count}
    request.session["toast"] = {"text": text, "title": ""}
    return redirect("articles:me")

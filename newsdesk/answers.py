"""The answers when something stands in the way: the database is busy or away, or what was sent is too large.

They are rendered without the request, since the ordinary shell of a page asks the database for the person's name.
"""

from __future__ import annotations

import sys

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.views import defaults

RETRY = 5  # seconds after which a try is worth while
LARGEST_KEPT = 1_000_000  # characters of a form that the page gives back
TOO_LARGE = {
    RequestDataTooBig: _("One form takes at most 12 MB. Shorten the text, or change the file in the site's repository."),
    TooManyFieldsSent: _("One form takes at most 2,000 fields. Choose fewer articles at once."),
    TooManyFilesSent: _("One form takes at most 100 files. Send fewer at once."),
}


def too_large(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's answer to a bad request; 413 with the limit where it was too large."""
    sentence = str(getattr(exception, "sentence", "")) or next(
        (str(words) for kind, words in TOO_LARGE.items() if isinstance(exception, kind)), ""
    )
    if not sentence:
        return defaults.bad_request(request, exception)
    return HttpResponse(render_to_string("413.html", {"sentence": sentence}), status=413)


def broken(request: HttpRequest) -> HttpResponse:
    """The answer to an exception: 503 with a way to try again when it is the database's, else 500."""
    error = sys.exc_info()[1]
    if not isinstance(error, (OperationalError, InterfaceError)) and not _is_away(error):
        return HttpResponseServerError(render_to_string("500.html"))
    context: dict[str, object] = {"fields": kept(request)}
    if request.headers.get("HX-Request"):
        name = "_busy.html"
    else:
        name = "503.html"
        if context["fields"]:
            context |= {"token": get_token(request), "address": request.get_full_path()}
    response = HttpResponse(render_to_string(name, context), status=503)
    response["Retry-After"] = str(RETRY)
    response["HX-Push-Url"] = "false"  # the page that htmx shows this on stays where it is
    return response


def kept(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields of the form that was sent, so that the page can send them again. Passwords are not given back."""
    if request.method != "POST":
        return []
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken" and "password" not in name.lower()
        for value in map(str, values)
    ]
    return fields if sum(len(value) for _, value in fields) <= LARGEST_KEPT else []


def _is_away(error: BaseException | None) -> bool:
    """Whether a database error means that the server went away in the middle of things."""
    return isinstance(error, DatabaseError) and "connection" in str(error).lower()

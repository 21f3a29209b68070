"""Which language a page speaks: the person's own choice, else what the browser asks for.

The cookie remembers the choice of whoever chose here last, so that the sign-in page speaks it too.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from articles.models import Preferences
from newsdesk import pseudo

COOKIE = "language"
# Pictures and feeds have nothing to say in anybody's language: not worth the query for whose they are, and the same for all.
WORDLESS = re.compile(r"/(pictures/|feeds/.)")


class ChosenLanguage:
    """Middleware: the request is answered in one language, and the thread is left as it was found."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = wanted(request)
        with speaking(language):
            response = self.get_response(request)
        if "Content-Language" not in response.headers:
            response.headers["Content-Language"] = language
            patch_vary_headers(response, ("Accept-Language",))
        return response


def wanted(request: HttpRequest) -> str:
    """The language that the request is answered in. A query for who is signed in, which every page asks anyway."""
    remembered = offered(request.COOKIES.get(COOKIE))
    try:
        if not WORDLESS.match(request.path) and request.user.is_authenticated:
            remembered = offered(Preferences.of(request.user).language)
    except DatabaseError:
        pass  # the page that says so speaks the language of the sign-in page
    return remembered or str(translation.get_language_from_request(request))


def offered(language: str | None) -> str:
    """The language if it can be chosen here, else "". ``Accept-Language`` never leads to a pseudo-locale."""
    return language if language and language in dict(settings.LANGUAGES) else ""


def speaking(language: str) -> translation.override:
    """A context in which everything is said in the language."""
    pseudo.prepare(language)
    return translation.override(language)

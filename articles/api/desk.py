"""The API as a whole: its operations, who may call them, and how it answers when something is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache, wraps
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.operation import Operation

from articles.api import acting, noting, problems, reading
from articles.api.authority import Token
from articles.api.description import described
from articles.api.problems import Problem


class DeskAPI(NinjaAPI):
    """Ninja's API, without its pages: they load scripts from elsewhere, which the policy of the desk forbids."""

    def create_temporal_response(self, request: HttpRequest) -> HttpResponse:
        response = super().create_temporal_response(request)
        patch_cache_control(response, private=True, no_cache=True)
        return response

    @property
    def urls(self) -> tuple[list[URLResolver | URLPattern], str, str]:
        """Ninja's own, but that HEAD is taken where GET is, and a wrong method is told like every other mistake."""
        patterns, app, space = super().urls
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                pattern.callback = _in_one_shape(pattern.callback)
        return patterns, app, space

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """The function's own name: generators make the names of a client's functions of it."""
        name: str = operation.view_func.__name__
        return name


def _in_one_shape(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def told(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        method = request.method
        if method == "HEAD":
            request.method = "GET"  # the server leaves the body out
        response = view(request, *args, **kwargs)
        request.method = method
        if response.status_code != 405:
            return response
        allowed = response["Allow"].split(", ")
        return problems.not_allowed(sorted({*allowed, "HEAD"}) if "GET" in allowed else allowed)

    return told


api = DeskAPI(
    title="newsdesk",
    version="1",
    description=str(_("Read the desk, decide and edit, through the same door as its pages. See docs/api.md.")),
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
    servers=[{"url": "/"}],
    auth=Token(),
)
api.add_router("", reading.router)
api.add_router("", acting.router)
api.add_router("", noting.router)
for kind, handler in (
    (Problem, problems.told),
    (AuthenticationError, problems.stranger),
    (Http404, problems.missing),
    (HttpError, problems.refused),
    (ValidationError, problems.invalid),
    (RequestDataTooBig, problems.too_large),
    (OperationalError, problems.busy),
    (InterfaceError, problems.busy),
    (Exception, problems.broken),
):
    api.add_exception_handler(kind, handler)


def openapi() -> dict[str, Any]:
    """The description of all operations, made anew: some 50 ms."""
    return described(api.get_openapi_schema(path_prefix="api/"))


@cache
def openapi_text() -> str:
    """The same as JSON, made once: nothing in it changes while the desk runs."""
    return json.dumps(openapi())


@require_safe
def openapi_json(request: HttpRequest) -> HttpResponse:
    """For programs that read descriptions. It holds nothing of the desk, so nobody has to sign in for it."""
    return HttpResponse(openapi_text(), content_type="application/json")


@csrf_exempt
def nowhere(request: HttpRequest, rest: str) -> HttpResponse:
    """All that begins with /api/ and is no call."""
    return problems.missing(request, Http404())

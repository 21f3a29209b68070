"""The API as a whole: its operations, who may call them, and how it answers when something is wrong."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from articles.api import acting, problems, reading
from articles.api.authority import Token
from articles.api.description import described
from articles.api.problems import Problem


class DeskAPI(NinjaAPI):
    """Ninja's API, without its pages: they load scripts from elsewhere, which the policy of the desk forbids."""

    def create_temporal_response(self, request: HttpRequest) -> HttpResponse:
        response = super().create_temporal_response(request)
        patch_cache_control(response, private=True, no_cache=True)
        return response


api = DeskAPI(
    title="newsdesk",
    version="1",
    description=str(_("Read the desk, decide and edit, through the same door as its pages. See docs/api.md.")),
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
    auth=Token(),
)
api.add_router("", reading.router)
api.add_router("", acting.router)
for kind, handler in (
    (Problem, problems.told),
    (AuthenticationError, problems.stranger),
    (Http404, problems.missing),
    (HttpError, problems.refused),
    (ValidationError, problems.invalid),
    (RequestDataTooBig, problems.too_large),
    (OperationalError, problems.busy),
    (InterfaceError, problems.busy),
):
    api.add_exception_handler(kind, handler)


def openapi() -> dict[str, object]:
    """The description of all operations."""
    return described(api.get_openapi_schema(path_prefix="api/"))


@require_safe
def openapi_json(request: HttpRequest) -> JsonResponse:
    """For programs that read descriptions. It holds nothing of the desk, so nobody has to sign in for it."""
    return JsonResponse(openapi())

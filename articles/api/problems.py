"""What went wrong, as problem details (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from ninja import Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.responses import NinjaJSONEncoder
from pydantic import Field

MEDIA = "application/problem+json"


class Fault(Schema):
    """One part of the request that is wrong."""

    where: str = Field(description="Path to the part, such as body.changes.quality.")
    message: str


class ProblemOut(Schema):
    """Problem details."""

    type: str = Field("about:blank", description="Always about:blank: the status says which problem it is.")
    title: str = Field(description="The status in words.")
    status: int
    detail: str = Field(description="A sentence: what is wrong, and what to do.")
    errors: list[Fault] = Field([], description="The parts of the request that are wrong, for 422.")


class Problem(Exception):
    """An answer that is no success. ``more`` are further members; ``retry``: seconds after which to try again."""

    def __init__(self, status: int, detail: str, *, retry: int = 0, **more: Any) -> None:
        super().__init__(detail)
        self.status, self.detail, self.retry, self.more = status, detail, retry, more


def answer(status: int, detail: str, *, retry: int = 0, **more: Any) -> JsonResponse:
    words = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, "errors": []}
    response = JsonResponse(words | more, status=status, content_type=MEDIA, encoder=NinjaJSONEncoder)
    response["Cache-Control"] = "no-store"
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="newsdesk"'
    if retry:
        response["Retry-After"] = str(retry)
    return response


def told(request: HttpRequest, error: Problem) -> JsonResponse:
    return answer(error.status, error.detail, retry=error.retry, **error.more)


def stranger(request: HttpRequest, error: AuthenticationError) -> JsonResponse:
    return answer(401, _("Send a token that is valid: Authorization: Bearer TOKEN. Make one under Me, API tokens."))


def missing(request: HttpRequest, error: Http404) -> JsonResponse:
    return answer(404, _("There is nothing at this address."))


def refused(request: HttpRequest, error: HttpError) -> JsonResponse:
    detail = _("The body is no JSON.") if error.status_code == 400 else str(error)
    return answer(error.status_code, detail)


def invalid(request: HttpRequest, error: ValidationError) -> JsonResponse:
    """422 with every part that is wrong."""
    faults = [
        {"where": ".".join(str(part) for part in one["loc"]), "message": str(one["msg"])} for one in error.errors[:100]
    ]
    return answer(422, _("The request is not as described. See “errors”."), errors=faults)


def too_large(request: HttpRequest, error: Exception) -> JsonResponse:
    return answer(413, _("A request takes at most 12 MB. Send fewer articles at once."))


def busy(request: HttpRequest, error: Exception) -> JsonResponse:
    return answer(503, _("The database is busy or away. Nothing was stored; try again."), retry=5)

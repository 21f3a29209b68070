"""What went wrong, as problem details (RFC 9457), each with a ``code`` that programs can tell it by."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.core import signals
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from ninja import Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.responses import NinjaJSONEncoder
from pydantic import Field

MEDIA = "application/problem+json"
CODES: dict[int, tuple[str, ...]] = {  # status -> what it may mean; docs/api.md says what to do
    400: ("not_json",),
    401: ("token_missing", "token_unknown", "token_ended"),
    403: ("scope", "role"),
    404: ("not_found",),
    405: ("method",),
    409: ("stale",),
    413: ("too_large",),
    422: ("invalid", "key_reused"),
    429: ("too_fast", "wrong_tokens"),
    500: ("broken",),
    503: ("busy",),
}
KINDS = frozenset({"approve", "reject", "duplicate", "hold", "wake"})  # tags of bodies, which stand in no body
logger = logging.getLogger("django.request")


class Fault(Schema):
    """One part of the request that is wrong."""

    where: str = Field(description="Path to the part, such as body.changes.quality.")
    message: str


class ProblemOut(Schema):
    """Problem details."""

    type: str = Field("about:blank", description="Always about:blank: the status and the code say which problem it is.")
    title: str = Field(description="The status in words.")
    status: int
    code: str = Field(description="Which problem it is, in a word that stays: see docs/api.md.")
    detail: str = Field(description="A sentence: what is wrong, and what to do.")
    errors: list[Fault] = Field([], description="The parts of the request that are wrong, for 422.")


class Problem(Exception):
    """An answer that is no success. ``code`` is one of CODES, the first of its status where none is given; ``more`` are further
    members; ``retry``: seconds after which to try again."""

    def __init__(self, status: int, detail: str, code: str = "", *, retry: int = 0, **more: Any) -> None:
        super().__init__(detail)
        self.status, self.detail, self.code, self.retry, self.more = status, detail, code, retry, more


def answer(status: int, detail: str, code: str = "", *, retry: int = 0, **more: Any) -> JsonResponse:
    code = code or CODES[status][0]
    words = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "code": code, "detail": detail, "errors": []}
    response = JsonResponse(words | more, status=status, content_type=MEDIA, encoder=NinjaJSONEncoder)
    response["Cache-Control"] = "no-store"
    challenge = _challenge(code, more)
    if challenge:
        response["WWW-Authenticate"] = challenge
    if retry:
        response["Retry-After"] = str(retry)
    return response


def _challenge(code: str, more: dict[str, Any]) -> str:
    """How to come in, in the words of RFC 6750. "" where the token is not the trouble."""
    realm = 'Bearer realm="newsdesk"'
    if code == "scope":
        return f'{realm}, error="insufficient_scope", scope="{more["scope"]}"'
    if code in ("token_unknown", "token_ended"):
        return f'{realm}, error="invalid_token"'
    return realm if code == "token_missing" else ""


def told(request: HttpRequest, error: Problem) -> JsonResponse:
    return answer(error.status, error.detail, error.code, retry=error.retry, **error.more)


def stranger(request: HttpRequest, error: AuthenticationError) -> JsonResponse:
    return answer(401, _("Send a token: Authorization: Bearer TOKEN. Make one under Me, API tokens."))


def missing(request: HttpRequest, error: Http404) -> JsonResponse:
    return answer(404, _("There is nothing at this address, or nothing that your account may see. /api/ lists every call."))


def not_allowed(allowed: Sequence[str]) -> JsonResponse:
    words = _("This address takes %(methods)s. /api/ lists every call.") % {"methods": ", ".join(allowed)}
    response = answer(405, words)
    response["Allow"] = ", ".join(allowed)
    return response


def refused(request: HttpRequest, error: HttpError) -> JsonResponse:
    detail = _("The body is no JSON.") if error.status_code == 400 else str(error)
    return answer(error.status_code, detail)


def invalid(request: HttpRequest, error: ValidationError) -> JsonResponse:
    """422 with every part that is wrong."""
    faults = [{"where": _where(one["loc"]), "message": str(one["msg"])} for one in error.errors[:100]]
    return answer(422, _("The request is not as described. See “errors”."), errors=faults)


def _where(way: Sequence[Any]) -> str:
    """The way to a part as the caller wrote it: ours goes by the name of an argument and by the kind of a body."""
    parts = [str(part) for part in way]
    if parts[0] == "body":
        inner = parts[2:]
        parts = ["body", *(inner[1:] if inner and inner[0] in KINDS else inner)]
    return ".".join(parts)


def too_large(request: HttpRequest, error: Exception) -> JsonResponse:
    return answer(413, _("A request takes at most 12 MB. Send fewer articles at once."))


def busy(request: HttpRequest, error: Exception) -> JsonResponse:
    return answer(503, _("The database is busy or away. Nothing was stored; try again."), retry=5)


def broken(request: HttpRequest, error: Exception) -> JsonResponse:
    """Whatever nobody expected: logged as on pages, told without a word of its inside."""
    signals.got_request_exception.send(sender=None, request=request)
    logger.error("Internal Server Error: %s", request.path, exc_info=error, extra={"status_code": 500, "request": request})
    return answer(500, _("Something broke here and was written down. Send the same again later; if it stays, tell an admin."))

"""The address that a forge calls when somebody pushed: it asks for a look, and nothing more."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from articles.counting import count, counted
from articles.models import Repository

MOST_BYTES = 5_000_000
MOST_FAILURES, WINDOW = 60, 60  # of one address, in so many seconds
NOBODY = secrets.token_bytes(32)  # stands in where there is no site or no secret, so that both take the same time


@csrf_exempt
@require_POST
def hook(request: HttpRequest, name: str) -> HttpResponse:
    """202 for whoever knows the secret, 401 for all others, whether there is such a site or not."""
    failures = f"hook-failures:{hashlib.blake2b(request.META.get('REMOTE_ADDR', '').encode(), digest_size=8).hexdigest()}"
    number, left = counted(failures)
    if number >= MOST_FAILURES:
        return _answer("Too many wrong calls. Wait a minute.", 429, Retry_After=str(left))
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > MOST_BYTES:
        return _answer("The message is too long.", 413)
    repository = Repository.objects.filter(site__name=name).exclude(hook_secret="").first()
    if not _is_signed(request, repository.hook_secret.encode() if repository else NOBODY) or repository is None:
        count(failures, WINDOW)
        return _answer("The signature is wrong, or there is no such address.", 401)
    Repository.objects.filter(pk=repository.pk).update(asked_at=timezone.now())
    return _answer("The desk will look.", 202)


def _is_signed(request: HttpRequest, secret: bytes) -> bool:
    """GitHub, Gitea and Forgejo sign the body; GitLab sends the secret itself."""
    made = hmac.new(secret, request.body, hashlib.sha256).hexdigest().encode()
    given = request.headers.get("X-Hub-Signature-256", "").removeprefix("sha256=")
    given = given or request.headers.get("X-Gitea-Signature", "") or request.headers.get("X-Forgejo-Signature", "")
    if given:
        return hmac.compare_digest(made, given.encode())
    return hmac.compare_digest(secret, request.headers.get("X-Gitlab-Token", "").encode())


def _answer(sentence: str, status: int, **headers: str) -> HttpResponse:
    more = {key.replace("_", "-"): value for key, value in headers.items()}
    return HttpResponse(f"{sentence}\n", status=status, content_type="text/plain", headers=more)

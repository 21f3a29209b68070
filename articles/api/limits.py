"""How much is taken from one caller: so many wrong tokens from an address, so many calls with a token."""

from __future__ import annotations

import hashlib

from allauth.core.internal.ratelimit import get_ip
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext as _

from articles.api.problems import Problem
from articles.counting import count, counted
from articles.models import ApiToken

MOST_WRONG, WRONG_WINDOW = 20, 15 * 60  # wrong tokens from one address, in so many seconds: as for wrong passwords
MOST_CALLS, CALLS_WINDOW = 600, 60  # calls with one token, so that a program in a loop leaves the desk to its editors


def check_address(request: HttpRequest) -> None:
    """Raises Problem (429) for an address that too many wrong tokens came from, before any token is looked at."""
    number, left = counted(_wrong(request))
    if number >= MOST_WRONG:
        raise Problem(429, _("Too many wrong tokens came from this address. Wait a quarter of an hour."), "wrong_tokens", retry=left)


def count_wrong(request: HttpRequest) -> None:
    """One more wrong token from the caller's address."""
    count(_wrong(request), WRONG_WINDOW)


def count_call(token: ApiToken) -> None:
    """One more call with the token. Raises Problem (429) for one too many."""
    number, left = count(f"api-calls:{token.pk}", CALLS_WINDOW)
    if number > MOST_CALLS:
        detail = _("This token has made %(most)s calls within a minute. Wait as long as Retry-After says.")
        raise Problem(429, detail % {"most": MOST_CALLS}, "too_fast", retry=left)


def _wrong(request: HttpRequest) -> str:
    """Under which name the caller's address is counted: hashed, since it becomes the name of a file."""
    try:
        address = str(get_ip(request))
    except PermissionDenied:  # the server knows none, as on a socket of this machine
        address = ""
    return f"api-wrong:{hashlib.blake2b(address.encode(), digest_size=8).hexdigest()}"

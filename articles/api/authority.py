"""Who calls, and what they may do: the person's permissions and the token's scopes, never one without the other."""

from __future__ import annotations

import hashlib
from typing import Any

from allauth.core.internal.ratelimit import get_ip
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from articles.api.problems import Problem
from articles.models import ApiToken, Site
from articles.people import is_allowed, is_allowed_somewhere, seats_of
from articles.tokens import found_token
from articles.workflow import Scope

MOST_WRONG, WINDOW = 20, 15 * 60  # wrong tokens from one address, in so many seconds: as for wrong passwords


class Token(HttpBearer):
    """``Authorization: Bearer …`` and nothing else: no session opens the API, so no page can be made to call it."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        counter = f"api-wrong:{_address(request)}"
        if cache.get(counter, 0) >= MOST_WRONG:
            raise Problem(429, _("Too many wrong tokens came from this address. Wait a quarter of an hour."), retry=WINDOW)
        row = found_token(token.strip(), timezone.now())
        if row is None and not cache.add(counter, 1, WINDOW):
            try:
                cache.incr(counter)
            except ValueError:  # it ran out between the two
                cache.add(counter, 1, WINDOW)
        return row


def allowed(token: ApiToken, permission: str, scope: Scope, site: Site | None) -> bool:
    """Whether the call may do this on the site: the one place that decides it.

    ``site`` is None where nothing of a site is asked for yet, as for the list of sites: then it is enough to may so on one.
    """
    if scope not in token.scopes:
        return False
    return is_allowed_somewhere(token.person, permission) if site is None else is_allowed(token.person, permission, site)


def require(request: HttpRequest, permission: str, scope: Scope, site: Site | None) -> Any:
    """The person on whose behalf the call is made. Raises Problem (403)."""
    token: ApiToken = request.auth  # type: ignore[attr-defined]
    if scope not in token.scopes:
        raise Problem(403, _("This token is not for that. Make one with the scope “%(scope)s”.") % {"scope": scope.value})
    if not allowed(token, permission, scope, site):
        raise Problem(403, _("Your account may not do this. Ask an admin for the role."))
    return token.person


def sites_of(request: HttpRequest) -> QuerySet[Site]:
    """The sites that exist for the call: those where the person has a seat, or all."""
    token: ApiToken = request.auth  # type: ignore[attr-defined]
    seats = seats_of(token.person)
    return Site.objects.filter(pk__in=seats) if seats else Site.objects.all()


def site_named(request: HttpRequest, name: str) -> Site:
    """Raises Http404 where there is no such site for the call."""
    return get_object_or_404(sites_of(request), name=name)


def _address(request: HttpRequest) -> str:
    """The caller's address, hashed, since it becomes the name of a file."""
    try:
        address = str(get_ip(request))
    except PermissionDenied:  # the server knows none, as on a socket of this machine
        address = ""
    return hashlib.blake2b(address.encode(), digest_size=8).hexdigest()

"""Who calls, and what they may do: the person's permissions and the token's scopes, never one without the other."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from articles.api import limits
from articles.api.articles_told import for_telling
from articles.api.problems import Problem
from articles.models import ApiToken, Article, Site
from articles.people import is_allowed, is_allowed_somewhere, seats_of
from articles.tokens import TokenEnded, found_token
from articles.workflow import Scope


class Token(HttpBearer):
    """``Authorization: Bearer …`` and nothing else: no session opens the API, so no page can be made to call it."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken:
        """The token's row. Raises Problem (401, 429)."""
        limits.check_address(request)
        try:
            row = found_token(token.strip(), timezone.now())
        except TokenEnded as ended:
            # Nobody guessed it: a nightly program whose token is over must not shut its whole office out.
            raise Problem(401, str(ended), "token_ended") from ended
        if row is None:
            limits.count_wrong(request)
            raise Problem(401, _("The desk knows no such token. Make one under Me, API tokens."), "token_unknown")
        limits.count_call(row)
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
        detail = _("This token is not for that. Make one with the scope “%(scope)s”.")
        raise Problem(403, detail % {"scope": scope.value}, "scope", scope=scope.value)
    if not allowed(token, permission, scope, site):
        raise Problem(403, _("Your account may not do this. Ask an admin for the role."), "role")
    return token.person


def sites_called(request: HttpRequest) -> QuerySet[Site]:
    """The sites that exist for the call: those where the person has a seat, or all."""
    token: ApiToken = request.auth  # type: ignore[attr-defined]
    seats = seats_of(token.person)
    return Site.objects.filter(pk__in=seats) if seats else Site.objects.all()


def site_named(request: HttpRequest, name: str) -> Site:
    """Raises Http404 where there is no such site for the call."""
    return get_object_or_404(sites_called(request), name=name)


def article_called(request: HttpRequest, key: int, permission: str, scope: Scope) -> tuple[Article, Any]:
    """The article, and the person on whose behalf it is asked for. Raises Http404 and Problem (403)."""
    # Asked before looking, so that a token without the scope does not learn which articles there are.
    require(request, permission, scope, None)
    article: Article = get_object_or_404(for_telling(Article.objects.filter(site__in=sites_called(request))), pk=key)
    return article, require(request, permission, scope, article.site)

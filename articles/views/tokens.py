"""One's own tokens of the API: made, shown once, revoked."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from articles.forms.tokens import TokenForm
from articles.models import ApiToken, Site
from articles.people import programs
from articles.people.log import address_of
from articles.tokens import TokenRefused
from articles.views.desk import desk_page

LISTED = 100


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@desk_page()
def tokens(request: HttpRequest, site: Site) -> HttpResponse:
    """The list with the form. The answer to the form shows the token itself: it is nowhere afterwards."""
    at = timezone.now()
    if request.method != "POST":
        return _page(request, TokenForm(), at)
    form = TokenForm(request.POST)
    if form.is_valid():
        words = form.cleaned_data
        try:
            row, made = programs.let_in(
                request.user, words["name"], words["scopes"], at=at, days=words["days"], address=address_of(request)
            )
        except TokenRefused as refused:
            form.add_error(None, str(refused))
        else:
            return _page(request, TokenForm(), at, row=row, made=made)
    return _page(request, form, at, status=422)


@require_POST
@desk_page()
def revoke_token(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    row = get_object_or_404(ApiToken, pk=pk, person=request.user.pk)
    programs.shut_out(request.user, at=timezone.now(), actor=request.user, address=address_of(request), only=row.pk)
    request.session["toast"] = {"text": _("Revoked, and opens nothing any more:"), "title": row.name}
    return redirect("articles:tokens")


def _page(
    request: HttpRequest, form: TokenForm, at: datetime, *, row: ApiToken | None = None, made: str = "", status: int = 200
) -> HttpResponse:
    rows = ApiToken.objects.filter(person=request.user.pk)[:LISTED]
    context = {"form": form, "tokens": [(one, one.is_valid(at)) for one in rows], "row": row, "made": made}
    return render(request, "articles/tokens.html", context, status=status)

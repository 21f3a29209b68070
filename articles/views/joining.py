"""The page behind an invitation's link: a name, a password, and one is in."""

from __future__ import annotations

from datetime import datetime

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from articles.forms.people import JoinForm
from articles.people import invitations
from articles.people.invitations import LinkUnknown, NameTaken
from articles.people.log import address_of


@sensitive_post_parameters("password", "again")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Reading changes nothing, so that a mail program which looks at links uses none up. A link that is no good is 404."""
    at = timezone.now()
    try:
        invitation = invitations.wanted(token, at)
        form = JoinForm(invitation.email, request.POST if request.method == "POST" else None)
        person = None
        if not request.user.is_authenticated and form.is_valid():
            person = _joined(form, token, at, address_of(request))
        if person is None:
            context = {"form": form, "invitation": invitation, "sites": list(invitation.sites.all())}
            return render(request, "people/join.html", context, status=422 if form.errors else 200)
    except LinkUnknown:
        return render(request, "people/no_invitation.html", status=404)
    return perform_login(request, Login(user=person, redirect_url="/"))


def _joined(form: JoinForm, token: str, at: datetime, address: str) -> User | None:
    """The new account; None, and the form says so, where somebody else was quicker to take the name. Raises LinkUnknown."""
    given = form.cleaned_data
    try:
        return invitations.accept(token, name=given["name"], password=given["password"], at=at, address=address)
    except NameTaken:
        form.add_error("name", gettext("Somebody has just taken this name. Choose another one."))
        return None

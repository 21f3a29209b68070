"""The people of the desk: the list, invitations, and what an admin does with an account."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from articles.forms.people import InviteForm, RoleForm
from articles.models import Invitation
from articles.people import accounts, invitations, rights
from articles.people.log import address_of
from articles.people.roles import Manager, PeopleRefused
from articles.views.desk import View, current_site

LISTED = 50
INVALID = 422


def people_page(view: View) -> View:
    """A view for people who manage others, on one site at least; its second argument is what they manage. It needs no site."""

    @wraps(view)
    @login_required
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        site = current_site(request)
        manager = Manager.of(request.user)
        if site is not None:
            rights.sit_down(request.user, site)
        if not manager:
            raise PermissionDenied
        return view(request, manager, *args, **kwargs)

    return page


@require_http_methods(["GET", "HEAD", "POST"])
@people_page
def users(request: HttpRequest, manager: Manager) -> HttpResponse:
    """Who is on the desk and who is invited. A POST invites; its answer alone shows the link, once."""
    if request.method != "POST":
        return _page(request, manager)
    form = InviteForm(manager, request.POST)
    if not form.is_valid():
        return _page(request, manager, form=form, status=INVALID)
    given, at = form.cleaned_data, timezone.now()
    try:
        made, token = invitations.invite(
            given["email"], given["role"], given["where"], manager=manager, at=at, address=address_of(request)
        )
    except PeopleRefused as refused:
        form.add_error(None, str(refused))
        return _page(request, manager, form=form, status=INVALID)
    return _linked(request, made, token)


@require_POST
@people_page
def invitation(request: HttpRequest, manager: Manager, pk: int) -> HttpResponse:
    """Make the link of an open invitation anew, or withdraw it."""
    found = next((one for one in invitations.open_for(manager) if one.pk == pk), None)
    if found is None:
        raise Http404
    at, address = timezone.now(), address_of(request)
    try:
        if request.POST.get("act") == "withdraw":
            invitations.withdraw(found, manager=manager, at=at, address=address)
        else:
            return _linked(request, found, invitations.renew(found, manager=manager, at=at, address=address))
    except PeopleRefused as refused:
        return _page(request, manager, sentence=str(refused), status=409)
    request.session["toast"] = {"text": _("Withdrew the invitation of"), "title": found.email}
    return redirect("articles:users")


@require_POST
@people_page
def user(request: HttpRequest, manager: Manager, pk: int) -> HttpResponse:
    """Do with an account what the pressed button says."""
    person = get_object_or_404(accounts.people_for(manager), pk=pk)
    act: Callable[..., str | HttpResponse] | None = ACTS.get(request.POST.get("act", ""))
    if act is None:
        return _page(request, manager, sentence=_("There is no such button."), status=INVALID)
    try:
        done = act(request, manager, person)
    except PeopleRefused as refused:
        return _page(request, manager, sentence=str(refused), status=INVALID)
    if isinstance(done, HttpResponse):
        return done
    request.session["toast"] = {"text": done, "title": person.username}
    return redirect("articles:users")


def _role(request: HttpRequest, manager: Manager, person: User) -> str:
    form = RoleForm(manager, request.POST)
    if not form.is_valid():
        raise PeopleRefused(_("You cannot give this role there."))
    given = form.cleaned_data
    accounts.change_role(person, given["role"], given["where"], **_how(request, manager))
    return _("Changed the role of")


def _deactivate(request: HttpRequest, manager: Manager, person: User) -> str:
    accounts.deactivate(person, **_how(request, manager))
    return _("Deactivated")


def _reactivate(request: HttpRequest, manager: Manager, person: User) -> str:
    accounts.reactivate(person, **_how(request, manager))
    return _("Reactivated")


def _sign_out(request: HttpRequest, manager: Manager, person: User) -> str:
    accounts.sign_out(person, **_how(request, manager))
    return _("Signed out everywhere:")


def _revoke_tokens(request: HttpRequest, manager: Manager, person: User) -> str:
    accounts.revoke_tokens(person, **_how(request, manager))
    return _("Revoked the API tokens of")


def _drop_factors(request: HttpRequest, manager: Manager, person: User) -> str:
    accounts.drop_factors(person, **_how(request, manager))
    return _("Removed the second factors of")


def _new_password(request: HttpRequest, manager: Manager, person: User) -> HttpResponse:
    accounts.note_password_link(person, **_how(request, manager))
    key = {"uidb36": user_pk_to_url_str(person), "key": default_token_generator.make_token(person)}
    link = request.build_absolute_uri(reverse("account_reset_password_from_key", kwargs=key))
    return _shown_once(request, "articles/user_password.html", {"person": person, "link": link})


ACTS: dict[str, Callable[..., str | HttpResponse]] = {
    "role": _role,
    "deactivate": _deactivate,
    "reactivate": _reactivate,
    "sign_out": _sign_out,
    "revoke_tokens": _revoke_tokens,
    "drop_factors": _drop_factors,
    "new_password": _new_password,
}


def _how(request: HttpRequest, manager: Manager) -> dict[str, Any]:
    return {"manager": manager, "at": timezone.now(), "address": address_of(request)}


def _linked(request: HttpRequest, invited: Invitation, token: str) -> HttpResponse:
    """The page that shows the link, the only time that anybody can."""
    link = request.build_absolute_uri(reverse("articles:accept", args=[token]))
    context = {"invitation": invited, "link": link, "sent": invitations.send(invited, link), "mail": invitations.mail_goes_out()}
    return _shown_once(request, "articles/user_invited.html", context)


def _shown_once(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    response = render(request, name, context)
    response["Cache-Control"] = "no-store"
    return response


def _page(
    request: HttpRequest, manager: Manager, *, form: InviteForm | None = None, sentence: str = "", status: int = 200
) -> HttpResponse:
    people, groups, now = accounts.people_for(manager), manager.groups(), timezone.now()
    page = Paginator(people, LISTED).get_page(request.GET.get("page"))
    rows = accounts.rows(list(page.object_list), manager, now)
    context: dict[str, Any] = {
        "manager": manager,
        "page": page,
        "rows": [(row, RoleForm(manager, groups=groups, person=row.person) if row.may_seat else None) for row in rows],
        "invitations": invitations.open_for(manager),
        "form": form or InviteForm(manager),
        "now": now,
        "sentence": sentence,
    }
    return render(request, "articles/users.html", context, status=status)

"""Accounts are made by an admin: nobody signs up by himself."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm
from allauth.account.views import LoginView
from allauth.core.internal.ratelimit import get_ip
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.core.exceptions import PermissionDenied
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

log = logging.getLogger(__name__)
WAIT = 15 * 60  # seconds, as ACCOUNT_RATE_LIMITS says


class ClosedSignup(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class SignIn(LoginView):  # type: ignore[misc]
    """allauth's sign-in, which answers 429 after too many wrong passwords: a name or an address is then refused before any
    password is hashed."""

    def form_invalid(self, form: LoginForm) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)
        if any(error.code == "too_many_login_attempts" for error in form.non_field_errors().as_data()):
            response.status_code = 429
            response["Retry-After"] = str(WAIT)
        return response


@receiver([user_logged_in, user_logged_out], dispatch_uid="newsdesk-accounts")
def note_session(sender: Any, request: HttpRequest | None, user: Any, signal: Any, **_: Any) -> None:
    """One line in the log for who came and went; the time is the line's own, in UTC."""
    if user is not None and request is not None:
        log.info("%s signed %s from %s", user.get_username(), "in" if signal is user_logged_in else "out", _address(request))


@receiver(user_login_failed, dispatch_uid="newsdesk-accounts-failed")
def note_failure(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    if request is not None:
        name = credentials.get("username") or credentials.get("email") or ""
        log.info("A wrong password for %s from %s", name, _address(request))


def _address(request: HttpRequest) -> str:
    try:
        return str(get_ip(request))
    except PermissionDenied:  # the server knows none, as on a socket of this machine
        return "an unknown address"

"""Accounts are made by an admin: nobody signs up by himself."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm
from allauth.account.views import LoginView
from django.http import HttpRequest, HttpResponse

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

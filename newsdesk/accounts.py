"""The doors: who comes in, with what, for how long, and what is written down of it. Accounts are made by invitation only."""

from __future__ import annotations

import base64
import hashlib
import logging
from collections.abc import Callable
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm
from allauth.account.signals import password_changed, password_reset, password_set
from allauth.account.views import LoginView, PasswordResetView
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed, authenticator_added, authenticator_removed
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from cryptography.exceptions import InvalidSignature
from cryptography.fernet import Fernet
from django import forms
from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.models import DeskSession
from articles.people import is_allowed_somewhere, sessions
from articles.people.accounts import FACTORS
from articles.people.invitations import mail_goes_out
from articles.people.log import Kind, address_of, record
from articles.people.roles import MANAGE

log = logging.getLogger(__name__)
WAIT = 15 * 60  # seconds, as ACCOUNT_RATE_LIMITS says
CONFIRMATION = "account/email/email_confirmation"
TOO_MANY = "too_many_login_attempts"
OPEN_WITHOUT_FACTOR = ("mfa_", "account_logout", "account_reauthenticate", "healthz", "choose", "accept")


class MailRefused(Exception):
    """The mail server did not take a mail."""


class ClosedSignup(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **words: Any) -> None:
        """Who came and went is seen without a word, which the next page of allauth would bring up much later."""
        if message_template not in ("account/messages/logged_in.txt", "account/messages/logged_out.txt"):
            super().add_message(request, level, message_template, *args, **words)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Nothing where no mail is set up: a link that lets somebody in must not end in the log. A server that refuses is
        named there; who waits for the mail is told of it only where that tells nothing of other people: MailRefused."""
        if not mail_goes_out():
            return
        try:
            super().send_mail(template_prefix, email, context)
        except OSError as error:  # smtplib's own errors are among them
            log.warning("The mail server refused a mail about an account: %s", " ".join(str(error).split())[:300])
            if template_prefix == CONFIRMATION:
                raise MailRefused from error

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tell of a change, and where it came from; nothing where the server knows no addresses."""
        if address_of(self.request):
            super().send_notification_mail(template_prefix, user, context, email)


class SecondFactors(DefaultMFAAdapter):
    """allauth's, with the secrets of codes sealed by the desk's key: the database alone lets nobody in."""

    def encrypt(self, text: str) -> str:
        return _seal().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _seal().decrypt(encrypted_text.encode()).decode()

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """What a key is called until somebody calls it otherwise."""
        return gettext("Passkey %(number)d") % {"number": Authenticator.objects.filter(user=user.pk, type=type).count() + 1}


def _seal() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"newsdesk second factors" + settings.SECRET_KEY.encode()).digest()))


BROKEN = (ArithmeticError, AttributeError, InvalidSignature, LookupError, TypeError, ValueError)


class Careful:
    """What a browser says of a key may be anything: what cannot be read, or is signed wrongly, is a wrong key and no error of
    the server. allauth looks after some of it alone."""

    def clean_credential(self) -> Authenticator:
        try:
            return super().clean_credential()  # type: ignore[misc, no-any-return]
        except BROKEN as error:
            raise get_mfa_adapter().validation_error("incorrect_code") from error


class SignInWithPasskey(Careful, LoginWebAuthnForm):  # type: ignore[misc]
    """At the door."""


class AnswerWithPasskey(Careful, AuthenticateWebAuthnForm):  # type: ignore[misc]
    """After the password."""


class ConfirmWithPasskey(Careful, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """Before something is changed."""


class AddPasskey(AddWebAuthnForm):  # type: ignore[misc]
    """allauth's form for a key, which proposes what most want: a passkey, with which one signs in without a password."""

    passwordless = forms.BooleanField(
        label=_("Sign in with it alone"),
        required=False,
        initial=True,
        help_text=_("The key then asks for a finger, a face or a PIN. Otherwise it is asked for after the password."),
    )

    def __init__(self, *args: Any, **words: Any) -> None:
        super().__init__(*args, **words)
        self.fields["name"].label = _("Name of the key")

    def clean(self) -> dict[str, Any]:
        try:
            return super().clean()  # type: ignore[no-any-return]
        except BROKEN as error:
            raise get_mfa_adapter().validation_error("incorrect_code") from error


class SignIn(LoginView):  # type: ignore[misc]
    """allauth's sign-in, which answers 429 after too many wrong passwords: a name or an address is then refused before any
    password is hashed."""

    def form_invalid(self, form: LoginForm) -> HttpResponse:
        return _limited(super().form_invalid(form), form)


class SecondFactor(AuthenticateView):  # type: ignore[misc]
    """allauth's question for a code, with the same limits and answer."""

    def form_invalid(self, form: Form) -> HttpResponse:
        return _limited(super().form_invalid(form), form)


class ForgottenPassword(PasswordResetView):  # type: ignore[misc]
    """allauth's way to a new password by mail; a page that says whom to ask where no mail is set up, and takes nothing."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not mail_goes_out():
            return render(request, "account/no_mail.html", status=200 if request.method in ("GET", "HEAD") else 403)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[no-any-return]


def _limited(response: HttpResponse, form: Form) -> HttpResponse:
    errors = [error.code for found in form.errors.as_data().values() for error in found]
    if TOO_MANY in errors:
        response.status_code = 429
        response["Retry-After"] = str(WAIT)
    return response


class DoorMiddleware:
    """Ends sessions that were left alone, and leads who needs a second factor to where it is set up.

    No query, but for those whom ``DESK_REQUIRE_MFA`` names: one for them, and once in five minutes one for everybody.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        if SESSION_KEY not in request.session:
            return None
        at, name = timezone.now(), request.resolver_match.url_name or "" if request.resolver_match else ""
        if sessions.is_over(request, at):
            logout(request)
            return None
        if not request.user.is_authenticated:
            return None
        if name != "live":  # what a page asks by itself is not somebody at work
            sessions.touch(request, at)
        if settings.DESK_REQUIRE_MFA != "none" and not name.startswith(OPEN_WITHOUT_FACTOR) and _lacks_factor(request.user):
            return redirect("mfa_index")
        return None


def _lacks_factor(person: Any) -> bool:
    if settings.DESK_REQUIRE_MFA == "admins" and not is_allowed_somewhere(person, MANAGE):
        return False
    return not Authenticator.objects.filter(user=person.pk, type__in=FACTORS).exists()


# --- what is written down ---------------------------------------------------------------------------------------------
@receiver([user_logged_in, user_logged_out], dispatch_uid="newsdesk-accounts")
def note_session(sender: Any, request: HttpRequest | None, user: Any, signal: Any, **words: Any) -> None:
    """A line in the log of the server and a row in that of the accounts for who came and went, and where the session is."""
    if user is None or request is None:
        return
    came, at, address = signal is user_logged_in, timezone.now(), address_of(request)
    log.info("%s signed %s from %s", user.get_username(), "in" if came else "out", address or "an unknown address")
    record(Kind.SIGNED_IN if came else Kind.SIGNED_OUT, at=at, actor=user, person=user, address=address)
    if came:
        sessions.begin(request, user, at)
    else:
        DeskSession.objects.filter(key=request.session.session_key or "").delete()


@receiver(user_login_failed, dispatch_uid="newsdesk-accounts-failed")
def note_failure(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **words: Any) -> None:
    if request is not None:
        name = credentials.get("username") or credentials.get("email") or ""
        log.info("A wrong password for %s from %s", name, address_of(request) or "an unknown address")


@receiver(authentication_failed, dispatch_uid="newsdesk-accounts-code")
def note_wrong_code(sender: Any, request: HttpRequest, user: Any, **words: Any) -> None:
    log.info("A wrong code for %s from %s", user.get_username(), address_of(request) or "an unknown address")


@receiver([password_changed, password_reset, password_set], dispatch_uid="newsdesk-accounts-password")
def note_password(sender: Any, request: HttpRequest, user: Any, **words: Any) -> None:
    """A new password ends the sessions everywhere else; their rows go with them."""
    at, address = timezone.now(), address_of(request)
    record(Kind.PASSWORD, at=at, actor=user, person=user, address=address)
    sessions.end(user, at=at, actor=user, address=address, but=request.session.session_key)


@receiver([authenticator_added, authenticator_removed], dispatch_uid="newsdesk-accounts-factor")
def note_factor(sender: Any, request: HttpRequest, user: Any, authenticator: Any, signal: Any, **words: Any) -> None:
    kind = Kind.FACTOR_ADDED if signal is authenticator_added else Kind.FACTOR_REMOVED
    record(kind, at=timezone.now(), actor=user, person=user, address=address_of(request), after={"type": authenticator.type})

"""A new password, and what becomes of the programs that act in the person's name: allauth's forms with one question more."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm, ResetPasswordKeyForm
from allauth.core import context
from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.people import programs
from articles.people.log import address_of
from articles.tokens import tokens_of

NAMED = 5  # tokens that the question names


class AsksOfTokens:
    """Asks those who have API tokens whether these end with the old password. Sessions elsewhere end in any case."""

    fields: dict[str, forms.Field]
    cleaned_data: dict[str, Any]
    user: Any
    revokes = False  # what is ticked before anybody has answered

    def __init__(self, *args: Any, **words: Any) -> None:
        super().__init__(*args, **words)
        names = [row.name for row in tokens_of(self.user, timezone.now())] if self.user else []
        if names:
            told = ", ".join([*names[:NAMED], *(["…"] if len(names) > NAMED else [])])
            self.fields["tokens"] = forms.BooleanField(
                label=_("Revoke my API tokens too"),
                required=False,
                initial=self.revokes,
                help_text=gettext("They open the desk without a password: %(names)s. Tick this if somebody else may know your password.") % {"names": told},
            )  # fmt: skip

    def save(self) -> None:
        super().save()  # type: ignore[misc]
        if self.cleaned_data.get("tokens"):
            programs.shut_out(self.user, at=timezone.now(), actor=self.user, address=address_of(context.request))


class NewPassword(AsksOfTokens, ChangePasswordForm):  # type: ignore[misc]
    """For who knows the old one: programs go on where nothing else is wished, since most who change it fear nobody."""


class NewPasswordByLink(AsksOfTokens, ResetPasswordKeyForm):  # type: ignore[misc]
    """For who has lost it, perhaps to somebody: programs end where nothing else is wished."""

    revokes = True

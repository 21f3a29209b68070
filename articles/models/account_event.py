"""What happened to accounts: who came, who let whom in, who changed whose role. Rows are only ever added."""

from __future__ import annotations

from typing import Any, NoReturn

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.review import AppendOnly


class AccountEventQuerySet(models.QuerySet["AccountEvent"]):
    def update(self, **changes: Any) -> NoReturn:
        raise AppendOnly("The log of accounts is never changed.")

    def delete(self) -> NoReturn:
        raise AppendOnly("The log of accounts is never shortened.")


class AccountEvent(models.Model):
    """One act about an account. ``actor`` did it to ``person``; both names are kept as they were, whatever becomes of the
    accounts. ``before`` and ``after`` hold what changed."""

    class Kind(models.TextChoices):
        SIGNED_IN = "signed_in", _("Signed in")
        SIGNED_OUT = "signed_out", _("Signed out")
        SESSIONS_ENDED = "sessions_ended", _("Ended sessions")
        INVITED = "invited", _("Invited")
        RESENT = "resent", _("Made the invitation's link anew")
        WITHDREW = "withdrew", _("Withdrew the invitation")
        ACCEPTED = "accepted", _("Accepted the invitation")
        ROLE = "role", _("Changed the role")
        DEACTIVATED = "deactivated", _("Deactivated")
        REACTIVATED = "reactivated", _("Reactivated")
        PASSWORD = "password", _("Changed the password")
        PASSWORD_LINK = "password_link", _("Made a link for a new password")
        FACTOR_ADDED = "factor_added", _("Added a second factor")
        FACTOR_REMOVED = "factor_removed", _("Removed a second factor")
        MAIL = "mail", _("Changed the mail address")
        TOKEN_MADE = "token_made", _("Made an API token")
        TOKENS_REVOKED = "tokens_revoked", _("Revoked API tokens")

    at = models.DateTimeField()
    kind = models.CharField(max_length=20, choices=Kind.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="account_events"
    )
    actor_name = models.CharField(max_length=150, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    person_name = models.CharField(max_length=254, blank=True, help_text="The account's name, or the address invited.")
    address = models.CharField(max_length=45, blank=True, help_text="The network address that it came from.")
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    after = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    objects = AccountEventQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.person_name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise AppendOnly("The log of accounts is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly("The log of accounts is never shortened.")

"""One's own mail address: whoever reads its mail gets in by a new password, so it is changed with the old one, once the new
address has answered."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.account.models import EmailAddress
from allauth.account.signals import email_changed
from allauth.account.views import EmailView
from django.contrib.auth.decorators import login_required
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.decorators import method_decorator

from articles.people.invitations import mail_goes_out
from articles.people.log import Kind, address_of, record
from newsdesk.accounts import MailRefused


@method_decorator(login_required, name="dispatch")
class MailAddress(EmailView):  # type: ignore[misc]
    """allauth's page for it; a page that says whom to ask where no mail is set up, and takes nothing."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not mail_goes_out():
            return render(request, "account/email_no_mail.html", status=200 if request.method in ("GET", "HEAD") else 403)
        return self._known(request, *args, **kwargs)

    @method_decorator(reauthentication_required(app="allauth.account"))
    def _known(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().dispatch(request, *args, **kwargs)  # type: ignore[no-any-return]
        except MailRefused:
            pending = EmailAddress.objects.get_new(request.user)
            if pending:
                pending.delete()
            return render(request, "account/email_no_mail.html", {"refused": True}, status=503)


@receiver(email_changed, dispatch_uid="newsdesk-accounts-mail")
def note_address(
    sender: Any,
    request: HttpRequest,
    user: Any,
    from_email_address: EmailAddress | None,
    to_email_address: EmailAddress,
    **words: Any,
) -> None:
    before = {"email": from_email_address.email} if from_email_address else {}
    record(
        Kind.MAIL, at=timezone.now(), actor=user, person=user, address=address_of(request),
        before=before, after={"email": to_email_address.email},
    )  # fmt: skip

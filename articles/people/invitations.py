"""Invitations: the only way in. A link for one mail address, good once and for a week.

The link holds a random secret with the desk's signature; the database keeps its hash, so neither a stolen backup nor the log
lets anybody in.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core import signing
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from articles.models import Invitation, Seat, Site
from articles.people.accounts import described
from articles.people.log import Kind, record
from articles.people.roles import Manager, PeopleRefused

GOOD_FOR = timedelta(days=7)
SALT = "articles.people.invitations"
QUIET = ("console", "dummy")  # mail backends that send nothing to anybody


class LinkUnknown(Exception):
    """The link is not one of ours, was used or withdrawn, or is too old."""


class NameTaken(Exception):
    """Somebody took that name between the look and the act."""


def mail_goes_out() -> bool:
    """Whether the desk can send mail to people at all."""
    return not any(f".backends.{name}." in settings.EMAIL_BACKEND for name in QUIET)


def invite(
    email: str, role: Group, sites: Sequence[Site] | None, *, manager: Manager, at: datetime, address: str = ""
) -> tuple[Invitation, str]:
    """Invite somebody to a role on these sites, with None on all. The invitation and the token of its link, which is not kept.

    Raises PeopleRefused.
    """
    email = email.lower()
    if not all(manager.may_give(role.pk, site.pk if site else None) for site in (sites if sites is not None else [None])):
        raise PeopleRefused(_("You cannot give a role that may do more than yours."))
    if User.objects.filter(email__iexact=email).exists() or EmailAddress.objects.filter(email__iexact=email).exists():
        raise PeopleRefused(_("This address has an account already. Give it a role in the list; an admin of all sites can."))
    token, digest = _make_token()
    try:
        with transaction.atomic():
            made = Invitation.objects.create(
                email=email, role=role, everywhere=sites is None, secret_hash=digest, invited_by=manager.person,
                invited_at=at, expires_at=at + GOOD_FOR,
            )  # fmt: skip
            made.sites.set(sites or [])
            record(Kind.INVITED, at=at, actor=manager.person, name=email, address=address, after=_described(made))
    except IntegrityError as error:
        raise PeopleRefused(_("This address is invited already. Make its link anew, or withdraw it.")) from error
    return made, token


def renew(invitation: Invitation, *, manager: Manager, at: datetime, address: str = "") -> str:
    """Make the link anew; the old one is no longer good. The new token. Raises PeopleRefused."""
    with transaction.atomic():
        found = _mine(invitation, manager)
        token, found.secret_hash = _make_token()
        found.expires_at, found.invited_by, found.mailed = at + GOOD_FOR, manager.person, False
        found.save(update_fields=["secret_hash", "expires_at", "invited_by", "mailed"])
        record(Kind.RESENT, at=at, actor=manager.person, name=found.email, address=address, after=_described(found))
    return token


def withdraw(invitation: Invitation, *, manager: Manager, at: datetime, address: str = "") -> None:
    """Let the link be good no longer. Raises PeopleRefused."""
    with transaction.atomic():
        found = _mine(invitation, manager)
        Invitation.objects.filter(pk=found.pk).update(withdrawn_at=at)
        record(Kind.WITHDREW, at=at, actor=manager.person, name=found.email, address=address, before=_described(found))


def send(invitation: Invitation, link: str) -> bool:
    """Send the link by mail where the desk can; whether it went out."""
    if not mail_goes_out():
        return False
    words = {"invitation": invitation, "link": link, "days": GOOD_FOR.days}
    mail = EmailMessage(_("Your invitation to newsdesk"), render_to_string("people/invitation.txt", words), to=[invitation.email])
    try:
        sent = bool(mail.send())
    except OSError:  # smtplib's own errors are among them
        return False
    Invitation.objects.filter(pk=invitation.pk).update(mailed=sent)
    return sent


def open_for(manager: Manager) -> list[Invitation]:
    """Those that the manager may renew or withdraw, the latest first. Three queries."""
    found = Invitation.objects.open().select_related("role", "invited_by").prefetch_related("sites")
    return [one for one in found if _is_within(one, manager)]


def wanted(token: str, at: datetime) -> Invitation:
    """The invitation that a link is for. Raises LinkUnknown; whoever sent it must still be allowed to give that role."""
    try:
        secret = signing.Signer(salt=SALT).unsign(token)
    except signing.BadSignature as error:
        raise LinkUnknown from error
    found = Invitation.objects.open().filter(secret_hash=_hash(secret), expires_at__gt=at).select_related("role", "invited_by").first()
    if found is None or not _is_within(found, Manager.of(found.invited_by)) or not (found.everywhere or found.sites.exists()):
        raise LinkUnknown
    return found


def accept(token: str, *, name: str, password: str, at: datetime, address: str = "") -> User:
    """Make the account. Raises LinkUnknown, also for the second of two who use one link at the same moment and where the
    address has got an account meanwhile, and NameTaken; nothing has changed then."""
    invitation = wanted(token, at)
    try:
        return _accept(invitation, name, password, at, address)
    except IntegrityError as error:
        if User.objects.filter(username=name).exists():
            raise NameTaken from error
        raise LinkUnknown from error


def _accept(invitation: Invitation, name: str, password: str, at: datetime, address: str) -> User:
    with transaction.atomic():
        if not Invitation.objects.open().filter(pk=invitation.pk, secret_hash=invitation.secret_hash).update(accepted_at=at):
            raise LinkUnknown
        person = User.objects.create_user(name, invitation.email, password)
        # By mail the address has proved itself; a link from hand to hand says nothing of it, but the admin vouches for it.
        EmailAddress.objects.create(user=person, email=invitation.email, primary=True, verified=True)
        if invitation.everywhere:
            person.groups.add(invitation.role)
        else:
            Seat.objects.bulk_create(Seat(person=person, site=site, role=invitation.role) for site in invitation.sites.all())
        Invitation.objects.filter(pk=invitation.pk).update(person=person)
        record(Kind.ACCEPTED, at=at, actor=person, person=person, address=address, after=described(person))
    return person


# --- behind it --------------------------------------------------------------------------------------------------------
def _make_token() -> tuple[str, str]:
    secret = secrets.token_urlsafe(24)
    return signing.Signer(salt=SALT).sign(secret), _hash(secret)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _mine(invitation: Invitation, manager: Manager) -> Invitation:
    found = Invitation.objects.open().select_for_update().filter(pk=invitation.pk).first()
    if found is None or not _is_within(found, manager):
        raise PeopleRefused(_("This invitation is no longer open."))
    return found


def _is_within(invitation: Invitation, manager: Manager) -> bool:
    """Whether the manager could give all that the invitation gives."""
    if invitation.everywhere:
        return manager.may_give(invitation.role_id, None)
    return all(manager.may_give(invitation.role_id, site.pk) for site in invitation.sites.all())


def _described(invitation: Invitation) -> dict[str, Any]:
    if invitation.everywhere:
        return {"*": invitation.role.name}
    return {site.name: invitation.role.name for site in invitation.sites.all()}

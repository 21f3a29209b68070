"""A link with which somebody makes an account."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.utils import timezone

from articles.models.site import Site


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> Self:
        """Neither used nor withdrawn; what has expired is among them, since it can be sent again."""
        return self.filter(accepted_at=None, withdrawn_at=None)


class Invitation(models.Model):
    """To one mail address, for one role on some sites or ``everywhere``. Of the link only a hash is kept."""

    email = models.EmailField()
    role = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+")
    everywhere = models.BooleanField(default=False, help_text="The role is for all sites, also for those to come.")
    sites = models.ManyToManyField(Site, blank=True, related_name="+")
    secret_hash = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the link's secret.")
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="invitations")
    invited_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    mailed = models.BooleanField(default=False, help_text="Whether the link went out by mail, not by hand.")
    accepted_at = models.DateTimeField(null=True, blank=True)
    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="invitation",
        help_text="Who came of it.",
    )  # fmt: skip
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["email"],
                condition=models.Q(accepted_at=None, withdrawn_at=None),
                name="invitation_one_open_for_an_address",
            ),
        ]

    def __str__(self) -> str:
        return self.email

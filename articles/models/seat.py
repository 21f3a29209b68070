"""A person's role on one site."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models

from articles.models.site import Site


class Seat(models.Model):
    """Who has seats has their roles on those sites and is nobody elsewhere; who has none has the roles of their groups,
    everywhere."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="seats")
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="seats")
    role = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["site__name", "pk"]
        constraints = [models.UniqueConstraint(fields=["person", "site"], name="seat_one_for_a_person_on_a_site")]

    def __str__(self) -> str:
        return f"{self.role_id} on {self.site_id}"

"""Whether the world may read what a site publishes as a feed."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.site import Site


class SiteFeed(models.Model):
    """One row a site, made when an admin first chooses. ``key`` is a part of the addresses while access is ``KEY``."""

    class Access(models.TextChoices):
        OFF = "off", _("Off")
        KEY = "key", _("Whoever has the address")
        PUBLIC = "public", _("Everybody")

    site = models.OneToOneField(Site, on_delete=models.CASCADE, related_name="feed")
    access = models.CharField(max_length=10, choices=Access.choices, default=Access.OFF)
    key = models.CharField(max_length=64, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"Feed of {self.site_id}"

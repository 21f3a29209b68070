"""Who wrote an article, as the desk knows them."""

from __future__ import annotations

from django.db import models
from simple_history.models import HistoricalRecords

from articles.labels import choices
from articles.models.site import Site
from articles.workflow import Trust


class Provider(models.Model):
    """A provider of one site.

    Articles carry a name and a domain of their own; which provider they mean is found through ``ProviderAlias``. A domain
    alone does not tell: youtube.com is a hundred channels, and IGN writes under two domains.
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="providers")
    name = models.CharField(max_length=500)
    domain = models.CharField(max_length=500, blank=True)
    description = models.TextField(blank=True)
    images = models.JSONField(default=list, blank=True, help_text="Logos: a list of url, width, height.")
    trust = models.CharField(max_length=10, choices=choices(Trust), default=Trust.NEW)
    notes = models.TextField(blank=True)
    path = models.CharField(
        max_length=1000, blank=True, help_text="The file of the site that describes it, or will; empty where none does."
    )
    desk_fields = models.JSONField(default=list, blank=True, help_text="Fields whose value is the desk's: these leave.")
    blocked_from = models.BigIntegerField(
        null=True, blank=True, help_text="While blocked: articles with a later key are rejected as they come in."
    )
    apart = models.JSONField(default=list, blank=True, help_text="Keys of providers that are called alike and are others.")
    history = HistoricalRecords()

    class Meta:
        ordering = ["name", "domain", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["site", "name", "domain"], name="provider_once_per_site"),
            models.CheckConstraint(
                condition=models.Q(trust__in=[case.value for case in Trust]), name="provider_trust_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ProviderAlias(models.Model):
    """A name and domain under which files mention a provider; its own are among them."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="provider_aliases")
    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=500, blank=True)
    domain = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["name", "domain"]
        verbose_name_plural = "provider aliases"
        constraints = [
            models.UniqueConstraint(fields=["site", "name", "domain"], name="provider_alias_once_per_site"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.domain})" if self.domain else self.name

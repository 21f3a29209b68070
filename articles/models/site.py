"""A static site whose news the desk judges."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class Site(models.Model):
    """One static site. ``name`` is what people type after ``--site``; the rest comes from its ``_config.yml``."""

    name = models.SlugField(max_length=80, unique=True, help_text="Short name, as in --site NAME.")
    title = models.CharField(max_length=200, blank=True)
    url = models.CharField(max_length=500, blank=True)
    language = models.CharField(max_length=35, blank=True, help_text="Language tag, such as en-us.")
    main_topic = models.CharField(max_length=200, blank=True, help_text="The topic that every article of the site has.")
    goal = models.PositiveIntegerField(
        null=True, blank=True, help_text="Decisions a day that the desk wants to make; empty where there is no goal."
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.title or self.name

"""How one person likes the desk: keys, theme, density, language, the day's goal and mail."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from articles.labels import choices
from articles.workflow import Density, Digest, KeyMode, Theme


class Preferences(models.Model):
    """One row a person, made when something is first chosen. ``keymap``: shortcut's name -> the key that was typed."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="preferences")
    key_mode = models.CharField(max_length=10, choices=choices(KeyMode), default=KeyMode.ON)
    theme = models.CharField(max_length=10, choices=choices(Theme), default=Theme.SYSTEM)
    density = models.CharField(max_length=10, choices=choices(Density), default=Density.COMFORTABLE)
    language = models.CharField(max_length=10, blank=True, default="")  # of settings.LANGUAGES; "": what the browser asks for
    keymap = models.JSONField(default=dict, blank=True)
    goal = models.PositiveIntegerField(null=True, blank=True, help_text="Decisions a day; empty where there is no goal.")
    # Off until somebody asks for it: the desk sends no mail that nobody wants.
    digest = models.CharField(max_length=10, choices=choices(Digest), default=Digest.OFF)
    digest_due_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="When the next one is due.")
    digest_tries = models.PositiveIntegerField(default=0, editable=False, help_text="In a row that the mail server refused.")

    class Meta:
        verbose_name_plural = "preferences"

    def __str__(self) -> str:
        return f"Preferences of {self.user}"

    @classmethod
    def of(cls, user: Any) -> Preferences:
        """The person's row, or one with the defaults that is not stored. One query a request."""
        try:
            found: Preferences = user.preferences
        except cls.DoesNotExist:
            return cls(user=user)
        return found

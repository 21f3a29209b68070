"""Where a person is signed in."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class DeskSession(models.Model):
    """One browser that signed in, beside Django's own row of the session, which may be gone before this one."""

    key = models.CharField(max_length=40, unique=True, help_text="The key of Django's session.")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="desk_sessions")
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField(help_text="To within five minutes.")
    address = models.CharField(max_length=45, blank=True)
    agent = models.CharField(max_length=200, blank=True, help_text="The browser, as it calls itself.")

    class Meta:
        ordering = ["-seen_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.person_id} since {self.began_at:%Y-%m-%d}"

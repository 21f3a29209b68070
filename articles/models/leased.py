"""What every run has in common that a worker does behind the pages: how far it is, who works on it, how it ended."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Leased(models.Model):
    """A run that a worker leases while it works on it; ``articles.leases`` takes, renews and finds them.

    Whoever works on it is ``worker`` until ``lease_until`` by the database's clock. A run whose lease has run out is taken
    by whoever comes. ``tries`` counts how often it was taken up since it last came forward.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for the worker")
        RUNNING = "running", _("Running")
        FINISHED = "finished", _("Finished")
        STOPPED = "stopped", _("Stopped")
        FAILED = "failed", _("Failed")

    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    failure = models.TextField(blank=True, help_text="Why it ended early, as a sentence.")
    stop_asked = models.BooleanField(default=False)
    tries = models.PositiveIntegerField(default=0, help_text="How often it was taken up since it last came forward.")
    worker = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def is_open(self) -> bool:
        """Whether somebody works on it, or will."""
        return self.state in (Leased.State.WAITING, Leased.State.RUNNING)

    @property
    def is_over(self) -> bool:
        return self.state in (Leased.State.FINISHED, Leased.State.STOPPED, Leased.State.FAILED)

"""``desk manage desk_digest``: send the digests that are due, for desks without a worker."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from articles import digests
from articles.management.commands._terminal import DeskCommand
from articles.people.invitations import mail_goes_out


class Command(DeskCommand):
    help = "Send the digests that are due. “desk work” does the same; nobody is sent two."

    def handle(self, *args: Any, **options: Any) -> None:
        if not mail_goes_out():
            self.refuse("This desk has no mail server. Set DESK_EMAIL_HOST.")
        done = digests.send_due(timezone.now())
        self.stdout.write(f"Sent {done.sent}. Nothing to tell: {done.empty}. Refused by the mail server: {done.refused}.")

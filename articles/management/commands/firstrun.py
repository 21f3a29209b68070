"""``firstrun``: what a desk needs before anybody can sign in. Doing it again does nothing."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.core.management.base import CommandParser
from django.db import transaction

from articles.management.commands._terminal import PARTLY, DeskCommand
from articles.models import ImportRun, Site

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # no letters that look like others
NAME = "admin"
SAMPLE = "sample"


class Command(DeskCommand):
    help = "Make the administrator, and import a site or the sample articles."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", nargs="?", metavar="SOURCE", help="What desk import takes. Without it: samples.")
        parser.add_argument("--site", metavar="NAME", help="The site; made when missing.")
        parser.add_argument("--rev", metavar="REV", help="Commit, branch or tag of a Git repository.")
        parser.add_argument("--no-input", action="store_true", help="Ask nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        if not User.objects.exists():
            self._make_admin()
        if options["source"]:
            self._import(options["source"], options["site"], options["rev"])
        elif not Site.objects.exists():
            self._import(self._samples(), options["site"] or SAMPLE, None)
        elif stopped := self._stopped_sample():
            self._import(self._samples(), stopped, None)

    def _make_admin(self) -> None:
        password = "-".join("".join(secrets.choice(ALPHABET) for _ in range(5)) for _ in range(4))
        with transaction.atomic():
            admin = User.objects.create_superuser(NAME, password=password)
            admin.groups.add(Group.objects.get(name="admin"))
            # Before the account is there for good: a password that nobody has seen would lock everybody out.
            self.stdout.write(
                f"\n  Sign in as {NAME} with the password {password}\n"
                "  It is shown this once. Change it at /accounts/password/change/.\n\n"
            )
            self.stdout.flush()

    def _samples(self) -> str:
        return str(settings.BASE_DIR / "samples" / "site")

    def _stopped_sample(self) -> str | None:
        """The site whose sample articles were still coming in when the first run was stopped."""
        last = ImportRun.objects.select_related("site").order_by("-pk").first()
        return last.site.name if last and not last.is_finished and last.origin == self._samples() else None

    def _import(self, source: str, site: str | None, rev: str | None) -> None:
        try:
            call_command("desk_import", source, site=site, rev=rev, stdout=self.stdout)
        except SystemExit as end:
            # Files in quarantine are shown on the desk; a source that cannot be read at all ends the start.
            if end.code != PARTLY:
                raise

"""``firstrun``: what a desk needs before anybody can sign in. Doing it again does nothing."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.core.management.base import CommandParser

from articles.management.commands._terminal import DeskCommand
from articles.models import Site

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # no letters that look like others
NAME = "admin"


class Command(DeskCommand):
    help = "Make the administrator, and import a site or the sample articles."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", nargs="?", metavar="SOURCE", help="What desk import takes. Without it: samples.")
        parser.add_argument("--site", metavar="NAME")
        parser.add_argument("--rev", metavar="REV")
        parser.add_argument("--no-input", action="store_true", help="Ask nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        if not User.objects.exists():
            self._make_admin()
        if options["source"]:
            self._import(options["source"], options["site"], options["rev"])
        elif not Site.objects.exists():
            self._import(str(settings.BASE_DIR / "samples" / "site"), options["site"] or "sample", None)

    def _make_admin(self) -> None:
        password = "-".join("".join(secrets.choice(ALPHABET) for _ in range(5)) for _ in range(4))
        admin = User.objects.create_superuser(NAME, password=password)
        admin.groups.add(Group.objects.get(name="admin"))
        self.stdout.write(
            f"\n  Sign in as {NAME} with the password {password}\n"
            "  It is shown this once. Change it at /accounts/password/change/.\n\n"
        )

    def _import(self, source: str, site: str | None, rev: str | None) -> None:
        try:
            call_command("desk_import", source, site=site, rev=rev)
        except SystemExit as end:
            # Files in quarantine are shown on the desk; a source that cannot be read at all ends the start.
            if end.code != 1:
                raise

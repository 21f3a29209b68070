"""``desk manage desk_learn``: learn the desk's decisions anew, for suggestions and for “Likely approvals first”."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from articles.guessing import learning
from articles.management.commands._terminal import DeskCommand
from articles.models import Site
from articles.sites import SiteUnclear, chosen_site


class Command(DeskCommand):
    help = "Learn from the desk's decisions what it tends to approve. Offline; it changes no decision and no file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--site", metavar="NAME", help="Only this site.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            sites = [chosen_site(options["site"])] if options["site"] else list(Site.objects.order_by("name"))
        except SiteUnclear as error:
            self.refuse(str(error))
        for site in sites:
            lesson = learning.learn(site, at=timezone.now())
            if lesson is None:
                self.stdout.write(f"{site}: fewer than {learning.ENOUGH} decisions stand, so nothing is suggested yet.")
                continue
            words = f"{site}: learned from {lesson.approved:,} approvals and {lesson.rejected:,} rejections."
            if lesson.measured:
                right, usual = (round(100 * lesson.measured[name]) for name in ("right", "usual"))
                words += f" Right on {right} % of the last fifth; always the more frequent answer: {usual} %."
            self.stdout.write(words)

"""``desk manage pictures``: what the thumbnails take, and room again."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from articles.pictures import workshop


class Command(BaseCommand):
    help = "Tell how many thumbnails the desk keeps and why pictures were refused."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--prune", action="store_true", help="Take the least lately used away, down to the limit.")
        parser.add_argument("--again", action="store_true", help="Let refused pictures be tried again at once.")

    def handle(self, *args: Any, **options: Any) -> None:
        cache = workshop().cache
        if options["prune"]:
            self.stdout.write(f"{cache.sweep():,} thumbnails were taken away.")
        if options["again"]:
            self.stdout.write(f"{cache.forget_refusals():,} refused pictures may be tried again.")
        stock = cache.stock()
        self.stdout.write(
            f"{stock.files:,} thumbnails take {stock.size / 1e6:,.1f} MB of {settings.DESK_PICTURE_SPACE:,} MB in {cache.folder}."
        )
        for reason, count in sorted(stock.refusals.items(), key=lambda pair: (-pair[1], pair[0])):
            self.stdout.write(f"  {count:,} refused: {reason}")

"""``desk restore FILE``: a backup into an empty data folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from articles.management.commands._terminal import DeskCommand, counted
from newsdesk.backup import BackupRefused, restore
from newsdesk.database import bring_up_to_date


class Command(DeskCommand):
    help = "Bring a backup into an empty data folder; with DATABASE_URL, into an empty database as well."
    needs_database = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="What desk backup made.")
        parser.add_argument("--json", action="store_true", help="Print the report as one JSON object on stdout.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = restore(Path(options["file"]).expanduser())
        except BackupRefused as refused:
            self.refuse(str(refused))
        bring_up_to_date()  # a backup may be older than the program
        if options["json"]:
            self.stdout.write(json.dumps(vars(report)))
            return
        self.stdout.write(
            f"The desk of {report.made_at[:16].replace('T', ' ')} UTC is back: "
            f"{counted(report.rows, 'row')}, {counted(report.files, 'file')}. Start it with desk run."
        )

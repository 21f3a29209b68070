"""``desk backup FILE``: the whole desk in one file, made while it runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from articles.management.commands._terminal import DeskCommand, counted
from newsdesk.backup import BackupRefused, backup


class Command(DeskCommand):
    help = "Write the database and the data folder into one file, as of one moment, while the desk runs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="A name that ends with .tar or .tar.gz.")
        parser.add_argument("--json", action="store_true", help="Print the report as one JSON object on stdout.")

    def handle(self, *args: Any, **options: Any) -> None:
        target = Path(options["file"]).expanduser()
        try:
            report = backup(target, at=timezone.now())
        except BackupRefused as refused:
            self.refuse(str(refused))
        if options["json"]:
            self.stdout.write(json.dumps({"file": str(target), **vars(report)}))
            return
        self.stdout.write(f"{target}: {counted(report.rows, 'row')}, {counted(report.files, 'file')}. It holds the secret key: keep it safe.")

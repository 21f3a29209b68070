"""``desk bench``: measure newsdesk on this machine, beside its peers."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from articles.models import Site

# In this order: later measures use the sites of earlier ones.
MEASURES = ("reading", "importing", "exporting", "queue", "deciding", "keys", "starting", "replaying")


class Command(BaseCommand):
    help = "Measure reading, import, queue, decisions, keys, export, start and a replay of real histories, beside a naive and a careful peer."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("measures", nargs="*", help=f"Some of: {', '.join(MEASURES)}. Without any: all.")
        parser.add_argument("--count", type=int, help="Files of the measured site. (5000)")
        parser.add_argument("--crowd", type=int, nargs="+", help="Articles behind the queue page; several numbers give a "
                            "line for each. (100000)")  # fmt: skip
        parser.add_argument("--runs", type=int, help="Runs of which the median is printed. (5)")
        parser.add_argument("--quick", action="store_true", help="Small numbers, to see that every measure works.")
        parser.add_argument("--database", default="", metavar="URL", help="An empty PostgreSQL database to measure on.")

    def handle(self, *args: Any, **options: Any) -> None:
        if "DESK_BENCH_FOLDER" not in os.environ:
            self._in_a_desk_of_its_own(options["database"])
            return
        from bench.clock import row
        from bench.desk import Desk

        call_command("migrate", verbosity=0)
        if Site.objects.exists():
            raise CommandError("This database is somebody's desk. Name an empty one: the bench fills it with articles.")
        chosen = options["measures"] or MEASURES
        unknown = set(chosen) - set(MEASURES)
        if unknown:
            self.stderr.write(f"There is no measure {', '.join(sorted(unknown))}. Choose of: {', '.join(MEASURES)}.")
            sys.exit(2)
        needed = [
            name for name in MEASURES if name in chosen or (name in ("importing", "queue") and _feeds(name, chosen))
        ]
        count, crowd, runs = (400, [2_000], 1) if options["quick"] else (5_000, [100_000], 5)
        desk = Desk(
            Path(os.environ["DESK_BENCH_FOLDER"]),
            options["count"] or count,
            tuple(options["crowd"] or crowd),
            options["runs"] or runs,
        )
        settings.ALLOWED_HOSTS.append("testserver")
        import_module("newsdesk.wsgi")  # what the server does once, so that pages are measured as they are served
        missed = 0
        self.stdout.write(f"{connection.vendor}, Python {platform.python_version()}, {os.cpu_count()} cores")
        self.stdout.write(row("work", "figure", "target", "", "peers"))
        for name in needed:
            for line in import_module(f"bench.measures.{name}").measure(desk):
                self.stdout.write(str(line))
                self.stdout.flush()
                missed += line.met is False
        self.stdout.write(f"{missed} target{'' if missed == 1 else 's'} not met." if missed else "Every target is met.")

    def _in_a_desk_of_its_own(self, database: str) -> None:
        """Start again with a data folder and a database that hold nothing of anybody's."""
        with tempfile.TemporaryDirectory(prefix="newsdesk-bench-") as folder:
            environment = os.environ | {"DESK_BENCH_FOLDER": folder, "DESK_DATA": f"{folder}/var"}
            environment.setdefault("DJANGO_SETTINGS_MODULE", "newsdesk.settings")
            environment.pop("DATABASE_URL", None)
            if database:
                environment["DATABASE_URL"] = database
            code = os.spawnve(os.P_WAIT, sys.executable, [sys.executable, *sys.argv], environment)
        if code:
            sys.exit(code)


def _feeds(name: str, chosen: Any) -> bool:
    """Whether a chosen measure works on the site that this one makes."""
    return ("exporting" in chosen) if name == "importing" else bool({"deciding", "keys"} & set(chosen))

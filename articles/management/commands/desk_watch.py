"""``desk watch``: import what the sites' sources become, again and again."""

from __future__ import annotations

import os
import signal
import sys
import time
from types import FrameType
from typing import Any

from django.core.management.base import CommandParser
from django.db import DatabaseError, close_old_connections, connections
from django.utils import timezone

from articles.importing.report import ImportReport
from articles.importing.watching import Watch, WatchBusy, watching
from articles.management.commands._terminal import PARTLY, DeskCommand, escaped
from articles.management.commands.desk_import import summary
from articles.models import Site, Source
from articles.sites import SiteUnclear, chosen_site

BREATH = 1.0  # seconds between two looks at what is due: one indexed query


class Command(DeskCommand):
    help = "Import what the sites' sources become: on schedule, and when a webhook asks."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--every", type=int, metavar="SECONDS", help="For sources without a time of their own.")
        parser.add_argument("--once", action="store_true", help="Look at every source now, then end.")
        parser.add_argument("--site", metavar="NAME", help="Only this site's.")
        parser.add_argument("--parent", type=int, help="End when this process does.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["every"] is not None and options["every"] < 1:
            self.refuse("--every takes a number of seconds, at least 1.")
        try:
            site = chosen_site(options["site"]).name if options["site"] else ""
        except SiteUnclear as error:
            self.refuse(str(error))
        known = Source.objects.exclude(kind=Source.Kind.UPLOAD).filter(**({"site__name": site} if site else {}))
        if not known.exists():
            self.refuse("There is no source to watch. Add one under Imports.")
        watch = Watch(options["every"], site, self._tell)
        try:
            with watching():
                if options["once"]:
                    self._once(watch, known)
                else:
                    self._for_ever(watch, options["parent"])
        except WatchBusy as error:
            self.refuse(str(error), PARTLY)

    def _once(self, watch: Watch, known: Any) -> None:
        if watch.round(all_of_them=True):
            for one in known.exclude(failure="").select_related("site"):
                sys.stderr.write(f"{one.site.name}: {escaped(one.failure)}\n")
            sys.exit(PARTLY)

    def _for_ever(self, watch: Watch, parent: int | None) -> None:
        """Until a signal. An import that is under way ends between two slices or rolls its slice back."""
        asked = False

        def stop(number: int, frame: FrameType | None) -> None:
            # The exception ends what is under way; where it is raised in a place that swallows it, the next round sees the word.
            nonlocal asked
            asked = True
            raise Stopped

        was = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            while not asked and (parent is None or os.getppid() == parent):
                close_old_connections()
                try:
                    watch.round()
                except DatabaseError as error:
                    sys.stderr.write(f"The database refused: {escaped(str(error).splitlines()[0])}. Trying again.\n")
                    connections.close_all()
                    time.sleep(BREATH * 4)
                time.sleep(BREATH)
        except Stopped:
            pass
        finally:
            for number, handler in was.items():
                signal.signal(number, handler)

    def _tell(self, site: Site, report: ImportReport) -> None:
        self.stdout.write(f"{timezone.now():%Y-%m-%d %H:%M:%S} {site.name}: {escaped(summary(report))}")
        self.stdout.flush()


class Stopped(BaseException):
    """SIGTERM or SIGINT came."""

"""``desk work``: do what the pages have left to be done behind them."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import uuid
from types import FrameType
from typing import Any

from django.core.management.base import CommandParser
from django.db import DatabaseError, close_old_connections, connections
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from articles import leases
from articles.management.commands._terminal import DeskCommand, escaped
from articles.tasks import LONG, SHORT, take_up

BREATH = 0.5  # seconds between two looks for work: one indexed query
SWEEP = 5.0  # seconds between two searches for what a killed worker has left


class Command(DeskCommand):
    help = "Do what waits in the background: decisions on many articles, imports and exports."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="End when nothing is left to do.")
        parser.add_argument("--queue", choices=[SHORT, LONG], help="Only decisions (default), or only imports and exports (runs).")
        parser.add_argument("--parent", type=int, help="End when this process does.")

    def handle(self, *args: Any, **options: Any) -> None:
        self.name = uuid.uuid4().hex
        self.queues = [options["queue"]] if options["queue"] else [SHORT, LONG]
        stopping = threading.Event()

        def stop(number: int, frame: FrameType | None) -> None:
            stopping.set()
            leases.ENDING.set()  # an import that is under way ends between two slices

        was = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
        parent = options["parent"]
        try:
            sweep_at = 0.0
            while not stopping.is_set() and (parent is None or os.getppid() == parent):
                sweeps = time.monotonic() >= sweep_at
                if sweeps:
                    sweep_at = time.monotonic() + SWEEP
                try:
                    if self._turn(sweeps=sweeps):
                        continue
                except DatabaseError as error:
                    if options["once"]:
                        raise
                    sys.stderr.write(f"The database refused: {escaped(str(error).splitlines()[0])}. Trying again.\n")
                    connections.close_all()
                if options["once"]:
                    break
                stopping.wait(BREATH)
        finally:
            leases.ENDING.clear()
            for number, handler in was.items():
                signal.signal(number, handler)

    def _turn(self, *, sweeps: bool) -> bool:
        """Do one task: some two seconds at most of decisions, or one import or export. Whether there was one."""
        close_old_connections()
        if sweeps:
            for queue in self.queues:
                take_up(timezone.now(), queue=queue)
        # Asked without the lock on the whole database that taking a task needs on SQLite.
        if not DBTaskResult.objects.ready().filter(backend_name="default", queue_name__in=self.queues).exists():
            return False
        Worker(
            queue_names=self.queues, excluded_queue_names=[], interval=0, batch=True, backend_name="default",
            startup_delay=False, max_tasks=1, worker_id=self.name,
        ).run()  # fmt: skip
        return True

"""``desk run``: bring the database up to date, make what a first run needs, and serve."""

from __future__ import annotations

import os
import sys
from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandParser

from articles.management.commands._beside import Beside
from articles.management.commands._terminal import DeskCommand
from articles.tasks import LONG, SHORT
from newsdesk import checks
from newsdesk.database import bring_up_to_date

THREADS = 4
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Command(DeskCommand):
    help = "Set the desk up and serve it."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.prog = "desk run"
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", nargs="?", metavar="SOURCE", help="What to import; without it sample articles.")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--site", metavar="NAME")
        parser.add_argument("--rev", metavar="REV")
        parser.add_argument("--no-input", action="store_true", help="Ask nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        for sentence in checks.sentences():
            self.stderr.write(sentence)
        bring_up_to_date()
        given = [options["source"]] if options["source"] else []
        call_command("firstrun", *given, site=options["site"], rev=options["rev"], stdout=self.stdout)
        host, port = options["host"], options["port"]
        shown = f"[{host}]" if ":" in host else host
        self.stdout.write(f"newsdesk is at http://{shown}:{port}/   (Ctrl C stops it)")
        if host not in LOOPBACK:
            self.stdout.write(
                "Others can reach it: set DESK_HOSTS to the names that they use, and DESK_HTTPS behind https."
            )
        self.stdout.flush()
        sys.stdout.flush()
        beside = Beside([["desk_work", "--queue", SHORT], ["desk_work", "--queue", LONG]])
        beside.start()
        try:
            if sys.platform == "win32":
                self._waitress(host, port)
            else:
                self._gunicorn(f"{shown}:{port}")
        finally:
            beside.stop()

    def _gunicorn(self, address: str) -> None:
        from django.db import connections
        from gunicorn.app.base import BaseApplication

        connections.close_all()  # the workers open their own

        class Server(BaseApplication):  # type: ignore[misc]
            def load_config(self) -> None:
                chosen = {
                    "bind": address,
                    "worker_class": "gthread",
                    "workers": min(os.cpu_count() or 1, 4),
                    "threads": THREADS,
                    "preload_app": True,
                    "loglevel": "warning",
                    "timeout": 120,
                    "graceful_timeout": 5,
                    "max_requests": 20_000,
                    "max_requests_jitter": 2_000,
                    "control_socket_disable": True,
                }
                for name, value in chosen.items():
                    if name in self.cfg.settings:
                        self.cfg.set(name, value)

            def load(self) -> Any:
                from newsdesk.wsgi import application

                return application

        Server().run()

    def _waitress(self, host: str, port: int) -> None:
        import waitress

        from newsdesk.wsgi import application

        waitress.serve(application, host=host, port=port, threads=THREADS * 2, ident=None)

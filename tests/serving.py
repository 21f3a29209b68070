"""A desk that really serves: a process group of its own, asked over HTTP by somebody who is signed in."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
TOKEN = "a" * 32  # the cookie and the field must agree; what they say is the browser's affair
SEED = """
import sys, django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.conftest import signed_in
from tests.factories import make_article, make_person, make_site
site = make_site()
pks = [make_article(site).pk for _ in range(int(sys.argv[1]))]
print(signed_in(make_person()).cookies["sessionid"].value, *pks)
"""
LOOK = """
import django; django.setup()
from articles.models import Review
print(*Review.objects.exclude(key=None).values_list("key", flat=True))
"""


def said(script: str, environment: dict[str, str], *words: str) -> list[str]:
    """What a script prints, in words."""
    done = subprocess.run([sys.executable, "-c", script, *words], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@dataclass
class Served:
    """One server; ``start`` may be called again after a kill."""

    environment: dict[str, str]
    session: str
    log: Path
    port: int = 0
    process: subprocess.Popen[bytes] | None = field(default=None)

    def start(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve", "--port", str(self.port), "--no-input"],
                cwd=ROOT, env=self.environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
        ends = time.monotonic() + 60
        while time.monotonic() < ends:
            with suppress(OSError):
                if self.ask("GET", "/healthz")[0] == 200:
                    return
            time.sleep(0.02)
        raise AssertionError(self.log.read_text())

    def ask(self, method: str, path: str, **words: str) -> tuple[int, str]:
        """The status and the text of an answer. Raises OSError when there is none."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            headers = {"Cookie": f"sessionid={self.session}; csrftoken={TOKEN}", "Content-Type": "application/x-www-form-urlencoded"}
            body = urlencode(words | {"csrfmiddlewaretoken": TOKEN}) if method == "POST" else None
            line.request(method, path, body, headers)
            reply = line.getresponse()
            return reply.status, reply.read().decode()
        except http.client.HTTPException as error:
            raise ConnectionError(str(error)) from error
        finally:
            line.close()

    def kill_workers(self) -> None:
        """End the processes that answer, at once and without a word; their parent starts others."""
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        for pid in children.read_text().split():
            with suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)

    def kill(self) -> None:
        """End all of it at once, as the kernel does when memory is short."""
        assert self.process is not None
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextmanager
def serving(environment: dict[str, str], folder: Path, articles: int) -> Iterator[tuple[Served, list[int]]]:
    """A server and the keys of the articles that wait on it. Linux: its workers are found in /proc."""
    session, *pks = said(SEED, environment, str(articles))
    served = Served(environment, session, folder / "log")
    served.start()
    try:
        yield served, list(map(int, pks))
    finally:
        served.kill()

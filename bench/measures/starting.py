"""From `desk run` to the first answered request, on a desk that has run before."""

from __future__ import annotations

import os
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator

from django.conf import settings

from bench.clock import Line, ms
from bench.desk import Desk


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _start(desk: Desk) -> float:
    port = _free_port()
    environment = os.environ | {"DESK_DATA": str(desk.folder / "start")}
    launcher = settings.BASE_DIR / "desk"
    started = time.perf_counter()
    server = subprocess.Popen(
        [sys.executable, str(launcher), "run", "--no-input", "--port", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(1200):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).read()
                return time.perf_counter() - started
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.02)
        raise RuntimeError("`desk run` did not answer within its time.")
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=30)


def measure(desk: Desk) -> Iterator[Line]:
    first = _start(desk)
    later = statistics.median(_start(desk) for _ in range(desk.runs))
    yield Line("start of `desk run`, second time, to the first answer", ms(later), "under 1.5 s", later < 1.5)
    yield Line("… the first time, with its environment made already", ms(first), "", None)

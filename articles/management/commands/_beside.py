"""Processes beside the server: started with it, started again when they die, ended with it."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from django.conf import settings

LOG = logging.getLogger(__name__)
LOOK = 1.0  # seconds between two looks whether they live
FIRST_WAIT, LAST_WAIT = 1.0, 60.0  # seconds before one that died is started again
WELL = 60.0  # seconds of life after which it starts at once again
PATIENCE = 10.0  # seconds that they get to end; what is killed then is taken up by the next


class Process(Protocol):
    def poll(self) -> int | None: ...
    def terminate(self) -> None: ...
    def kill(self) -> None: ...
    def wait(self, timeout: float | None = None) -> int: ...


@dataclass
class Kept:
    """One command that shall live. ``look`` says what is to be done at a moment (seconds of any clock)."""

    words: Sequence[str]
    start: Callable[[Sequence[str]], Process]
    process: Process | None = None
    started_at: float = 0.0
    again_at: float = 0.0
    wait: float = field(default=0.0)

    def look(self, now: float) -> None:
        """Start it where it does not live and its time has come. Each death soon after the start doubles the wait."""
        if self.process is not None and self.process.poll() is not None:
            lived = now - self.started_at
            self.wait = FIRST_WAIT if lived >= WELL or not self.wait else min(LAST_WAIT, self.wait * 2)
            LOG.warning("desk %s ended; it is started again in %d s.", _called(self.words), self.wait)
            self.process, self.again_at = None, now + self.wait
        if self.process is None and now >= self.again_at:
            self.process, self.started_at = self.start(self.words), now


class Beside:
    """Keeps commands alive while the server runs, in a thread that only looks and waits."""

    def __init__(self, commands: Sequence[Sequence[str]]) -> None:
        self.kept = [Kept(words, _started) for words in commands]
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._look, name="beside", daemon=True)

    def start(self) -> None:
        for one in self.kept:
            one.look(time.monotonic())
        self._thread.start()

    def stop(self) -> None:
        """End them all. An import that is under way ends between two slices."""
        self._ending.set()
        self._thread.join()
        living = [one.process for one in self.kept if one.process is not None]
        for process in living:
            process.terminate()
        ends = time.monotonic() + PATIENCE
        for process in living:
            try:
                process.wait(timeout=max(0.1, ends - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _look(self) -> None:
        while not self._ending.wait(LOOK):
            for one in self.kept:
                try:
                    one.look(time.monotonic())
                except OSError as error:  # no memory or no processes left: the next look tries again
                    LOG.warning("desk %s could not be started: %s.", _called(one.words), error)


def _called(words: Sequence[str]) -> str:
    return " ".join(words).removeprefix("desk_")


def _started(words: Sequence[str]) -> subprocess.Popen[bytes]:
    """A command in a process of its own, which looks whether this one is still there."""
    call = [sys.executable, str(settings.BASE_DIR / "manage.py"), *words, "--parent", str(os.getpid())]
    return subprocess.Popen(call, stdin=subprocess.DEVNULL)

"""Fetching and making in the background of the server's process, so that no page and no request ever waits for a picture."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from articles.thumbnails.cache import Cache
from articles.thumbnails.making import Size, thumbnails
from articles.thumbnails.refusals import Offline, Refused

HANDS = 2  # threads in each server process; the server has at most four processes
ROOM = 200  # pictures that wait; the oldest wishes beyond it are dropped
IDLE = 20.0  # seconds after which a thread without work ends
OFFLINE = 60.0  # seconds without any attempt after the network was found missing
log = logging.getLogger(__name__)


class Workshop:
    """A few threads that work off wishes: first what a browser waits for, the newest first, then what may be wanted next.

    The threads start with the first wish (so after the server has forked) and have the lowest priority that the system
    gives, since a decoder would otherwise take its turns from editors.
    """

    def __init__(self, cache: Cache, fetch: Callable[[str], bytes], hands: int = HANDS) -> None:
        self.cache, self._fetch, self._most = cache, fetch, hands
        self._turn = threading.Condition()
        self._asked: OrderedDict[str, None] = OrderedDict()
        self._ahead: OrderedDict[str, None] = OrderedDict()
        self._working: set[str] = set()
        self._threads = 0
        self._offline_until = 0.0

    def want(self, url: str, *, ahead: bool = False) -> None:
        """Have the picture made. ``ahead``: nobody waits for it yet. Returns at once."""
        with self._turn:
            if url in self._working or time.monotonic() < self._offline_until:
                return
            if not ahead:
                self._ahead.pop(url, None)
                self._asked[url] = None
                self._asked.move_to_end(url)
            elif url not in self._asked:
                self._ahead.setdefault(url)
            for waiting in (self._asked, self._ahead):
                while len(waiting) > ROOM:
                    waiting.popitem(last=False)
            if self._threads < self._most:
                self._threads += 1
                threading.Thread(target=self._work, name="pictures", daemon=True).start()
            self._turn.notify()

    def settle(self, seconds: float) -> bool:
        """Wait until nothing is left to do, as tests need it. Says whether that came about."""
        until = time.monotonic() + seconds
        with self._turn:
            while self._asked or self._ahead or self._working:
                if not self._turn.wait(until - time.monotonic()) and time.monotonic() >= until:
                    return False
        return True

    def _work(self) -> None:
        if sys.platform == "linux":
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 15)
        while (url := self._next()) is not None:
            try:
                self._make(url)
            except Exception as error:  # noqa: BLE001 - one picture must not end the thread
                log.warning("A picture could not be kept: %s", error)
            finally:
                with self._turn:
                    self._working.discard(url)
                    self._turn.notify_all()

    def _next(self) -> str | None:
        """The next wish; None when there was none for a while, and the thread is to end."""
        with self._turn:
            until = time.monotonic() + IDLE
            while not self._asked and not self._ahead:
                left = until - time.monotonic()
                if left <= 0:
                    self._threads -= 1
                    return None
                self._turn.wait(left)
            url, _ = self._asked.popitem(last=True) if self._asked else self._ahead.popitem(last=False)
            self._working.add(url)
            return url

    def _make(self, url: str) -> None:
        if self.cache.refused(url) or all(self.cache.has(url, size) for size in Size):
            return
        with self.cache.claim(url) as mine:
            if not mine:
                return
            try:
                self.cache.store(url, thumbnails(self._fetch(url)))
            except Refused as refused:
                self.cache.refuse(url, str(refused), lasting=refused.lasting)
            except Offline:
                with self._turn:
                    self._offline_until = time.monotonic() + OFFLINE
                    self._asked.clear()
                    self._ahead.clear()

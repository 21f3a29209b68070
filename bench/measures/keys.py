"""From a key to the next article on the screen, in a real browser: what an editor waits for at each decision."""

from __future__ import annotations

import gzip
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from playwright.sync_api import sync_playwright

from articles.models import Article, Review
from bench.clock import Line, ms
from bench.desk import Desk

READS = 0.25  # seconds between two articles; a person reads longer
PLAIN, FULL = 40, 20  # articles decided with one key, and with all six
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# The browser's own clock: from the moment that it saw the key to the first task after the frame that shows the change.
WATCH = """
window.spent = [];
addEventListener("keydown", ({key, timeStamp}) => requestAnimationFrame(() => {
  const channel = new MessageChannel();
  channel.port1.onmessage = () => {
    performance.measure(`key ${key}`, {start: timeStamp});
    window.spent.push([key, performance.now() - timeStamp]);
  };
  channel.port2.postMessage(0);
}), true);
"""


def measure(desk: Desk) -> Iterator[Line]:
    client = desk.client("editor")
    session = client.cookies["sessionid"].value
    before = Review.objects.count()  # asked outside: beside a running browser Django takes no questions
    with _served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=FLAGS)
        context = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=address)
        context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
        page = context.new_page()
        page.add_init_script(WATCH)
        page.goto("/review/next/?site=crowd")
        page.wait_for_selector("#hd")
        for turn in range(PLAIN + FULL):
            page.wait_for_timeout(READS * 1000)
            for key in ("a",) if turn < PLAIN else ("q", "7", "2", "Enter", "5", "a"):
                page.keyboard.press(key)
        page.wait_for_timeout(1000)
        spent = page.evaluate("window.spent")
        loads = page.evaluate("performance.getEntriesByType('navigation').length")
        browser.close()
    decided = Review.objects.count() - before
    if decided < PLAIN + FULL or loads != 1:
        raise RuntimeError(f"{decided} of {PLAIN + FULL} articles were decided, with {loads} page loads.")
    waiting = Article.objects.filter(site__name="crowd").count()
    decisions = sorted(took / 1000 for key, took in spent if key == "a")
    others = sorted(took / 1000 for key, took in spent if key != "a")
    yield Line(
        f"key to the next article, p75 of {len(decisions)}, at {waiting:,}",
        ms(_p75(decisions)),
        "p75 ≤ 100 ms",
        _p75(decisions) <= 0.100,
        f"median {ms(decisions[len(decisions) // 2])}, worst {ms(decisions[-1])}",
    )
    yield Line(f"… the other keys, p75 of {len(others)}", ms(_p75(others)), "p75 ≤ 100 ms", _p75(others) <= 0.100)
    raw, packed = _weight("js/*.js")
    yield Line("own JavaScript, gzipped", f"{packed:,} bytes", "≤ 20,000", packed <= 20_000, f"{raw:,} raw")
    raw, packed = _weight("css/*.css")
    yield Line("style sheets, gzipped", f"{packed:,} bytes", "≤ 45,000", packed <= 45_000, f"{raw:,} raw")


def _p75(sorted_times: list[float]) -> float:
    return sorted_times[int(len(sorted_times) * 0.75)]


def _weight(pattern: str) -> tuple[int, int]:
    """Bytes of our own files, as they lie and each gzipped."""
    texts = [path.read_bytes() for path in (settings.BASE_DIR / "newsdesk" / "static" / "newsdesk").glob(pattern)]
    return sum(map(len, texts)), sum(len(gzip.compress(text)) for text in texts)


def _chromium() -> str:
    found = os.environ.get("DESK_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not found:
        raise RuntimeError("No Chromium was found. Set DESK_CHROMIUM to one.")
    return found


@contextmanager
def _served() -> Iterator[str]:
    """The measured desk behind its own server."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "serve", "--no-input", "--port", str(port)]
    quiet: dict[str, Any] = {name: subprocess.DEVNULL for name in ("stdin", "stdout", "stderr")}
    server = subprocess.Popen(command, **quiet)
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{address}/healthz", timeout=5).read()
                break
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.05)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)

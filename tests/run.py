"""What ``python3 desk test`` runs: everything on SQLite, then what meets the database again on PostgreSQL.

It finds or installs a browser and a PostgreSQL, and stops what it started, even when it is killed. Arguments are pytest's.
"""
from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.postgres import binaries, server  # noqa: E402
from tests.watcher import ended_with_us  # noqa: E402

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def main(words: list[str]) -> int:
    environment = dict(os.environ, PYTHONPATH=str(ROOT), PYTHONDONTWRITEBYTECODE="1")
    environment["DESK_CHROMIUM"] = browser()
    workers = str(max(2, min(os.cpu_count() or 2, 8)))
    common = [sys.executable, "-m", "pytest", "-n", workers, "--dist", "loadgroup", "-q", "-p", "no:cacheprovider", *words]
    os.chdir(ROOT)
    folder = Path(tempfile.mkdtemp(prefix="newsdesk-tests-"))
    with ended_with_us([], folder), postgres() as url:
        environment["DESK_DATA"] = str(folder)
        environment.pop("DATABASE_URL", None)
        say("On SQLite:")
        first = subprocess.call(common, env=environment)
        say("On PostgreSQL:")
        second = subprocess.call(
            [*common, "-m", "not pure and not once and not browser"], env=environment | {"DATABASE_URL": url}
        )
    # 5 is pytest's "no test": right only when the caller asked for tests that PostgreSQL has none of.
    return first or (0 if second == 5 and words else second)


def say(sentence: str) -> None:
    print(sentence, flush=True)


def fail(sentence: str) -> None:
    raise SystemExit(sentence)


# --- the browser ------------------------------------------------------------------------------------------------------
def browser() -> str:
    """A Chromium: the one named, else one on the path, else one that is installed now."""
    named = os.environ.get("DESK_CHROMIUM")
    if named:
        return named if Path(named).exists() else fail(f"DESK_CHROMIUM names {named}, which is not there.") or ""
    found = next((path for path in map(shutil.which, BROWSERS) if path), None)
    if found is None and apt("chromium"):
        found = shutil.which("chromium")
    if found is None:
        subprocess.call([sys.executable, "-m", "playwright", "install", "chromium"])
        with contextlib.suppress(Exception):
            from playwright.sync_api import sync_playwright

            with sync_playwright() as playwright:
                found = playwright.chromium.executable_path
    if not found or not Path(found).exists():
        fail("The tests need Chromium. Install it, or name it in DESK_CHROMIUM.")
    return str(found)


def apt(*packages: str) -> bool:
    """Install Debian packages, where that is possible."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return False
    say(f"Installing {', '.join(packages)} (once) …")
    quiet = {"stdout": subprocess.DEVNULL, "stdin": subprocess.DEVNULL}
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    subprocess.call(["apt-get", "update", "-qq"], env=environment, **quiet)
    return subprocess.call(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages],
                           env=environment, **quiet) == 0  # fmt: skip


# --- PostgreSQL -------------------------------------------------------------------------------------------------------
@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL to test on: the one named, else one of our own that ends with the tests."""
    named = os.environ.get("DESK_TEST_POSTGRES")
    if named:
        yield named
        return
    programs = binaries()
    if programs is None and apt("postgresql"):
        programs = binaries()
    if programs is None:
        fail("The tests need PostgreSQL. Install it, or name a server in DESK_TEST_POSTGRES.")
        return
    with server(programs) as ours:
        yield ours.url


if __name__ == "__main__":
    started = time.monotonic()
    code = main(sys.argv[1:])
    say(f"{'Passed' if code == 0 else 'FAILED'} in {time.monotonic() - started:.0f} s.")
    raise SystemExit(code)

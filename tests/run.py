"""What ``python3 desk test`` runs: everything on SQLite, then what meets the database again on PostgreSQL.

It finds or installs a browser and a PostgreSQL, and stops what it started. Arguments are pytest's.
"""
from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def main(words: list[str]) -> int:
    environment = dict(os.environ, PYTHONPATH=str(ROOT), PYTHONDONTWRITEBYTECODE="1")
    environment["DESK_CHROMIUM"] = browser()
    workers = str(max(2, min(os.cpu_count() or 2, 8)))
    common = [sys.executable, "-m", "pytest", "-n", workers, "-q", "-p", "no:cacheprovider", *words]
    os.chdir(ROOT)
    with tempfile.TemporaryDirectory(prefix="newsdesk-tests-") as folder, postgres() as url:
        environment["DESK_DATA"] = folder
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
def binaries() -> Path | None:
    """The folder with initdb and pg_ctl."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


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
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = Path(tempfile.mkdtemp(prefix="newsdesk-postgres-"))
    folder.chmod(0o755)
    data = folder / "data"
    who: list[str] = []
    if os.geteuid() == 0:
        # PostgreSQL refuses to run as root.
        shutil.chown(folder, "postgres", "postgres")
        who = ["runuser", "-u", "postgres", "--"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "stdin": subprocess.DEVNULL, "cwd": "/"}
    options = f"-c listen_addresses=127.0.0.1 -p {port} -c unix_socket_directories={folder} -c fsync=off " \
              "-c full_page_writes=off -c synchronous_commit=off -c max_connections=100"  # fmt: skip
    control = [*who, str(programs / "pg_ctl"), "-D", str(data), "-w", "-t", "60"]
    try:
        subprocess.check_call(
            [*who, str(programs / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync",
             "--locale=C.UTF-8"], **quiet)  # fmt: skip
        subprocess.check_call([*control, "-o", options, "-l", str(folder / "log"), "start"], **quiet)
        yield f"postgres://postgres@127.0.0.1:{port}/postgres"
    finally:
        subprocess.call([*control, "-m", "immediate", "stop"], **quiet)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    started = time.monotonic()
    code = main(sys.argv[1:])
    say(f"{'Passed' if code == 0 else 'FAILED'} in {time.monotonic() - started:.0f} s.")
    raise SystemExit(code)

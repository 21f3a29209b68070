"""What the tests need of the machine: a Chromium, and a PostgreSQL of their own that ends with them.

What is missing is installed where that can be done without asking, as root on Debian; else a sentence says what to do.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC_BROWSERS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
OPTIONS = {
    "listen_addresses": "''",  # only the socket in our own folder: nobody else on this machine can reach it
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "100",
}


def say(sentence: str) -> None:
    print(sentence, flush=True)


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


# --- the browser ------------------------------------------------------------------------------------------------------
def find_browser() -> str:
    """The path of a Chromium: the one that DESK_CHROMIUM names, else one that is here, else one that is installed now."""
    named = os.environ.get("DESK_CHROMIUM")
    if named:
        if not os.access(named, os.X_OK):
            raise SystemExit(f"DESK_CHROMIUM names {named}, which is not a program. Correct it, or unset it.")
        return named
    found = _browser_here()
    if not found and install("chromium"):
        found = _browser_here()
    if not found:
        say("Installing Playwright's Chromium (once) ...")
        subprocess.call([sys.executable, "-m", "playwright", "install", "chromium"])
        found = _browser_of_playwright()
    if not found:
        raise SystemExit("The tests need Chromium. Install it, or name one in DESK_CHROMIUM.")
    return found


def _browser_here() -> str:
    candidates = [*map(shutil.which, BROWSERS), *MAC_BROWSERS]
    return next((path for path in candidates if path and os.access(path, os.X_OK)), "") or _browser_of_playwright()


def _browser_of_playwright() -> str:
    """The Chromium that ``playwright install`` left, or ""."""
    program = "from playwright.sync_api import sync_playwright as p\nwith p() as q: print(q.chromium.executable_path)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8")
    path = done.stdout.strip()
    return path if path and os.access(path, os.X_OK) else ""


def install(*packages: str) -> bool:
    """Whether Debian's packages could be installed; asked only where no question can arise."""
    if not shutil.which("apt-get") or not is_root():
        return False
    say(f"Installing {', '.join(packages)} (once) ...")
    variables = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    patient = ["-qq", "-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3", "-o", "Dpkg::Use-Pty=0"]
    for words in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        done = subprocess.run(
            ["apt-get", *patient, *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            encoding="utf-8", errors="replace", env=variables,
        )  # fmt: skip
    if done.returncode:
        say("\n".join(f"  {line}" for line in done.stdout.strip().splitlines()[-6:]))
    return done.returncode == 0


# --- PostgreSQL -------------------------------------------------------------------------------------------------------
def server_programs() -> Path | None:
    """The folder that holds initdb and pg_ctl: Debian's newest, else the one on the path."""
    debian = [path for path in Path("/usr/lib/postgresql").glob("*/bin/initdb") if path.parts[-3].isdigit()]
    if debian:
        return max(debian, key=lambda path: int(path.parts[-3])).parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


@contextmanager
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL: the one that DESK_TEST_POSTGRES names, else one that runs while the block does."""
    named = os.environ.get("DESK_TEST_POSTGRES")
    if named:
        yield named
        return
    programs = server_programs()
    if programs is None and install("postgresql"):
        programs = server_programs()
    if programs is None:
        raise SystemExit(
            "The tests need PostgreSQL. Install its server, or name one in DESK_TEST_POSTGRES "
            "(postgres://name:password@host/database; the tests make databases of their own there)."
        )
    folder = Path(tempfile.mkdtemp(prefix="newsdesk-postgres-"))
    as_owner: list[str] = []
    if is_root():  # PostgreSQL refuses to run as root
        shutil.chown(folder, "postgres", "postgres")
        as_owner = ["runuser", "-u", "postgres", "--"]
    data = folder / "data"
    control = [*as_owner, str(programs / "pg_ctl"), "-D", str(data), "-w", "-t", "60"]
    settings = " ".join(f"-c {name}={value}" for name, value in OPTIONS.items())
    try:
        _must([*as_owner, str(programs / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8",
               "--no-sync", "--locale=C.UTF-8" if sys.platform == "linux" else "--no-locale"])  # fmt: skip
        _must([*control, "-o", f"{settings} -k {folder}", "-l", str(folder / "log"), "start"], log=folder / "log")
        yield f"postgres://postgres@{quote(str(folder), safe='')}/postgres"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], capture_output=True, cwd="/")
        shutil.rmtree(folder, ignore_errors=True)


def _must(words: list[str], log: Path | None = None) -> None:
    """Run a program of PostgreSQL's; end with what it said when it fails."""
    # Into a file and not a pipe: the server inherits it, and a pipe would stay open for as long as the server runs.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, cwd="/")
        output.seek(0)
        said = output.read().decode("utf-8", "replace")
    if done.returncode:
        if log and log.exists():
            said += log.read_text(encoding="utf-8", errors="replace")
        say("\n".join(f"  {line}" for line in said.strip().splitlines()[-12:]))
        raise SystemExit("PostgreSQL could not be started; the lines above say why.")

"""The virtual environment that holds exactly what the lock names: made when missing, made again when not whole."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from launcher.terminal import INTERRUPTED, fail, say

if os.name != "nt":  # Windows: two first starts at once are not kept apart there
    import fcntl

LOCKS = {"run": "requirements.txt", "test": "requirements-dev.txt"}
STAMP = "desk-stamp.json"
# A person's settings of pip are kept (index, proxy, certificates, cache), but not those that lead packages elsewhere.
MISLEADING = ("TARGET", "PREFIX", "ROOT", "PYTHON", "REQUIREMENT", "CONSTRAINT", "NO_BINARY", "NO_DEPS", "DRY_RUN")
UNREACHABLE = (
    "newconnectionerror", "max retries", "timed out", "name resolution", "getaddrinfo", "proxyerror",
    "connection refused", "network is unreachable", "could not fetch url", "connecttimeout",
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """Where an environment is, and of what it is made."""

    folder: Path
    lock: Path

    @property
    def python(self) -> Path:
        return self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    @property
    def lock_hash(self) -> str:
        return hashlib.sha256(self.lock.read_bytes()).hexdigest()


def environment(kind: str, root: Path) -> Path:
    """The Python of the environment for "run" or for "test". A whole one costs a handful of file look-ups.

    Each minor version of Python has an environment of its own, so tests can go through several. Ends the start with a
    sentence when it cannot be made.
    """
    shelf = Path(os.environ.get("DESK_ENV") or root / ".desk").expanduser().absolute()
    version = "{}.{}".format(*sys.version_info[:2])
    place = Place(folder=shelf / f"{kind}-{version}", lock=root / LOCKS[kind])
    if not flaw(place):
        return place.python
    try:
        shelf.mkdir(parents=True, exist_ok=True)
        with locked(place.folder.with_name(f"{place.folder.name}.lock")):
            wrong = flaw(place)
            if wrong:  # else another start made it while this one waited
                if place.folder.exists():
                    say(f"The environment in {place.folder} {wrong}; making it anew.")
                    shutil.rmtree(place.folder)
                build(place, root / "requirements-pip.txt")
                forget_orphans(shelf)
    except (PermissionError, FileExistsError, NotADirectoryError) as error:
        fail(f"The packages cannot be installed in {shelf}: {error.strerror}. Set DESK_ENV to a folder that can be used.")
    except OSError as error:
        fail(f"The environment cannot be made in {shelf}: {error.strerror or error}. DESK_ENV names another folder.")
    except KeyboardInterrupt:
        fail("Stopped. The next start begins the installation anew.", INTERRUPTED)
    return place.python


def flaw(place: Place) -> str:
    """What is wrong with an environment, as the end of a sentence; "" when it is whole."""
    try:
        stamp = json.loads((place.folder / STAMP).read_text(encoding="utf-8"))
        if stamp["place"] != str(place.folder):
            return "was made in another place"
        if stamp["lock"] != place.lock_hash:
            return "is of another list of packages"
        if stamp["python"] != identity(place.python):
            return "is of a Python that has changed since"
        return "" if set(os.listdir(stamp["packages"])).issuperset(stamp["holds"]) else "has lost packages"
    except FileNotFoundError:
        return "is not finished"
    except (OSError, ValueError, KeyError, TypeError):
        return "cannot be read"


def identity(python: Path) -> list[str | int] | None:
    """Which program an environment's Python leads to; None when it leads nowhere, as after an upgrade."""
    try:
        found = python.stat()
    except OSError:
        return None
    return [os.path.realpath(python), found.st_size, found.st_mtime_ns]


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep other starts out while the environment is made; they wait."""
    with open(path, "a", encoding="utf-8") as file:
        if os.name != "nt":
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("Another start is making the environment; waiting for it ...")
                fcntl.flock(file, fcntl.LOCK_EX)
            except OSError:
                pass  # a file system without locks: two first starts at once are not kept apart on it
        yield


def forget_orphans(shelf: Path) -> None:
    """Remove environments whose Python is gone."""
    for stamp in shelf.glob(f"*/{STAMP}"):
        program = "Scripts/python.exe" if os.name == "nt" else "bin/python"
        if identity(stamp.parent / program) is None:
            shutil.rmtree(stamp.parent, ignore_errors=True)


def build(place: Place, pip_lock: Path) -> None:
    """Install what the lock names. The stamp comes last: what stops before it is begun anew by the next start."""
    import venv  # these two are slow to load, and a second start needs neither

    from launcher.pip_wheels import find_pip

    say(f"Installing the packages of {place.lock.name} into {place.folder} (once) ...")
    started = time.monotonic()
    # Without pip: the environment holds what the lock names and nothing else, and Debian's python3 has no ensurepip.
    venv.create(place.folder, with_pip=False, symlinks=os.name != "nt")
    done = subprocess.run(
        [*find_pip(place.folder, place.python, pip_lock), "install", "--quiet", "--require-hashes",
         "--only-binary", ":all:", "-r", str(place.lock)],
        stdin=subprocess.DEVNULL, stdout=sys.stderr, stderr=subprocess.PIPE,
        encoding="utf-8", errors="replace", env=pip_variables(os.environ),
    )  # fmt: skip
    if done.returncode:
        refuse(done.stderr)
    packages = subprocess.check_output(
        [place.python, "-I", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], encoding="utf-8"
    ).strip()
    stamp = {
        "place": str(place.folder),
        "lock": place.lock_hash,
        "python": identity(place.python),
        "packages": packages,
        "holds": sorted(name for name in os.listdir(packages) if not name.startswith("__")),
    }
    unfinished = place.folder / f"{STAMP}.part"
    unfinished.write_text(json.dumps(stamp), encoding="utf-8")
    unfinished.replace(place.folder / STAMP)
    say(f"Installed in {time.monotonic() - started:.0f} s.")


def pip_variables(given: os._Environ[str] | dict[str, str]) -> dict[str, str]:
    """The environment variables that pip runs with."""
    chosen = {"PIP_RETRIES": "2"} | dict(given)
    chosen |= {"PIP_USER": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PYTHONUTF8": "1"}
    for name in ("PYTHONPATH", "PYTHONHOME", "__PYVENV_LAUNCHER__", *(f"PIP_{word}" for word in MISLEADING)):
        chosen.pop(name, None)
    return chosen


def refuse(said: str) -> None:
    """End the start with pip's last words and what to do about them."""
    for line in [line for line in said.splitlines() if line.strip()][-6:]:
        say(f"  {line}")
    fail(remedy(said))


def remedy(said: str) -> str:
    """What to do about an installation that failed with these words of pip's."""
    words = said.lower()
    if "do not match the hashes" in words:
        return "A package is not the one that is locked, so it was not installed. A proxy or mirror may have changed it."
    if "no space left" in words:
        return "The disk is full. Make room, or set DESK_ENV to a folder on another disk, and start again."
    # An index that cannot be reached and one that is empty look the same to pip when it may not try twice.
    if any(word in words for word in UNREACHABLE) or "from versions: none" in words:
        return (
            "The packages could not be downloaded. Check the network, or set HTTPS_PROXY or PIP_INDEX_URL to what "
            "reaches a package index, and start again."
        )
    if "no matching distribution" in words:
        version = "{}.{}".format(*sys.version_info[:2])
        return (
            f"The package index has no ready package for Python {version} on this machine. Start with another Python, "
            "3.11 to 3.14."
        )
    return "The packages could not be installed; the lines above say why. Start again when it is mended."

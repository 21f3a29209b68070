"""A PostgreSQL of one's own: made in a temporary folder, on a free port, gone when whoever started it is gone."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.watcher import ended_with_us

# Nothing here outlives the tests, so nothing waits for the disk.
QUICK = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=100"


@dataclass(frozen=True)
class Server:
    """One that runs. ``stop`` and ``start`` are for tests of what happens meanwhile."""

    url: str
    control: tuple[str, ...]
    options: str
    log: Path

    def start(self) -> None:
        _quietly([*self.control, "-o", self.options, "-l", str(self.log), "start"])

    def stop(self) -> None:
        _quietly([*self.control, "-m", "fast", "stop"])


def binaries() -> Path | None:
    """The folder with initdb and pg_ctl; None where PostgreSQL is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


@contextmanager
def server(programs: Path) -> Iterator[Server]:
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
    control = (*who, str(programs / "pg_ctl"), "-D", str(data), "-w", "-t", "60")
    options = f"-c listen_addresses=127.0.0.1 -p {port} -c unix_socket_directories={folder} {QUICK}"
    with ended_with_us([*control, "-m", "immediate", "stop"], folder):
        _quietly(
            [*who, str(programs / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync",
             "--locale=C.UTF-8"]
        )  # fmt: skip
        found = Server(f"postgres://postgres@127.0.0.1:{port}/postgres", control, options, folder / "log")
        found.start()
        yield found


def _quietly(words: list[str]) -> None:
    """Run a command in a folder that everybody may enter; what it says is shown when it fails."""
    with tempfile.TemporaryFile() as said:  # not a pipe: the server that pg_ctl leaves behind would keep that open
        done = subprocess.run(words, stdout=said, stderr=said, stdin=subprocess.DEVNULL, cwd="/", check=False)
        if done.returncode:
            said.seek(0)
            sys.stderr.write(said.read().decode("utf-8", "replace"))
            raise subprocess.CalledProcessError(done.returncode, words)

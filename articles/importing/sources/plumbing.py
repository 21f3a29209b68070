"""Git's plumbing commands, called so that a foreign repository cannot have anything run."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from articles.importing.sources.kinds import SourceError

PATIENCE = 120  # seconds for one call: a tree of trees can keep Git busy for ever
CHUNK = 64 * 1024
PRIVATE, ABANDONED = "newsdesk-git-", 24 * 3600  # seconds after which nobody works in a private folder any more
SAFE = (
    "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "core.attributesFile=/dev/null",
    "-c", "protocol.allow=never", "-c", "gc.auto=0", "-c", "maintenance.auto=false", "-c", "safe.directory=*",
    "-c", "core.pager=cat", "-c", "core.sshCommand=false", "-c", "core.askPass=false", "-c", "credential.helper=",
    "-c", "init.defaultBranch=main",
)  # fmt: skip


def environment(protocols: str = "none") -> dict[str, str]:
    """The environment of every call: no configuration but the repository's own, no prompt, no network.

    ``protocols`` is the one setting about them that no repository can override. Even a local path is forbidden where
    nothing is fetched: an incomplete repository would name the program that answers for the missing part.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return kept | {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ALLOW_PROTOCOL": protocols,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "LC_ALL": "C",
    }


class Git:
    """One repository. ``label`` is what its errors call it; ``extra`` are variables of every call."""

    def __init__(self, folder: Path | str, label: str, extra: Mapping[str, str] | None = None) -> None:
        self.folder, self.label, self.extra = str(folder), label, dict(extra or {})

    def run(
        self, *words: str, protocols: str = "none", data: bytes = b"", extra: Mapping[str, str] | None = None,
        patience: float = 0, largest: int = 0,
    ) -> bytes:  # fmt: skip
        """What the command prints; it is given ``data`` and writes no file of more than ``largest`` bytes. Raises SourceError with what Git said.

        It has a session of its own: what stops the desk does not stop it half way, with a lock in its hands.
        """
        try:
            done = subprocess.run(
                [*_limited(largest), *self._command(words)], input=data, capture_output=True, timeout=patience or PATIENCE, check=False,
                env=environment(protocols) | self.extra | dict(extra or {}), start_new_session=True,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise self._late(patience or PATIENCE) from error
        if done.returncode:
            raise self._refused(done.stderr)
        return done.stdout

    def rows(self, *words: str) -> Iterator[bytes]:
        """What the command prints, cut at NULs, as it comes: whoever stops reading stops the command."""
        with tempfile.TemporaryFile() as said:
            process = subprocess.Popen(
                self._command(words), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said,
                env=environment() | self.extra,
            )
            assert process.stdout is not None
            timer = threading.Timer(PATIENCE, process.kill)
            timer.start()
            try:
                rest = b""
                while data := process.stdout.read1(CHUNK):  # type: ignore[attr-defined]
                    *rows, rest = (rest + data).split(b"\0")
                    yield from rows
                process.wait()
            finally:
                timer.cancel()
                process.kill()
                process.wait()
                process.stdout.close()
            if process.returncode == -signal.SIGKILL:
                raise self._late(PATIENCE)
            if process.returncode:
                said.seek(0)
                raise self._refused(said.read(10_000))

    def objects(self) -> subprocess.Popen[bytes]:
        """A process that answers names of objects, one a line, with their bytes."""
        return subprocess.Popen(
            self._command(("cat-file", "--batch")),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env=environment() | self.extra,
        )  # fmt: skip

    def _command(self, words: tuple[str, ...]) -> list[str]:
        return ["git", *SAFE, f"--git-dir={self.folder}", *words]

    def _late(self, patience: float) -> SourceError:
        return SourceError(f"Git did not finish with {self.label} within {patience:.0f} seconds. Is it there, and is it a site?")

    def _refused(self, said: bytes) -> SourceError:
        lines = said.decode("utf-8", "replace").strip().splitlines() or ["no reason given"]
        reason = lines[-1].removeprefix("fatal: ").removeprefix("error: ").rstrip(".")
        return SourceError(f"Git could not read {self.label}: {reason}.")


def _limited(largest: int) -> list[str]:
    """The words before a command that may write no larger file: Git has no such limit of its own."""
    if not largest or os.name == "nt":
        return []
    return ["/bin/sh", "-c", f'ulimit -f {max(1, largest // 512)} && exec "$@"', "sh"]


def private_folder() -> tempfile.TemporaryDirectory[str]:
    """A folder for a private repository. Those that killed runs left behind a day ago go."""
    own = tempfile.TemporaryDirectory(prefix=PRIVATE)
    for left in Path(own.name).parent.glob(f"{PRIVATE}*"):
        with suppress(OSError):
            found = left.lstat()
            if found.st_uid == os.getuid() and found.st_mtime < time.time() - ABANDONED:
                shutil.rmtree(left, ignore_errors=True)
    return own

"""Ends what a process started when the process itself is gone, however it went: ``kill -9`` leaves nothing behind.

A pipe tells: its other end closes with the process that holds it. The watcher has a session of its own, so what stops
the tests does not stop it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def ended_with_us(words: Sequence[str], *folders: Path) -> Iterator[None]:
    """Run the command and remove the folders at the end of the block, or when this process has ended any other way."""
    read, write = os.pipe()
    watcher = subprocess.Popen(
        [sys.executable, __file__, str(read), json.dumps([list(words), [str(folder) for folder in folders]])],
        pass_fds=[read], stdin=subprocess.DEVNULL, cwd="/", start_new_session=True,
    )  # fmt: skip
    os.close(read)
    try:
        yield
    finally:
        os.close(write)
        watcher.wait()


def watch(pipe: int, words: list[str], folders: list[str]) -> None:
    while os.read(pipe, 1):
        pass
    if words:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "stdin": subprocess.DEVNULL}
        subprocess.call(words, **quiet)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    watch(int(sys.argv[1]), *json.loads(sys.argv[2]))

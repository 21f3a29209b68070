"""The launcher as a person starts it, in a process of its own; only pip is replaced, by one that puts down an empty package.

``python -m tests.launcher.starting WORDS`` is ``python3 desk WORDS`` with that pip. FAKE_PIP_LOG gets a line for each
installation, FAKE_PIP_SECONDS says how long one takes, FAKE_PIP_FAILS what it says before it fails.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent.parent
FAKE_PIP = """
import os, sys, sysconfig, time, pathlib
with open(os.environ["FAKE_PIP_LOG"], "a") as log:
    log.write(" ".join(sys.argv[1:]) + "\\n")
time.sleep(float(os.environ.get("FAKE_PIP_SECONDS", "0")))
said = os.environ.get("FAKE_PIP_FAILS")
if said:
    sys.exit(said)
package = pathlib.Path(sysconfig.get_path("purelib"), "newsdesk_fake")
package.mkdir(parents=True)
(package / "__init__.py").write_text("")
"""


class Answer(NamedTuple):
    code: int
    out: str
    err: str


def desk(*words: object, python: str = sys.executable, **variables: str) -> Answer:
    """``python3 desk WORDS`` as it is."""
    return run(python, str(ROOT / "desk"), *map(str, words), **variables)


def start(folder: Path, *words: object, **variables: str) -> Answer:
    """The same with the pip that installs nothing; the environment and the data lie in ``folder``."""
    return run(sys.executable, "-m", "tests.launcher.starting", *map(str, words), **fake(folder), **variables)


def begin(folder: Path, *words: object, **variables: str) -> subprocess.Popen[str]:
    """``start`` without waiting for its end."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.launcher.starting", *map(str, words)],
        cwd=ROOT, env=chosen(fake(folder) | variables), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip


def fake(folder: Path) -> dict[str, str]:
    return {"DESK_ENV": str(folder / "env"), "DESK_DATA": str(folder / "data"), "FAKE_PIP_LOG": str(folder / "pip.log")}


def chosen(variables: dict[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DESK_", "PIP_", "DJANGO_")) and name != "DATABASE_URL"}
    return kept | variables


def run(*words: str, **variables: str) -> Answer:
    done = subprocess.run(
        list(words), cwd=ROOT, env=chosen(variables), capture_output=True, text=True, timeout=120, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    return Answer(done.returncode, done.stdout, done.stderr)


def main() -> int:
    """The launcher with that pip, and a ``manage.py`` that only says what it was told."""
    from launcher import commands, pip_wheels

    def find_pip(folder: Path, python: Path, lock: Path) -> list[str]:
        (folder / "fake_pip.py").write_text(FAKE_PIP)
        return [str(python), str(folder / "fake_pip.py")]

    pip_wheels.find_pip = find_pip
    commands.program = lambda command: ["-c", "import sys, newsdesk_fake; print(sys.argv[1:])", command]  # type: ignore[assignment]
    return commands.main(sys.argv[1:])


if __name__ == "__main__":
    raise SystemExit(main())

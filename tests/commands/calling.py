"""Commands as a person calls them, inside the test's own process or in one of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent.parent


class Answer(NamedTuple):
    code: int
    out: str
    err: str


def called(capsys: pytest.CaptureFixture[str], name: str, *words: Any, **options: Any) -> Answer:
    """What the command says, and its exit code."""
    code = 0
    try:
        call_command(name, *map(str, words), **options)
    except SystemExit as end:
        code = int(end.code or 0)
    return Answer(code, *capsys.readouterr())


def started(folder: Path, *words: Any, **variables: str) -> Answer:
    """The same in a new process, with a desk of its own in ``folder``, on SQLite."""
    environment = os.environ | {"DESK_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "newsdesk.settings"} | variables
    environment.pop("DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *map(str, words)],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    return Answer(done.returncode, done.stdout, done.stderr)

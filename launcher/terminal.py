"""Sentences on stderr, and exit codes."""

from __future__ import annotations

import sys
from typing import NoReturn

FAILED, WRONG_CALL, INTERRUPTED = 1, 2, 130


def say(sentence: str) -> None:
    """Tell the person something. Never on stdout: that belongs to the report."""
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()


def fail(sentence: str, code: int = FAILED) -> NoReturn:
    """End the start with a sentence that says what would be right."""
    say(sentence)
    raise SystemExit(code)

"""Log lines and terminal lines stay one line each, whatever a stranger put into a name."""

from __future__ import annotations

import logging
import sys

import pytest

from articles.management.commands._terminal import escaped
from newsdesk.logs import OneLine

pytestmark = pytest.mark.pure
HOSTILE = "a\x1b[2Jb\nERROR forged\r\x07\x9b\u2028c"


def logged(message: str, *, error: bool = False) -> str:
    info = None
    if error:
        try:
            raise ValueError(message)
        except ValueError:
            info = sys.exc_info()
    record = logging.LogRecord("desk", logging.WARNING, "", 1, "File %s", (message,), info)
    return OneLine("%(levelname)s %(message)s").format(record)


def test_a_name_cannot_forge_a_line_or_command_the_terminal() -> None:
    assert logged(HOSTILE) == r"WARNING File a\x1b[2Jb\nERROR forged\r\x07\x9b\u2028c"


def test_a_traceback_cannot_either() -> None:
    first, *rest = logged(HOSTILE, error=True).split("\n")

    assert first.startswith("WARNING File a")
    assert rest and all(line.startswith("    ") for line in rest)
    assert not any(char in "\n".join(rest) for char in "\x1b\r\x07\x9b\u2028")


def test_the_terminal_sees_escapes() -> None:
    assert escaped("a\x1b[2Jb\u202ec\ud800") == r"a\x1b[2Jb\u202ec?"

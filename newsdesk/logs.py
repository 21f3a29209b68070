"""Log lines that stay one line: file names and titles come from strangers."""

from __future__ import annotations

import logging
import re
from typing import Any

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")


class OneLine(logging.Formatter):
    """Escapes control characters in the message, so that no value can forge a line or command the terminal.

    The lines of a traceback, which may quote such values, are indented: what begins at the margin is ours.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:
        return _escaped(super().formatMessage(record))

    def formatException(self, exc_info: Any) -> str:
        return "\n".join(f"    {_escaped(line)}" for line in super().formatException(exc_info).split("\n"))


def _escaped(text: str) -> str:
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)

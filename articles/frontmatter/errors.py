"""What goes wrong with a file: where it stands, and what would be right."""

from __future__ import annotations

from dataclasses import dataclass

SHOWN = 60  # characters of a value that a message shows


def shown(value: str) -> str:
    """A value as a message may show it: one line, short, control characters escaped."""
    text = value if len(value) <= SHOWN else value[: SHOWN - 1] + "…"
    return "".join(
        char if char.isprintable() and char not in "\u2028\u2029" else char.encode("unicode_escape", "replace").decode()
        for char in text
    )


class FrontMatterError(ValueError):
    """A file that cannot be read, or a value that it cannot take.

    ``message`` is a sentence without the place. ``line`` and ``column`` are 1-based and count from the first line of the
    file; None where there is no place. ``key`` is the front matter key, dotted for nested ones (``provider.name``).
    """

    def __init__(
        self, message: str, path: str = "", line: int | None = None, column: int | None = None, key: str = ""
    ) -> None:
        self.message = message
        self.path = path
        self.line = line
        self.column = column
        self.key = key
        super().__init__(message)

    def __str__(self) -> str:
        place = ", ".join(part for part in (shown(self.path), f"line {self.line}" if self.line else "") if part)
        return f"{place}: {self.message}" if place else self.message


@dataclass(frozen=True)
class Finding:
    """Something odd that was accepted."""

    message: str
    line: int | None = None
    column: int | None = None
    key: str = ""

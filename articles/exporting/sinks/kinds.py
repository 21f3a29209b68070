"""What every sink offers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from types import TracebackType


class SinkError(Exception):
    """The destination as a whole cannot be used. The text is a sentence that says what to do."""


class SinkMoved(SinkError):
    """Somebody else published first. Nothing was written: read what is there now, and export again."""


class Sink(ABC):
    """A place that files are written to. As a context manager it publishes on leaving, or leaves everything as it was
    when an exception passes."""

    label: str
    keeps_files: bool  # whether files of an earlier export are still there
    takes_message = False  # whether publishing comes with a message that tells what was decided, and by whom
    message = ""
    branch = commit = ""  # what it published, where that is a Git commit

    @property
    def place(self) -> str:
        """The name under which the desk remembers what it wrote here."""
        return self.label

    @abstractmethod
    def read(self, path: str) -> bytes | None:
        """The bytes that stand at ``path`` now; None when there is no file. Raises OSError for a link or device."""

    @abstractmethod
    def write(self, path: str, data: bytes) -> None:
        """Stage a file. Raises OSError or UnsafePath, and stages nothing, when it cannot be written there."""

    @abstractmethod
    def remove(self, path: str) -> None:
        """Stage the removal of a file."""

    def is_one_file(self, path: str, other: str) -> bool:
        """Whether two paths that differ only in case or composition name one file here."""
        return False

    @abstractmethod
    def close(self) -> None:
        """Publish what is staged: every file appears whole, or not at all. A second call does nothing."""

    @abstractmethod
    def abort(self) -> None:
        """Drop what is staged."""

    def __enter__(self) -> Sink:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.abort()

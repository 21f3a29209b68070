"""What an import did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from articles.policy import CLASSES


@dataclass(frozen=True)
class Problem:
    """One file that did not go in. ``line`` and ``column`` are 1-based, None where there is no place."""

    path: str
    message: str
    line: int | None = None
    column: int | None = None
    key: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {
            "path": self.path,
            "line": self.line,
            "column": self.column,
            "key": self.key,
            "message": self.message,
        }

    def __str__(self) -> str:
        place = "".join(
            f", {name} {value}" for name, value in (("line", self.line), ("column", self.column)) if value is not None
        )
        return f"{self.path}{place}: {self.message}"


@dataclass(frozen=True)
class ImportReport:
    """Counts are of articles; ``others`` are the files around them that were new or changed, ``conflicts`` the fields
    that the feed and the desk both changed, ``withdrawn`` the articles whose file is gone. ``problems`` are sorted by
    path. ``changes`` counts rewritten files by the gravest class of their change, ``alerts`` the decided articles that
    want another look since this import."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    conflicts: int = 0
    others: int = 0
    withdrawn: int = 0
    problems: tuple[Problem, ...] = ()
    notices: tuple[str, ...] = ()
    revision: str | None = None
    changes: Mapping[str, int] = field(default_factory=lambda: change_counts({}))
    alerts: int = 0
    wrote: bool = False  # whether anything was written at all

    def as_dict(self) -> dict[str, Any]:
        return {
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "conflicts": self.conflicts,
            "withdrawn": self.withdrawn,
            "problems": [problem.as_dict() for problem in self.problems],
            "revision": self.revision,
            "changes": dict(self.changes),
            "alerts": self.alerts,
        }


def change_counts(found: Mapping[str, int]) -> dict[str, int]:
    """A number for each class of change, also for those that did not occur."""
    return {name: found.get(name, 0) for name in CLASSES}

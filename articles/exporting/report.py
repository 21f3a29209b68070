"""What an export did, or would do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from articles.exporting.diffs import DiffLine
from articles.importing.report import Problem


@dataclass(frozen=True)
class FileChange:
    """One file that an export changes: ``kind`` is approved, rejected or edited; ``group`` one of ``grouping.GROUPS``.
    ``keys`` are the file keys that change."""

    path: str
    kind: str
    title: str
    article: int | None
    lines: tuple[DiffLine, ...]
    group: str = "other"
    keys: tuple[str, ...] = ()


@dataclass
class ExportReport:
    """Counts are of articles; ``others`` are the files around them that were written."""

    written: int = 0
    unchanged: int = 0
    removed: int = 0
    others: int = 0
    held_back: int = 0  # fields in conflict, which stay as the feed has them
    problems: list[Problem] = field(default_factory=list)
    changes: list[FileChange] = field(default_factory=list)  # of a dry run
    kinds: dict[str, int] = field(default_factory=dict)  # of a dry run: how many files change, by kind
    groups: dict[str, int] = field(default_factory=dict)  # of a dry run: the same, by what changes in them
    message: str = ""  # of the commit, where it goes into Git; of a dry run the one that it would have
    branch: str = ""  # of a Git repository, with the commit that the export made there
    commit: str = ""
    notices: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return {
            "written": self.written,
            "unchanged": self.unchanged,
            "removed": self.removed,
            "others": self.others,
            "problems": [problem.as_dict() for problem in self.problems],
        }

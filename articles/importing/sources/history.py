"""What lies between two commits of a repository, told by plumbing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from articles.importing.sources.kinds import FOLDERS, SourceError
from articles.importing.sources.plumbing import Git

COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
# From the top, wherever the repository claims that its worktree is and the desk happens to run.
READ = tuple(f":(top,literal){name}" for name in ("_config.yml", *FOLDERS) if name != "_data")


class Step(NamedTuple):
    """One name that differs between two commits. ``mode`` and ``blob`` are the later one's, empty where it has none."""

    name: str
    mode: str
    blob: str


def is_ancestor(git: Git, old: str, new: str) -> bool:
    """Whether the repository has ``old`` and ``new`` came from it."""
    if not COMMIT.fullmatch(old) or not COMMIT.fullmatch(new):
        return False
    try:
        git.run("merge-base", "--is-ancestor", old, new)
    except SourceError:
        return False
    return True


def steps(git: Git, old: str, new: str) -> Iterator[Step]:
    """What differs among the files that a desk reads. Costs what differs, not what is there."""
    rows = git.rows("diff-tree", "-r", "-z", "--no-renames", "--no-ext-diff", old, new, "--", *READ)
    for row in rows:
        mode, blob = row.decode().split()[1:4:2]
        name = next(rows).decode("utf-8", "surrogateescape")
        is_there = mode != "000000"
        yield Step(name, mode if is_there else "", blob if is_there else "")


def sizes(git: Git, names: Sequence[str]) -> list[int | None]:
    """How many bytes the blob of each name has; None where there is no such blob. No name may hold a line's end."""
    if not names:
        return []
    said = git.run("cat-file", "--batch-check", data="".join(f"{name}\n" for name in names).encode())
    answers = [line.split() for line in said.decode("utf-8", "replace").splitlines()]
    return [int(answer[2]) if len(answer) == 3 and answer[1] == "blob" else None for answer in answers]

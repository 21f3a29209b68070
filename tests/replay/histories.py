"""A repository's history, commit by commit: which files each step changed, and their bytes."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType


@dataclass(frozen=True)
class Step:
    """From the step before to ``commit``: path of an article -> its blob, None where it is gone."""

    commit: str
    files: dict[str, str | None]


class History:
    """The first-parent line of a branch, oldest first. ``read`` answers with the bytes of a blob."""

    def __init__(self, place: Path, branch: str = "HEAD") -> None:
        self.place = place
        log = self._git("log", "--first-parent", "--reverse", "--format=%H %T", branch).decode().splitlines()
        self.trees = dict(row.split() for row in log)
        self._reader: subprocess.Popen[bytes] | None = None
        self._read: dict[str, bytes] = {}

    def __enter__(self) -> History:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._reader:
            self._reader.communicate()

    @property
    def commits(self) -> list[str]:
        return list(self.trees)

    def steps(self, commits: Sequence[str] | None = None) -> list[Step]:
        """What each of the chosen commits changed since the one chosen before it; the first, since nothing."""
        chosen = self.commits if commits is None else commits
        empty = self._git("hash-object", "-t", "tree", "--stdin").decode().strip()
        trees = [empty, *(self.trees[commit] for commit in chosen)]
        pairs = "".join(f"{old} {new}\n" for old, new in zip(trees, trees[1:], strict=False))
        words = self._git("diff-tree", "--stdin", "-r", "-z", "--no-renames", data=pairs.encode()).split(b"\0")
        found: list[dict[str, str | None]] = [{} for _ in chosen]
        place, seen = -1, iter(words)
        for word in seen:
            # Each pair begins with a line of its two trees; a pair without a difference has none.
            *heads, row = word.split(b"\n")
            for head in heads:
                place = self._place(head.decode(), trees, place)
            if not row.startswith(b":"):
                continue
            path = next(seen).decode("utf-8", "surrogateescape")
            if path.startswith("_news/") and path.endswith((".md", ".markdown")):
                _, _, _, blob, status = row.decode().split()
                found[place][path] = None if status == "D" else blob
        return [Step(commit, files) for commit, files in zip(chosen, found, strict=True)]

    def densest(self, count: int) -> list[str]:
        """The commits that change most files, oldest first."""
        steps = self.steps()
        chosen = sorted(range(len(steps)), key=lambda place: (-len(steps[place].files), place))[:count]
        return [steps[place].commit for place in sorted(chosen)]

    def read(self, blob: str) -> bytes:
        if self._reader is None:
            self._reader = subprocess.Popen(
                ["git", "-C", str(self.place), "cat-file", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        ask, answer = self._reader.stdin, self._reader.stdout
        assert ask is not None and answer is not None
        ask.write(blob.encode() + b"\n")
        ask.flush()
        data = answer.read(int(answer.readline().split()[2]))
        answer.read(1)
        return data

    @staticmethod
    def _place(head: str, trees: Sequence[str], place: int) -> int:
        old, new = head.split()
        return next(at for at in range(place + 1, len(trees) - 1) if (trees[at], trees[at + 1]) == (old, new))

    def _git(self, *words: str, data: bytes = b"") -> bytes:
        done = subprocess.run(["git", "-C", str(self.place), *words], input=data, check=True, capture_output=True)
        return done.stdout

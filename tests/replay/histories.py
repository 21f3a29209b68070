"""A repository's history, commit by commit: which files each step changed, and their bytes."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

EMPTY = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"  # Git's name for the tree of nothing


@dataclass(frozen=True)
class Step:
    """From the step before to ``commit``: path of an article -> its blob, None where it is gone."""

    commit: str
    files: dict[str, str | None]


class History:
    """A repository, and the first-parent line of its branch, oldest first. ``read`` answers with the bytes of a blob."""

    def __init__(self, place: Path, branch: str = "HEAD") -> None:
        self.place, self.branch = place, branch
        self._reader: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> History:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._reader:
            self._reader.communicate()

    def commits(self) -> list[str]:
        return self._git("log", "--first-parent", "--reverse", "--format=%H", self.branch).decode().split()

    def steps(self, commits: Sequence[str]) -> list[Step]:
        """What each of the commits changed since the one before it; the first, since nothing."""
        trees = [EMPTY, *self._git("rev-parse", *(f"{one}^{{tree}}" for one in commits)).decode().split()]
        pairs = [f"{old} {new}" for old, new in zip(trees, trees[1:], strict=False)]
        said = self._git("diff-tree", "--stdin", "-r", "-z", "--no-renames", data="\n".join([*pairs, ""]).encode())
        found: list[dict[str, str | None]] = [{} for _ in commits]
        place, words = -1, iter(said.split(b"\0"))
        for word in words:
            # Each pair that differs begins with a line of its two trees.
            *heads, row = word.split(b"\n")
            for head in heads:
                place = pairs.index(head.decode(), place + 1)
            if row.startswith(b":"):
                path = next(words).decode("utf-8", "surrogateescape")
                _, _, _, blob, status = row.decode().split()
                if path.startswith("_news/") and path.endswith((".md", ".markdown")):
                    found[place][path] = None if status == "D" else blob
        return [Step(commit, files) for commit, files in zip(commits, found, strict=True)]

    def densest(self, count: int) -> list[str]:
        """The commits that change most files, oldest first."""
        steps = self.steps(self.commits())
        chosen = sorted(range(len(steps)), key=lambda place: (-len(steps[place].files), place))[:count]
        return [steps[place].commit for place in sorted(chosen)]

    def between(self, old: str, new: str) -> Step:
        """What lies between two commits, whichever came first."""
        return self.steps([old, new])[1]

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

    def _git(self, *words: str, data: bytes = b"") -> bytes:
        done = subprocess.run(["git", "-C", str(self.place), *words], input=data, check=True, capture_output=True)
        return done.stdout

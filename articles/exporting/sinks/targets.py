"""Which branch of which repository an export commits to, and how the commit gets there."""

from __future__ import annotations

import re
import time
from collections.abc import Container
from contextlib import suppress
from pathlib import Path

from articles.exporting.sinks.kinds import SinkError, SinkMoved
from articles.importing.sources.git import git_folder
from articles.importing.sources.kinds import SourceError
from articles.importing.sources.plumbing import Git
from articles.importing.sources.remotes import Remote

OWN_BRANCH = "newsdesk"
BRANCH = re.compile(r"(?!-)[^\s\x00-\x1f\x7f~^:?*\[\\]+")
STALE = 60  # seconds: Git holds a branch's lock for milliseconds
MOST_COMMITS = 10_000


class Target:
    """One branch of a repository on this machine, and the remote that its commits are pushed to, if any.

    ``head`` is the commit that HEAD stands for. Where a worktree has HEAD's branch checked out, moving that would make
    its ``git status`` lie, so the branch is ``newsdesk`` instead; ``merge_into`` then names HEAD's.
    """

    def __init__(self, path: Path, label: str, *, branch: str = "", remote: Remote | None = None) -> None:
        self.path, self.label, self.remote, self.there = path, label, remote, ""
        if not path.exists():
            raise SinkError(f"There is no repository at {label} any more. Bring it back, or name another under Imports.")
        folder = git_folder(path.resolve())
        self._git = Git(folder, label)
        common = folder / "commondir"
        self.common = (folder / common.read_text().strip()).resolve() if common.is_file() else folder
        has_worktree = folder.name == ".git" or folder != path.resolve()
        try:
            checked_out = _checked_out(self.common, has_worktree)
            head = self._said("symbolic-ref", "-q", "HEAD").removeprefix("refs/heads/")
            self.head = self._said("rev-parse", "--verify", "-q", "HEAD^{commit}")
            self.merge_into = ""
            if branch:
                if not BRANCH.fullmatch(branch) or not self._said("check-ref-format", f"refs/heads/{branch}", says=False):
                    raise SinkError(f"{branch!r} is not the name of a branch.")
                if branch in checked_out:
                    raise SinkError(
                        f"The branch {branch} is checked out in a worktree of {label}: moving it would make its status "
                        f"lie. Leave --branch out to write to the branch {OWN_BRANCH}, or write files with --files."
                    )
            elif not head or head in checked_out:
                branch, self.merge_into = OWN_BRANCH, head
                if OWN_BRANCH in checked_out:
                    raise SinkError(f"The branch {OWN_BRANCH} is checked out in {label}. Choose another with --branch.")
            self.branch = branch or head
            self.ref = f"refs/heads/{self.branch}"
            # What the feed writes is on HEAD's branch: the desk's own branch tells nothing new.
            self.is_followed = self.branch in (head, OWN_BRANCH)
            self.tip = self._said("rev-parse", "--verify", "-q", f"{self.ref}^{{commit}}")
            self.format = self._git.run("rev-parse", "--show-object-format").decode().strip() or "sha1"
            self.shared = self._said("config", "--get", "core.sharedRepository")
        except SourceError as error:
            raise SinkError(str(error)) from error
        if not (self.tip or self.head):
            if self._said("for-each-ref", "--count=1"):
                raise SinkError(f"The HEAD of {label} names the branch {head}, which is not there. Name a branch of it.")
            raise SinkError(f"{label} has no commits yet. Commit something first, or write the files with --files.")

    # --- where it starts
    def starting_point(self, own: Container[str]) -> tuple[str, list[str]]:
        """The commit whose tree is changed, and the parents of the new one.

        A branch of the desk's own that HEAD has left behind takes HEAD's tree: what it holds beyond HEAD are the desk's
        commits, whose every value is written again.
        """
        try:
            tip = self._joined_with_remote()
            if not self.merge_into or not self.head or tip == self.head:
                start = tip or self.head
                return start, [start]
            if not tip or self._is_ancestor(tip, self.head):
                return self.head, [self.head]
            if self._is_ancestor(self.head, tip):
                return tip, [tip]
            beyond = self._git.run("rev-list", f"--max-count={MOST_COMMITS}", tip, f"^{self.head}").decode().split()
        except SourceError as error:
            raise SinkError(str(error)) from error
        if all(commit in own for commit in beyond):
            return self.head, [tip, self.head]
        return tip, [tip]

    def newest(self) -> str:
        """The newest commit that the feed may have written, here or at the remote."""
        try:
            return self.head if self.branch == OWN_BRANCH else self._joined_with_remote() or self.head
        except SourceError as error:
            raise SinkError(str(error)) from error

    def is_newer(self, commit: str, since: str) -> bool:
        return self._is_ancestor(since, commit)

    def _joined_with_remote(self) -> str:
        """The newer of the branch here and the remote's."""
        if self.remote is None:
            return self.tip
        there = self.there = self.remote.bring(self.store(), self.branch)
        if not there or there == self.tip:
            return self.tip
        if not self.tip or self._is_ancestor(self.tip, there):
            return there
        if self._is_ancestor(there, self.tip):
            return self.tip
        raise SinkError(
            f"The branch {self.branch} of {self.label} and that of {self.remote} have gone different ways. "
            "Merge them first, then export again."
        )

    # --- where it ends
    def publish(self, git: Git, commit: str) -> None:
        """Push the commit, where there is a remote, then move the branch. Raises SinkMoved when somebody was first."""
        if self.remote is not None:
            self._push(self.remote, git, commit)
            with suppress(SinkError):  # it is published; the branch here follows with the next run
                self._move(commit)
            return
        self._move(commit)

    def _push(self, remote: Remote, git: Git, commit: str) -> None:
        try:
            remote.push(git, commit, self.branch)
        except SourceError as error:
            try:
                now = remote.branches(git)[0].get(self.branch, "")
            except SourceError:
                raise SinkError(str(error)) from error
            if now == commit:
                return
            if now != self.there:
                raise SinkMoved(f"The branch {self.branch} of {remote} has moved. Export again.") from error
            raise SinkError(f"{remote} did not take the commit: {error}") from error

    def _move(self, commit: str) -> None:
        for attempt in range(5):
            try:
                self._git.run(
                    "-c", "core.fsync=reference,committed", "update-ref", "--no-deref", "-m", "newsdesk: export", self.ref,
                    commit, self.tip or "0" * len(commit),
                )  # fmt: skip
                return
            except SourceError as error:
                now = self._said("rev-parse", "--verify", "-q", f"{self.ref}^{{commit}}")
                if now == commit:
                    return
                if now != self.tip:
                    raise SinkMoved(f"The branch {self.branch} of {self.label} has moved. Export again.") from error
                if attempt == 4 or not self._free_lock():
                    raise SinkError(str(error)) from error

    def _free_lock(self) -> bool:
        """Wait for the branch's lock, or take away the one that an export which died left. Says whether to try again."""
        lock = self.common / f"{self.ref}.lock"
        try:
            age = time.time() - lock.stat().st_mtime
        except FileNotFoundError:
            return True
        if age < STALE:
            time.sleep(0.3)
            return True
        named = lock.read_text(errors="replace").strip()
        if named and "newsdesk: " not in self._git.run("cat-file", "commit", named if re.fullmatch("[0-9a-f]+", named) else "HEAD").decode("utf-8", "replace"):
            return False  # somebody else's
        lock.unlink(missing_ok=True)
        return True

    # --- behind
    def store(self) -> dict[str, str]:
        """The variables with which a private repository reads and writes the target's objects."""
        return {"GIT_OBJECT_DIRECTORY": str(self.common / "objects")}

    def workshop(self, folder: Path) -> Git:
        """A private repository over the target's objects: none of the target's configuration is in force there."""
        git = Git(folder, self.label)
        git.run("init", "-q", "--bare", "--template=", f"--object-format={self.format}", str(folder))
        if re.fullmatch(r"[a-z]+|0?[0-7]{3,4}", self.shared):
            git.run("config", "core.sharedRepository", self.shared)
        git.extra = self.store()
        return git

    def _is_ancestor(self, old: str, new: str) -> bool:
        return bool(self._said("merge-base", "--is-ancestor", old, new, says=False))

    def _said(self, *words: str, says: bool = True) -> str:
        """The last word that Git answers; empty where it says no."""
        try:
            said = self._git.run(*words).decode("utf-8", "replace").split()
        except SourceError:
            return ""
        return said[-1] if said and says else "" if says else "yes"


def _checked_out(common: Path, has_worktree: bool) -> set[str]:
    """The branches that worktrees have checked out."""
    heads = [common / "HEAD"] if has_worktree else []
    with suppress(OSError):
        heads += [entry / "HEAD" for entry in (common / "worktrees").iterdir()]
    branches = set()
    for head in heads:
        with suppress(OSError):
            text = head.read_text(encoding="utf-8", errors="replace").strip()
            branches |= {text.removeprefix("ref: refs/heads/")} if text.startswith("ref: refs/heads/") else set()
    return branches

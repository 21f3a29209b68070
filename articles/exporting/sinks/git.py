"""A branch of a Git repository: one commit with exactly the files that changed.

The commit is made by plumbing in a private repository that borrows the target's object store, so the target's
configuration is never in force where objects are made, and its worktree, index and staged files are never opened. What
publishes is one compare-and-swap of the branch, or one push that is never forced: a run that is killed before it leaves
loose objects, and nothing else.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import subprocess
from collections.abc import Callable, Container
from dataclasses import dataclass
from pathlib import Path

from articles.exporting.sinks.kinds import Sink, SinkError, SinkMoved
from articles.exporting.sinks.targets import Target
from articles.frontmatter.files import safe_path
from articles.importing.sources.git import PLAIN
from articles.importing.sources.kinds import SourceError
from articles.importing.sources.plumbing import Git, private_folder

PERSON = re.compile(r"([^<>\x00-\x1f\x7f]*[^<>\x00-\x1f\x7f\s])\s*<([^\s<>@\x00-\x1f\x7f]+@[^\s<>@\x00-\x1f\x7f]+)>")
DURABLE = ("-c", "core.fsync=committed", "-c", "core.fsyncMethod=batch")


@dataclass(frozen=True, slots=True)
class Author:
    """Who a commit is by."""

    name: str = "newsdesk"
    address: str = "newsdesk@localhost"

    @classmethod
    def parse(cls, text: str) -> Author:
        """``Name <mail>``. Raises SinkError."""
        found = PERSON.fullmatch(text.strip())
        if found is None or text.strip().startswith("-"):
            raise SinkError(f"{text!r} is no author. Write it like this: --author 'Ida Berg <ida@example.org>'")
        return cls(found[1].strip(), found[2])


class GitSink(Sink):
    """Commits to ``target``'s branch on leaving; nothing when nothing changed. ``own`` are the desk's own commits."""

    keeps_files = True
    takes_message = True

    def __init__(self, target: Target, *, author: Author | None = None, own: Container[str] = ()) -> None:
        self.target, self.author = target, author or Author()
        self.label, self.branch = target.label, target.branch
        self.announce: Callable[[str], None] = lambda commit: None  # told of the commit just before it is published
        self.base, self.parents = target.starting_point(own)
        self._shop = private_folder()
        self._reader: subprocess.Popen[bytes] | None = None
        self._staged: dict[str, Path | None] = {}  # path -> where its new bytes wait; None: it goes
        try:
            self._git = target.workshop(Path(self._shop.name) / "own.git")
            self._files, self._folders, self._links = _listing(self._git, self.base)
        except SourceError as error:
            self.abort()
            raise SinkError(str(error)) from error
        except BaseException:
            self.abort()
            raise

    @property
    def place(self) -> str:
        return f"{self.label}#{self.branch}"

    def read(self, path: str) -> bytes | None:
        if path in self._links:
            raise OSError(errno.ELOOP, "a link or a submodule stands there")
        if path not in self._files:
            return None
        self._reader = self._reader or self._git.objects()
        ask, answer = self._reader.stdin, self._reader.stdout
        assert ask is not None and answer is not None
        ask.write(self._files[path][1].encode() + b"\n")
        ask.flush()
        head = answer.readline().split()
        if len(head) != 3 or head[1] != b"blob":
            self._stop()
            raise OSError(errno.EINVAL, "Git has no object for what stands there")
        data = answer.read(int(head[2]))
        answer.read(1)
        return data

    def write(self, path: str, data: bytes) -> None:
        safe_path(path)
        parts = path.split("/")
        above = {"/".join(parts[:count]) for count in range(1, len(parts))}
        if above & self._files.keys() or above & self._links:
            raise NotADirectoryError(errno.ENOTDIR, "a file or a link stands where its folder would be")
        if path in self._folders:
            raise IsADirectoryError(errno.EISDIR, "a folder stands there")
        place = Path(self._shop.name) / f"{len(self._staged)}.new"
        place.write_bytes(data)
        self._staged[path] = place

    def remove(self, path: str) -> None:
        self._staged[safe_path(path)] = None

    def close(self) -> None:
        try:
            if self._staged and not self.commit:
                self._publish()
        except SourceError as error:
            raise SinkError(str(error)) from error
        finally:
            self.abort()

    def abort(self) -> None:
        self._stop()
        self._staged = {}
        self._shop.cleanup()

    # --- the commit
    def _publish(self) -> None:
        tree = self._tree()
        if tree == self._git.run("rev-parse", "--verify", "-q", f"{self.base}^{{tree}}").decode().strip():
            return
        who = {"GIT_AUTHOR_NAME": self.author.name, "GIT_AUTHOR_EMAIL": self.author.address,
               "GIT_COMMITTER_NAME": self.author.name, "GIT_COMMITTER_EMAIL": self.author.address}  # fmt: skip
        above = [word for parent in self.parents for word in ("-p", parent)]
        made = self._git.run(*DURABLE, "commit-tree", *above, tree, data=self.message.encode(), extra=who)
        commit = made.decode().strip()
        self.announce(commit)
        self.target.publish(self._git, commit)
        self.commit = commit

    def _tree(self) -> str:
        """The tree of the commit: the base's, with what is staged."""
        index = {"GIT_INDEX_FILE": str(Path(self._shop.name) / "index")}
        news = [(path, place) for path, place in self._staged.items() if place is not None]
        names = "".join(f"{place}\n" for _, place in news).encode()
        made = self._git.run(*DURABLE, "hash-object", "-w", "--no-filters", "--stdin-paths", data=names).decode().split()
        rows = [f"{self._files.get(path, ('100644', ''))[0]} {blob}\t{path}\0" for (path, _), blob in zip(news, made, strict=True)]
        nothing = "0" * len(self.base)
        rows += [f"0 {nothing}\t{path}\0" for path, place in self._staged.items() if place is None]
        self._git.run("read-tree", self.base, extra=index)
        self._git.run("update-index", "-z", "--index-info", data="".join(rows).encode("utf-8", "surrogateescape"), extra=index)
        return self._git.run(*DURABLE, "write-tree", "--missing-ok", extra=index).decode().strip()

    def _stop(self) -> None:
        if self._reader:
            self._reader.kill()
            with contextlib.suppress(OSError, ValueError):
                self._reader.communicate()
            self._reader = None


def _listing(git: Git, commit: str) -> tuple[dict[str, tuple[str, str]], set[str], set[str]]:
    """The commit's plain files (path -> mode, blob), its folders, and its links and submodules."""
    files: dict[str, tuple[str, str]] = {}
    folders: set[str] = set()
    links: set[str] = set()
    for row in git.rows("ls-tree", "-r", "-t", "-z", "--full-tree", commit):
        meta, _, raw = row.partition(b"\t")
        mode, kind, identity = meta.decode().split()
        name = os.fsdecode(raw)
        if kind == "tree":
            folders.add(name)
        elif mode in PLAIN:
            files[name] = ("100755" if mode == "100755" else "100644", identity)
        else:
            links.add(name)
    return files, folders, links


__all__ = ["Author", "GitSink", "SinkMoved"]

"""A Git repository at a revision: bare, a worktree, or a bundle. Nothing is checked out, nothing of it is ever run.

Only plumbing is called, with names that never begin with a dash or come from Git's own answers, in an environment that
no repository can override: ordinary commands ran foreign code in 10 of 16 hostile repositories, these in none.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from articles.frontmatter.files import UnsafePath, blob_id, read_bytes, walk
from articles.importing.sources.bundles import fetched, is_bundle
from articles.importing.sources.history import COMMIT, is_ancestor, sizes, steps
from articles.importing.sources.kinds import (
    MOST_FILES,
    NOT_PLAIN,
    Changed,
    Found,
    Source,
    SourceEntry,
    SourceError,
    SourceProblem,
    is_recognised,
    shown,
    site_paths,
)
from articles.importing.sources.plumbing import Git

PLAIN = ("100644", "100755", "100664")
SUBMODULE = "160000"
IN_ITS_OWN = "It is a submodule, whose files lie in a repository of their own. Import that repository, or commit the files here."
AT_ONCE, AT_ONCE_BYTES = 64, 4_000_000  # how much is asked for before the first answer is given away
REVISION = re.compile(r"[^\s\x00-\x1f\x7f:-][^\s\x00-\x1f\x7f:]*")
INDEX_ROW = re.compile(
    rb"[0-9]+ ([0-9a-f]+) 0\t([^\0]+)\0  ctime: ([0-9]+):([0-9]+)\n  mtime: ([0-9]+):([0-9]+)\n[^\n]*\n[^\n]*\n  size: ([0-9]+)"
)
SECOND = 10**9  # nanoseconds
MOST_NAMED = 5  # branches in one sentence


def is_repository(path: Path) -> bool:
    """Whether ``path`` is a bundle, a bare repository, or a worktree's top folder."""
    if path.is_file():
        return is_bundle(path)
    return (path / ".git").exists() or ((path / "HEAD").is_file() and (path / "objects").is_dir())


class GitSource(Source):
    kind = "git"

    def __init__(self, path: Path, rev: str | None, limit: int) -> None:
        super().__init__(str(path), limit)
        if not shutil.which("git"):
            raise SourceError(
                "The command git is not installed. Install it, or import the files of a folder with --files."
            )
        if rev is not None and not REVISION.fullmatch(rev):
            raise SourceError(f"{rev!r} is not the name of a revision.")
        self._own: tempfile.TemporaryDirectory[str] | None = None
        self._reader: subprocess.Popen[bytes] | None = None
        self._blobs: dict[str, str] = {}  # every plain file of the commit -> its blob
        path = path.resolve()
        if path.is_dir():
            folder = git_folder(path)
            if not folder.is_dir():
                raise SourceError(f"{path / '.git'} names the repository {folder}, which is not there. Clone it anew, then import the clone.")
            self._git = Git(folder, self.label)
        else:
            self._own, self._git = fetched(path)
        self.location, self._rev = str(path), rev
        self.is_at_head = False
        try:
            self.revision = self._resolved(rev)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self._stop()
        if self._own:
            self._own.cleanup()
            self._own = None

    def read_all(self, entries: Iterable[SourceEntry]) -> Iterator[tuple[SourceEntry, bytes | SourceProblem]]:
        for chunk in _chunks(entries):
            # All answers are taken before the first is given away: whoever stops half way leaves none in the pipe.
            yield from zip(chunk, self._answers(chunk), strict=True)

    def branch(self) -> str:
        if not self._rev or self._rev == "HEAD":
            return ""
        return self._rev if self._first([f"refs/heads/{self._rev}", f"refs/remotes/origin/{self._rev}"]) else ""

    def knows(self, commit: str) -> bool:
        return commit == self.revision or is_ancestor(self._git, commit, self.revision or "")

    def changed_since(self, commit: str, witnesses: Sequence[str]) -> Changed | None:
        """Five calls of Git, however many files there are. None where the site does not lie at the top of both commits."""
        if not self.revision or not COMMIT.fullmatch(commit):
            return None
        self.problems = []
        found: dict[str, Found] = {}
        gone: list[str] = []
        for count, (name, mode, blob) in enumerate(steps(self._git, commit, self.revision)):
            if count >= MOST_FILES:
                return None
            link = bool(mode) and mode not in PLAIN
            if not mode:
                gone.append(shown(name))
            elif is_recognised(name, link):
                found[name] = _found(name, mode, blob)
        asked = [name for name in witnesses if name.startswith("_") and name.isprintable()]
        blobs = [one.place for one in found.values() if not one.refused]
        there = sizes(self._git, [*(f"{at}:{name}" for at in (commit, self.revision) for name in asked), *blobs])
        was, now = there[: len(asked)], there[len(asked) : 2 * len(asked)]
        is_still = any(size is not None for size in now) or any(name.startswith("_news/") for name in found)
        if not is_still or not any(size is not None for size in was):
            return None
        size_of = dict(zip(blobs, there[2 * len(asked) :], strict=True))
        found = {name: one._replace(size=size_of.get(one.place) or 0) for name, one in found.items()}
        return Changed(sorted(self._readable(found, {name: name for name in found}), key=lambda one: one.path), gone)

    def uncommitted(self, worktree: Path) -> int:
        """How many recognised files of the worktree differ from the commit.

        They are compared here, by size, time and hash: asking Git would run the filters that the repository names.
        """
        committed = {name: self._blobs[name] for name in site_paths(self._blobs)}
        clean = self._clean()
        found: dict[str, os.stat_result] = {}
        for top in sorted({name.partition("/")[0] for name in committed}):
            if (worktree / top).is_dir() and not (worktree / top).is_symlink():
                found.update(walk(worktree, top))
            elif (worktree / top).is_file():
                found[top] = (worktree / top).lstat()
        present = site_paths(found)
        count = len(committed.keys() - present.keys())
        for name in present:
            info, blob = found[name], committed.get(name, "")
            if clean.get(name) == (info.st_ctime_ns, info.st_mtime_ns, info.st_size & 0xFFFFFFFF, blob):
                continue
            try:
                count += _identity(read_bytes(worktree, name, self.limit), blob) != blob
            except (OSError, UnsafePath):
                count += 1
        return count

    # --- behind
    def _list(self) -> Iterable[Found]:
        listing = self._git.rows("ls-tree", "-r", "-z", "-l", "--full-tree", self.revision or "HEAD")
        for count, row in enumerate(listing):
            if count >= MOST_FILES:
                raise SourceError(f"{self.label} holds more than {MOST_FILES:,} files. Is it a site?")
            meta, _, raw = row.partition(b"\t")
            mode, _, identity, size = meta.decode().split()
            name = raw.decode("utf-8", "surrogateescape")
            if mode in PLAIN:
                self._blobs[name] = identity
            yield _found(name, mode, identity, int(size) if size.isdigit() else 0)

    def _answers(self, chunk: list[SourceEntry]) -> list[bytes | SourceProblem]:
        """What Git says to each entry. A damaged object ends the process that reads it, so the rest is asked anew."""
        answers: list[bytes | SourceProblem] = []
        while len(answers) < len(chunk):
            rest = chunk[len(answers) :]
            self._reader = self._reader or self._git.objects()
            ask, answer = self._reader.stdin, self._reader.stdout
            assert ask is not None and answer is not None
            try:
                ask.write(b"".join(entry.place.encode() + b"\n" for entry in rest))
                ask.flush()
                for entry in rest:
                    head = answer.readline().split()
                    if not head:
                        raise BrokenPipeError
                    if len(head) != 3 or head[1] != b"blob":
                        answers.append(
                            SourceProblem(entry.path, "Git has no object for it: the repository is incomplete.")
                        )
                        continue
                    data = answer.read(int(head[2]))
                    answer.read(1)
                    damaged = entry.blob_id and blob_id(data) != entry.blob_id
                    answers.append(SourceProblem(entry.path, "Git's object for it is damaged.") if damaged else data)
            except BrokenPipeError:
                self._stop()
                answers.append(SourceProblem(chunk[len(answers)].path, "Git's object for it is damaged."))
        return answers

    def _stop(self) -> None:
        if self._reader:
            self._reader.kill()
            self._reader.communicate()
            self._reader = None

    def _clean(self) -> dict[str, tuple[int, int, int, str]]:
        """What the index knows of files: times, size and blob. A file as young as the index may have changed since."""
        try:
            rows = self._git.run("ls-files", "--stage", "--debug", "-z")
            written = (Path(self._git.folder) / "index").stat().st_mtime_ns
        except (OSError, SourceError):
            return {}
        known = {}
        for row in INDEX_ROW.finditer(rows):
            changed, time = (int(row[at]) * SECOND + int(row[at + 1]) for at in (3, 5))
            if max(changed, time) < written:
                known[row[2].decode("utf-8", "surrogateescape")] = (changed, time, int(row[7]), row[1].decode())
        return known

    def _resolved(self, rev: str | None) -> str:
        """The commit that ``rev`` means; without one: HEAD, else main, master, or the only branch. A clone of a bundle may
        have neither a HEAD nor a branch of its own, only those of where it came from."""
        if found := self._first([rev, f"refs/heads/{rev}", f"refs/remotes/origin/{rev}"] if rev else ["HEAD"]):
            self.is_at_head = not rev
            return found
        branches: list[str] = []
        if rev in (None, "HEAD"):
            for place in ("refs/heads/", "refs/remotes/origin/"):
                branches += self._branches(place)
                usual = [f"{place}{name}" for name in ("main", "master") if f"{place}{name}" in branches]
                if found := self._first([*usual, *(branches if len(branches) == 1 else [])]):
                    return found
        if not self._git.run("for-each-ref", "--count=1"):
            raise SourceError(f"{self.label} has no commits yet. Commit something, or import its files as a folder (--files).")
        names = [name.removeprefix("refs/heads/").removeprefix("refs/remotes/") for name in branches or self._branches("refs/heads/")]
        shown = ", ".join(names[:MOST_NAMED]) + (", …" if len(names) > MOST_NAMED else "")
        there = f"Its branches are: {shown}. Name one" if shown else "Name a commit or a tag of it"
        if rev and rev != "HEAD":
            raise SourceError(f"{self.label} has no branch, tag or commit {rev}; was it renamed? {there}.")
        raise SourceError(f"The HEAD of {self.label} names no branch that is there. {there} (--rev).")

    def _branches(self, place: str) -> list[str]:
        """Full names of the branches at ``place``, fifty at most."""
        named = self._git.run("for-each-ref", "--count=50", "--format=%(refname)", place).decode("utf-8", "replace").split()
        return [name for name in named if not name.endswith("/HEAD")]

    def _first(self, names: Iterable[str]) -> str:
        """The commit of the first of the names that means one; empty where none does."""
        for name in names:
            try:
                found = self._git.run("rev-parse", "--verify", "-q", "--end-of-options", f"{name}^{{commit}}")
            except SourceError:
                continue
            # Git 2.39 prints the option itself before the answer.
            return found.decode().split()[-1]
        return ""


def _found(name: str, mode: str, blob: str, size: int = 0) -> Found:
    plain = mode in PLAIN
    # A repository of the newer kind names its blobs by SHA-256; ours are SHA-1, found when read.
    known = blob if plain and len(blob) == 40 else None
    refused = "" if plain else IN_ITS_OWN if mode == SUBMODULE else NOT_PLAIN
    return Found(name, blob, size, known, refused, mode != SUBMODULE)


def git_folder(path: Path) -> Path:
    """The repository of a worktree's top folder, or the bare one itself."""
    folder = path / ".git"
    if folder.is_file():
        named = re.match(r"gitdir: (.+)", folder.read_text(encoding="utf-8", errors="replace")[:4096])
        return path / named[1].strip() if named else folder
    return folder if folder.exists() else path


def _chunks(entries: Iterable[SourceEntry]) -> Iterator[list[SourceEntry]]:
    chunk: list[SourceEntry] = []
    size = 0
    for entry in entries:
        if chunk and (len(chunk) >= AT_ONCE or size + entry.size > AT_ONCE_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append(entry)
        size += entry.size
    if chunk:
        yield chunk


def _identity(data: bytes, like: str) -> str:
    """Git's name for the bytes, by the hash that ``like`` was made with."""
    if len(like) == 64:
        return hashlib.sha256(b"blob %d\0" % len(data) + data).hexdigest()
    return blob_id(data)

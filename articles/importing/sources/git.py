"""A Git repository at a revision: bare, a worktree, or a bundle. Nothing is checked out, nothing of it is ever run.

Only plumbing is called, with names after ``--end-of-options`` or from Git's own answers, in an environment that no
repository can override: ordinary commands ran foreign code in 10 of 16 hostile repositories, these in none.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from articles.frontmatter.files import UnsafePath, blob_id, read_bytes, safe_path, walk
from articles.importing.sources.kinds import (
    Source,
    SourceEntry,
    SourceError,
    SourceProblem,
    site_paths,
)

PATIENCE = 300  # seconds for one call of git
BUNDLE = (b"# v2 git bundle\n", b"# v3 git bundle\n")
SAFE = (
    "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "core.attributesFile=/dev/null",
    "-c", "protocol.allow=never", "-c", "protocol.file.allow=always", "-c", "gc.auto=0", "-c", "safe.directory=*",
    "-c", "core.pager=cat", "-c", "core.sshCommand=false", "-c", "core.askPass=false", "-c", "credential.helper=",
)  # fmt: skip


def environment() -> dict[str, str]:
    """The environment of every call: no configuration but the repository's own, no prompt, local files only."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return kept | {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ALLOW_PROTOCOL": "file",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "LC_ALL": "C",
    }


def is_repository(path: Path) -> bool:
    """Whether ``path`` is a bundle, a bare repository, or a worktree's top folder."""
    if path.is_file():
        with path.open("rb") as file:
            return file.read(16) in BUNDLE
    return (path / ".git").exists() or ((path / "HEAD").is_file() and (path / "objects").is_dir())


class GitSource(Source):
    kind = "git"

    def __init__(self, path: Path, rev: str | None, limit: int) -> None:
        super().__init__(str(path), limit)
        if not shutil.which("git"):
            raise SourceError("The command git is not installed. Install it, or import a folder or an archive.")
        if rev is not None and (rev.startswith("-") or re.search(r"[\x00-\x20\x7f:]", rev)):
            raise SourceError(f"“{rev}” is not the name of a revision.")
        self._own: tempfile.TemporaryDirectory[str] | None = None
        self._reader: subprocess.Popen[bytes] | None = None
        self._tree: dict[str, tuple[str, str]] = {}  # place -> mode and blob, of the recognised files
        self._listed: list[SourceEntry] | None = None
        self._where = self._place(path.resolve())
        self.revision = self._resolve(rev)

    def close(self) -> None:
        if self._reader:
            if self._reader.stdin:
                self._reader.stdin.close()
            self._reader.kill()
            self._reader.wait()
            if self._reader.stdout:
                self._reader.stdout.close()
            self._reader = None
        if self._own:
            self._own.cleanup()
            self._own = None

    def remember(self, entries: list[SourceEntry]) -> None:
        """Keep a listing for the next caller of ``entries``, who asks for the same commit."""
        self._listed = entries

    def entries(self) -> list[SourceEntry]:
        if self._listed is not None:
            return self._listed
        listed = self._git("ls-tree", "-r", "-z", "-l", "--full-tree", self.revision or "HEAD")
        found: dict[str, tuple[str, str, int]] = {}
        for row in listed.split(b"\0"):
            if not row:
                continue
            meta, _, name = row.partition(b"\t")
            mode, _, identity, size = meta.decode().split()
            try:
                path = name.decode()
            except UnicodeDecodeError:
                self.problems.append(SourceProblem(name.decode("utf-8", "backslashreplace"), "The path is not UTF-8."))
                continue
            found[path] = (mode, identity, int(size) if size.isdigit() else 0)
        entries = []
        places = site_paths(found)
        self._tree = {place: found[place][:2] for place in places}
        for place, path in places.items():
            kind, blob, length = found[place]
            sentence = self._why_not(path, kind, length)
            if sentence:
                self.problems.append(SourceProblem(path, sentence))
            else:
                # A repository of the newer kind names its blobs by SHA-256; ours are SHA-1, found when read.
                entries.append(SourceEntry(path, blob, length, blob if len(blob) == 40 else None))
        if not entries and not self.problems:
            raise SourceError(f"{self.label} holds no articles at {self.revision}: there is no _news folder in it.")
        return sorted(entries, key=lambda entry: entry.path)

    def read(self, entry: SourceEntry) -> bytes:
        return next(data for _, data in self._read([entry]))

    def read_all(self, entries: Iterable[SourceEntry]) -> Iterator[tuple[SourceEntry, bytes | SourceProblem]]:
        yield from self._read(list(entries))

    def uncommitted(self, worktree: Path) -> int:
        """How many recognised files of the worktree differ from the commit. Files are compared by us, by size, time and
        hash: asking Git would run the filters that the repository names."""
        committed = {path: blob for path, (_, blob) in self._tree.items()}
        index = self._git("ls-files", "--stage", "--debug", "-z") if committed else b""
        times = {}
        for row in re.finditer(
            rb"([0-9]+) ([0-9a-f]+) 0\t([^\0]+)\0  ctime: [^\n]*\n  mtime: ([0-9]+):([0-9]+)\n[^\n]*\n[^\n]*\n  size: ([0-9]+)",
            index,
        ):
            times[row[3]] = (int(row[4]) * 10**9 + int(row[5]), int(row[6]), row[2].decode())
        found: dict[str, os.stat_result] = {}
        for top in sorted({path.partition("/")[0] for path in committed}):
            if (worktree / top).is_dir():
                found.update(walk(worktree, top))
            elif (worktree / top).is_file():
                found[top] = (worktree / top).lstat()
        present = site_paths(found)
        count = len(committed.keys() - present.keys())
        for path in present:
            known = times.get(path.encode())
            info = found[path]
            if path in committed and known == (info.st_mtime_ns, info.st_size & 0xFFFFFFFF, committed[path]):
                continue
            try:
                same = blob_id(read_bytes(worktree, path, self.limit)) == committed.get(path)
            except (OSError, UnsafePath):
                same = False
            count += not same
        return count

    # --- behind
    def _why_not(self, path: str, mode: str, size: int) -> str:
        if mode not in ("100644", "100755", "100664"):
            return "It is a link or a submodule; only plain files are read."
        if size > self.limit:
            return f"It has {size:,} bytes; the limit is {self.limit:,}."
        try:
            safe_path(path)
        except UnsafePath as error:
            return str(error)
        return ""

    def _read(self, entries: list[SourceEntry]) -> Iterator[tuple[SourceEntry, bytes]]:
        """Asks one ``cat-file --batch`` for the blobs, a few at a time so that neither pipe fills up."""
        if self._reader is None:
            self._reader = subprocess.Popen(
                ["git", *SAFE, *self._where, "cat-file", "--batch", "--buffer"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment(),
            )  # fmt: skip
        ask, answer = self._reader.stdin, self._reader.stdout
        assert ask is not None and answer is not None
        for start in range(0, len(entries), 64):
            chunk = entries[start : start + 64]
            ask.write(b"".join(entry.place.encode() + b"\n" for entry in chunk))
            ask.write(b"0" * 40 + b"\n")  # an object that nobody has: its answer pushes the others out of the buffer
            ask.flush()
            for entry in chunk:
                head = answer.readline().split()
                if len(head) != 3 or head[1] != b"blob":
                    raise SourceError(f"Git has no object for {entry.path}. Is the repository complete?")
                data = answer.read(int(head[2]))
                answer.read(1)
                if entry.blob_id and blob_id(data) != entry.blob_id:
                    raise SourceError(f"Git's object for {entry.path} is damaged.")
                yield entry, data
            answer.readline()

    def _git(self, *words: str) -> bytes:
        try:
            done = subprocess.run(
                ["git", *SAFE, *self._where, *words],
                stdin=subprocess.DEVNULL, capture_output=True, env=environment(), timeout=PATIENCE, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise SourceError(f"Git did not answer for {PATIENCE} seconds.") from error
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise SourceError(f"Git could not read {self.label}: {said[0] if said else 'no reason given'}.")
        return done.stdout

    def _place(self, path: Path) -> list[str]:
        """Where Git finds the objects: the repository itself, or a private one that a bundle is fetched into."""
        if path.is_dir():
            folder = path / ".git"
            if folder.is_file():
                match = re.match(r"gitdir: (.+)", folder.read_text(encoding="utf-8", errors="replace"))
                folder = (path / match[1].strip()) if match else folder
            elif not folder.exists():
                folder = path
            return [f"--git-dir={folder}"]
        self._own = tempfile.TemporaryDirectory(prefix="newsdesk-bundle-")
        self._where = [f"--git-dir={self._own.name}"]
        self._git("init", "-q", "--bare", "--template=", self._own.name)
        wanted = ["+refs/*:refs/*", *(["+HEAD:refs/newsdesk/head"] if self._bundle_has_head(path) else [])]
        self._git("fetch", "-q", "--no-tags", "--no-write-fetch-head", "--", str(path), *wanted)
        return self._where

    @staticmethod
    def _bundle_has_head(path: Path) -> bool:
        with path.open("rb") as file:
            for line in file:
                if line == b"\n":
                    return False
                if line.rstrip().endswith(b" HEAD"):
                    return True
        return False

    def _resolve(self, rev: str | None) -> str:
        """The commit that ``rev`` means; without one: HEAD, else main, master, or the only branch."""
        if rev:
            names = [rev, f"refs/heads/{rev}", f"refs/remotes/origin/{rev}"]
        else:
            names = ["refs/newsdesk/head", "refs/heads/main", "refs/heads/master"] if self._own else ["HEAD"]
            branches = self._git("for-each-ref", "--format=%(refname)", "refs/heads/").decode().split()
            names += branches if len(branches) == 1 else []
        for name in names:
            try:
                found = (
                    self._git("rev-parse", "--verify", "-q", "--end-of-options", f"{name}^{{commit}}").decode().strip()
                )
            except SourceError:
                continue
            # Git 2.39 prints the option itself before the answer.
            return found.split()[-1]
        if rev:
            raise SourceError(f"{self.label} has no revision {rev}.")
        if not self._git("for-each-ref", "--count=1"):
            raise SourceError(f"{self.label} has no commits yet. Commit something, or import the folder with --files.")
        raise SourceError(f"{self.label} has several branches and no HEAD. Choose one with --rev.")

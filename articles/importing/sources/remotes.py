"""Repositories at an address: https, ssh or file. They are read into, and pushed from, repositories of our own."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from articles.importing.sources.kinds import SourceError
from articles.importing.sources.plumbing import Git, private_folder

PATIENCE = 900  # seconds of one fetch or push
GLANCE = 20  # seconds of one call, where a person waits for the page
MOST = 8_000_000_000  # bytes of one pack
SCHEMES = ("https", "ssh", "file")
SHORT = re.compile(r"(?!-)[\w.-]+@[\w][\w.-]+:(?![\\/]{2})(?!-)\S+")  # git@host:path
# What a receiving repository on this machine may not do: run hooks, tidy up, or write into its worktree.
RECEIVE = (
    "git -c core.hooksPath=/dev/null -c receive.autogc=false -c gc.auto=0 -c maintenance.auto=false"
    " -c core.alternateRefsCommand=true -c receive.denyCurrentBranch=refuse -c safe.directory=* receive-pack"
).replace("=*", "='*'")
SEND = "git -c core.hooksPath=/dev/null -c core.alternateRefsCommand=true -c safe.directory='*' upload-pack"
NETWORK = {
    "GIT_SSH_COMMAND": "ssh -oBatchMode=yes -oConnectTimeout=20 -oServerAliveInterval=15 -oServerAliveCountMax=4",
    "GIT_HTTP_LOW_SPEED_LIMIT": "1000",
    "GIT_HTTP_LOW_SPEED_TIME": "60",
}


def is_address(location: str) -> bool:
    """Whether ``location`` names another place than a path does."""
    return bool(re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", location)) or (
        bool(SHORT.fullmatch(location)) and not os.path.exists(location)
    )


class Remote:
    """One address. Shown and told without the password that it may hold."""

    def __init__(self, address: str, *, patience: float = PATIENCE) -> None:
        self.patience = patience
        if address.startswith("-") or re.search(r"[\s\x00-\x1f\x7f]", address):
            raise SourceError("An address cannot begin with a dash, nor hold spaces or control characters.")
        self.scheme = "ssh" if "://" not in address else address.partition("://")[0].lower()
        if self.scheme not in SCHEMES:
            raise SourceError(f"{address} is not an address that the desk uses. Use https://, ssh:// or file://.")
        host = address.partition("://")[2] if "://" in address else address
        if host.rpartition("@")[2].startswith("-") or host.startswith("-"):
            raise SourceError("The host of an address cannot begin with a dash.")
        self.address, self.shown = address, _without_password(address)
        # A password on the command line is for this once: what is kept holds none.
        self.plain = _without_password(address, shown=False)

    def __str__(self) -> str:
        return self.shown

    def branches(self, git: Git) -> tuple[dict[str, str], str]:
        """Every branch with its commit, and the name of HEAD's."""
        words = ["ls-remote", "--symref", f"--upload-pack={SEND}", "--", self.address, "HEAD", "refs/heads/*"]
        if self.scheme != "file":
            words.pop(2)
        found: dict[str, str] = {}
        head = ""
        for line in self._run(git, *words).decode("utf-8", "replace").splitlines():
            what, _, name = line.partition("\t")
            if what.startswith("ref: refs/heads/") and name == "HEAD":
                head = what.removeprefix("ref: refs/heads/")
            elif name.startswith("refs/heads/"):
                found[name.removeprefix("refs/heads/")] = what
        return found, head

    def fetch(self, git: Git, *wanted: str) -> None:
        """Bring what ``wanted`` (refspecs) names into a repository of our own."""
        pack = [f"--upload-pack={SEND}"] if self.scheme == "file" else []
        self._run(
            git, "-c", "fetch.unpackLimit=1", "-c", "fetch.fsckObjects=false", "fetch", "-q", "--no-tags", "--prune",
            "--no-write-fetch-head", "--no-recurse-submodules", "--no-auto-maintenance", *pack, "--", self.address, *wanted,
            largest=MOST,
        )  # fmt: skip

    def bring(self, store: Mapping[str, str], branch: str) -> str:
        """The commit of the remote's branch, whose objects are then in ``store``; empty where it has no such branch."""
        with private_folder() as own:
            git = Git(own, self.shown)
            git.run("init", "-q", "--bare", "--template=", own)
            branches, _ = self.branches(git)
            if branch not in branches:
                return ""
            git.extra = dict(store)
            self.fetch(git, f"+refs/heads/{branch}:refs/heads/{branch}")
            return git.run("rev-parse", f"refs/heads/{branch}").decode().strip()

    def push(self, git: Git, commit: str, branch: str) -> None:
        """Send the commit, never by force. Raises SourceError with what the remote said."""
        pack = [f"--receive-pack={RECEIVE}"] if self.scheme == "file" else []
        self._run(
            git, "push", "-q", "--no-verify", "--recurse-submodules=no", "--no-signed", *pack, "--", self.address,
            f"{commit}:refs/heads/{branch}",
        )  # fmt: skip

    def _run(self, git: Git, *words: str, largest: int = 0) -> bytes:
        try:
            return git.run(*words, protocols=self.scheme, extra=NETWORK, patience=self.patience, largest=largest)
        except SourceError as error:
            raise SourceError(str(error).replace(self.address, self.shown)) from None


class Mirror:
    """The desk's own bare copy of a remote: its branches are the remote's, and nobody else's."""

    def __init__(self, remote: Remote, mirrors: Path) -> None:
        self.remote = remote
        self.path = mirrors / f"{hashlib.blake2b(remote.shown.encode(), digest_size=12).hexdigest()}.git"

    @property
    def has_been_filled(self) -> bool:
        """Whether it holds what the remote had at some time."""
        return (self.path / "packed-refs").is_file() or any((self.path / "refs" / "heads").glob("*"))

    def update(self, *, waits: bool = True) -> None:
        """Bring every branch of the remote. Raises SourceError. Who does not wait takes it as it was last seen while somebody
        else brings it up to date."""
        with self._alone(waits=waits) as mine:
            if not mine:
                if self.has_been_filled:
                    return
                raise SourceError(f"{self.remote} is being fetched for the first time. Look again in a moment.")
            if not (self.path / "HEAD").is_file():
                self._make()
            git = Git(self.path, self.remote.shown)
            branches, head = self.remote.branches(git)
            if not branches:
                raise SourceError(f"{self.remote} has no commits yet. Commit something there first.")
            self.remote.fetch(git, "+refs/heads/*:refs/heads/*")
            if head in branches:
                git.run("symbolic-ref", "HEAD", f"refs/heads/{head}")

    def _make(self) -> None:
        """An empty repository, which is there whole or not at all: one that was half made would never be read again."""
        new = self.path.with_suffix(".new")
        for left in (new, self.path):
            shutil.rmtree(left, ignore_errors=True)
        Git(new, self.remote.shown).run("init", "-q", "--bare", "--template=", str(new))
        new.rename(self.path)

    @contextlib.contextmanager
    def _alone(self, *, waits: bool = True) -> Iterator[bool]:
        """Hold the mirror's lock; False where somebody else does and one does not wait for it. Locks inside were left by a process
        that died: all of the desk's take this one first."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(f"{self.path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | (0 if waits else fcntl.LOCK_NB))
            except BlockingIOError:
                yield False
                return
            for left in [*self.path.glob("*.lock"), *self.path.glob("refs/**/*.lock")]:
                left.unlink(missing_ok=True)
            yield True
        finally:
            os.close(handle)


def _without_password(address: str, *, shown: bool = True) -> str:
    if "://" not in address:
        return address
    parts = urlsplit(address)
    name, at, host = parts.netloc.rpartition("@")
    if not at:
        return address
    user = name.partition(":")[0] if parts.scheme == "ssh" else "…" if shown else ""
    return urlunsplit(parts._replace(netloc=f"{user}@{host}" if user else host))

"""A Git bundle: a repository in one file. It is fetched into a private repository, which Git then reads."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import NamedTuple

from articles.importing.sources.kinds import SourceError
from articles.importing.sources.plumbing import Git

SIGNATURES = (b"# v2 git bundle\n", b"# v3 git bundle\n")
MOST_LINES = 100_000
REFERENCE = re.compile(rb"([0-9a-f]{40}|[0-9a-f]{64}) (.+)\n")


class Header(NamedTuple):
    """``partial``: it holds only what came after a commit that it does not hold. ``head``: the commit of its HEAD."""

    object_format: str
    partial: bool
    head: str
    names: tuple[str, ...]


def is_bundle(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(16) in SIGNATURES


def header(path: Path) -> Header:
    """The lines before the objects. Raises SourceError where they are none."""
    object_format, partial, head = "sha1", False, ""
    names: list[str] = []
    with path.open("rb") as file:
        file.readline()
        for _ in range(MOST_LINES):
            line = file.readline(10_000)
            if line == b"\n":
                return Header(object_format, partial, head, tuple(names))
            if line.startswith(b"@object-format="):
                object_format = "sha256" if line.strip().endswith(b"=sha256") else "sha1"
            elif line.startswith(b"@filter") or line.startswith(b"-"):
                partial = True
            elif found := REFERENCE.fullmatch(line):
                if found[2] == b"HEAD":
                    head = found[1].decode()
                else:
                    names.append(found[2].decode("utf-8", "replace"))
            elif not line.startswith(b"@"):
                break
    raise SourceError(f"{path.name} begins as a Git bundle, but its list of branches is damaged.")


def fetched(path: Path) -> tuple[tempfile.TemporaryDirectory[str], Git]:
    """A private repository with everything that the bundle holds; its HEAD is the bundle's.

    Without a HEAD it is main, master, or the only branch; with several others it is left open.
    """
    about = header(path)
    if about.partial:
        raise SourceError(
            f"{path.name} holds only a part of its repository. Make a whole one: git bundle create FILE HEAD --all"
        )
    own = tempfile.TemporaryDirectory(prefix="newsdesk-bundle-")
    git = Git(own.name, path.name)
    try:
        git.run("init", "-q", "--bare", "--template=", f"--object-format={about.object_format}", own.name)
        wanted = [*(["+refs/*:refs/*"] if about.names else []), *(["+HEAD:refs/newsdesk/head"] if about.head else [])]
        if not wanted:
            raise SourceError(f"{path.name} is an empty bundle: it has no branch.")
        git.run(
            "fetch", "-q", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--", str(path), *wanted,
            protocols="file",
        )  # fmt: skip
        branches = [name for name in about.names if name.startswith("refs/heads/")] or list(about.names)
        usual = next((name for name in ("refs/heads/main", "refs/heads/master") if name in branches), "")
        if not usual and len(branches) == 1:
            usual = branches[0]
        if about.head or usual:
            git.run("update-ref", "--no-deref", "HEAD", "refs/newsdesk/head" if about.head else usual)
        else:
            git.run("symbolic-ref", "HEAD", "refs/newsdesk/head")
    except BaseException:
        own.cleanup()
        raise
    return own, git

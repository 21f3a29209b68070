"""The real sites that lie beside the project, for tests. They are data: nothing of them is in the project."""
from __future__ import annotations

import fcntl
import os
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BRANCHES = {"powerapps": "main", "diablo4": "master"}


def place_of(name: str) -> Path:
    """Where the Git bundle of a site should lie."""
    return Path(os.environ.get("DESK_CORPUS") or ROOT.parent / "shared" / "corpus") / f"{name}.bundle"


def bundle(name: str) -> Path:
    """The Git bundle of a site. Without it the test is skipped, but fails where CI runs."""
    path = place_of(name)
    if not path.exists():
        sentence = f"The corpus {name} is not at {path.parent}. Set DESK_CORPUS to the folder that holds it."
        if os.environ.get("CI") == "true":
            pytest.fail(sentence)
        pytest.skip(sentence)
    return path


@cache
def checkout(name: str) -> Path:
    """A clone of the site that all tests share; they only read it."""
    source = bundle(name)
    root = Path(os.environ.get("DESK_CORPUS_CACHE") or tempfile.gettempdir()) / "corpus"
    root.mkdir(parents=True, exist_ok=True)
    target = root / name
    with open(root / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (target / ".git").exists():
            subprocess.run(
                ["git", "clone", "-q", str(source), "-b", BRANCHES[name], str(target)], check=True, capture_output=True
            )
    return target


@cache
def texts(name: str) -> tuple[tuple[str, bytes], ...]:
    """Every article of the site's last commit: path and bytes."""
    root = checkout(name)
    return tuple(
        (str(path.relative_to(root)), path.read_bytes()) for path in sorted((root / "_news").glob("*.md"))
    )


@cache
def versions(name: str, most: int) -> tuple[bytes, ...]:
    """Old versions of articles, spread over the whole history."""
    root = checkout(name)
    listed = subprocess.run(
        ["git", "-C", str(root), "rev-list", "--objects", "--all", "--", "_news"],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    blobs = [line.split(" ", 1)[0] for line in listed.splitlines() if line.endswith(".md")]
    chosen = blobs[:: max(1, len(blobs) // most)][:most]
    done = subprocess.run(
        ["git", "-C", str(root), "cat-file", "--batch"],
        input="\n".join(chosen).encode() + b"\n", check=True, capture_output=True,
    )  # fmt: skip
    found, rest = [], done.stdout
    while rest:
        head, _, rest = rest.partition(b"\n")
        size = int(head.split()[2])
        found.append(rest[:size])
        rest = rest[size + 1 :]
    return tuple(found)

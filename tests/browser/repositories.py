"""A feed's repository as it was one day, read by Git alone."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import corpus


@dataclass(frozen=True)
class Feed:
    """The feed's repository, the one that the desk publishes to, and the commits at dawn and at noon."""

    place: Path
    public: Path
    dawn: str
    noon: str

    def files(self, commit: str) -> dict[str, str]:
        """Path -> text of every article, read by Git alone."""
        rows = [row.split(None, 3) for row in git(self.place, "ls-tree", "-r", commit, "_news/").splitlines() if row.endswith(".md")]
        asked = "".join(f"{blob}\n" for _, _, blob, _ in rows).encode()
        out = subprocess.run(["git", "-C", str(self.place), "cat-file", "--batch"], input=asked, check=True, capture_output=True).stdout
        found, at = {}, 0
        for _, _, _, path in rows:
            head = out[at : out.index(b"\n", at)]
            start, size = at + len(head) + 1, int(head.split()[2])
            found[path] = out[start : start + size].decode()
            at = start + size + 1
        return found


def git(place: Path, *words: str) -> str:
    return subprocess.run(["git", "-C", str(place), *words], check=True, capture_output=True, text=True).stdout.strip()


def said(file: str, key: str) -> str:
    """What stands after a key in the front matter, "" where it is not there."""
    found = re.search(rf"^ *{key}: *\"?(.*?)\"?$", file.split("\n---")[0], re.M)
    return found[1] if found else ""


@pytest.fixture
def feed(tmp_path: Path) -> Feed:
    place, public = tmp_path / "feed.git", tmp_path / "public.git"
    for source, target in ((corpus.checkout("diablo4"), place), (place, public)):
        subprocess.run(["git", "clone", "-q", "--bare", "--shared", str(source), str(target)], check=True)
        if target == place:
            dawn, *_, noon = git(place, "rev-list", "--first-parent", "--reverse", "master").split()[:51]
            git(place, "update-ref", "refs/heads/master", dawn)
    return Feed(place, public, dawn, noon)

"""kill -9 in the middle of an export into Git."""
from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.importing.test_git_source import repository, run

ROOT = Path(__file__).resolve().parent.parent.parent
MOMENTS = 50


@pytest.mark.once
def test_an_export_that_is_killed_locks_nothing_and_the_next_one_finishes_it(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {
        "DESK_DATA": str(tmp_path / "data"),
        "DJANGO_SETTINGS_MODULE": "newsdesk.settings",
        "PYTHONPATH": str(ROOT),
    }

    done = subprocess.run(
        [sys.executable, "-m", "tests.exporting.dying_git", str(tmp_path), str(MOMENTS)],
        env=environment, cwd=ROOT, capture_output=True, text=True, timeout=400,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert sum(one["killed"] for one in found) == MOMENTS
    assert [one for one in found if not (one["sound"] and one["finished"] and one["told"]) or one["locks"]] == []


@pytest.mark.once
def test_two_at_once_lose_no_commit(tmp_path: Path) -> None:
    work = repository(tmp_path / "work")
    run(tmp_path, "clone", "-q", "--bare", str(work), "bare.git")
    words = [sys.executable, "-m", "tests.exporting.committing", str(tmp_path / "bare.git")]

    both = [subprocess.Popen([*words, name, "12"], cwd=ROOT, stdout=subprocess.PIPE, text=True) for name in ("ida", "milo")]
    moved = [int(one.communicate(timeout=100)[0]) for one in both]

    assert [one.returncode for one in both] == [0, 0]
    assert sum(moved) > 0, "They never met, so this shows nothing."
    assert len(run(tmp_path / "bare.git", "rev-list", "--first-parent", "main").split()) == 1 + 24
    assert len(run(tmp_path / "bare.git", "ls-tree", "-r", "--name-only", "main", "_news/").split()) == 1 + 24
    assert run(tmp_path / "bare.git", "fsck", "--strict", "--no-dangling") == ""

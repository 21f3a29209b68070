"""kill -9 in the middle of an export into Git."""
from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.once
@pytest.mark.parametrize(("kind", "moments"), [("commit", 8), ("push", 6)])
def test_an_export_that_is_killed_locks_nothing_and_the_next_one_finishes_it(
    kind: str, moments: int, tmp_path: Path
) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {
        "DESK_DATA": str(tmp_path / "data"),
        "DJANGO_SETTINGS_MODULE": "newsdesk.settings",
        "PYTHONPATH": str(ROOT),
    }

    done = subprocess.run(
        [sys.executable, "-m", "tests.exporting.dying_git", kind, str(tmp_path), str(moments)],
        env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) == moments and sum(one["killed"] for one in found) >= moments / 2
    assert [one for one in found if not (one["sound"] and one["finished"]) or one["locks"]] == []

"""kill -9 in the middle of an export."""
from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.once
@pytest.mark.parametrize("kind", ["folder", "zip"])
def test_an_export_that_is_killed_tears_nothing_and_the_next_one_finishes_it(kind: str, tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {
        "DESK_DATA": str(tmp_path / "data"),
        "DJANGO_SETTINGS_MODULE": "newsdesk.settings",
        "PYTHONPATH": str(ROOT),
    }
    place = tmp_path / "place"
    place.mkdir()

    done = subprocess.run(
        [sys.executable, "-m", "tests.exporting.dying", kind, str(place)],
        env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    moments = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(moments) >= 15
    assert [one for one in moments if not one["killed"]] == []
    assert [one for one in moments if one["torn"] or one["lost"]] == []
    assert [one for one in moments if not (one["finished"] and one["manifest"])] == []

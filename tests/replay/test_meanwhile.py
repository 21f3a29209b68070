"""Editors decide while an import runs: every act that was taken is there afterwards, and none failed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.importing.test_pipeline_interrupted import ROOT, own_database
from tests.replay.meanwhile import EDITORS, KNOWN, NEW

pytestmark = pytest.mark.usefixtures("django_db_setup")  # whose copy each of them begins with


def test_editors_lose_nothing_while_1500_files_come_in(tmp_path: Path) -> None:
    with own_database(tmp_path / "desk") as environment:
        done = subprocess.run(
            [sys.executable, "-m", "tests.replay.meanwhile", str(tmp_path)],
            cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip

    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert (result["imported"], result["editors"], done.stderr) == (0, [0] * EDITORS, "")
    assert (result["articles"], result["changed"]) == (KNOWN + NEW, (KNOWN + NEW) // 2)
    assert result["promised"] > 50
    assert result["lost"] == []

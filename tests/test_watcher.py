"""What the test run starts ends with it."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.watcher import ended_with_us

pytestmark = pytest.mark.pure
ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_it_ends_when_the_run_is_killed(tmp_path: Path, how: signal.Signals) -> None:
    folder, trace = tmp_path / "data", tmp_path / "stopped"
    folder.mkdir()
    script = (
        "import sys, time, pathlib; from tests.watcher import ended_with_us\n"
        "with ended_with_us(['touch', sys.argv[2]], pathlib.Path(sys.argv[1])):\n"
        "    print('up', flush=True); time.sleep(60)"
    )
    run = subprocess.Popen([sys.executable, "-c", script, str(folder), str(trace)], cwd=ROOT, stdout=subprocess.PIPE)
    assert run.stdout is not None and run.stdout.readline() == b"up\n"
    assert folder.exists() and not trace.exists()

    run.send_signal(how)
    run.wait()
    run.stdout.close()

    ends = time.monotonic() + 10
    while folder.exists() and time.monotonic() < ends:
        time.sleep(0.02)
    assert trace.exists() and not folder.exists()


def test_it_ends_with_the_block(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()

    with pytest.raises(KeyboardInterrupt), ended_with_us([], folder):
        assert folder.exists()
        raise KeyboardInterrupt

    assert not folder.exists()

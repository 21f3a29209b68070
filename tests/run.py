"""What ``python3 desk test`` runs: everything on SQLite, then what meets the database again on PostgreSQL.

The words that follow go to pytest. The browser and the server come from ``provisions``.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.provisions import find_browser, postgres, say  # noqa: E402

ON_POSTGRES = "not pure and not once and not browser"
NO_TESTS = 5  # pytest's exit code


@dataclass(frozen=True)
class Outcome:
    """How one run of pytest went."""

    database: str
    code: int
    passed: int
    failed: int
    skipped: int
    seconds: float

    def __str__(self) -> str:
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"On {self.database}: {self.passed} passed, {self.failed} failed{skipped} in {self.seconds:.0f} s."


def main(words: Sequence[str]) -> int:
    """Run the tests on both databases and print what came of it; 0 when all passed."""
    os.chdir(ROOT)
    variables = dict(os.environ, PYTHONDONTWRITEBYTECODE="1", DESK_CHROMIUM=find_browser())
    variables.pop("DATABASE_URL", None)
    with tempfile.TemporaryDirectory(prefix="newsdesk-tests-") as folder:
        outcomes = [run("SQLite", words, folder=Path(folder, "sqlite"), variables=variables)]
        with postgres() as address:
            words = [*words, "-m", both(marker(words), ON_POSTGRES)]
            variables["DATABASE_URL"] = address
            outcomes.append(run("PostgreSQL", words, folder=Path(folder, "postgresql"), variables=variables))
    return close(outcomes)


def run(database: str, words: Sequence[str], *, folder: Path, variables: dict[str, str]) -> Outcome:
    """One run of pytest, with a data folder of its own."""
    say(f"On {database}:")
    folder.mkdir()
    report, started = folder / "report.xml", time.monotonic()
    workers = str(max(2, min(os.cpu_count() or 2, 8)))
    code = subprocess.call(
        [sys.executable, "-m", "pytest", "-n", workers, "-q", "-p", "no:cacheprovider", f"--junitxml={report}", *words],
        env=variables | {"DESK_DATA": str(folder)},
    )
    passed, failed, skipped = counts(report)
    return Outcome(database, code, passed, failed, skipped, time.monotonic() - started)


def counts(report: Path) -> tuple[int, int, int]:
    """Passed, failed and skipped of pytest's report; nothing passed when there is none."""
    try:
        suites = list(ElementTree.parse(report).getroot().iter("testsuite"))
    except (OSError, ElementTree.ParseError):
        return 0, 0, 0
    total, failures, errors, skipped = (
        sum(int(suite.get(name, "0")) for suite in suites) for name in ("tests", "failures", "errors", "skipped")
    )
    return total - failures - errors - skipped, failures + errors, skipped


def close(outcomes: Sequence[Outcome]) -> int:
    """Print the summary; the exit code of the whole."""
    # No test is right for one database when the caller asked for tests of the other kind, never for both.
    codes = [0 if one.code == NO_TESTS else one.code for one in outcomes]
    passed, failed = sum(one.passed for one in outcomes), sum(one.failed for one in outcomes)
    code = next(filter(None, codes), 0) or (0 if passed else NO_TESTS)
    say("")
    for one in outcomes:
        say(str(one))
    if code and not failed:
        say(f"The run did not come to its end (pytest's exit code {code}).")
    say(f"{passed} passed, {failed} failed")
    return code


def marker(words: Sequence[str]) -> str:
    """The marker expression among pytest's words; "" when there is none."""
    found = ""
    for place, word in enumerate(words):
        if word == "-m" and place + 1 < len(words):
            found = words[place + 1]
        elif word.startswith("-m") and word != "-m":
            found = word[2:].removeprefix("=")
    return found


def both(theirs: str, ours: str) -> str:
    """A marker expression that asks for both."""
    return f"({theirs}) and ({ours})" if theirs else ours


def stop(number: int, frame: FrameType | None) -> None:
    """End as Ctrl-C does, so that the server is stopped and the folders are removed."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, stop)
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        say("Stopped.")
        sys.exit(130)

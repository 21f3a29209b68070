"""The words of ``desk``: which program each becomes, and that its exit code and its report are the launcher's."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from launcher import commands
from tests.factories import make_text
from tests.importing.folders import news, put
from tests.launcher.starting import ROOT, chosen

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("words", "becomes"),
    [
        (["run", "--port", "8123"], ["manage.py", "serve", "--port", "8123"]),
        (["import", "a b", "--json"], ["manage.py", "desk_import", "a b", "--json"]),
        (["export", "out.zip", "--all"], ["manage.py", "desk_export", "out.zip", "--all"]),
        (["watch", "--once"], ["manage.py", "desk_watch", "--once"]),
        (["work", "--once"], ["manage.py", "desk_work", "--once"]),
        (["check", "x"], ["manage.py", "desk_check", "x"]),
        (["backup", "x.tar"], ["manage.py", "desk_backup", "x.tar"]),
        (["restore", "x.tar"], ["manage.py", "desk_restore", "x.tar"]),
        (["bench"], ["manage.py", "bench"]),
        (["messages"], ["manage.py", "messages"]),
        (["manage", "shell", "-c", "1"], ["manage.py", "shell", "-c", "1"]),
        (["test", "-k", "word"], ["tests/run.py", "-k", "word"]),
    ],
)
def test_each_word_becomes_its_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: list[str], becomes: list[str]) -> None:
    became: list[Any] = []
    monkeypatch.setenv("DESK_DATA", str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    monkeypatch.setattr(commands, "environment", lambda kind, root: Path(f"/env/{kind}/python"))
    monkeypatch.setattr(commands, "hand_over", lambda called, variables: became.append((called, variables)) or 0)

    assert commands.main(words) == 0

    (called, variables), kind = became[0], "test" if words[0] in ("test", "bench", "messages") else "run"
    assert called == [f"/env/{kind}/python", str(ROOT / becomes[0]), *becomes[1:]]
    assert "PYTHONPATH" not in variables and variables["DJANGO_SETTINGS_MODULE"] == "newsdesk.settings"
    assert ("DESK_MIGRATE" in variables) == (words[0] in ("import", "export", "watch", "work", "check"))


def test_every_command_is_in_the_help_and_in_the_docs() -> None:
    docs = "".join(path.read_text() for path in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
    for name in commands.COMMANDS:
        assert f"\n  {name} " in commands.HELP, name
        assert f"desk {name}" in docs, name


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ([], "8000"),
        (["--port", "1"], "1"),
        (["--port=1"], "1"),
        (["--port", "1", "--port=2"], "2"),
        (["site", "--port"], "8000"),
        (["--portal", "1"], "8000"),
    ],
)
def test_the_last_of_an_option_counts(words: list[str], value: str) -> None:
    assert commands.option(words, "--port", "8000") == value


def test_exit_code_and_report_are_the_commands_own(tmp_path: Path) -> None:
    """0 when all is well, 1 when some files had problems, 2 for a wrong call; stdout holds the JSON and nothing else."""
    good = put(tmp_path / "good", {news(1): make_text()})
    partly = put(tmp_path / "partly", {news(1): make_text(), news(2): "bad"})
    script = (
        "import sys, pathlib; from launcher import commands\n"
        "commands.environment = lambda kind, root: pathlib.Path(sys.executable)\n"
        "sys.exit(commands.main(sys.argv[1:]))"
    )
    codes, reports = [], []
    for source in (good, partly, tmp_path / "nowhere"):
        done = subprocess.run(
            [sys.executable, "-c", script, "check", str(source), "--json"],
            cwd=ROOT, env=chosen({"DESK_DATA": str(tmp_path / "data")}), capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        codes.append(done.returncode)
        reports.append(json.loads(done.stdout) if done.stdout else done.stderr)

    assert codes == [0, 1, 2]
    assert [len(report["problems"]) for report in reports[:2]] == [0, 1]
    assert isinstance(reports[2], str) and "nowhere" in reports[2]

"""What the launcher says before anything is installed: old Pythons, wrong words, ports, folders."""

from __future__ import annotations

import ast
import socket
import sys
from pathlib import Path

import pytest

from tests.launcher.starting import ROOT, desk, run

pytestmark = pytest.mark.pure


@pytest.mark.parametrize("version", [(2, 7), (3, 6), (3, 10)])
def test_an_old_python_is_told_what_to_do(version: tuple[int, int]) -> None:
    script = f"import sys, runpy; sys.version_info = {version}; runpy.run_path('desk', run_name='__main__')"

    answer = run(sys.executable, "-c", script)

    assert (answer.code, answer.out) == (2, "")
    assert answer.err == (
        f"newsdesk needs Python 3.11 or newer; this is {version[0]}.{version[1]}. Install a newer Python and start it with that,\n"
        "for example: python3.11 desk run\n"
    )


def test_an_old_python_can_read_that_far() -> None:
    """No word of today's Python, and nothing imported before the sentence."""
    tree = ast.parse((ROOT / "desk").read_text(), feature_version=(3, 4))

    assert [type(node).__name__ for node in tree.body] == ["Expr", "Import", "If", "ImportFrom", "If"]
    assert ast.unparse(tree.body[1]) == "import sys" and ast.unparse(tree.body[3]) == "from launcher.commands import main"
    assert not [node for node in ast.walk(tree) if isinstance(node, (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr))]


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        ([], 2, "usage: python3 desk COMMAND"),
        (["sevre"], 2, 'There is no command "sevre". These are: run, test, import, export, watch, work, check, backup, restore, bench, messages, manage.'),
        (["run", "--port", "many"], 2, '--port takes a number from 1 to 65535, not "many".'),
        (["run", "--port=0"], 2, '--port takes a number from 1 to 65535, not "0".'),
        (["run", "--port", "65536"], 2, '--port takes a number from 1 to 65535, not "65536".'),
        (["run", "--port", "-1"], 2, '--port takes a number from 1 to 65535, not "-1".'),
        (["run", "--host", "192.0.2.77"], 1, "The address 192.0.2.77 cannot be used: "),
    ],
)
def test_wrong_words_are_refused_before_anything_is_installed(tmp_path: Path, words: list[str], code: int, sentence: str) -> None:
    answer = desk(*words, DESK_ENV=str(tmp_path / "env"), DESK_DATA=str(tmp_path / "data"))

    assert (answer.code, answer.out) == (code, "") and sentence in answer.err and "Traceback" not in answer.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("word", ["help", "--help", "-h"])
def test_help_goes_to_stdout(word: str) -> None:
    answer = desk(word)

    assert (answer.code, answer.err) == (0, "") and answer.out.startswith("usage: python3 desk COMMAND")


def test_the_version_names_newsdesk_and_python() -> None:
    assert desk("--version").out == f"newsdesk 0.1 (Python {'.'.join(map(str, sys.version_info[:3]))})\n"


def test_a_port_that_is_taken_is_told_with_another() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        answer = desk("run", "--port", port)

    assert answer.code == 1
    other = port + 1 if port < 65535 else 8000
    assert answer.err == f"Port {port} on 127.0.0.1 is taken, perhaps by a desk that runs already. Choose another: --port {other}\n"


def test_a_data_folder_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")  # below a file nothing can be made, not even by root

    answer = desk("manage", "check", DESK_ENV=str(tmp_path / "env"), DESK_DATA=str(tmp_path / "file" / "data"))

    assert answer.code == 1
    assert answer.err == f"The data folder {tmp_path}/file/data cannot be written to. Set DESK_DATA to a folder that can.\n"


def test_an_environment_folder_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    answer = desk("manage", "check", DESK_ENV=str(tmp_path / "file" / "env"), DESK_DATA=str(tmp_path / "data"))

    assert answer.code == 1
    assert answer.err.startswith(f"The packages cannot be installed in {tmp_path}/file/env: ")
    assert answer.err.endswith(". Set DESK_ENV to a folder that can be used.\n")

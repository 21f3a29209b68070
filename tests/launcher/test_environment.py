"""The environment: made once, made again when it is not whole, and never by two at once. Only pip is replaced."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import time
from pathlib import Path

import pytest

from launcher.environment import Place, flaw
from tests.launcher.starting import ROOT, begin, desk, start

pytestmark = pytest.mark.pure
VERSION = "{}.{}".format(*sys.version_info[:2])
HERE = f"run-{VERSION}"


def installations(folder: Path) -> int:
    log = folder / "pip.log"
    return len(log.read_text().splitlines()) if log.exists() else 0


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an environment that a first start has made. Tests copy it."""
    folder = tmp_path_factory.mktemp("made")
    answer = start(folder, "check", "x")
    assert (answer.code, answer.out) == (0, "['check', 'x']\n"), answer
    assert f"Installing the packages of requirements.txt into {folder}/env/{HERE} (once) ..." in answer.err
    return folder


@pytest.fixture
def own(made: Path) -> Path:
    """The same place for each test, as the environment knows where it is."""
    kept = made.with_name("kept")
    if not kept.exists():
        shutil.copytree(made, kept, symlinks=True)
    shutil.rmtree(made)
    shutil.copytree(kept, made, symlinks=True)
    return made


def stamp(folder: Path) -> Path:
    return folder / "env" / HERE / "desk-stamp.json"


def test_a_second_start_installs_nothing_and_says_nothing(own: Path) -> None:
    answer = start(own, "export", "site", "--all", "--json")

    assert answer == (0, "['export', 'site', '--all', '--json']\n", "")
    assert installations(own) == 1


def test_looking_whether_it_is_whole_costs_next_to_nothing(own: Path) -> None:
    place = Place(own / "env" / HERE, ROOT / "requirements.txt")
    looked_at = []

    def listening(event: str, words: tuple[object, ...]) -> None:
        if listens and event in ("open", "os.listdir", "os.scandir", "subprocess.Popen"):
            looked_at.append(words[0])

    listens = True
    sys.addaudithook(listening)
    assert flaw(place) == ""
    listens = False

    assert len(looked_at) <= 10, looked_at


def test_pip_takes_what_is_locked_and_nothing_else(own: Path) -> None:
    words = (own / "pip.log").read_text().split()

    assert words[:3] == ["install", "--quiet", "--require-hashes"]
    assert words[3:] == ["--only-binary", ":all:", "-r", str(ROOT / "requirements.txt")]


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (lambda folder: stamp(folder).unlink(), "is not finished"),
        (lambda folder: stamp(folder).write_text("{"), "cannot be read"),
        (lambda folder: stamp(folder).write_text("[]"), "cannot be read"),
        (lambda folder: shutil.rmtree(next((folder / "env").glob(f"{HERE}/lib/*/site-packages/newsdesk_fake"))), "has lost packages"),
        (lambda folder: changed(folder, lock="0" * 64), "is of another list of packages"),
        (lambda folder: changed(folder, place="/somewhere/else"), "was made in another place"),
        (lambda folder: changed(folder, python=["/usr/bin/python3.11", 1, 1]), "is of a Python that has changed since"),
        (lambda folder: gone(folder), "is of a Python that has changed since"),
    ],
)
def test_one_that_is_not_whole_is_made_anew(own: Path, harm: object, told: str) -> None:
    harm(own)  # type: ignore[operator]

    answer = start(own, "check", "x")

    assert (answer.code, answer.out) == (0, "['check', 'x']\n"), answer
    assert f"The environment in {own}/env/{HERE} {told}; making it anew." in answer.err
    assert installations(own) == 2
    assert start(own, "check", "x").err == ""


def changed(folder: Path, **values: object) -> None:
    stamp(folder).write_text(json.dumps(json.loads(stamp(folder).read_text()) | values))


def gone(folder: Path) -> None:
    """Its Python leads nowhere, as after the system's was upgraded."""
    python = folder / "env" / HERE / "bin" / "python"
    for name in python.parent.glob("python*"):
        name.unlink()
    python.symlink_to("/usr/bin/python3.99")


def test_one_that_was_moved_is_made_anew(own: Path) -> None:
    moved = own.with_name("moved")
    own.rename(moved)
    try:
        answer = start(moved, "check", "x")
        assert answer.code == 0 and "was made in another place; making it anew." in answer.err
    finally:
        moved.rename(own)


def test_an_environment_whose_python_is_gone_is_cleared_away(own: Path) -> None:
    old = own / "env" / "run-3.10"
    shutil.copytree(own / "env" / HERE, old, symlinks=True)
    (old / "bin" / "python").unlink()
    stamp(own).unlink()

    start(own, "check", "x")

    assert sorted(os.listdir(own / "env")) == [HERE, f"{HERE}.lock"]


def test_a_first_start_that_is_killed_leaves_nothing_that_counts(tmp_path: Path) -> None:
    first = begin(tmp_path, "check", "x", FAKE_PIP_SECONDS="60")
    ends = time.monotonic() + 30
    while not installations(tmp_path) and time.monotonic() < ends:
        time.sleep(0.02)
    os.killpg(first.pid, signal.SIGKILL)
    first.communicate()

    answer = start(tmp_path, "check", "x")

    assert answer.code == 0 and "is not finished; making it anew." in answer.err
    assert installations(tmp_path) == 2


def test_of_two_first_starts_at_once_one_waits(tmp_path: Path) -> None:
    starts = [begin(tmp_path, "check", "x", FAKE_PIP_SECONDS="1") for _ in range(2)]
    said = [one.communicate(timeout=60) for one in starts]

    assert [one.returncode for one in starts] == [0, 0]
    assert [out for out, _ in said] == ["['check', 'x']\n"] * 2
    assert installations(tmp_path) == 1
    assert sum("Another start is making the environment; waiting for it ..." in err for _, err in said) == 1


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("Max retries exceeded with url", "The packages could not be downloaded. Check the network, or set HTTPS_PROXY or PIP_INDEX_URL"),
        ("(from versions: none)\nERROR: No matching distribution found for x", "The packages could not be downloaded. Check the network"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES", "A package is not the one that is locked, so it was not installed."),
        ("OSError: [Errno 28] No space left on device", "The disk is full. Make room, or set DESK_ENV"),
        ("from versions: 1.0)\nERROR: No matching distribution found for x", f"no ready package for Python {VERSION} on this machine"),
        ("something else", "The packages could not be installed; the lines above say why."),
    ],
)
def test_what_stops_pip_is_a_sentence_that_says_what_to_do(tmp_path: Path, said: str, sentence: str) -> None:
    answer = start(tmp_path, "check", "x", FAKE_PIP_FAILS=said)

    assert (answer.code, answer.out) == (1, "") and sentence in answer.err and "Traceback" not in answer.err
    assert not stamp(tmp_path).exists()


def test_without_a_network_the_real_pip_ends_with_that_sentence(tmp_path: Path) -> None:
    nowhere = "http://127.0.0.1:9/simple"

    answer = desk("manage", "check", DESK_ENV=str(tmp_path / "env"), DESK_DATA=str(tmp_path / "data"), PIP_INDEX_URL=nowhere, PIP_RETRIES="0", PIP_CONFIG_FILE=os.devnull)

    assert answer.code == 1 and "Check the network, or set HTTPS_PROXY or PIP_INDEX_URL" in answer.err
    assert "Traceback" not in answer.err

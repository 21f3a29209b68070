"""Nothing is lost, doubled or answered with an error when many work at once. ``crowds`` takes larger numbers by hand."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.databases import own_database
from tests.factories import make_text
from tests.importing.folders import news, put

pytestmark = pytest.mark.xdist_group("crowds")  # they share one run, so one worker takes them all
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def crowds(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any) -> dict[str, Any]:
    """All of them, one after the other, in one process with a database of its own."""
    folder = tmp_path_factory.mktemp("crowds")
    source = put(folder / "source", {news(number): make_text() for number in range(1, 151)})
    with own_database(folder / "data") as environment:
        done = subprocess.run(
            [sys.executable, "-m", "tests.crowds", "edits=10", "desk=3", "equal=2", "races=6", str(source)],
            cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    assert [one["broken"] for one in result.values()] == [[]] * 4
    return result


def test_eight_processes_lose_no_edit(crowds: dict[str, Any]) -> None:
    result = crowds["edits"]

    assert result["saved"] + result["told"] == 8 * 10
    assert result["saved"] == result["rows"] == result["versions"] > 0
    assert result["lost"] == []


def test_sixteen_editors_and_an_import_share_a_site(crowds: dict[str, Any]) -> None:
    result = crowds["desk"]

    assert set(result["codes"]) <= {"302", "409"}, "no error, and every conflict is shown"
    assert sum(result["codes"].values()) == 16 * 3
    assert result["codes"]["302"] == result["rows"] > 0
    assert (result["doubled"], result["lost"], result["imported"]) == (0, [], 150)


def test_twelve_equal_posts_at_once_are_one_decision(crowds: dict[str, Any]) -> None:
    assert crowds["equal"]["rounds"] == [{"codes": {"302": 12}, "rows": 1, "version": 2, "again": 302}] * 2


def test_of_two_editors_at_once_one_is_told_who_was_first(crowds: dict[str, Any]) -> None:
    result = crowds["races"]

    assert result["codes"] == [[302, 409]] * 6
    assert result["rows"] == [1] * 6
    assert result["told"] == 6

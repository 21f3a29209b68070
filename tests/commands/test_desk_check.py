"""``desk check``: what import would refuse, without storing anything."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands.calling import called, started
from tests.factories import make_text
from tests.importing.folders import news, put


def test_check_lists_problems_and_warnings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(
        tmp_path,
        {
            news(1): make_text(),
            news(2): make_text(published="perhaps"),
            news(3): make_text(moment="2026-11-20T10:00:00"),
            news(4): make_text(provider="x" * 501),
            "_data/topics/01-a.yaml": "taxonomy: topic\n",
            "_config.yml": "title: A\n",
        },
    )

    answer = called(capsys, "desk_check", tmp_path, "--json")

    report = json.loads(answer.out)
    assert (answer.code, report["files"]) == (1, 6)
    assert set(report) == {"files", "problems", "warnings"}
    assert [(one["path"], one["line"], one["key"]) for one in report["problems"]] == [
        ("_data/topics/01-a.yaml", 1, "name"), (news(2), 11, "published"), (news(4), None, "provider"),
    ]  # fmt: skip
    assert [(one["path"], one["line"], one["key"]) for one in report["warnings"]] == [(news(3), 5, "publishedDateTime")]


def test_check_of_a_good_site_ends_with_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(tmp_path, {news(1): make_text()})

    assert called(capsys, "desk_check", tmp_path) == (0, "1 file read, 0 problems, 0 warnings.\n", "")


def test_check_of_nothing_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = called(capsys, "desk_check", tmp_path, "--json")

    assert (answer.code, answer.out) == (2, "")
    assert "holds no articles" in answer.err


@pytest.mark.once
def test_check_makes_no_database(tmp_path: Path) -> None:
    put(tmp_path / "lines", {news(1): make_text()})

    answer = started(tmp_path / "desk", "desk_check", tmp_path / "lines", DESK_MIGRATE="1")

    assert (answer.code, answer.err) == (0, "")
    assert not list((tmp_path / "desk").glob("*.sqlite3*"))


def test_check_tells_of_liquid(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(tmp_path, {news(1): make_text(title="A {{ site.secret }}"), news(2): make_text() + "{% include x %}\n"})

    answer = called(capsys, "desk_check", tmp_path, "--json")

    told = [(one["path"], one["line"], one["key"], one["message"]) for one in json.loads(answer.out)["warnings"]]
    sentence = "Holds Liquid, which runs when the site is built."
    assert told == [(news(1), 3, "title", sentence), (news(2), make_text().count("\n") + 1, "body", sentence)]
    assert answer.code == 0

"""``desk export DEST``, as it is called."""
from __future__ import annotations

import json
import logging
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from articles.decisions import decide, edit
from articles.exporting.sinks import FolderSink
from articles.models import ExportRun, Site, SourceFile
from articles.workflow import Action
from tests.factories import NOON, make_article, make_site


@pytest.fixture(autouse=True)
def _own_data(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Any:
    """Call the command: its exit code, what it printed, and what it said on stderr."""

    def call(*words: str) -> tuple[int, str, str]:
        code = 0
        try:
            call_command("desk_export", *words)
        except SystemExit as stop:
            code = int(stop.code or 0)
        out, err = capfd.readouterr()
        return code, out, err

    return call


def approved(site: Site, editor: Any, count: int = 1) -> list[Any]:
    articles = [make_article(site) for _ in range(count)]
    decide(articles, Action.APPROVE, editor=editor, at=NOON)
    return articles


@pytest.mark.parametrize(("option", "written"), [([], 1), (["--decided"], 2), (["--all"], 3)])
def test_export_takes_its_scope_from_the_options(
    run: Any, site: Site, editor: Any, tmp_path: Path, option: list[str], written: int
) -> None:
    approved(site, editor)
    decide([make_article(site)], Action.REJECT, editor=editor, at=NOON)
    make_article(site)

    code, out, err = run(str(tmp_path / "out"), *option)

    assert (code, err) == (0, "")
    assert out == f"{site}: {written} written, 0 unchanged, 0 removed.\n"
    assert len(list((tmp_path / "out" / "_news").iterdir())) == written


def test_export_json_is_one_object(run: Any, site: Site, editor: Any, tmp_path: Path) -> None:
    approved(site, editor, 2)

    code, out, err = run(str(tmp_path / "out"), "--json")

    assert (code, err) == (0, "")
    assert json.loads(out) == {
        "site": site.name, "dry_run": False, "written": 2, "unchanged": 0, "removed": 0, "others": 0, "problems": [],
    }  # fmt: skip


def test_export_with_problems_ends_with_1_and_writes_the_others(
    run: Any, site: Site, editor: Any, tmp_path: Path
) -> None:
    changed, other = approved(site, editor, 2)
    (tmp_path / "out" / "_news").mkdir(parents=True)
    (tmp_path / "out" / changed.path).write_text("mine\n")

    code, out, _ = run(str(tmp_path / "out"), "--json")

    report = json.loads(out)
    assert (code, report["written"]) == (1, 1)
    assert [problem["path"] for problem in report["problems"]] == [changed.path]
    assert (tmp_path / "out" / other.path).exists()
    code, out, _ = run(str(tmp_path / "out"))
    assert (code, f"  {changed.path}: It has changed since" in out) == (1, True)


def test_export_to_a_zip(run: Any, site: Site, editor: Any, tmp_path: Path) -> None:
    (article,) = approved(site, editor)

    assert run(str(tmp_path / "out.zip"))[0] == 0

    with zipfile.ZipFile(tmp_path / "out.zip") as found:
        assert (found.testzip(), found.namelist()) == (None, [article.path])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "out.zip"]


@pytest.mark.parametrize(
    ("dest", "sentence"),
    [
        ("missing/out", "The folder {root}/missing does not exist. Make it first.\n"),
        ("missing/out.zip", "The folder {root}/missing does not exist. Make it first.\n"),
        ("file", "{root}/file is a file. Name a folder, or a name that ends in .zip.\n"),
        ("folder.zip", "{root}/folder.zip is a folder. Name a file that ends in .zip.\n"),
    ],
)
def test_a_destination_that_cannot_be_is_refused_with_2(
    run: Any, site: Site, tmp_path: Path, dest: str, sentence: str
) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "folder.zip").mkdir()

    assert run(str(tmp_path / dest)) == (2, "", sentence.format(root=tmp_path))
    assert (tmp_path / "file").read_text() == "mine"


def test_no_destination_is_refused(run: Any, site: Site) -> None:
    assert run("") == (2, "", "Name a folder, or a file that ends in .zip.\n")


def test_two_exports_into_one_place_at_once_are_told(run: Any, site: Site, tmp_path: Path) -> None:
    with FolderSink(tmp_path / "out"):
        code, _, err = run(str(tmp_path / "out"))
    assert (code, "Another export is writing to" in err) == (2, True)


def test_with_several_sites_one_must_be_named(run: Any, db: None, tmp_path: Path) -> None:
    make_site("harbour")
    make_site("rail")

    code, out, err = run(str(tmp_path / "out"))

    assert (code, out) == (2, "")
    assert err == "There are several sites. Choose one with --site: harbour, rail.\n"
    assert run(str(tmp_path / "out"), "--site", "rail")[0] == 0
    assert run(str(tmp_path / "out"), "--site", "tram")[0] == 2


def test_all_and_decided_exclude_each_other(site: Site, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="not allowed with argument"):
        call_command("desk_export", str(tmp_path / "out"), "--all", "--decided")


def test_a_full_disk_is_said_in_a_sentence(run: Any, site: Site, editor: Any, tmp_path: Path, monkeypatch: Any) -> None:
    approved(site, editor)

    def full(sink: FolderSink, path: str, data: bytes) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(FolderSink, "write", full)

    assert run(str(tmp_path / "out")) == (
        1, "", "The export stopped: No space left on device. No file is half written; run it again.\n",
    )  # fmt: skip
    assert list((tmp_path / "out").rglob("*")) == []


# --- dry run
def test_a_dry_run_prints_the_diff_and_writes_nothing(run: Any, site: Site, editor: Any, tmp_path: Path) -> None:
    (article,) = approved(site, editor)

    code, out, err = run(str(tmp_path / "out"), "--dry-run")

    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == f"{article.path} (approved)"
    assert "  - published: false" in lines
    assert "  + published: true" in lines
    assert lines[-1] == f"{site}: 1 file changes. Nothing else is touched. 1 to write, 0 unchanged, 0 to remove."
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data"]
    assert not ExportRun.objects.exists()


def test_a_dry_run_of_a_zip_writes_none(run: Any, site: Site, editor: Any, tmp_path: Path) -> None:
    approved(site, editor)

    code, out, _ = run(str(tmp_path / "out.zip"), "--dry-run", "--json")

    assert (code, json.loads(out)["written"], json.loads(out)["dry_run"]) == (0, 1, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data"]


def test_text_of_strangers_cannot_steer_the_terminal(run: Any, site: Site, editor: Any, tmp_path: Path) -> None:
    article = make_article(site)
    edit([article], {"title": "[red]\u202eevil\x9b2J"}, editor=editor, at=NOON)

    _, out, _ = run(str(tmp_path / "out"), "--all", "--dry-run")

    assert "\x9b" not in out
    assert "\u202e" not in out
    assert "[red]" in out


def test_neither_terminal_nor_log_shows_what_is_secured(
    run: Any, site: Site, editor: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="articles")
    article = make_article(site)
    assert "c2VjcmV0" in SourceFile.objects.get(article=article).text
    edit([article], {"images": None}, editor=editor, at=NOON)

    said = [run(str(tmp_path / "out"), "--all", *words) for words in (["--dry-run"], [], ["--json"])]

    assert 'secured: "…"' in said[0][1]
    assert "c2VjcmV0" not in "".join(text for _, out, err in said for text in (out, err)) + caplog.text
    assert "c2VjcmV0" in (tmp_path / "out" / article.path).read_text()

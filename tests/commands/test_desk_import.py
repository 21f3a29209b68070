"""``desk import``: what it says, what it gives back, and which site it means."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from articles.importing.lock import importing
from articles.models import Article, Site
from tests.commands.calling import ROOT, called, started
from tests.factories import make_site, make_text
from tests.importing.folders import news, put
from tests.importing.test_git_source import repository

BAD = make_text(published="perhaps")


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    return put(tmp_path / "harbour-lines", {news(1): make_text(), news(2): make_text()})


@pytest.mark.django_db
def test_the_json_is_one_object_with_exactly_the_reports_keys(lines: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(lines, {news(3): BAD})

    answer = called(capsys, "desk_import", lines, "--json")

    assert (answer.code, answer.err) == (1, "")
    assert answer.out.count("\n") == 1
    assert json.loads(answer.out) == {
        "created": 2,
        "updated": 0,
        "unchanged": 0,
        "conflicts": 0,
        "withdrawn": 0,
        "problems": [
            {
                "path": news(3),
                "line": 11,
                "column": 12,
                "key": "published",
                "message": '"published" must be true or false, not "perhaps".',
            }
        ],
        "site": "harbour-lines",
        "revision": None,
        "changes": {"noise": 0, "drift": 0, "context": 0, "decision": 0},
        "alerts": 0,
    }


@pytest.mark.django_db
def test_the_summary_says_what_came_and_then_that_nothing_did(lines: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert called(capsys, "desk_import", lines) == (0, "harbour-lines: 2 created, 0 updated, 0 unchanged.\n", "")

    again = called(capsys, "desk_import", lines)

    assert again == (0, "harbour-lines: nothing has changed, 2 articles as before.\n", "")


@pytest.mark.django_db
def test_problems_are_listed_with_their_place_and_end_with_1(lines: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(lines, {news(3): BAD})

    answer = called(capsys, "desk_import", lines)

    assert answer.code == 1
    assert answer.out.splitlines() == [
        "harbour-lines: 2 created, 0 updated, 0 unchanged. 1 file in quarantine:",
        f'  {news(3)}, line 11, column 12: "published" must be true or false, not "perhaps".',
    ]
    assert called(capsys, "desk_import", lines).code == 1


@pytest.mark.django_db
def test_only_the_first_twenty_problems_are_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(tmp_path, {f"_news/{number:02}.md": "bad" for number in range(23)})

    lines = called(capsys, "desk_import", tmp_path, "--site", "x").out.splitlines()

    assert len(lines) == 22
    assert lines[1].startswith("  _news/00.md, line 1, column 1: ")
    assert lines[-1] == "  and 3 more, see /imports/"


@pytest.mark.django_db
def test_the_terminal_sees_no_control_characters(lines: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(lines, {news(3): make_text(published='"\\e[2J\\a"'), "_news/\x1b[2J.md": make_text()})

    answer = called(capsys, "desk_import", lines)

    assert answer.code == 1
    assert "\x1b" not in answer.out + answer.err
    assert "\a" not in answer.out + answer.err
    assert "_news/\\x1b[2J.md" in answer.out


# --- which site -------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_first_site_is_named_after_its_source(lines: Path, capsys: pytest.CaptureFixture[str]) -> None:
    called(capsys, "desk_import", f"{lines}/.")

    assert Site.objects.get().name == "harbour-lines"


@pytest.mark.django_db
def test_the_only_site_is_meant_without_a_name(lines: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site = make_site("quay")

    called(capsys, "desk_import", lines)

    assert Article.objects.filter(site=site).count() == 2


@pytest.mark.django_db
def test_a_site_that_is_named_is_made(lines: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_site("quay")

    called(capsys, "desk_import", lines, "--site", "pier")

    assert Article.objects.filter(site__name="pier").count() == 2


@pytest.mark.django_db
def test_of_several_sites_one_must_be_named(lines: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_site("quay")
    make_site("pier")

    answer = called(capsys, "desk_import", lines, "--json")

    assert answer == (2, "", "There are several sites. Choose one with --site: pier, quay.\n")
    assert Article.objects.count() == 0


@pytest.mark.django_db
def test_the_repository_of_another_site_does_not_come_in_by_mistake(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ours = repository(tmp_path / "pier", {news(1): make_text().encode()})
    theirs = repository(tmp_path / "quay", {news(2): make_text().encode()})
    assert called(capsys, "desk_import", ours).code == 0

    answer = called(capsys, "desk_import", theirs)

    assert answer.code == 2 and "--site NAME" in answer.err and "--site pier" in answer.err
    assert (Site.objects.count(), Article.objects.count()) == (1, 1)
    assert called(capsys, "desk_import", theirs, "--site", "quay").code == 0
    assert Article.objects.filter(site__name="quay").count() == 1
    Site.objects.filter(name="quay").delete()
    assert called(capsys, "desk_import", theirs, "--site", "pier").code == 0  # who says so means it
    assert called(capsys, "desk_import", theirs).code == 0  # it has something in common now


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["../x", "a b", "ä/b", "-"])
def test_a_name_that_is_none_is_refused(lines: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    answer = called(capsys, "desk_import", lines, f"--site={name}")

    assert answer.code == 2
    assert "is no name for a site" in answer.err
    assert Site.objects.count() == 0


# --- wrong calls and bad luck -----------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_source_that_cannot_be_read_ends_with_2_and_leaves_no_site(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path, {"notes/readme.txt": "nothing of a site"})

    missing = called(capsys, "desk_import", tmp_path / "nowhere")
    empty = called(capsys, "desk_import", tmp_path, "--site", "pier")
    no_rev = called(capsys, "desk_import", tmp_path, "--rev", "main")

    assert [answer.code for answer in (missing, empty, no_rev)] == [2, 2, 2]
    assert "There is nothing at" in missing.err
    assert "holds no articles" in empty.err
    assert "is not a Git repository" in no_rev.err
    assert Site.objects.count() == 0


@pytest.mark.django_db
def test_an_import_that_meets_another_says_so(lines: Path, capsys: pytest.CaptureFixture[str], monkeypatch) -> None:
    from articles.importing.lock import ImportBusy
    from articles.management.commands import desk_import

    site = make_site("quay")

    def busy(*_: object, **__: object) -> None:
        raise ImportBusy("Another import into quay is running. Try again when it has finished.")

    monkeypatch.setattr(desk_import, "import_site", busy)
    with importing(site):
        answer = called(capsys, "desk_import", lines)

    assert answer == (1, "", "Another import into quay is running. Try again when it has finished.\n")


@pytest.mark.once
def test_a_revision_of_a_repository_is_imported(tmp_path: Path) -> None:
    root = put(tmp_path / "repo", {news(1): make_text()})
    git = ["git", "-C", str(root), "-c", "user.name=Feed", "-c", "user.email=feed@tribune.example"]
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "One"], ["tag", "one"]):
        subprocess.run([*git, *words], check=True)
    put(root, {news(2): make_text()})
    for words in (["add", "-A"], ["commit", "-q", "-m", "Two"]):
        subprocess.run([*git, *words], check=True)
    head = subprocess.run([*git, "rev-parse", "one"], check=True, capture_output=True, text=True).stdout.strip()
    put(root, {news(3): make_text()})
    desk = tmp_path / "desk"

    first = started(desk, "desk_import", root, "--rev", "one", "--json", DESK_MIGRATE="1")
    second = started(desk, "desk_import", root, "--files", "--json")

    assert json.loads(first.out) | {"problems": []} == {
        "created": 1, "updated": 0, "unchanged": 0, "conflicts": 0, "withdrawn": 0, "problems": [], "site": "repo",
        "revision": head, "changes": {"noise": 0, "drift": 0, "context": 0, "decision": 0}, "alerts": 0,
    }  # fmt: skip
    assert [json.loads(second.out)[key] for key in ("created", "unchanged", "revision")] == [2, 1, None]


@pytest.mark.once
def test_wrong_words_end_with_2(tmp_path: Path) -> None:
    nothing = started(tmp_path, "desk_import")
    unknown = started(tmp_path, "desk_import", tmp_path, "--colour")

    assert (nothing.code, unknown.code, nothing.out + unknown.out) == (2, 2, "")
    assert "usage: desk import" in nothing.err
    assert "--colour" in unknown.err


@pytest.mark.once
def test_a_database_that_refuses_ends_with_1_and_a_sentence(lines: Path, tmp_path: Path) -> None:
    answer = started(tmp_path / "never-migrated", "desk_import", lines, "--json")

    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("The database refused: no such table")
    assert "Traceback" not in answer.err


@pytest.mark.once
def test_a_full_disk_ends_with_a_sentence_and_the_next_run_finishes(tmp_path: Path) -> None:
    root = put(tmp_path / "lines", {f"_news/{number}.md": make_text() for number in range(400)})
    desk = tmp_path / "desk"
    assert started(desk, "migrate", "--verbosity=0").code == 0
    size = max(path.stat().st_size for path in desk.glob("newsdesk.sqlite3*"))
    code = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({size + 400_000}, {size + 400_000})); "
        "sys.argv = ['manage.py', 'desk_import', sys.argv[1]]; "
        "from django.core.management import execute_from_command_line as go; go(sys.argv)"
    )
    full = subprocess.run(
        [sys.executable, "-c", code, str(root)], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
        env=os.environ | {"DESK_DATA": str(desk), "DJANGO_SETTINGS_MODULE": "newsdesk.settings", "DATABASE_URL": ""},
    )  # fmt: skip

    answer = started(desk, "desk_import", root, "--json")

    assert full.returncode == 1, full.stderr
    assert full.stderr.startswith("The database refused: ")
    assert "Traceback" not in full.stderr
    report = json.loads(answer.out)
    assert (answer.code, report["created"] + report["unchanged"], report["problems"]) == (0, 400, [])
    assert report["unchanged"] > 0


@pytest.mark.once
def test_the_bar_is_shown_to_a_terminal_only(lines: Path, tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    silent = started(desk, "desk_import", lines, DESK_MIGRATE="1")
    ours, theirs = pty.openpty()

    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "desk_import", str(lines)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=theirs, timeout=120, check=False,
        env=os.environ | {"DESK_DATA": str(desk), "DJANGO_SETTINGS_MODULE": "newsdesk.settings", "DATABASE_URL": "",
                          "TERM": "xterm", "COLUMNS": "100"},
    )  # fmt: skip
    os.close(theirs)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)

    assert (silent.code, silent.err) == (0, "")
    assert "Importing" in shown
    assert b"Importing" not in done.stdout

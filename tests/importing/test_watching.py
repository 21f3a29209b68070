"""Looks at repositories: when they are due, what they bring, and what happens when they fail."""
from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from articles.importing import running, watching
from articles.importing.lock import ImportBusy, importing
from articles.importing.watching import Watch, WatchBusy, due_sources
from articles.models import Article, ImportRun, Repository, Site
from tests.exporting.repositories import PATHS, commit_file, site_in
from tests.factories import make_site, make_text
from tests.importing.test_git_source import repository, run

ROOT = Path(__file__).resolve().parent.parent.parent
NOW = timezone.now()


@pytest.fixture(autouse=True)
def _own_data(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()


@pytest.fixture
def work(tmp_path: Path, site: Site, editor: Any) -> Path:
    site_in(tmp_path / "work", site, editor)
    return tmp_path / "work"


pytestmark = pytest.mark.django_db


def long_ago(seconds: int) -> Any:
    return NOW - timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("values", "every", "due"),
    [
        ({}, None, False),
        ({}, 60, True),
        ({"every": 60}, None, True),
        ({"every": 60, "looked_at": long_ago(59)}, None, False),
        ({"every": 60, "looked_at": long_ago(60)}, None, True),
        ({"every": 3600, "looked_at": long_ago(61)}, 60, False),
        ({"looked_at": long_ago(61)}, 60, True),
        ({"asked_at": long_ago(1)}, None, True),
        ({"asked_at": long_ago(9), "looked_at": long_ago(8)}, None, False),
        ({"asked_at": long_ago(8), "looked_at": long_ago(9), "every": 3600}, None, True),
    ],
)
def test_repository_is_due(site: Site, values: dict[str, Any], every: int | None, due: bool) -> None:
    Repository.objects.create(site=site, location="/nowhere", **values)

    assert bool(due_sources(NOW, every=every)) is due


def test_look_imports_commits_and_not_the_files_that_lie_there(work: Path, site: Site) -> None:
    told: list[int] = []
    watch = Watch(every=1, tell=lambda repository, report: told.append(report.updated))
    commit_file(work, PATHS[3], make_text(title="Committed").encode())
    (work / PATHS[4]).write_text(make_text(title="Not committed"))

    assert watch.round() == 0

    titles = set(Article.objects.values_list("title", flat=True))
    assert "Committed" in titles and "Not committed" not in titles and "Tram 4 waits" in titles
    assert told == [1]
    assert Repository.objects.get().failure == "" and Repository.objects.get().looked_at is not None
    assert watch.round() == 0 and told == [1]


def test_branch_is_followed(work: Path, site: Site) -> None:
    run(work, "checkout", "-q", "-b", "feed")
    commit_file(work, PATHS[3], make_text(title="On the branch").encode())
    run(work, "checkout", "-q", "main")
    Repository.objects.update(branch="feed")

    Watch(every=1).round()

    assert Article.objects.filter(title="On the branch").exists()


def test_failure_is_told_and_tried_again_later_and_later_without_harm_to_others(work: Path, site: Site) -> None:
    gone = Repository.objects.create(site=make_site(), location=str(work.parent / "gone"), asked_at=NOW)
    commit_file(work, PATHS[3], make_text(title="Committed").encode())
    watch = Watch(every=1)

    assert watch.round() == 1

    gone.refresh_from_db()
    assert "There is nothing at" in gone.failure
    assert Article.objects.filter(title="Committed").exists()
    waits = []
    for _ in range(3):
        gone.refresh_from_db()
        assert gone.retry_at is not None and gone.looked_at is not None
        waits.append((gone.retry_at - gone.looked_at).total_seconds())
        Repository.objects.filter(pk=gone.pk).update(retry_at=timezone.now())
        watch.round()
    assert waits == [30, 60, 120]
    shutil.copytree(work, work.parent / "gone")
    assert ImportRun.objects.filter(source=gone, state="failed").count() == 1  # one row, however often it was tried
    Repository.objects.filter(pk=gone.pk).update(retry_at=timezone.now())
    assert watch.round() == 0
    gone.refresh_from_db()
    assert gone.failure == "" and gone.retry_at is None


def busy(*args: Any, **words: Any) -> None:
    raise ImportBusy("Another import is running.")


def test_another_import_is_waited_for(work: Path, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    commit_file(work, PATHS[3], make_text(title="Committed").encode())
    watch = Watch(every=1)
    if connection.vendor == "postgresql":  # there a lock does not exclude the session that holds it
        monkeypatch.setattr(running, "import_site", busy)
    with importing(site):
        assert watch.round() == 0
    assert Repository.objects.get().failure == ""
    assert not Article.objects.filter(title="Committed").exists()
    monkeypatch.undo()
    watch.round()
    assert Article.objects.filter(title="Committed").exists()


def test_one_watch_at_a_time() -> None:
    with watching.watching(), pytest.raises(WatchBusy), watching.watching():
        pass


def test_command_looks_once(work: Path, site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    commit_file(work, PATHS[3], make_text(title="Committed").encode())
    call_command("desk_watch", "--once")
    assert f"{site.name}: 0 created, 1 updated" in capsys.readouterr().out

    Repository.objects.update(location="/nowhere/at/all")
    with pytest.raises(SystemExit) as stop:
        call_command("desk_watch", "--once")
    assert stop.value.code == 1
    assert "There is nothing at" in capsys.readouterr().err


@pytest.mark.once
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_watch_imports_what_comes_and_stops_when_told(tmp_path: Path, number: signal.Signals) -> None:
    """A desk of its own, in processes of their own."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"DESK_DATA": str(tmp_path / "other"), "PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "newsdesk.settings"}
    manage = [sys.executable, str(ROOT / "manage.py")]
    work = repository(tmp_path / "work", {"_news/a.md": make_text(title="First").encode()})
    subprocess.run([*manage, "desk_import", str(work), "--site", "tides"], env=environment | {"DESK_MIGRATE": "1"}, check=True, capture_output=True)
    add = f"from articles.models import *; Repository.objects.get_or_create(site=Site.objects.get(), defaults={{'location': '{work}'}})"
    subprocess.run([*manage, "shell", "-c", add], env=environment, check=True, capture_output=True)
    commit_file(work, "_news/a.md", make_text(title="Second").encode())

    with subprocess.Popen([*manage, "desk_watch", "--every", "1"], env=environment, stdout=subprocess.PIPE, text=True) as watch:
        try:
            assert watch.stdout is not None
            assert "tides: 0 created, 1 updated" in watch.stdout.readline()
            commit_file(work, "_news/b.md", make_text(title="Third").encode())
            assert "tides: 1 created" in watch.stdout.readline()
            watch.send_signal(number)
            assert watch.wait(60) == 0
        finally:
            watch.kill()

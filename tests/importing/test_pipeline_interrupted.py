"""Imports that are killed, meet each other, and run while editors work."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from articles.importing import pace, pipeline
from articles.importing.lock import NUMBER, ImportBusy, importing
from articles.importing.pace import PAUSE, Pace
from articles.models import ImportRun, RelatedArticle, Site, Topic
from tests.databases import own_database
from tests.factories import make_text
from tests.importing import folders
from tests.importing.folders import bring, contents, news, put, text_with_related
from tests.importing.test_git_source import commit, repository, run

pytestmark = pytest.mark.usefixtures("django_db_setup")  # whose copy each of them begins with

ROOT = Path(__file__).resolve().parent.parent.parent
FILES = 150
FEW = 60  # for those who import them forty times


@pytest.fixture
def busy_site(tmp_path: Path) -> Path:
    return busy(tmp_path / "source", FILES)


def busy(root: Path, count: int) -> Path:
    """A site of so many articles that name each other, with files around them and some bad ones between."""
    files: dict[str, str] = {
        f"_news/2026-11-20-tram-{number}.md": text_with_related(
            f"https://tribune.example/t{(number * 7) % count}", slug=f"t{number}", provider=f"Line {number % 9}"
        )
        for number in range(count)
    }
    files |= {f"_news/bad-{number}.md": f"bad {number}" for number in range(5)}
    files |= {f"_data/topics/{number:02}-t.yaml": f"name: T{number}\nparent: T{number + 1}\n" for number in range(20)}
    files |= {f"_data/organizations/{number}.md": f"---\nname: Line {number}\n---\n" for number in range(9)}
    return put(root, files)


def apart(task: str, root: Path, folder: Path) -> dict[str, Any]:
    """Run a task of ``interrupted`` in processes of its own."""
    with own_database(folder) as environment:
        done = subprocess.run(
            [sys.executable, "-m", "tests.importing.interrupted", task, str(root)],
            cwd=ROOT, env=environment, capture_output=True, text=True, timeout=500, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def test_an_import_that_is_killed_anywhere_is_finished_by_the_next(tmp_path: Path) -> None:
    result = apart("kill", busy(tmp_path / "source", FEW), tmp_path / "data")

    kills = result["kills"]
    assert result["articles"] == FEW
    assert [one for one in kills if one["torn"] or one["finished"] or not one["closed"] or not one["equal"]] == []
    # The moments must really have been in the middle of things.
    assert sum(one["died"] and one["left_open"] for one in kills) >= len(kills) // 3
    assert len({one["came_in"] for one in kills}) >= 3


def test_an_import_of_a_commit_that_is_killed_anywhere_is_finished_by_the_next(tmp_path: Path) -> None:
    result = apart("commits", two_commits(tmp_path / "work"), tmp_path / "data")

    kills = result["kills"]
    assert [one for one in kills if one["torn"] or one["finished"] or not one["equal"] or not one["honest"]] == []
    # The moments must really have been in the middle of things.
    assert sum(one["died"] and one["within"] for one in kills[1::2]) >= len(kills) // 5


def two_commits(work: Path) -> Path:
    """A repository with the branches ``before``, ``first`` and ``next``: see ``interrupted.commits``."""
    text = {name: make_text(slug=name) for name in
            [f"{kind}-{number}" for kind in ("sent", "other", "gone", "back", "same", "mended") for number in range(3)]}  # fmt: skip
    first = {f"_news/{name}.md": one.encode() for name, one in text.items()}
    first |= {f"_news/mended-{number}.md": b"bad" for number in range(3)}
    first |= {"_data/topics/01-rail.yaml": b"name: Rail\n"}
    repository(work, first)
    run(work, "branch", "before")
    for path in work.glob("_news/back-*"):
        path.unlink()
    commit(work, {})
    run(work, "branch", "first")
    for path in [*work.glob("_news/gone-*"), *work.glob("_data/topics/*")]:
        path.unlink()
    news = {f"_news/back-{number}.md": text[f"back-{number}"].encode() for number in range(3)}
    news |= {f"_news/mended-{number}.md": text[f"mended-{number}"].encode() for number in range(3)}
    news |= {f"_news/new-{number}.md": make_text(slug=f"new-{number}").encode() for number in range(3)}
    news |= {f"_news/bad-{number}.md": b"bad" for number in range(2)}
    news |= {f"_news/other-{number}.md": make_text(slug=f"other-{number}", quality=80).encode() for number in range(3)}
    for number in range(3):
        sent = text[f"sent-{number}"].replace("published: false", "published: true")
        news[f"_news/sent-{number}.md"] = sent.replace("heat: -1", "heat: 64" if number else "heat: 70").encode()
    commit(work, news)
    run(work, "branch", "next")
    return work


def test_two_imports_at_once_end_as_one(busy_site: Path, tmp_path: Path) -> None:
    result = apart("meet", busy_site, tmp_path / "data")

    assert (result["equal"], result["torn"]) == (True, [])
    assert result["codes"] in ([0, 3], [0, 0])  # the second says so, or comes when the first has finished


def test_editors_work_on_while_an_import_runs(busy_site: Path, tmp_path: Path) -> None:
    result = apart("edit", busy_site, tmp_path / "data")

    assert (result["failed"], result["kept"], result["articles"]) == (0, result["writes"], FILES)
    assert result["writes"] >= 10
    # The aim is 150 ms; the tests share their machine with others. With one transaction it would be the whole import.


def test_a_stopped_run_is_joined_by_the_next_even_without_news(
    busy_site: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "_join", stop)
        with pytest.raises(KeyboardInterrupt):
            bring(busy_site, site)
    assert not RelatedArticle.objects.filter(target__isnull=False).exists()
    assert not Topic.objects.filter(parent__isnull=False).exists()
    assert [(run.is_finished, run.created) for run in ImportRun.objects.all()] == [(False, FILES)]

    report = bring(busy_site, site)

    assert (report.created, report.unchanged, len(report.problems)) == (0, FILES, 5)
    assert RelatedArticle.objects.filter(target=None).count() == 0
    assert Topic.objects.get(name="T0").parent.name == "T1"
    assert ImportRun.objects.order_by("-pk").first().is_finished
    undisturbed = Site.objects.create(name="undisturbed")
    bring(busy_site, undisturbed)
    assert contents(site) == contents(undisturbed)


def test_every_slice_is_one_transaction_with_a_pause_before(tmp_path: Path, site: Site, monkeypatch: Any) -> None:
    put(tmp_path, {news(number): make_text() for number in range(1, 21)})
    naps: list[float] = []
    monkeypatch.setattr(pace, "time", SimpleNamespace(sleep=naps.append, monotonic=time.monotonic))
    monkeypatch.setattr(Pace, "start_small", lambda self: setattr(self, "size", 5))
    monkeypatch.setattr(pace, "HOLD", 0.0)

    bring(tmp_path, site)

    if connection.vendor == "sqlite":
        assert len(naps) >= 4
        assert all(0 < nap <= PAUSE for nap in naps)
    else:
        assert naps == []


def test_a_pause_counts_from_the_commit(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    naps: list[float] = []
    clock = iter([10.0, 10.0, 10.5, 10.5 + PAUSE / 5, 10.6, 10.7])
    monkeypatch.setattr(pace, "time", SimpleNamespace(sleep=naps.append, monotonic=lambda: next(clock)))
    slices = Pace()
    slices.alone = False

    for _ in range(2):
        with slices.slice():
            pass

    assert naps == [pytest.approx(PAUSE * 4 / 5)]


def test_a_slice_that_holds_the_lock_for_long_makes_the_next_one_smaller(db: None) -> None:
    slices = Pace()
    slices.alone, slices.size = False, 40

    with slices.slice(40):
        time.sleep(0.2)

    assert slices.size < 30


@pytest.mark.once
def test_a_second_import_says_that_one_is_running(busy_site: Path, site: Site) -> None:
    if connection.vendor == "postgresql":
        # A session may take its own advisory lock twice, so the first import needs a session of its own.
        other = connection.copy()
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [NUMBER, site.pk])
        try:
            with pytest.raises(ImportBusy, match=f"Another import into {site.name} is running"):
                bring(busy_site, site)
        finally:
            other.close()
    else:
        with importing(site), pytest.raises(ImportBusy, match=f"Another import into {site.name} is running"):
            bring(busy_site, site)

    assert folders.counts(bring(busy_site, site)) == (FILES, 0, 0)


def test_a_lock_file_that_somebody_left_stops_nobody(tmp_path: Path, site: Site) -> None:
    folder = settings.DATA_DIR / "locks"
    folder.mkdir(exist_ok=True)
    (folder / f"import-{site.pk}.lock").write_text("left by a machine that lost its power")
    put(tmp_path, {news(1): make_text()})

    assert bring(tmp_path, site).created == 1

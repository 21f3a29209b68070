"""Imports and exports whose worker is killed: the next one finishes, and nothing comes in or leaves twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as used
from django.db import connection
from django.utils import timezone

from articles import tasks
from articles.decisions import decide
from articles.exporting import running as exports
from articles.importing import brought
from articles.importing import running as imports
from articles.models import Article, ExportRun, ImportRun, QuarantinedFile, Repository, SentField, Source
from articles.workflow import Action
from tests.exporting.repositories import bare, changed, site_in
from tests.factories import make_person, make_site, make_text
from tests.importing.folders import put
from tests.importing.test_git_source import run as git

ROOT = Path(__file__).resolve().parents[1]
FILES = 20


@pytest.fixture(autouse=True)
def _tasks_in_the_database(settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}


def killed_and_followed(workers: str = "tests.dying_runs") -> dict[str, Any]:
    """What the workers of a module did on the database of the tests."""
    at = connection.settings_dict
    url = f"sqlite:///{at['NAME']}"
    if connection.vendor == "postgresql":
        password = f":{at['PASSWORD']}" if at["PASSWORD"] else ""
        url = f"postgres://{at['USER']}{password}@{at['HOST']}:{at['PORT']}/{at['NAME']}"
    environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "newsdesk.settings", "DESK_DATA": str(used.DATA_DIR)}
    done = subprocess.run(
        [sys.executable, "-m", workers], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


everything = pytest.mark.django_db(transaction=True, available_apps=[config.name for config in apps.get_app_configs()])


@everything
def test_an_import_goes_on_after_every_kill(tmp_path: Path) -> None:
    files = {f"_news/2026-11-20-tram-{number:02}.md": make_text() for number in range(FILES)}
    put(tmp_path, files | {"_news/bad.md": "bad", "_data/topics/01-rail.yaml": "name: Rail\n"})
    source = Source.objects.create(site=make_site(), kind="folder", location=str(tmp_path))
    run = imports.begin(source, at=timezone.now())
    tasks.hand_over(run)

    found = killed_and_followed()

    assert found == {"codes": [-9, -9, 0], "between": [["running", True]] * 2}
    run.refresh_from_db()
    assert (run.state, run.kind, run.done, run.failure) == ("finished", "folder", run.total, "")
    assert (run.created, run.updated, run.unchanged, run.refused) == (FILES, 0, 0, 1)  # of all its workers together
    assert brought.added(run).count() == FILES and ImportRun.objects.count() == 1
    assert Article.objects.filter(version=1).count() == Article.objects.count() == FILES
    assert QuarantinedFile.objects.count() == 1
    source.refresh_from_db()
    assert (source.failure, source.looked_at) == ("", run.started_at)


@everything
def test_an_export_is_made_once_whenever_its_worker_is_killed(tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    site, editor = make_site(), make_person("superuser")
    site_in(tmp_path / "work", site, editor)
    target = bare(tmp_path / "work")
    Repository.objects.filter(site=site).update(location=str(target))
    decide(list(Article.objects.exclude(status="approved").order_by("pk")[:1]), Action.APPROVE, editor=editor, at=timezone.now())
    before, count = git(target, "rev-parse", "main"), Article.objects.filter(status="approved").count()
    run = exports.begin(site, "git", scope="approved", at=timezone.now(), actor=editor)
    tasks.hand_over(run)

    found = killed_and_followed()

    assert found == {"codes": [-9, -9, 0], "between": [["running", True]] * 2}
    after = git(target, "rev-parse", "main")
    assert git(target, "rev-list", "--count", f"{before}..{after}") == "1"  # of three workers one made the commit
    assert len(list(changed(target, before, after))) == count
    run.refresh_from_db()
    assert (run.state, ExportRun.objects.count(), run.commit) == ("finished", 1, after)
    sent = SentField.objects.filter(field="published").values_list("article", "run")
    assert sorted(sent) == sorted((pk, run.pk) for pk in Article.objects.filter(status="approved").values_list("pk", flat=True))

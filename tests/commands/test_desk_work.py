"""``desk work``: what pages leave is done, whoever is killed meanwhile, and nothing twice."""
from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult

from articles import bulk, leases, tasks
from articles.bulk import Wish
from articles.management.commands import desk_work
from articles.models import Article, BulkRun, Review
from articles.workflow import Action
from tests.bulk.crowd import make_crowd, seen
from tests.factories import make_person, make_site

ROOT = Path(__file__).resolve().parents[2]
ARTICLES = 450


@pytest.fixture(autouse=True)
def _tasks_in_the_database(settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}


def waiting_run(count: int) -> BulkRun:
    site = make_site()
    run = bulk.choose(site, seen(make_crowd(site, count)), editor=make_person("superuser"))
    bulk.intend(run, Wish(Action.APPROVE))
    bulk.begin(run, at=timezone.now())
    tasks.hand_over(run)
    return run


def worker(*words: str) -> subprocess.Popen[bytes]:
    """A process that works on the database of the tests."""
    at = connection.settings_dict
    url = f"sqlite:///{at['NAME']}"
    if connection.vendor == "postgresql":
        password = f":{at['PASSWORD']}" if at["PASSWORD"] else ""
        url = f"postgres://{at['USER']}{password}@{at['HOST']}:{at['PORT']}/{at['NAME']}"
    environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "newsdesk.settings"}
    return subprocess.Popen([sys.executable, *words], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL)


@pytest.mark.django_db(transaction=True, available_apps=[config.name for config in apps.get_app_configs()])
def test_a_killed_worker_is_followed_by_others_and_nothing_is_done_twice() -> None:
    """The first dies with its third slice in hand. Of two that come after it each slice is done by one."""
    run = waiting_run(ARTICLES)

    assert worker("-m", "tests.bulk.dying").wait(60) == -9
    run.refresh_from_db()
    assert (run.state, run.checkpoint, Review.objects.count()) == (BulkRun.State.RUNNING, 200, 200)
    assert DBTaskResult.objects.get().status == "RUNNING"  # and so for ever: the run's own lease says more

    # A quarter of a minute goes by.
    BulkRun.objects.update(lease_until=leases.moment(-timedelta(seconds=5)), heartbeat_at=leases.moment(-leases.PATIENCE * 2))
    both = [worker("manage.py", "desk_work", "--once") for _ in range(2)]
    assert [one.wait(60) for one in both] == [0, 0]

    run.refresh_from_db()
    assert (run.state, run.checkpoint, run.done_count, run.left_count) == (BulkRun.State.FINISHED, ARTICLES, ARTICLES, 0)
    assert Review.objects.count() == Review.objects.values("article").distinct().count() == ARTICLES
    assert Article.objects.filter(status="approved", version=2).count() == ARTICLES


@pytest.mark.once
@pytest.mark.django_db(transaction=True, available_apps=[config.name for config in apps.get_app_configs()])
def test_it_ends_with_its_parent() -> None:
    script = "import subprocess, sys; print(subprocess.Popen([sys.executable, 'manage.py', 'desk_work', '--parent', sys.argv[1]], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).pid)"
    parent = subprocess.Popen([sys.executable, "-c", script.replace("sys.argv[1]", "str(__import__('os').getpid())")], cwd=ROOT, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.wait()
    parent.stdout.close()

    ends = time.monotonic() + 30
    while _lives(pid) and time.monotonic() < ends:
        time.sleep(0.05)
    assert not _lives(pid)


@pytest.fixture
def _one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker shares the connection, and so the transaction, of the test."""
    for module in (desk_work, db_worker):
        monkeypatch.setattr(module, "close_old_connections", lambda: None)


def _lives(pid: int) -> bool:
    try:
        return " Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


@pytest.mark.django_db
@pytest.mark.usefixtures("_one_connection")
def test_once_does_what_waits_and_ends() -> None:
    run = waiting_run(210)

    call_command("desk_work", once=True)

    run.refresh_from_db()
    assert (run.state, run.done_count) == (BulkRun.State.FINISHED, 210)
    assert set(DBTaskResult.objects.values_list("status", flat=True)) == {"SUCCESSFUL"}


@pytest.mark.django_db
@pytest.mark.usefixtures("_one_connection")
def test_a_lost_task_is_found_and_old_traces_go() -> None:
    run = waiting_run(210)
    DBTaskResult.objects.update(status="RUNNING", enqueued_at=timezone.now() - timedelta(days=2))
    BulkRun.objects.update(heartbeat_at=leases.moment(-leases.PATIENCE * 2))

    assert (tasks.take_up(timezone.now()), tasks.take_up(timezone.now())) == (1, 0)

    assert list(DBTaskResult.objects.values_list("status", flat=True)) == ["READY"]
    call_command("desk_work", once=True)
    run.refresh_from_db()
    assert run.state == BulkRun.State.FINISHED

"""``firstrun``: an administrator, a site and its articles; the second time, nothing."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.management.commands.firstrun import Command
from articles.models import Article, ImportRun, QuarantinedFile, Site
from tests.commands.calling import called
from tests.factories import make_person, make_site, make_text
from tests.importing.folders import news, put

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    return put(tmp_path / "lines", {news(1): make_text()})


@pytest.mark.django_db
def test_the_first_run_makes_an_administrator_who_can_sign_in(lines: Path, capsys: Capture) -> None:
    answer = called(capsys, "firstrun", lines)

    password = re.search(r"Sign in as admin with the password (\S+)", answer.out)[1]
    admin = User.objects.get()
    assert answer.code == 0
    assert "Change it at /accounts/password/change/" in answer.out
    assert (admin.username, admin.is_superuser, admin.is_staff) == ("admin", True, True)
    assert [group.name for group in admin.groups.all()] == ["admin"]
    assert admin.check_password(password)
    assert len(password) >= 20


@pytest.mark.django_db
def test_two_desks_have_two_passwords(lines: Path, capsys: Capture) -> None:
    first = called(capsys, "firstrun", lines).out
    User.objects.all().delete()

    assert called(capsys, "firstrun", lines).out.splitlines()[1] != first.splitlines()[1]


@pytest.mark.django_db
def test_without_a_source_the_samples_come_in(capsys: Capture) -> None:
    answer = called(capsys, "firstrun")

    assert answer.code == 0
    assert Site.objects.get().name == "sample"
    assert Article.objects.count() >= 50
    assert {"pending", "live"} <= set(Article.objects.values_list("status", flat=True))
    assert QuarantinedFile.objects.count() >= 1


@pytest.mark.django_db
def test_the_second_run_does_nothing_and_is_quick(capsys: Capture) -> None:
    called(capsys, "firstrun")
    runs = ImportRun.objects.count()

    started = time.process_time()
    with CaptureQueriesContext(connection) as queries:
        answer = called(capsys, "firstrun", no_input=True)

    assert answer == (0, "", "")
    assert time.process_time() - started < 0.05
    assert len(queries) <= 3
    assert (User.objects.count(), ImportRun.objects.count()) == (1, runs)


@pytest.mark.django_db
def test_with_a_source_a_later_run_imports_it_again(lines: Path, capsys: Capture) -> None:
    called(capsys, "firstrun", lines)
    put(lines, {news(2): make_text()})

    answer = called(capsys, "firstrun", lines)

    assert answer.out == "lines: 1 created, 0 updated, 1 unchanged.\n"
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_a_desk_that_has_people_and_sites_is_left_alone(capsys: Capture) -> None:
    make_person("editor", "ida")
    make_site("quay")

    assert called(capsys, "firstrun") == (0, "", "")
    assert (User.objects.count(), Site.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_samples_that_were_coming_in_when_it_was_stopped_are_finished(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    from articles.importing.intake import Intake

    def stop(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Intake, "_take_articles", stop)
        with pytest.raises(KeyboardInterrupt):
            called(capsys, "firstrun")
    assert (Site.objects.count(), Article.objects.count()) == (1, 0)

    called(capsys, "firstrun")

    assert Article.objects.count() >= 50


@pytest.mark.django_db
def test_an_account_whose_password_nobody_saw_is_not_kept(lines: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def write(self, text: str) -> None:
            raise OSError("The terminal is gone.")

    command = Command()
    command.stdout = Broken()

    with pytest.raises(OSError, match="terminal"):
        command.handle(source=str(lines), site=None, rev=None)

    assert User.objects.count() == 0


@pytest.mark.django_db
def test_bad_files_do_not_stop_the_start_but_a_wrong_source_does(lines: Path, capsys: Capture) -> None:
    put(lines, {news(2): "bad"})

    assert called(capsys, "firstrun", lines).code == 0
    assert called(capsys, "firstrun", lines / "nowhere").code == 2

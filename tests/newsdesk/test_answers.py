"""When the database is busy or away, and when what was sent is too large: an answer that says so and keeps the text."""

from __future__ import annotations

import html
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.test import Client

from articles.models import Article, Review
from tests.conftest import SIGNED_IN
from tests.factories import make_article, make_person

TEXT = 'A tram & its "depot"\n\n<b>twice</b>'


@contextmanager
def held_lock() -> Iterator[None]:
    """Somebody else writes, for longer than the desk waits (which is shortened to a tenth of a second here)."""
    other = sqlite3.connect(settings.DATABASES["default"]["TEST"]["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout=100")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA busy_timeout={1000 * settings.DATABASES['default']['OPTIONS']['timeout']}")


def fields_of(page: str) -> dict[str, str]:
    """The form that the page gives back, as a browser would send it again."""
    found = re.findall(r'<textarea name="(\w+)" hidden>\n(.*?)</textarea>', page, re.S)
    return {name: html.unescape(value) for name, value in found}


@pytest.mark.once
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_lock_that_is_held_for_too_long_gives_a_page_that_keeps_the_text() -> None:
    article = make_article()
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    client.force_login(make_person(), backend=SIGNED_IN)
    address = f"/articles/{article.pk}/decide/"
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', client.get(f"/review/{article.pk}/").content.decode())[1]

    with held_lock():
        reply = client.post(address, {"decision": "reject", "version": 1, "note": TEXT, "csrfmiddlewaretoken": token})
        quiet = client.post(address, {"decision": "reject", "version": 1, "csrfmiddlewaretoken": token}, headers={"HX-Request": "true"})

    page = reply.content.decode()
    assert (reply.status_code, reply["Retry-After"]) == (503, "5")
    assert "Your text is kept" in page and "Traceback" not in page and "locked" not in page
    assert (quiet.status_code, quiet["HX-Push-Url"]) == (503, "false")
    assert "your text is kept" in quiet.content.decode() and "<html" not in quiet.content.decode()
    assert not Review.objects.exists()

    assert f'action="{address}"' in page
    fresh = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page)[1]
    again = client.post(address, fields_of(page) | {"csrfmiddlewaretoken": fresh})
    assert again.status_code == 302
    assert [(row.action, row.note) for row in Review.objects.all()] == [("reject", TEXT)]


@pytest.mark.django_db
def test_passwords_are_not_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    from newsdesk import accounts

    def refuse(*_: Any, **__: Any) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(accounts.SignIn, "form_invalid", refuse)
    reply = Client(raise_request_exception=False).post("/accounts/login/", {"login": "ida", "password": "hunter2hunter2"})

    assert reply.status_code == 503
    assert fields_of(reply.content.decode()) == {"login": "ida"}
    assert b"hunter2" not in reply.content


@pytest.mark.django_db
def test_an_error_shows_neither_traceback_nor_path_nor_query(monkeypatch: pytest.MonkeyPatch, page_of: Any, editor: Any, site: Any) -> None:
    from articles.views import desk

    def refuse(*_: Any) -> None:
        raise RuntimeError("SELECT secret FROM /var/lib/desk")

    monkeypatch.setattr(desk, "current_site", refuse)
    client = page_of(editor)
    client.raise_request_exception = False

    reply = client.get("/queue/")

    assert reply.status_code == 500
    assert b"What was decided is kept." in reply.content
    for word in (b"Traceback", b"RuntimeError", b"SELECT", b"/var/lib", b".py"):
        assert word not in reply.content


@pytest.mark.django_db
def test_a_long_text_is_saved_and_one_that_is_too_long_is_told_the_limit(page_of: Any, editor: Any) -> None:
    article = make_article()
    client = page_of(editor)
    form = dict(re.findall(r'name="(\w+)"[^>]*value="([^"]*)"', client.get(f"/articles/{article.pk}/edit/").content.decode()))
    form = {name: html.unescape(value) for name, value in form.items()} | {"title": "Long", "excerpt": "e" * 2_700_000}

    saved = client.post(f"/articles/{article.pk}/edit/", form)
    assert saved.status_code in (302, 422), "saved, or refused with the text still in the form"
    if saved.status_code == 422:
        assert b"e" * 2_700_000 in saved.content
    else:
        assert len(Article.objects.get(pk=article.pk).excerpt) == 2_700_000

    refused = client.post(f"/articles/{article.pk}/edit/", form | {"excerpt": "e" * 12_100_000})
    assert refused.status_code == 413
    assert b"One form takes at most 12 MB." in refused.content


@pytest.mark.django_db
@pytest.mark.parametrize(("count", "status"), [(1_990, 422), (2_001, 413)])
def test_the_number_of_fields_has_a_limit_that_is_told(page_of: Any, editor: Any, count: int, status: int) -> None:
    article = make_article()

    reply = page_of(editor).post(f"/articles/{article.pk}/decide/", {"x": [str(number) for number in range(count)]})

    assert reply.status_code == status
    assert (b"at most 2,000 fields" in reply.content) == (status == 413)


def test_the_limits_that_the_page_names_are_the_settings() -> None:
    assert settings.DATA_UPLOAD_MAX_MEMORY_SIZE == 12_000_000
    assert settings.DATA_UPLOAD_MAX_NUMBER_FIELDS == 2_000
    assert settings.DATA_UPLOAD_MAX_NUMBER_FILES == 100

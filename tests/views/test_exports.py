"""The pages of exports: what has left, what would leave, and the zip of it."""
from __future__ import annotations

import html
import os
import re
import zipfile
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles.decisions import decide, edit
from articles.exporting.pipeline import export_site
from articles.exporting.sinks import FolderSink, ZipSink
from articles.models import ExportRun, Site
from articles.views import exports
from articles.workflow import Action
from tests.factories import NOON, make_article, make_person, make_site

LIST, NEW = "/exports/", "/exports/new/"


@pytest.fixture(autouse=True)
def _own_data(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()


@pytest.fixture
def client(page_of: Any, senior: Any, site: Site) -> Client:
    return page_of(senior)


def text_of(response: Any) -> str:
    """What a page says, without its tags."""
    main = re.search(r"<main.*?</main>", response.content.decode(), re.S)
    assert main is not None
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main[0])).split())


def approved(site: Site, editor: Any, count: int = 1) -> list[Any]:
    articles = [make_article(site) for _ in range(count)]
    decide(articles, Action.APPROVE, editor=editor, at=NOON)
    return articles


def made_zip(client: Client, scope: str = "approved") -> ExportRun:
    assert client.post(NEW, {"scope": scope}).status_code == 302
    return ExportRun.objects.get()


# --- who may
@pytest.mark.parametrize(
    ("role", "code"), [("reader", 403), ("editor", 403), ("senior editor", 200), ("admin", 200), ("superuser", 200)]
)
def test_only_senior_editors_and_admins_export(site: Site, page_of: Any, senior: Any, role: str, code: int) -> None:
    run = made_zip(page_of(senior))
    client = page_of(make_person(role))

    download = reverse("articles:export_download", args=[run.pk])
    assert [client.get(path).status_code for path in (LIST, NEW, download)] == [code] * 3
    assert client.post(NEW, {"scope": "approved"}).status_code == (302 if code == 200 else code)
    assert ExportRun.objects.count() == (2 if code == 200 else 1)


def test_editors_are_not_offered_exports(site: Site, page_of: Any, editor: Any, senior: Any) -> None:
    offered = [f'href="{LIST}"' in page_of(person).get("/queue/").content.decode() for person in (editor, senior)]

    assert offered == [False, True]


@pytest.mark.parametrize("path", [LIST, NEW, "/exports/1/download/"])
def test_anonymous_visitors_sign_in_first(site: Site, path: str) -> None:
    response = Client().get(path)

    assert (response.status_code, response["Location"]) == (302, f"/accounts/login/?next={path}")


def test_a_zip_needs_a_token(site: Site, senior: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(senior, backend="allauth.account.auth_backends.AuthenticationBackend")

    assert client.post(NEW, {"scope": "approved"}).status_code == 403
    assert not ExportRun.objects.exists()


# --- the list
def test_without_exports_the_list_says_so(client: Client) -> None:
    response = client.get(LIST)

    assert "Nothing has been exported yet." in text_of(response)
    assert f'href="{NEW}"' in response.content.decode()


def test_the_list_shows_each_run_with_its_counts(
    client: Client, site: Site, editor: Any, senior: Any, tmp_path: Path
) -> None:
    changed, _ = approved(site, editor, 2)
    (tmp_path / "out" / "_news").mkdir(parents=True)
    (tmp_path / "out" / changed.path).write_text("mine\n")
    with FolderSink(tmp_path / "out") as sink:
        export_site(site, sink, scope="approved", at=NOON)
    other = make_site("zz-other")
    make_article(other, status="approved")
    with ZipSink(tmp_path / "zz-other.zip") as sink:
        export_site(other, sink, scope="all", at=NOON)

    text = text_of(client.get(LIST))

    assert f"now Approved articles {tmp_path}/out 1 0 0 1 terminal" in text
    assert f"{changed.path}: It has changed since it was imported" in text
    assert "zz-other.zip" not in text


def test_the_list_costs_the_same_queries_for_one_and_many(client: Client, site: Site, senior: Any) -> None:
    def add(count: int) -> None:
        for _ in range(count):
            ExportRun.objects.create(site=site, actor=senior, destination="x", scope="all", file="x.zip")

    add(1)
    one = queries(client, LIST)
    add(30)

    assert queries(client, LIST) == one


def queries(client: Client, path: str) -> int:
    """How many a page costs, once it is warm."""
    client.get(path)
    with CaptureQueriesContext(connection) as seen:
        client.get(path)
    return len(seen)


# --- the preview
def test_the_preview_groups_what_changes(client: Client, site: Site, editor: Any) -> None:
    approved(site, editor, 2)
    decide([make_article(site, published="true")], Action.REJECT, editor=editor, at=NOON)
    edit([make_article(site)], {"quality": 9}, editor=editor, at=NOON)
    make_article(site)

    text = text_of(client.get(NEW, {"scope": "all"}))

    assert "4 files change. Nothing else is touched. The zip holds 5 articles" in text
    assert re.findall(r"(Approved|Rejected|Edited only) (\d) files?\b", text) == [
        ("Approved", "2"), ("Rejected", "1"), ("Edited only", "1"),
    ]  # fmt: skip
    assert "- quality: 64 + quality: 9" in text


def test_the_preview_begins_with_approved_articles(client: Client, site: Site, editor: Any) -> None:
    approved(site, editor)
    decide([make_article(site)], Action.REJECT, editor=editor, at=NOON)

    response = client.get(NEW)

    assert "1 file changes. Nothing else is touched." in text_of(response)
    assert re.findall(r'value="(\w+)"[^>]*checked', response.content.decode()) == ["approved"]
    assert client.get(NEW, {"scope": "everything"}).content.count(b"checked") == 1


def test_the_preview_of_very_much_shows_the_first_and_says_so(
    client: Client, site: Site, editor: Any, monkeypatch: Any
) -> None:
    approved(site, editor, 4)
    monkeypatch.setattr(exports, "export_site", partial(export_site, shown=2))

    response = client.get(NEW)

    assert "4 files change." in text_of(response)
    assert "These are the first 2; 2 more change." in text_of(response)
    assert len(re.findall('<details class="change"', response.content.decode())) == 2


def test_the_preview_costs_the_same_queries_for_few_and_many(client: Client, site: Site, editor: Any) -> None:
    approved(site, editor)
    few = queries(client, NEW)
    approved(site, editor, 30)

    assert queries(client, NEW) == few


def test_no_page_shows_what_is_secured(client: Client, site: Site, editor: Any) -> None:
    edit([make_article(site)], {"images": None}, editor=editor, at=NOON)

    shown = html.unescape(client.get(NEW, {"scope": "all"}).content.decode())

    assert 'secured: "…"' in shown
    assert "c2VjcmV0" not in shown


def test_titles_of_strangers_are_text(client: Client, site: Site, editor: Any) -> None:
    edit([make_article(site)], {"title": "<script>evil()</script>"}, editor=editor, at=NOON)

    content = client.get(NEW, {"scope": "all"}).content.decode()

    assert "<script>evil" not in content
    assert "&lt;script&gt;evil()" in content


def test_looking_changes_nothing(client: Client, site: Site, editor: Any, tmp_path: Path) -> None:
    approved(site, editor)

    client.get(NEW, {"scope": "all"})

    assert (ExportRun.objects.count(), list((tmp_path / "data").rglob("*"))) == (0, [])


# --- the zip
def test_a_zip_is_made_listed_and_downloaded(client: Client, site: Site, editor: Any, senior: Any) -> None:
    (article,) = approved(site, editor)
    make_article(site)

    run = made_zip(client)

    assert (run.written, run.actor, run.scope, run.is_finished) == (1, senior, "approved", True)
    page = client.get(LIST)
    address = reverse("articles:export_download", args=[run.pk])
    assert f'href="{address}"' in page.content.decode()
    assert f"1 article in {run.file}" in text_of(page)
    response = client.get(address)
    assert response["Content-Disposition"] == f'attachment; filename="{site.name}-approved-{run.pk}.zip"'
    assert (response["Content-Type"], response["X-Content-Type-Options"]) == ("application/zip", "nosniff")
    with zipfile.ZipFile(BytesIO(b"".join(response.streaming_content))) as found:
        assert found.namelist() == [article.path]
        assert "published: true" in found.read(article.path).decode()


def test_a_scope_that_is_none_is_refused(client: Client) -> None:
    response = client.post(NEW, {"scope": "everything"})

    assert response.status_code == 422
    assert "everything is not one of the available choices" in text_of(response)
    assert not ExportRun.objects.exists()


def test_a_full_disk_leaves_no_run_and_no_file(
    client: Client, site: Site, editor: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    def full(sink: ZipSink, path: str, data: bytes) -> None:
        raise OSError(28, os.strerror(28))

    approved(site, editor)
    monkeypatch.setattr(ZipSink, "write", full)

    response = client.post(NEW, {"scope": "approved"})

    assert response.status_code == 503
    assert "The zip could not be made: No space left on device." in text_of(response)
    assert not ExportRun.objects.exists()
    assert [path for path in (tmp_path / "data").rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("name", ["", "gone.zip", "../secret-key"])
def test_a_run_without_its_file_has_no_download(
    client: Client, site: Site, tmp_path: Path, name: str
) -> None:
    (tmp_path / "data" / "secret-key").write_text("key")
    run = ExportRun.objects.create(site=site, destination="zip", file=name)

    assert client.get(reverse("articles:export_download", args=[run.pk])).status_code == 404


def test_the_zip_of_another_site_is_not_here(client: Client, site: Site, tmp_path: Path) -> None:
    (tmp_path / "data" / "exports").mkdir()
    (tmp_path / "data" / "exports" / "x.zip").write_bytes(b"zip")
    run = ExportRun.objects.create(site=make_site("zz-other"), destination="zip", file="x.zip")

    assert client.get(reverse("articles:export_download", args=[run.pk])).status_code == 404

"""The pages of exports: what has left, what would leave, and the zip of it."""
from __future__ import annotations

import html
import os
import re
import zipfile
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles.decisions import decide, edit
from articles.exporting import running
from articles.exporting.pipeline import export_site
from articles.exporting.sinks import FolderSink, ZipSink
from articles.models import Article, ExportRun, Place, Site
from articles.tasks import LONG, take_up
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
    reply = client.post(NEW, {"scope": scope})
    run = ExportRun.objects.get()
    assert (reply.status_code, reply["Location"]) == (302, f"/exports/{run.pk}/")
    return run


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

    assert f"now Approved articles {tmp_path}/out Finished 1 0 0 1 terminal" in text
    run = text_of(client.get(f"/exports/{ExportRun.objects.get(site=site).pk}/"))
    assert f"{changed.path}: It has changed since it was imported" in run
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
    assert "Published 2 Taken down 1 Quality and heat 1" in text
    quality = client.get(NEW, {"scope": "all", "group": "quality"}).content.decode()
    (diff,) = re.findall('hx-get="(/exports/new/diff/[^"]+)"', quality)
    assert "- quality: 64 + quality: 9" in text_of(client.get(html.unescape(diff)))
    fragment = client.get(html.unescape(diff), headers={"HX-Request": "true"}).content.decode()
    assert '<div class="p">+ quality: 9</div>' in fragment and "<main" not in fragment


def test_the_preview_begins_with_approved_articles(client: Client, site: Site, editor: Any) -> None:
    approved(site, editor)
    decide([make_article(site)], Action.REJECT, editor=editor, at=NOON)

    response = client.get(NEW)

    assert "1 file changes. Nothing else is touched." in text_of(response)
    assert re.findall(r'value="(\w+)"[^>]*checked', response.content.decode()) == ["approved"]
    assert client.get(NEW, {"scope": "everything"}).content.count(b"checked") == 1


def test_the_preview_of_very_much_is_paged(client: Client, site: Site, editor: Any, monkeypatch: Any) -> None:
    approved(site, editor, 5)
    monkeypatch.setattr(exports, "LISTED", 2)
    monkeypatch.setattr(running, "MOST_SHOWN", 3)

    response = client.get(NEW, {"page": "2"})

    text = text_of(response)
    assert "5 files change." in text and "Page 2 of 2" in text and "2 more files change and are not listed." in text
    assert len(re.findall('<details class="change"', response.content.decode())) == 1


def test_a_file_is_in_one_group_with_all_that_changes_in_it(client: Client, site: Site, editor: Any) -> None:
    words = {"quality": 80, "topics": ["Ports"], "title": "Another"}
    decide([make_article(site)], Action.APPROVE, editor=editor, at=NOON, changes=words)
    edit([make_article(site)], {"topics": ["Ports"], "quality": 9}, editor=editor, at=NOON)
    edit([make_article(site)], {"excerpt": "Other words.", "quality": 9}, editor=editor, at=NOON)

    page = text_of(client.get(NEW, {"scope": "all"}))

    assert "Published 1 Topics 1 Text 1" in page and "Heat Published Quality Title Topics" in page


def test_the_lines_of_a_file_that_would_not_change_are_not_there(client: Client, site: Site, editor: Any) -> None:
    article = make_article(site)

    for path in (article.path, "../../etc/passwd", ""):
        assert client.get("/exports/new/diff/", {"scope": "all", "path": path}).status_code == 404


def test_the_preview_costs_the_same_queries_for_few_and_many(client: Client, site: Site, editor: Any) -> None:
    approved(site, editor)
    few = queries(client, NEW)
    approved(site, editor, 30)

    assert queries(client, NEW) == few


def test_no_page_shows_what_is_secured(client: Client, site: Site, editor: Any) -> None:
    edit([make_article(site)], {"images": None}, editor=editor, at=NOON)

    path = site.articles.get().path
    shown = html.unescape(client.get("/exports/new/diff/", {"scope": "all", "path": path}).content.decode())

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
    assert f"Download {run.file}" in text_of(page) and "Written 1" in text_of(client.get(f"/exports/{run.pk}/"))
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


def test_a_full_disk_is_told_and_leaves_no_file(
    client: Client, site: Site, editor: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    def full(sink: ZipSink, path: str, data: bytes) -> None:
        raise OSError(28, os.strerror(28))

    approved(site, editor)
    monkeypatch.setattr(ZipSink, "write", full)

    run = made_zip(client)

    assert run.state == "failed" and not run.file
    page = text_of(client.get(f"/exports/{run.pk}/"))
    assert "Nothing was published: No space left on device. Mend it, then export again." in page
    assert [path for path in (tmp_path / "data").rglob("*") if path.is_file()] == []


def test_an_export_that_is_to_stop_publishes_nothing(client: Client, site: Site, editor: Any, tmp_path: Path) -> None:
    approved(site, editor)
    run = running.begin(site, "zip", scope="approved", at=NOON)
    ExportRun.objects.update(stop_asked=True)

    running.advance(run.pk)

    run.refresh_from_db()
    assert (run.state, run.file) == ("stopped", "")
    assert [path for path in (tmp_path / "data").rglob("*.zip*") if path.is_file()] == []


# --- places
def test_an_admin_names_a_folder_and_seniors_export_there(
    client: Client, site: Site, editor: Any, desk_admin: Any, page_of: Any, tmp_path: Path
) -> None:
    (article,) = approved(site, editor)
    (tmp_path / "public").mkdir()
    words = {"kind": "folder", "location": str(tmp_path / "public"), "scope": "approved", "every": ""}
    assert client.post("/exports/places/new/", words).status_code == 403
    assert page_of(desk_admin).post("/exports/places/new/", words | {"location": "relative"}).status_code == 422
    assert page_of(desk_admin).post("/exports/places/new/", words).status_code == 302
    place = Place.objects.get()

    assert "1 file changes." in text_of(client.get(NEW, {"to": f"place-{place.pk}"}))
    client.post(NEW, {"scope": "approved", "to": f"place-{place.pk}"})

    assert "published: true" in (tmp_path / "public" / article.path).read_text()
    assert (ExportRun.objects.get().kind, ExportRun.objects.get().place) == ("folder", place)
    assert client.post(NEW, {"scope": "approved", "to": "place-99"}).status_code == 422
    assert client.post(f"/exports/places/{place.pk}/", {"do": "remove"}).status_code == 403
    client.post(f"/exports/places/{place.pk}/", {"do": "export"})
    assert ExportRun.objects.count() == 2
    page_of(desk_admin).post(f"/exports/places/{place.pk}/", {"do": "remove"})
    assert not Place.objects.exists() and (tmp_path / "public" / article.path).exists()


def test_scheduled_exports_go_out_by_themselves_and_leave_rows_only_with_news(
    site: Site, editor: Any, tmp_path: Path
) -> None:
    (article,) = approved(site, editor)
    (tmp_path / "public").mkdir()
    place = Place.objects.create(site=site, location=str(tmp_path / "public"), every=3600)
    at = timezone.now()

    assert take_up(at, queue=LONG) == 1 and (tmp_path / "public" / article.path).exists()
    assert take_up(at, queue=LONG) == 0
    Place.objects.update(looked_at=at - timedelta(seconds=3601))
    assert take_up(at, queue=LONG) == 1
    assert list(ExportRun.objects.values_list("state", "is_scheduled", "written", "place")) == [("finished", True, 1, place.pk)]


@pytest.mark.parametrize("every", [0, 24 * 3600])
def test_a_place_is_exported_to_at_the_moments_of_articles(site: Site, editor: Any, tmp_path: Path, every: int) -> None:
    (article,) = approved(site, editor)
    (tmp_path / "public").mkdir()
    Place.objects.create(site=site, location=str(tmp_path / "public"), every=every)
    at = timezone.now()
    Article.objects.update(publish_from=at + timedelta(hours=1))
    assert take_up(at, queue=LONG) == 1 and "published: false" in (tmp_path / "public" / article.path).read_text()
    assert take_up(at, queue=LONG) == 0

    for moment in ("publish_from", "publish_until"):
        Place.objects.update(looked_at=at - timedelta(minutes=2))
        Article.objects.update(**{moment: at - timedelta(minutes=1)})
        assert take_up(at, queue=LONG) == 1
        assert take_up(at, queue=LONG) == 0
        shown = "true" if moment == "publish_from" else "false"
        assert f"published: {shown}" in (tmp_path / "public" / article.path).read_text()
    Place.objects.update(looked_at=at - timedelta(minutes=2), retry_at=at + timedelta(minutes=1))
    assert take_up(at, queue=LONG) == 0


def test_the_schedule_says_whether_anything_goes_out_by_itself(client: Client, site: Site, tmp_path: Path) -> None:
    assert "Nothing is exported by itself" in text_of(client.get("/exports/schedule/"))
    Place.objects.create(site=site, kind="git", every=0, scope="decided")
    assert "The site's repository: Approved and rejected articles go out by themselves" in text_of(client.get("/exports/schedule/"))


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

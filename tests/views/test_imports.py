"""The pages of imports: sources, runs, and what each brought."""

from __future__ import annotations

import html
import io
import re
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import leases, schedules
from articles.importing import health, running
from articles.models import Article, ImportRun, QuarantinedFile, Site, Source
from articles.views.progressing import progress_of
from tests.factories import make_article, make_person, make_site, make_text
from tests.importing.folders import news, put

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture(autouse=True)
def _own_data(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "data"
    settings.FILE_UPLOAD_TEMP_DIR = settings.DATA_DIR / "uploads"
    settings.FILE_UPLOAD_TEMP_DIR.mkdir(parents=True)


@pytest.fixture
def client(page_of: Any, desk_admin: Any, site: Site) -> Client:
    return page_of(desk_admin)


def text_of(reply: Any) -> str:
    main = re.search(r"<main.*?</main>", reply.content.decode(), re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main[0] if main else reply.content.decode())).split())


def archive(files: dict[str, str]) -> SimpleUploadedFile:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as zipped:
        for name, text in files.items():
            zipped.writestr(name, text)
    return SimpleUploadedFile("our site.zip", made.getvalue())


def folder_source(site: Site, root: Path, **words: Any) -> Source:
    return Source.objects.create(site=site, kind="folder", location=str(root), **words)


# --- sources
def test_a_folder_is_added_and_comes_in_at_once(client: Client, site: Site, desk_admin: Any, tmp_path: Path) -> None:
    put(tmp_path / "site", {news(1): make_text(title="First"), news(2): "bad"})

    reply = client.post("/imports/sources/new/?kind=folder", {"location": str(tmp_path / "site"), "every": "300"})

    source, run = Source.objects.get(), ImportRun.objects.get()
    assert (reply.status_code, reply["Location"]) == (302, f"/imports/{run.pk}/")
    assert (source.kind, source.every, source.is_part, source.location) == ("folder", 300, False, str(tmp_path / "site"))
    assert (run.state, run.created, run.refused, run.actor, run.source) == ("finished", 1, 1, desk_admin, source)
    page = text_of(client.get(f"/imports/{run.pk}/"))
    assert "Added 1 Changed 0 Conflicts 0 Quarantined 1 Withdrawn 0 First" in page
    assert news(2) in text_of(client.get(f"/imports/{run.pk}/?part=quarantined"))
    listed = text_of(client.get("/imports/"))
    assert f"{tmp_path}/site Folder" in listed and "Looks every 5 minutes." in listed and "50% refused in four weeks." in listed


def test_an_archive_is_uploaded_to_the_data_folder(client: Client, site: Site, tmp_path: Path) -> None:
    reply = client.post("/imports/sources/new/?kind=upload", {"upload": archive({news(1): make_text()})})

    source = Source.objects.get()
    assert reply.status_code == 302 and (source.label, source.kind, Article.objects.count()) == ("our site.zip", "upload", 1)
    kept = list((tmp_path / "data" / "uploads").iterdir())
    assert [path.name for path in kept] == [source.location] and "our" not in source.location
    assert kept[0].stat().st_mode & 0o777 == 0o600

    client.post(f"/imports/sources/{source.pk}/", {"do": "save", "upload": archive({news(2): make_text()}), "is_part": "on"})
    client.post(f"/imports/sources/{source.pk}/", {"do": "look"})
    assert Article.objects.count() == 2 and len(list((tmp_path / "data" / "uploads").iterdir())) == 1

    client.post(f"/imports/sources/{source.pk}/", {"do": "remove"})
    assert not Source.objects.exists() and Article.objects.count() == 2
    assert list((tmp_path / "data" / "uploads").iterdir()) == []


def test_what_is_no_archive_or_too_large_is_refused(client: Client, settings: Any, tmp_path: Path, editor: Any, page_of: Any) -> None:
    text = SimpleUploadedFile("site.zip", b"not a zip")
    reply = client.post("/imports/sources/new/?kind=upload", {"upload": text})
    assert reply.status_code == 422 and "This is no zip or tar." in text_of(reply)
    torn = client.post("/imports/sources/new/?kind=upload", {"upload": SimpleUploadedFile("site.zip", b"PK\x03\x04torn")})
    assert torn.status_code == 422 and "site.zip is damaged and cannot be read" in text_of(torn)

    settings.DESK_UPLOAD_LIMIT = 0
    large = client.post("/imports/sources/new/?kind=upload", {"upload": SimpleUploadedFile("site.zip", b"x" * 12_100_000)})
    assert large.status_code == 413 and "An archive has at most 0 MB." in large.content.decode()
    settings.DESK_UPLOAD_LIMIT = 500
    assert page_of(editor).post("/imports/", {"upload": SimpleUploadedFile("site.zip", b"x" * 12_100_000)}).status_code in (405, 413)
    assert not Source.objects.exists() and list((tmp_path / "data" / "uploads").iterdir()) == []


@pytest.mark.parametrize(
    ("kind", "location"),
    [("git", "--upload-pack=touch x"), ("git", "ext::sh -c touch"), ("git", "https://a b/c"), ("git", "http://x.example/y"),
     ("git", "ssh://-oProxyCommand=x/y"), ("folder", "relative"), ("folder", "/no/such/folder"), ("folder", "file:///etc"), ("folder", "/")],
)  # fmt: skip
def test_hostile_places_are_refused(client: Client, kind: str, location: str) -> None:
    reply = client.post(f"/imports/sources/new/?kind={kind}", {"location": location})

    if kind == "git" and location.startswith("ext::"):
        assert Source.objects.get().failure  # a path that is not there
        return
    assert reply.status_code == 422 and not Source.objects.exists() and not ImportRun.objects.exists()


def test_the_desks_own_data_is_no_source(client: Client, tmp_path: Path) -> None:
    reply = client.post("/imports/sources/new/?kind=folder", {"location": str(tmp_path / "data")})

    assert reply.status_code == 422 and "That is the desk's own data." in text_of(reply)


def test_a_site_has_one_repository(client: Client, site: Site) -> None:
    Source.objects.create(site=site, location="/srv/site.git")

    reply = client.post("/imports/sources/new/?kind=git", {"location": "/srv/other.git"})

    assert reply.status_code == 422 and "The site has its repository already." in text_of(reply)
    assert "Add repository" not in text_of(client.get("/imports/"))


def test_a_part_of_the_site_takes_nothing_away(client: Client, site: Site, tmp_path: Path) -> None:
    put(tmp_path / "whole", {news(number): make_text() for number in range(1, 4)})
    put(tmp_path / "part", {news(9): make_text()})
    running.advance(running.begin(folder_source(site, tmp_path / "whole"), at=NOW).pk)
    part = folder_source(site, tmp_path / "part", is_part=True)

    run = running.advance(running.begin(part, at=timezone.now()).pk)

    assert run is not None and (run.created, run.withdrawn) == (1, 0)
    again = running.advance(running.begin(Source.objects.get(is_part=False), at=timezone.now()).pk)
    assert again is not None and again.withdrawn == 0  # what the part brought is not looked for elsewhere
    assert Article.objects.filter(withdrawn=False).count() == 4
    (tmp_path / "whole" / news(3)).unlink()
    running.advance(running.begin(Source.objects.get(is_part=False), at=timezone.now()).pk)
    assert Article.objects.get(withdrawn=True).path == news(3)


def test_only_those_who_import_change_sources(site: Site, senior: Any, page_of: Any, tmp_path: Path) -> None:
    source = folder_source(site, tmp_path)
    client = page_of(senior)

    assert "Run now" not in text_of(client.get("/imports/")) and "Add folder" not in text_of(client.get("/imports/"))
    assert client.get("/imports/sources/new/?kind=folder").status_code == 403
    for what in ("look", "save", "remove"):
        assert client.post(f"/imports/sources/{source.pk}/", {"do": what}).status_code == 403
    assert Source.objects.exists() and not ImportRun.objects.exists()


def test_a_password_is_not_shown(client: Client, site: Site) -> None:
    Source.objects.create(site=site, location="https://ida:hunter2@git.example/site.git")

    assert "hunter2" not in client.get("/imports/").content.decode() and "…@git.example" in text_of(client.get("/imports/"))


# --- runs
def test_a_waiting_run_shows_its_progress_and_can_be_stopped(client: Client, site: Site, tmp_path: Path) -> None:
    run = running.begin(folder_source(site, tmp_path), at=NOW)
    assert running.begin(run.source, at=NOW).pk == run.pk  # a second wish is the same run
    ImportRun.objects.update(state="running", lease_until=leases.moment(timedelta(minutes=1)), done=300, total=1200,
                             taken_at=timezone.now() - timedelta(seconds=10))  # fmt: skip

    page = client.get(f"/imports/{run.pk}/", headers={"HX-Request": "true"})

    assert b'hx-trigger="every 1s"' in page.content and b'<progress max="1200" value="300"' in page.content
    assert re.search(r"300 of 1,200 files 25% · \d+ files a second · \d+ seconds left", text_of(page))
    run.refresh_from_db()
    said = progress_of(run, run.taken_at + timedelta(seconds=10))
    assert (said["percent"], said["rate"], said["left"]) == (25, "30 files a second", "30 seconds left")
    assert client.post(f"/imports/{run.pk}/", {"do": "stop"}).status_code == 302
    run.refresh_from_db()
    assert (run.state, run.stop_asked) == ("running", True)
    ImportRun.objects.update(lease_until=None)
    client.post(f"/imports/{run.pk}/", {"do": "stop"})
    page = text_of(client.get(f"/imports/{run.pk}/"))
    assert "Stopped" in page and "every 1s" not in page


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"state": "waiting", "heartbeat_at": 0}, "It begins in a moment."),
        ({"state": "waiting", "heartbeat_at": 80}, "No worker works on this."),
        ({"heartbeat_at": 0, "lease_until": -60}, "You may leave this page; it goes on."),
        ({"heartbeat_at": 0, "lease_until": -60, "done": 9}, "Every file was looked at; the last steps follow."),
        ({"heartbeat_at": 30, "lease_until": 20}, "Its worker has stopped. The next one goes on where it was, within half a minute."),
        ({"heartbeat_at": 90, "lease_until": 80}, "No worker works on this."),
    ],
)
def test_the_page_tells_what_its_worker_does(client: Client, site: Site, tmp_path: Path, values: dict[str, Any], said: str) -> None:
    """Moments are seconds ago."""
    run = running.begin(folder_source(site, tmp_path), at=NOW)
    at = timezone.now()
    moments = {name: at - timedelta(seconds=values[name]) for name in ("heartbeat_at", "lease_until") if name in values}
    ImportRun.objects.update(**{"state": "running", "done": 3, "total": 9, "taken_at": at - timedelta(seconds=80)} | values | moments)

    page = text_of(client.get(f"/imports/{run.pk}/"))

    assert said in page
    assert ("files a second" in page or "file a second" in page) == (not values["heartbeat_at"])


def test_a_run_that_is_to_stop_ends_between_two_slices_and_the_next_goes_on(
    client: Client, site: Site, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr("articles.importing.pace.FIRST", 4)
    monkeypatch.setattr("articles.importing.pace.MOST", 4)
    monkeypatch.setattr(leases, "TELL", 0)
    put(tmp_path, {news(number): make_text() for number in range(1, 20)})
    source = folder_source(site, tmp_path)
    run = running.begin(source, at=NOW)
    ImportRun.objects.update(stop_asked=True)

    stopped = running.advance(run.pk)

    assert stopped is not None and stopped.state == "stopped" and 0 < Article.objects.count() < 19
    again = running.advance(running.begin(source, at=timezone.now()).pk)
    assert again is not None and again.state == "finished" and Article.objects.count() == 19


def test_a_run_costs_the_same_for_one_article_and_for_many(client: Client, site: Site, tmp_path: Path) -> None:
    costs = []
    for count in (1, 12):
        put(tmp_path / str(count), {f"_news/{count}-{number}.md": make_text() for number in range(count)})
        run = running.advance(running.begin(folder_source(site, tmp_path / str(count), is_part=True), at=timezone.now()).pk)
        assert run is not None
        client.get(f"/imports/{run.pk}/")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/imports/{run.pk}/")
        costs.append(len(queries))

    assert costs[0] == costs[1]


def test_the_list_costs_the_same_for_one_source_and_for_many(client: Client, site: Site, tmp_path: Path) -> None:
    costs = []
    for count in (1, 6):
        for number in range(count):
            source = folder_source(site, tmp_path / f"{count}-{number}")
            ImportRun.objects.create(site=site, source=source, state="finished", kind="folder", origin="x")
        client.get("/imports/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/imports/")
        costs.append(len(queries))

    assert costs[0] == costs[1]


# --- failures and health
def test_a_failure_is_told_once_and_again_only_after_it_went_well(client: Client, site: Site, desk_admin: Any, tmp_path: Path) -> None:
    type(desk_admin).objects.update(email="sam@desk.example")
    make_person("editor").email_user("x", "y")  # an editor without an address hears nothing
    mail.outbox.clear()
    source = folder_source(site, tmp_path / "gone", every=60)

    for _ in range(3):
        running.advance(running.begin(Source.objects.get(), at=timezone.now(), is_scheduled=True).pk)
    assert [(one.to, one.subject) for one in mail.outbox] == [(["sam@desk.example"], "The import into A site of the tests failed")]
    assert f"There is nothing at {tmp_path}/gone" in mail.outbox[0].body
    source.refresh_from_db()
    assert (source.failed_count, ImportRun.objects.count()) == (3, 1)
    assert source.retry_at is not None and source.retry_at - source.looked_at == timedelta(seconds=240)
    assert not schedules.is_due(source, source.retry_at - timedelta(seconds=1)) and schedules.is_due(source, source.retry_at)
    assert "There is nothing at" in text_of(client.get("/imports/"))

    put(tmp_path / "gone", {news(1): make_text()})
    running.advance(running.begin(source, at=timezone.now(), is_scheduled=True).pk)
    source.refresh_from_db()
    assert (source.failure, source.failed_count, source.retry_at, len(mail.outbox)) == ("", 0, None, 1)
    Source.objects.update(location=str(tmp_path / "gone too"))
    running.advance(running.begin(Source.objects.get(), at=timezone.now(), is_scheduled=True).pk)
    assert len(mail.outbox) == 2


def test_a_scheduled_look_that_brings_nothing_leaves_no_row(site: Site, tmp_path: Path) -> None:
    put(tmp_path, {news(1): make_text()})
    source = folder_source(site, tmp_path, every=60)
    for _ in range(3):
        running.advance(running.begin(source, at=timezone.now(), is_scheduled=True).pk)

    assert ImportRun.objects.count() == 1
    running.advance(running.begin(source, at=timezone.now()).pk)  # somebody asked, so there is an answer
    assert list(ImportRun.objects.order_by("pk").values_list("created", "unchanged", "state")) == [(1, 0, "finished"), (0, 1, "finished")]


def test_a_source_is_compared_with_its_own_four_weeks(site: Site) -> None:
    source = Source.objects.create(site=site, location="/srv/site.git")
    assert (health.healths(site, NOW)[0].median, health.healths(site, NOW)[0].error_rate) == (None, None)
    for day in range(1, 29):
        at = NOW - timedelta(days=day, hours=1)
        ImportRun.objects.create(site=site, source=source, started_at=at, created=20 + day % 3, refused=1, state="finished")

    (found,) = health.healths(site, NOW)

    assert (found.today, found.median, found.has_dropped, found.percent_refused) == (0, 21.0, True, 5)
    ImportRun.objects.create(site=site, source=source, started_at=NOW - timedelta(hours=2), created=11, state="finished")
    assert not health.healths(site, NOW)[0].has_dropped


def test_whoever_imports_says_that_what_is_missing_is_gone(client: Client, site: Site, tmp_path: Path) -> None:
    put(tmp_path, {f"_news/{number}.md": make_text() for number in range(30)})
    source = folder_source(site, tmp_path)
    running.advance(running.begin(source, at=NOW).pk)
    for number in range(20):
        (tmp_path / f"_news/{number}.md").unlink()
    client.post(f"/imports/sources/{source.pk}/", {"do": "look"})
    run = ImportRun.objects.order_by("-pk").first()
    assert "20 articles are gone: take them out" in text_of(client.get(f"/imports/{run.pk}/"))
    assert "20 articles are missing there and were left as they are. Say whether they are gone" in text_of(client.get("/imports/"))

    client.post(f"/imports/sources/{source.pk}/", {"do": "gone"})

    run = ImportRun.objects.order_by("-pk").first()
    assert (run.withdrawn, run.left, Article.objects.filter(withdrawn=True).count()) == (20, 0, 20)
    assert "take them out" not in text_of(client.get(f"/imports/{run.pk}/")) and "missing there" not in text_of(client.get("/imports/"))


# --- the quarantine
def test_a_refused_file_is_mended_on_its_page(client: Client, site: Site, tmp_path: Path) -> None:
    put(tmp_path, {news(1): make_text(quality="high", title="Mended")})
    running.advance(running.begin(folder_source(site, tmp_path), at=NOW).pk)
    file = QuarantinedFile.objects.get()
    address = f"/imports/quarantine/{file.pk}/"
    page = client.get(address)
    assert 'Line 9, column 10: "quality" must be a whole number' in text_of(page) and " " * 9 + "^" in page.content.decode()
    lines = html.unescape(re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page.content.decode(), re.S)[1])  # type: ignore[index]

    worse = client.post(address, {"do": "mend", "blob": file.blob_id, "text": lines.replace("high", "low")})
    assert worse.status_code == 422 and "quality: low" in worse.content.decode() and 'Line 9: "quality"' in text_of(worse)
    late = client.post(address, {"do": "mend", "blob": "0" * 40, "text": lines})
    assert late.status_code == 409 and not Article.objects.exists()
    good = client.post(address, {"do": "mend", "blob": file.blob_id, "text": lines.replace("high", "72").replace("\n", "\r\n")})

    article = Article.objects.get()
    assert (good.status_code, good["Location"], article.quality) == (302, f"/review/{article.pk}/", 72)
    assert "sam mended it just now." in text_of(client.get(address))
    assert file.path in text_of(client.get("/imports/quarantine/?state=mended"))
    assert "No file waits here." in text_of(client.get("/imports/quarantine/"))


def test_dismissing_takes_a_reason(client: Client, site: Site) -> None:
    file = QuarantinedFile.objects.create(site=site, path="_news/x.md", reason="Bad.", found_at=NOW, content=b"bad", blob_id="b")
    address = f"/imports/quarantine/{file.pk}/"

    assert client.post(address, {"do": "dismiss", "reason": " "}).status_code == 422
    assert client.post(address, {"do": "dismiss", "reason": "The feed's test."}).status_code == 302
    assert "sam dismissed it just now: The feed's test." in text_of(client.get(address))
    client.post(address, {"do": "restore"})
    file.refresh_from_db()
    assert (file.dismissed_at, file.dismissed_for) == (None, "")


def test_the_quarantine_of_another_site_is_not_here(client: Client) -> None:
    file = QuarantinedFile.objects.create(site=make_site("zz"), path="_news/x.md", reason="Bad.", found_at=NOW)
    run = ImportRun.objects.create(site=file.site, origin="x")
    make_article(file.site)

    assert client.get(f"/imports/quarantine/{file.pk}/").status_code == client.get(f"/imports/{run.pk}/").status_code == 404


def test_the_navigation_tells_of_a_source_that_cannot_be_read(site: Site, client: Client) -> None:
    source = Source.objects.create(site=site, kind="folder", location="/nowhere")
    assert "need a look" not in client.get("/queue/").content.decode()

    Source.objects.filter(pk=source.pk).update(failure="There is no folder /nowhere.")

    assert '1<span class="vh"> need a look</span>' in client.get("/queue/").content.decode()

"""The pages of exports, where they go into the site's repository."""
from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from articles.decisions import decide
from articles.models import ExportRun, Repository, Site
from articles.templatetags.runs import commit_page
from articles.workflow import Action
from tests.exporting.repositories import PATHS, bare, changed, site_in
from tests.factories import make_article
from tests.importing.test_git_source import run

pytestmark = pytest.mark.django_db
NEW = "/exports/new/"


@pytest.fixture(autouse=True)
def _own_data(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()


@pytest.fixture
def client(page_of: Any, senior: Any, site: Site) -> Client:
    return page_of(senior)


@pytest.fixture
def target(tmp_path: Path, site: Site, editor: Any) -> Path:
    site_in(tmp_path / "work", site, editor)
    return bare(tmp_path / "work")


def text_of(response: Any) -> str:
    main = re.search(r"<main.*?</main>", response.content.decode(), re.S)
    assert main is not None
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main[0])).split())


def test_git_is_offered_only_where_the_repository_is_known(client: Client, target: Path, site: Site) -> None:
    Repository.objects.filter(site=site).delete()
    assert "Where to" not in text_of(client.get(NEW, {"to": "git"}))
    assert client.post(NEW, {"scope": "approved", "to": "git"}).status_code == 422
    Repository.objects.create(site=site, location=str(target))
    assert "Where to Zip Git" in text_of(client.get(NEW))


def test_preview_shows_the_lines_and_commits_nothing(client: Client, target: Path, site: Site) -> None:
    Repository.objects.filter(site=site).update(location=str(target))
    before = run(target, "for-each-ref")

    page = text_of(client.get(NEW, {"to": "git"}))

    assert "2 files change. Nothing else is touched. One commit on the branch main." in page
    assert "Published 2" in page and "newsdesk: 2 approved" in page
    lines = text_of(client.get("/exports/new/diff/", {"to": "git", "path": PATHS[0]}))
    assert "+ published: true" in lines
    assert run(target, "for-each-ref") == before


def test_commit_is_made_and_listed(client: Client, target: Path, site: Site, senior: Any) -> None:
    Repository.objects.filter(site=site).update(location=str(target))
    before = run(target, "rev-parse", "main")

    assert client.post(NEW, {"scope": "approved", "to": "git"}).status_code == 302

    after = run(target, "rev-parse", "main")
    assert list(changed(target, before, after)) == PATHS[:2]
    made = ExportRun.objects.get()
    assert (made.commit, made.branch, made.actor) == (after, "main", senior)
    assert f"main {after[:10]}" in text_of(client.get("/exports/"))
    page = text_of(client.get(f"/exports/{made.pk}/"))
    assert f"Commit {after[:10]} on main" in page and "Published Sent" in page


def test_the_message_is_offered_and_can_be_another(client: Client, target: Path, site: Site) -> None:
    Repository.objects.filter(site=site).update(location=str(target))
    page = client.get(NEW, {"to": "git"}).content.decode()
    offered = html.unescape(re.search(r'<textarea name="message"[^>]*>\n(.*?)</textarea>', page, re.S)[1])  # type: ignore[index]
    suggested = re.search(r'name="suggested" value="(\w+)"', page)[1]  # type: ignore[index]
    words = {"scope": "approved", "to": "git", "suggested": suggested}

    client.post(NEW, words | {"message": offered.replace("\n", "\r\n")})
    assert ExportRun.objects.get().message == "" and run(target, "log", "-1", "--format=%s") == "newsdesk: 2 approved"

    decided = make_article(site, text=(target.parent / "work" / PATHS[3]).read_text(), path="_news/own.md")
    decide([decided], Action.APPROVE, editor=ExportRun.objects.get().actor, at=timezone.now())
    client.post(NEW, words | {"message": "The harbour edition\r\n\r\nBy hand."})
    assert run(target, "log", "-1", "--format=%B").strip() == "The harbour edition\n\nBy hand."


def test_a_commit_has_a_page_where_its_repository_has_one() -> None:
    runs = [
        ExportRun(commit="c0ffee", destination=address)
        for address in ("https://git.example/harbour/site.git", "https://…@git.example/site.git", "/srv/site.git", "ssh://git.example/x")
    ]

    assert [commit_page(one) for one in runs] == ["https://git.example/harbour/site/commit/c0ffee", "", "", ""]


def test_push_takes_a_second_press(client: Client, target: Path, site: Site) -> None:
    Repository.objects.filter(site=site).update(location=f"file://{target}")
    before = run(target, "rev-parse", "main")

    page = client.post(NEW, {"scope": "approved", "to": "git"})

    assert "Push 2 files to main? Once pushed, undo makes a new change." in text_of(page)
    assert run(target, "rev-parse", "main") == before and not ExportRun.objects.exists()
    assert client.post(NEW, {"scope": "approved", "to": "git", "sure": "on"}).status_code == 302
    assert run(target, "rev-parse", "main") == ExportRun.objects.get().commit


def test_repository_that_is_gone_is_told(client: Client, target: Path, site: Site) -> None:
    Repository.objects.filter(site=site).update(location=str(target.parent / "gone"))

    page = client.get(NEW, {"to": "git"})
    assert page.status_code == 503 and "gone" in text_of(page)
    client.post(NEW, {"scope": "approved", "to": "git"})
    made = ExportRun.objects.get()
    assert made.state == "failed" and "gone" in text_of(client.get(f"/exports/{made.pk}/"))


def test_a_bundle_is_only_read_so_git_is_not_offered(client: Client, target: Path, site: Site, tmp_path: Path) -> None:
    run(target, "bundle", "create", str(tmp_path / "site.bundle"), "main")
    Repository.objects.filter(site=site).update(location=str(tmp_path / "site.bundle"))

    assert "Where to" not in text_of(client.get(NEW, {"to": "git"}))
    assert client.post(NEW, {"scope": "approved", "to": "git"}).status_code == 422

"""When articles come out and go down: in a folder, in a zip, in a repository, and in what others ask."""

from __future__ import annotations

import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from articles.decisions import DecisionRefused, decide, edit, undo
from articles.exporting.pipeline import export_site
from articles.exporting.publishing import Destination, publish
from articles.exporting.sinks import FolderSink, ZipSink
from articles.feeds.published import published
from articles.models import Article, Review, SentField, Site, SourceFile
from articles.workflow import Action
from tests.conftest import signed_in
from tests.exporting.repositories import PATHS, bare, site_in
from tests.factories import NOON, make_article, make_text
from tests.importing.folders import bring, news, put
from tests.importing.test_git_source import run as git

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
LATER, LATEST = NOON + HOUR, NOON + 2 * HOUR


@pytest.fixture(autouse=True)
def _own_data(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()


def approved(site: Site, editor: Any, start: datetime | None = None, end: datetime | None = None, **words: Any) -> Article:
    article = make_article(site, **words)
    edit([article], {"publish_from": start, "publish_until": end}, editor=editor, at=NOON - HOUR)
    report = decide([Article.objects.get(pk=article.pk)], Action.APPROVE, editor=editor, at=NOON - HOUR)
    assert not report.refused
    return Article.objects.get(pk=article.pk)


def text_as_imported(article: Article) -> str:
    return SourceFile.objects.get(article=article).text


def to_folder(site: Site, root: Path, at: datetime, scope: str = "approved") -> dict[str, str]:
    with FolderSink(root) as sink:
        report = export_site(site, sink, scope=scope, at=at)
    assert report.problems == []
    return {f"_news/{path.name}": path.read_text() for path in (root / "_news").iterdir()}


def test_a_folder_gets_it_in_time_and_its_end(site: Site, editor: Any, tmp_path: Path) -> None:
    article = approved(site, editor, LATER, LATEST)
    came = text_as_imported(article)
    out = came.replace("published: false", "published: true").replace("heat: -1", "heat: 64")

    assert to_folder(site, tmp_path / "out", NOON) == {article.path: came}
    assert to_folder(site, tmp_path / "out", LATER) == {article.path: out}
    assert to_folder(site, tmp_path / "out", LATEST - timedelta(seconds=1)) == {article.path: out}
    assert to_folder(site, tmp_path / "out", LATEST) == {article.path: out.replace("published: true", "published: false")}


def test_what_was_out_and_waits_again_goes_back_to_the_feeds_word(site: Site, editor: Any, tmp_path: Path) -> None:
    article = approved(site, editor)
    came = text_as_imported(article)
    assert "published: true" in to_folder(site, tmp_path / "out", NOON)[article.path]
    bring(tmp_path / "out", site, at=NOON)  # the desk's own export comes home
    edit([Article.objects.get()], {"publish_from": LATEST}, editor=editor, at=NOON)

    there = to_folder(site, tmp_path / "out", LATER)[article.path]

    assert there == came.replace("heat: -1", "heat: 64")  # what it was, but that it is not published
    assert Article.objects.get().status == "approved"
    bring(tmp_path / "out", site, at=LATER)
    kept = Article.objects.get()
    assert (kept.published, kept.status, kept.recheck) == (True, "approved", "")
    assert not SentField.objects.filter(state="reverted").exists()
    assert "published: true" in to_folder(site, tmp_path / "out", LATEST)[article.path]


def test_a_zip_and_a_repository_wait_as_well(site: Site, editor: Any, tmp_path: Path) -> None:
    site_in(tmp_path / "work", site, editor)
    target = bare(tmp_path / "work")
    waiting, over = Article.objects.filter(status="approved").order_by("path")[:2]
    edit([waiting], {"publish_from": LATEST}, editor=editor, at=NOON)
    edit([over], {"publish_until": NOON}, editor=editor, at=NOON)
    to = Destination(str(target))

    before = git(target, "show", f"main:{waiting.path}")
    assert publish(site, to, scope="approved", at=LATER).written == 1  # of the one that is over its heat
    assert git(target, "show", f"main:{waiting.path}") == before
    assert "published: false" in git(target, "show", f"main:{over.path}")
    with ZipSink(tmp_path / "out.zip") as sink:
        export_site(site, sink, scope="approved", at=LATER)
    with zipfile.ZipFile(tmp_path / "out.zip") as zipped:
        said = {name: "published: true" in zipped.read(name).decode() for name in zipped.namelist()}
    assert said == {waiting.path: False, over.path: False}
    assert publish(site, to, scope="approved", at=LATEST).written == 1
    assert "published: true" in git(target, "show", f"main:{waiting.path}") and waiting.path in PATHS


@pytest.mark.parametrize("said", ["true", None])
def test_an_embargo_holds_where_the_feed_published_it_or_says_nothing(site: Site, editor: Any, tmp_path: Path, said: str | None) -> None:
    text = make_text(published="true")
    article = approved(site, editor, LATER, text=text if said else text.replace("published: true\n", ""))
    came = text_as_imported(article)

    there = to_folder(site, tmp_path / "out", NOON)[article.path]

    assert "published: false" in there and "published: true" not in there
    assert [line for line in there.splitlines() if line not in came.splitlines()] == ["published: false"]
    assert "published: true" in to_folder(site, tmp_path / "out", LATER)[article.path]


@pytest.mark.parametrize("times", [{"publish_from": LATER}, {"publish_until": NOON}])
def test_what_the_feed_published_is_hidden_and_stays_the_feeds(site: Site, editor: Any, tmp_path: Path, times: dict[str, Any]) -> None:
    came = make_text(published="true")
    root = put(tmp_path / "out", {news(1): came})
    bring(root, site, at=NOON - HOUR)
    edit([Article.objects.get()], times, editor=editor, at=NOON - 2 * HOUR)

    assert "published: false" in to_folder(site, root, NOON)[news(1)]
    bring(root, site, at=NOON)  # it comes home, which is no word of the feed

    assert Article.objects.get().status == "live"
    edit([Article.objects.get()], {"publish_until": None}, editor=editor, at=NOON)
    assert to_folder(site, root, LATER)[news(1)] == came
    bring(root, site, at=LATER)
    assert (Article.objects.get().status, Article.objects.get().published) == ("live", True)


def test_what_the_feed_published_can_be_taken_down(site: Site, editor: Any, tmp_path: Path) -> None:
    article = make_article(site, published="true")
    edit([article], {"publish_until": LATER}, editor=editor, at=NOON)
    assert Article.objects.get().status == "live"

    (tmp_path / "out" / "_news").mkdir(parents=True)
    (tmp_path / "out" / article.path).write_text(text_as_imported(article))

    assert to_folder(site, tmp_path / "out", NOON) == {article.path: text_as_imported(article)}
    assert "published: false" in to_folder(site, tmp_path / "out", LATER)[article.path]


def test_an_article_that_was_made_here_comes_with_its_time(site: Site, editor: Any, tmp_path: Path) -> None:
    own = Article.objects.create(site=site, path="", title="Made here", status="approved", published=True, publish_from=LATER, publish_until=LATEST)

    (tmp_path / "out").mkdir()
    with FolderSink(tmp_path / "out") as sink:
        export_site(site, sink, scope="approved", at=NOON)
    assert list((tmp_path / "out").iterdir()) == []
    assert "published: true" in "".join(to_folder(site, tmp_path / "out", LATER).values())
    assert "published: false" in "".join(to_folder(site, tmp_path / "out", LATEST).values())
    own.refresh_from_db()
    assert own.published is True


def test_readers_of_feeds_see_what_is_out_now(site: Site, editor: Any) -> None:
    rows = {
        name: approved(site, editor, *times)
        for name, times in {
            "always": (None, None), "soon": (LATER, None), "since": (NOON, None), "until": (None, LATER), "over": (None, NOON),
            "between": (NOON - HOUR, LATER),
        }.items()
    }  # fmt: skip
    make_article(site)
    gone = approved(site, editor)
    Article.objects.filter(pk=gone.pk).update(withdrawn=True)

    names = {article.pk: name for name, article in rows.items()}
    found = {names[pk] for pk in published(site, NOON).values_list("pk", flat=True)}

    assert found == {"always", "since", "until", "between"}
    live = make_article(site, published="true")
    assert live in published(site, NOON) and published(site, NOON).count() == 5
    for times in ({"publish_from": LATER}, {"publish_from": None, "publish_until": NOON}):
        Article.objects.filter(pk=live.pk).update(**times)
        assert live not in published(site, NOON)


def test_times_are_acts_like_others(site: Site, editor: Any) -> None:
    article = make_article(site)
    report = edit([article], {"publish_from": LATER, "publish_until": LATEST}, editor=editor, at=NOON)

    row = Review.objects.get()
    assert row.after == {"publish_from": "2026-11-20T13:00:00Z", "publish_until": "2026-11-20T14:00:00Z"}
    fresh = Article.objects.get()
    assert (fresh.publish_from, fresh.publish_until, fresh.desk_fields, fresh.version) == (LATER, LATEST, [], 2)
    undo(report.reviews[0], editor=editor, at=NOON)
    fresh.refresh_from_db()
    assert (fresh.publish_from, fresh.publish_until) == (None, None)


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"publish_from": LATER, "publish_until": LATER}, "publish_until"), ({"publish_until": NOON - HOUR}, "publish_until"),
     ({"publish_from": "2026-11-20"}, "publish_from"), ({"publish_from": datetime(2026, 11, 20)}, "publish_from")],
)  # fmt: skip
def test_times_that_make_no_sense_are_refused(site: Site, editor: Any, changes: dict[str, Any], field: str) -> None:
    article = make_article(site)
    edit([article], {"publish_from": NOON}, editor=editor, at=NOON)

    with pytest.raises(DecisionRefused) as refused:
        edit([Article.objects.get()], changes, editor=editor, at=NOON)

    assert refused.value.field == field and Review.objects.count() == 1


def test_the_schedule_shows_what_is_due(site: Site, editor: Any) -> None:
    far = datetime(2300, 1, 1, tzinfo=NOON.tzinfo)
    approved(site, editor, far, title="Comes out")
    approved(site, editor, None, far, title="Goes down")
    approved(site, editor, None, NOON, title="Is down")
    edit([make_article(site, title="Undecided")], {"publish_from": far}, editor=editor, at=NOON)
    client = signed_in(editor)

    pages = {state: client.get(f"/exports/schedule/?state={state}").content.decode() for state in ("waiting", "ending", "over", "undecided")}

    titles = ("Comes out", "Goes down", "Is down", "Undecided")
    assert {state: [one for one in titles if f">{one}<" in page] for state, page in pages.items()} == {
        "waiting": ["Comes out"], "ending": ["Goes down"], "over": ["Is down"], "undecided": ["Undecided"],
    }  # fmt: skip
    assert "2300-01-01 00:00 UTC" in pages["waiting"]


def test_the_edit_page_sets_them(site: Site, editor: Any) -> None:
    article = make_article(site, text=make_text(title="Night trains"))
    client = signed_in(editor)
    words = {"version": 1, "title": "Night trains", "excerpt": article.excerpt, "quality": 64, "heat": -1, "topics": "Machines\nRail",
             "provider_name": article.provider_name, "provider_domain": article.provider_domain, "category": "news", "type": "article",
             "published_at": f"{article.published_at:%Y-%m-%dT%H:%M:%SZ}", "original_url": article.original_url, "web_url": article.web_url,
             "images": f"{article.images[0]['url']} 1200 675"}  # fmt: skip

    reply = client.post(f"/articles/{article.pk}/edit/", words | {"publish_from": "2026-12-01T06:00:00Z"})

    assert reply.status_code == 302
    assert list(Review.objects.values_list("after", flat=True)) == [{"publish_from": "2026-12-01T06:00:00Z"}]
    late = client.post(f"/articles/{article.pk}/edit/", words | {"version": 2, "publish_from": "2026-12-01T06:00:00Z", "publish_until": "2026-11-01T06:00:00Z"})
    for page in (f"/review/{article.pk}/", f"/articles/{article.pk}/file/"):
        assert "Not before 2026-12-01 06:00 UTC" in client.get(page).content.decode()
    assert late.status_code == 422 and "It would go down before it comes out." in late.content.decode()

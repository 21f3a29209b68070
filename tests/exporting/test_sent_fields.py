"""The ledger: what exports sent, and what the next imports make of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from articles import ledger
from articles.decisions import decide, edit, undo
from articles.exporting import pipeline
from articles.models import Article, ExportRun, Repository, Review, SentField, Site
from articles.workflow import Action
from tests.exporting.places import export
from tests.exporting.repositories import bare, commit_file, send
from tests.factories import NOON, make_text
from tests.importing.folders import counts, news
from tests.importing.test_git_source import repository, run
from tests.importing.test_pipeline_commits import bring, unlisted

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)
AUTUMN = "2026-11-20T06:40:00Z"


class Loop:
    """A feed's worktree, the bare repository that it pushes to, and the desk that reads and writes there."""

    def __init__(self, root: Path, site: Site) -> None:
        files = {news(number): make_text(slug=f"n{number}", moment=AUTUMN).encode() for number in range(1, 5)}
        self.site, self.work = site, repository(root / "work", files)
        self.place = bare(self.work)
        self.comes_in(NOON)

    def comes_in(self, at: Any = LATER) -> Any:
        return bring(self.place, self.site, at=at, rev=None)

    def leaves(self) -> str:
        return send(self.site, self.place, "decided").commit

    def rewrites(self, *changes: tuple[str, str], number: int = 1) -> None:
        """The feed takes the newest commit, changes one file, and pushes."""
        run(self.work, "pull", "-q", str(self.place), "main")
        text = (self.work / news(number)).read_text()
        for old, new in changes:
            assert text.count(old) == 1, (old, text)
            text = text.replace(old, new)
        commit_file(self.work, news(number), text.encode())
        run(self.work, "push", "-q", str(self.place), "main")

    def article(self, number: int = 1) -> Article:
        return Article.objects.get(site=self.site, path=news(number))


@pytest.fixture
def loop(tmp_path: Path, site: Site) -> Loop:
    return Loop(tmp_path, site)


def rows(number: int = 1, **words: Any) -> dict[str, tuple[str, Any, Any]]:
    """File key -> state, value and the feed's value of the rows that count."""
    found = SentField.objects.filter(article__path=news(number)).exclude(state="replaced")
    return {row.field: (row.state, row.value, row.feed_value) for row in found}


def states(number: int = 1) -> dict[str, str]:
    return {key: state for key, (state, _, _) in rows(number).items()}


# --- the loop
def test_what_was_sent_is_recorded_with_what_the_feed_said(loop: Loop, editor: Any) -> None:
    decide([loop.article()], Action.APPROVE, editor=editor, at=NOON, changes={"title": "Ours", "excerpt": None, "topics": ["Rail"]})

    commit = loop.leaves()

    title = loop.article().source_file.text.split('title: "')[1].split('"')[0]
    assert rows() == {
        "published": ("sent", True, False),
        "heat": ("sent", 64, -1),
        "title": ("sent", "Ours", title),
        "excerpt": ("sent", None, "A tram learns to wait."),
        "topics": ("sent", ["Rail"], ["Machines", "Rail"]),
    }
    row = SentField.objects.first()
    assert (row.run.commit, row.sent_at, row.state_since) == (commit, NOON, NOON)
    assert not SentField.objects.exclude(article=loop.article()).exists()


def test_commit_of_the_desk_comes_in_quickly_quietly_and_as_arrived(loop: Loop, editor: Any, monkeypatch: Any) -> None:
    decide([loop.article(1), loop.article(2)], Action.APPROVE, editor=editor, at=NOON)
    commit = loop.leaves()
    before = (Review.objects.count(), loop.article().version, loop.article().recheck)
    unlisted(monkeypatch)

    report = loop.comes_in()

    assert (counts(report), report.conflicts, report.problems, report.revision) == ((0, 2, 2), 0, (), commit)
    assert (Review.objects.count(), loop.article().version, loop.article().recheck) == before
    assert states(1) == states(2) == {"published": "arrived", "heat": "arrived"}
    assert Repository.objects.get().commit == commit
    assert loop.leaves() == ""  # there is nothing more to send
    assert ledger.counts(loop.site) == {"sent": 0, "arrived": 4, "kept": 0, "reverted": 0, "replaced": 0}


def test_feed_that_keeps_and_feed_that_reverts(loop: Loop, editor: Any) -> None:
    decide([loop.article(1), loop.article(2)], Action.APPROVE, editor=editor, at=NOON)
    loop.leaves()
    loop.comes_in()

    loop.rewrites(("A tram learns", "A tram has learned"), number=1)
    loop.rewrites(("published: true", "published: false"), ("heat: 64", "heat: 70"), number=2)
    loop.comes_in()

    assert states(1) == {"published": "kept", "heat": "kept"}
    assert rows(2) == {"published": ("reverted", True, False), "heat": ("reverted", 64, 70)}
    found = [(row.article.path, row.field) for row in ledger.reverted(loop.site)]
    assert sorted(found) == [(news(2), "heat"), (news(2), "published")]
    assert (loop.article(2).status, loop.article(2).published) == ("approved", True)


def test_reverted_field_is_sent_again(loop: Loop, editor: Any) -> None:
    decide([loop.article()], Action.APPROVE, editor=editor, at=NOON)
    loop.leaves()
    loop.comes_in()
    loop.rewrites(("published: true", "published: false"))
    loop.comes_in()

    assert loop.leaves()

    assert "published: true" in run(loop.place, "show", f"main:{news(1)}")
    assert rows()["published"] == ("sent", True, False)
    assert SentField.objects.filter(field="published", state="replaced").count() == 1
    loop.comes_in()
    assert states() == {"published": "arrived", "heat": "kept"}


def test_later_value_replaces_and_the_feeds_word_stays(loop: Loop, editor: Any) -> None:
    edit([loop.article()], {"quality": 80}, editor=editor, at=NOON)
    decide([loop.article()], Action.APPROVE, editor=editor, at=NOON)
    loop.leaves()
    loop.comes_in()
    edit([loop.article()], {"quality": 90}, editor=editor, at=NOON)

    loop.leaves()
    loop.comes_in()

    assert rows()["quality"] == ("arrived", 90, 64)
    assert states()["published"] == "arrived"  # the desk's own commit is no rewrite by the feed
    assert [row.value for row in SentField.objects.filter(field="quality", state="replaced")] == [80]
    assert ledger.feed_values([loop.article().pk])[loop.article().pk]["quality"] == 64


def test_feed_that_wrote_its_own_bytes_over_the_export_is_found_out(loop: Loop, editor: Any) -> None:
    """Between two imports the value came and went: the file is as it was imported, and only the history tells."""
    decide([loop.article()], Action.APPROVE, editor=editor, at=NOON)
    loop.leaves()
    loop.rewrites(("published: true", "published: false"), ("heat: 64", "heat: -1"))

    report = loop.comes_in()

    assert counts(report) == (0, 0, 4)
    assert rows() == {"published": ("reverted", True, False), "heat": ("reverted", 64, -1)}


def test_export_that_was_not_merged_is_not_reverted(loop: Loop, editor: Any, site: Site) -> None:
    decide([loop.article()], Action.APPROVE, editor=editor, at=NOON)
    send(site, loop.place, "decided", branch="aside")

    loop.rewrites(("A tram learns", "A tram has learned"), ("heat: -1", "heat: 12"))
    loop.comes_in()

    assert rows() == {"published": ("sent", True, False), "heat": ("sent", 64, 12)}


@pytest.mark.parametrize("way", ["undone", "undone before the import"])
def test_field_that_is_no_longer_the_desks_is_replaced(loop: Loop, editor: Any, way: str) -> None:
    decide([loop.article(1), loop.article(2)], Action.APPROVE, editor=editor, at=NOON)
    loop.leaves()
    if way == "undone":
        loop.comes_in()
    undo(Review.objects.get(article=loop.article(1)), editor=editor, at=LATER)

    if way == "undone":
        decide([loop.article(3)], Action.APPROVE, editor=editor, at=LATER)
        loop.leaves()
    else:
        loop.comes_in()

    # What has come into the repository is taken back by the next export, so it is sent once more.
    sent = {"published": "sent", "heat": "sent"} if way == "undone" else {}
    assert states(1) == states(2) == sent
    assert SentField.objects.filter(state="replaced").count() == 4


def test_provider_counts_by_the_parts_that_the_desk_set(loop: Loop, editor: Any) -> None:
    decide([loop.article()], Action.APPROVE, editor=editor, at=NOON, changes={"provider_name": "Tribune"})
    loop.leaves()
    loop.comes_in()

    loop.rewrites(("domain: tribune.example", "domain: other.example"))
    loop.comes_in()

    assert rows()["provider"] == (
        "kept",
        {"name": "Tribune", "domain": "tribune.example"},
        {"name": "Harbour Tribune", "domain": "other.example"},
    )


def test_what_is_secured_never_enters(loop: Loop, editor: Any) -> None:
    decide([loop.article()], Action.APPROVE, editor=editor, at=NOON, changes={"images": None, "published_at": LATER})
    loop.leaves()
    loop.rewrites(("c2VjcmV0", "YW5vdGhlcg"))
    loop.comes_in()

    assert "secured" not in rows()
    everything = str(list(SentField.objects.values_list("value", "feed_value")))
    assert "c2VjcmV0" not in everything and "YW5vdGhlcg" not in everything
    assert rows()["publishedDateTime"] == ("arrived", "2026-11-20T13:00:00Z", AUTUMN)


# --- folders and zips
def test_export_into_a_folder_is_recorded_once(site: Site, loop: Loop, editor: Any, tmp_path: Path) -> None:
    decide([loop.article()], Action.APPROVE, editor=editor, at=NOON)
    for place in ("one", "one", "two", "three.zip"):
        export(site, tmp_path / place)

    assert states() == {"published": "sent", "heat": "sent"}
    assert SentField.objects.count() == 2
    assert {row.run for row in SentField.objects.all()} == {ExportRun.objects.order_by("pk").first()}


def test_dry_run_records_nothing(site: Site, loop: Loop, editor: Any) -> None:
    decide([loop.article()], Action.APPROVE, editor=editor, at=NOON)

    send(site, loop.place, dry_run=True)

    assert not SentField.objects.exists()


# --- exports that die
class Died(BaseException):
    pass


def die(*words: Any, **more: Any) -> None:
    raise Died


def test_export_that_died_before_it_could_say_so_is_settled_by_the_next(loop: Loop, editor: Any, monkeypatch: Any) -> None:
    decide([loop.article()], Action.APPROVE, editor=editor, at=NOON)
    with monkeypatch.context() as patch:
        patch.setattr(pipeline._Export, "_record", die)
        with pytest.raises(Died):
            loop.leaves()
    assert "published: true" in run(loop.place, "show", f"main:{news(1)}") and not SentField.objects.exists()

    assert loop.leaves() == ""

    assert set(states().values()) <= {"sent", "arrived"} and set(states()) == {"published", "heat"}
    loop.comes_in()
    assert rows() == {"published": ("arrived", True, False), "heat": ("arrived", 64, -1)}


def test_export_that_died_before_it_could_say_so_is_settled_by_the_import(loop: Loop, editor: Any, monkeypatch: Any) -> None:
    decide([loop.article()], Action.APPROVE, editor=editor, at=NOON, changes={"title": "Ours"})
    with monkeypatch.context() as patch:
        patch.setattr(pipeline._Export, "_record", die)
        with pytest.raises(Died):
            loop.leaves()

    loop.comes_in()

    assert states() == {"published": "arrived", "heat": "arrived", "title": "arrived"}
    assert rows()["published"] == ("arrived", True, False)


def test_export_that_died_before_it_published_says_nothing(loop: Loop, editor: Any, monkeypatch: Any) -> None:
    from articles.exporting.sinks.git import GitSink

    decide([loop.article()], Action.APPROVE, editor=editor, at=NOON)
    with monkeypatch.context() as patch:
        patch.setattr(GitSink, "close", die)
        with pytest.raises(Died):
            loop.leaves()

    loop.rewrites(("A tram learns", "A tram has learned"))
    loop.comes_in()

    assert not SentField.objects.exists()
    loop.leaves()
    assert states() == {"published": "sent", "heat": "sent"}


# --- what it costs
def test_import_asks_the_ledger_once_for_a_slice(loop: Loop, editor: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    decide([loop.article(1), loop.article(2)], Action.APPROVE, editor=editor, at=NOON)
    loop.leaves()
    loop.comes_in()
    for number in (1, 2, 3):
        loop.rewrites(("A tram learns", "A tram has learned"), number=number)

    with CaptureQueriesContext(connection) as queries:
        loop.comes_in()

    asked = [one["sql"] for one in queries if one["sql"].startswith("SELECT") and "articles_sentfield" in one["sql"]]
    locked = [sql for sql in asked if '"desk_fields"' in sql]
    assert len(locked) == 1 and len(asked) <= 3

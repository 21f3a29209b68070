"""Files that are gone: their articles leave the queue, are kept with what was decided, and come back with them."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from articles.decisions import decide
from articles.exporting.publishing import Destination, publish
from articles.exporting.sinks import SinkError
from articles.models import Article, ImportRun, QuarantinedFile, Repository, Review, Site, SourceFile
from articles.workflow import Action, Recheck
from tests.exporting.places import export
from tests.factories import NOON, make_site, make_text
from tests.importing import folders
from tests.importing.folders import counts, news, put
from tests.importing.test_git_source import repository
from tests.importing.test_git_source import run as git
from tests.importing.test_pipeline_commits import bring, commit

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _own_data(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()


class Source:
    """A site of eight articles, as a folder or as a repository."""

    def __init__(self, kind: str, root: Path, site: Site) -> None:
        self.kind, self.root, self.site = kind, root, site
        files = {news(number): make_text(slug=f"n{number}") for number in range(1, 9)}
        files |= {"_data/topics/01-rail.yaml": "name: Rail\n", "_config.yml": "title: x\n"}
        if kind == "git":
            repository(root, {name: text.encode() for name, text in files.items()})
        else:
            put(root, files)
        self.brings(at=NOON)

    def brings(self, files: dict[str, str | bytes | None] | None = None, at: Any = LATER, **words: Any) -> Any:
        """Import after these files were written or, where they are None, removed."""
        if self.kind == "git":
            if files is not None:
                commit(self.root, files)
            return bring(self.root, self.site, at=at, **words)
        for name, data in (files or {}).items():
            if data is None:
                (self.root / name).unlink()
            else:
                put(self.root, {name: data})
        return folders.bring(self.root, self.site, at=at, **words)


@pytest.fixture(params=["git", "folder"])
def source(request: pytest.FixtureRequest, tmp_path: Path, site: Site) -> Source:
    return Source(request.param, tmp_path / "source", site)


def article(number: int) -> Article:
    return Article.objects.get(path=news(number))


def test_article_whose_file_is_gone_leaves_the_queue_and_is_kept(source: Source) -> None:
    report = source.brings({news(1): None})

    assert (counts(report), report.withdrawn, report.notices) == ((0, 0, 7), 1, ())
    assert (article(1).withdrawn, article(1).status, article(1).recheck) == (True, "pending", "")
    assert Article.objects.pending().count() == 7
    assert SourceFile.objects.get(path=news(1)).gone_at == LATER
    row = Review.objects.get()
    assert (row.action, row.by, row.before, row.after) == ("follow", "feed", {"withdrawn": False}, {"withdrawn": True})
    assert (row.at, row.version) == (LATER, article(1).version)
    run = ImportRun.objects.order_by("-pk").first()
    assert (run.withdrawn, run.updated, run.is_finished) == (1, 0, True)
    # Once is enough.
    again = source.brings()
    assert (counts(again), again.withdrawn, Review.objects.count()) == ((0, 0, 7), 0, 1)


def test_decided_article_keeps_its_decision_and_is_looked_at_again(source: Source, editor: Any) -> None:
    decide([article(1)], Action.APPROVE, editor=editor, at=NOON, changes={"quality": 90})

    source.brings({news(1): None})

    found = article(1)
    assert (found.status, found.quality, found.published, found.withdrawn) == ("approved", 90, True, True)
    assert (found.recheck, found.recheck_since) == (Recheck.GONE, LATER)
    assert found.decided_by == editor


@pytest.mark.parametrize("change", ["as it was", "noise", "other"])
def test_file_that_comes_back_brings_its_article_back(source: Source, editor: Any, change: str) -> None:
    decide([article(2)], Action.APPROVE, editor=editor, at=NOON)
    texts = {news(number): (source.root / news(number)).read_text() for number in (1, 2)}
    source.brings(dict.fromkeys(texts))
    new = {"as it was": "c2VjcmV0", "noise": "YW5vdGhlcg", "other": "c2VjcmV0"}[change]
    texts = {name: text.replace("c2VjcmV0", new) for name, text in texts.items()}
    if change == "other":
        texts = {name: text.replace("quality: 64", "quality: 70") for name, text in texts.items()}

    report = source.brings(dict(texts))

    assert (counts(report), report.withdrawn) == ((0, 2, 6), 0)
    assert (article(1).withdrawn, article(1).status) == (False, "pending")
    looked_at_again = "changed" if change == "other" else ""
    assert (article(2).withdrawn, article(2).status, article(2).recheck) == (False, "approved", looked_at_again)
    assert article(1).quality == (70 if change == "other" else 64)
    assert not SourceFile.objects.filter(gone_at__isnull=False).exists()
    last = Review.objects.filter(article=article(1)).order_by("-pk").first()
    assert last.before["withdrawn"] is True and last.after["withdrawn"] is False
    assert SourceFile.objects.get(path=news(1)).text == texts[news(1)]
    assert source.brings().updated == 0


def test_renamed_file_is_a_new_article_beside_the_old_one(source: Source, editor: Any) -> None:
    decide([article(1)], Action.REJECT, editor=editor, at=NOON)
    text = (source.root / news(1)).read_text()

    report = source.brings({news(1): None, news(20): text})

    assert (counts(report), report.withdrawn) == ((1, 0, 7), 1)
    assert (article(1).status, article(1).withdrawn) == ("rejected", True)
    assert (article(20).status, article(20).withdrawn) == ("pending", False)


def test_files_around_the_articles_are_marked_and_do_not_count(source: Source) -> None:
    text = "name: Rail\n"
    report = source.brings({"_data/topics/01-rail.yaml": None, "_config.yml": None})

    assert (report.withdrawn, counts(report), Review.objects.count()) == (0, (0, 0, 8), 0)
    assert SourceFile.objects.filter(gone_at=LATER).count() == 2
    report = source.brings({"_data/topics/01-rail.yaml": text, "_config.yml": "title: y\n"})
    assert (report.updated, SourceFile.objects.filter(gone_at__isnull=False).count()) == (0, 0)


def test_held_article_does_not_wait_while_its_file_is_gone(source: Source, editor: Any) -> None:
    decide([article(1)], Action.HOLD, editor=editor, at=NOON)

    source.brings({news(1): None})

    assert not Article.objects.held().exists()
    assert article(1).status == "held"


def test_refused_file_that_is_gone_leaves_quarantine(source: Source) -> None:
    source.brings({news(9): b"bad"})
    assert QuarantinedFile.objects.count() == 1

    report = source.brings({news(9): None})

    assert (report.problems, QuarantinedFile.objects.count(), report.withdrawn) == ((), 0, 0)


# --- what may be only a part
@pytest.fixture
def many(tmp_path: Path, site: Site) -> Path:
    root = put(tmp_path / "many", {f"_news/{number}.md": make_text() for number in range(30)})
    folders.bring(root, site)
    return root


def test_folder_with_less_than_half_withdraws_nothing_and_says_what_would(many: Path, site: Site) -> None:
    for number in range(16):
        (many / f"_news/{number}.md").unlink()

    report = folders.bring(many, site, at=LATER)

    assert (report.withdrawn, Review.objects.count(), counts(report)) == (0, 0, (0, 0, 14))
    (notice,) = report.notices
    assert "16 of the site's 30 articles" in notice and "--gone" in notice
    report = folders.bring(many, site, at=LATER, gone=True)
    assert (report.withdrawn, report.notices, Review.objects.count()) == (16, (), 16)
    assert Article.objects.pending().count() == 14


def test_folder_with_half_withdraws_the_other(many: Path, site: Site) -> None:
    for number in range(15):
        (many / f"_news/{number}.md").unlink()

    report = folders.bring(many, site, at=LATER)

    assert (report.withdrawn, report.notices) == (15, ())


def test_repository_may_empty_the_sites_own(tmp_path: Path, site: Site) -> None:
    work = repository(tmp_path / "work", {f"_news/{number}.md": make_text().encode() for number in range(30)})
    bring(work, site)
    commit(work, {f"_news/{number}.md": None for number in range(29)})

    report = bring(work, site)

    assert (report.withdrawn, report.notices) == (29, ())


def test_a_rewritten_history_empties_the_site_only_when_somebody_says_so(tmp_path: Path, site: Site, editor: Any) -> None:
    work = repository(tmp_path / "work", {f"_news/{number}.md": make_text().encode() for number in range(30)})
    bring(work, site)
    decide([Article.objects.get(path="_news/9.md")], Action.APPROVE, editor=editor, at=NOON)
    git(work, "checkout", "-q", "--orphan", "rewritten")
    commit(work, {f"_news/{number}.md": None for number in range(1, 30)} | {"_news/0.md": make_text()})

    for _ in range(2):  # it does not forget in between
        report = bring(work, site)
        assert (report.withdrawn, ImportRun.objects.first().left) == (0, 29)
        assert any("29 of the site's 30 articles are not in" in notice for notice in report.notices)
    with pytest.raises(SinkError, match="29 articles are missing"):
        publish(site, Destination(str(work)), scope="approved", at=LATER)

    assert bring(work, site, gone=True).withdrawn == 29
    assert ImportRun.objects.first().left == 0 and Repository.objects.get().commit
    assert publish(site, Destination(str(work)), scope="approved", at=LATER).written == 0


def test_another_repository_does_not_empty_the_site(tmp_path: Path, site: Site) -> None:
    work = repository(tmp_path / "work", {f"_news/{number}.md": make_text().encode() for number in range(30)})
    bring(work, site)
    other = repository(tmp_path / "other", {"_news/other.md": make_text().encode()})

    report = bring(other, site)

    assert (report.created, report.withdrawn) == (1, 0)
    assert any("--gone" in notice for notice in report.notices)
    assert Repository.objects.get().commit == ""  # the desk holds neither
    assert bring(work, site).withdrawn == 1
    assert bring(other, site, gone=True).withdrawn == 30


# --- exports
@pytest.mark.parametrize("scope", ["all", "decided"])
def test_exports_do_not_bring_gone_files_back(source: Source, editor: Any, tmp_path: Path, scope: str) -> None:
    decide([article(1), article(2)], Action.APPROVE, editor=editor, at=NOON)
    target = tmp_path / "target"
    export(source.site, target, scope)
    assert (target / news(1)).exists()

    source.brings({news(1): None, news(3): None, "_config.yml": None})
    report = export(source.site, target, scope)

    assert report.problems == [] and report.removed == (3 if scope == "all" else 1)
    there = {str(path.relative_to(target)) for path in target.rglob("*") if path.is_file()}
    if scope == "all":
        listed = {str(path.relative_to(source.root)) for path in source.root.rglob("*") if path.is_file()}
        assert there == {path for path in listed if not path.startswith(".git")}
        same = [path for path in there if path != news(2)]
        assert all((target / path).read_bytes() == (source.root / path).read_bytes() for path in same)
    else:
        assert there == {news(2)}


def test_export_into_the_source_itself_leaves_gone_files_gone(source: Source, editor: Any) -> None:
    decide([article(1)], Action.APPROVE, editor=editor, at=NOON)
    source.brings({news(1): None})

    report = export(source.site, source.root, "all")

    assert (report.written, report.others, report.problems) == (0, 0, [])
    assert not (source.root / news(1)).exists()


def test_two_sites_do_not_mix(source: Source, tmp_path: Path) -> None:
    other = make_site()
    copy = tmp_path / "copy"
    shutil.copytree(source.root, copy, ignore=shutil.ignore_patterns(".git"))
    folders.bring(copy, other)

    source.brings({news(1): None})

    assert not SourceFile.objects.filter(site=other, gone_at__isnull=False).exists()
    assert Article.objects.filter(site=other).pending().count() == 8

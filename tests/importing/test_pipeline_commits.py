"""Repositories: only what changed since the last import is read, and what the desk then holds is the commit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from articles.importing import pipeline, running
from articles.importing.sources import git, open_source
from articles.models import Article, ImportRun, QuarantinedFile, Repository, Review, Site, SourceFile
from tests.factories import NOON, make_site, make_text
from tests.importing.folders import contents, counts, news, put
from tests.importing.test_git_source import repository, run

pytestmark = pytest.mark.django_db
BAD = make_text(published="perhaps").encode()
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def work(tmp_path: Path) -> Path:
    files = {news(number): make_text().encode() for number in range(1, 9)}
    files |= {"_config.yml": b"title: x\n", "_data/organizations/a.md": b"---\nname: Line\n---\n", "README.md": b"x\n"}
    return repository(tmp_path / "work", files)


def commit(work: Path, files: dict[str, str | bytes | None], message: str = "Feed") -> str:
    """One commit that writes these files and removes those that are None."""
    put(work, {name: data for name, data in files.items() if data is not None})
    for name, data in files.items():
        if data is None:
            (work / name).unlink()
    run(work, "add", "-A")
    run(work, "commit", "-qm", message, "--allow-empty")
    return run(work, "rev-parse", "HEAD")


def bring(place: Path, site: Site, at: Any = NOON, rev: str | None = "HEAD", **words: Any) -> Any:
    with open_source(place, rev=rev) as source:
        return pipeline.import_site(source, site, at=at, **words)


def equals_a_first_import(place: Path, site: Site) -> bool:
    """Whether the site holds what a new one would that takes the same commit."""
    other = make_site()
    bring(place, other)
    left_out = {"version"}
    mine, theirs = contents(site), contents(other)
    there = set(SourceFile.objects.filter(site=site, gone_at=None).values_list("path", flat=True))
    there -= {row[0] for row in mine["quarantine"]}  # an article stays as it was while its file is bad
    mine["files"] = [row for row in mine["files"] if row[0] in there]
    mine["articles"] = {path: article for path, article in mine["articles"].items() if path in there}
    for articles in (mine["articles"], theirs["articles"]):
        for article in articles.values():
            for name in left_out:
                article.pop(name)
    return {name: mine[name] for name in ("articles", "files", "quarantine")} == {
        name: theirs[name] for name in ("articles", "files", "quarantine")
    }


def unlisted(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on whoever lists a whole repository fails."""
    monkeypatch.setattr(git.GitSource, "_list", lambda self: pytest.fail("The repository was listed."))


# --- what is remembered
def test_the_first_import_remembers_repository_and_commit(work: Path, site: Site) -> None:
    bring(work, site)

    known = Repository.objects.get()
    assert (known.site, known.location, known.branch) == (site, str(work), "")
    assert (known.commit, known.imported_at, known.every) == (run(work, "rev-parse", "HEAD"), NOON, None)


def test_the_branch_that_was_asked_for_is_followed(work: Path, site: Site) -> None:
    run(work, "checkout", "-qb", "feed")
    bring(work, site, rev="feed")

    assert Repository.objects.get().branch == "feed"
    other = make_site()
    bring(work, other, rev=run(work, "rev-parse", "HEAD"))
    assert Repository.objects.get(site=other).branch == ""


def test_a_repository_that_is_set_is_left_as_it_is(work: Path, site: Site, tmp_path: Path) -> None:
    Repository.objects.create(site=site, location="/elsewhere", branch="feed", every=60)

    bring(work, site)

    known = Repository.objects.get()
    assert (known.location, known.branch, known.every) == ("/elsewhere", "feed", 60)
    assert known.commit == run(work, "rev-parse", "HEAD")


def test_folder_makes_no_repository_and_what_it_writes_unsets_the_commit(work: Path, site: Site) -> None:
    with open_source(work, prefer_files=True) as source:
        pipeline.import_site(source, site, at=NOON)
    assert not Repository.objects.exists()
    bring(work, site)
    put(work, {news(1): make_text()})

    with open_source(work, prefer_files=True) as source:
        pipeline.import_site(source, site, at=NOON)

    assert Repository.objects.get().commit == ""
    assert counts(bring(work, site)) == (0, 1, 7)
    assert equals_a_first_import(work, site)


# --- what is read
def test_only_what_changed_is_read(work: Path, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(work, site)
    head = commit(work, {news(1): make_text(title="Other"), news(9): make_text(), "README.md": "y\n"})
    read: list[str] = []
    read_all = git.GitSource.read_all

    def watched(self: Any, entries: Sequence[Any]) -> Any:
        read.extend(entry.path for entry in entries)
        return read_all(self, entries)

    monkeypatch.setattr(git.GitSource, "read_all", watched)
    unlisted(monkeypatch)

    report = bring(work, site, at=LATER)

    assert counts(report) == (1, 1, 7)
    assert sorted(set(read)) == [news(1), news(9)]
    assert (report.notices, report.problems, report.revision) == ((), (), head)
    known = Repository.objects.get()
    assert (known.commit, known.imported_at) == (head, LATER)
    monkeypatch.undo()
    assert equals_a_first_import(work, site)


@pytest.mark.parametrize("shape", ["bare", "bundle", "address"])
def test_every_shape_of_repository_goes_on_from_the_commit(work: Path, site: Site, tmp_path: Path, shape: str, monkeypatch: Any) -> None:
    bring(work, site)
    commit(work, {news(1): make_text(title="Other")})
    place = tmp_path / "other"
    if shape == "bundle":
        run(work, "bundle", "create", "-q", str(place), "--all")
    else:
        run(tmp_path, "clone", "-q", "--bare", str(work), "other")
    unlisted(monkeypatch)

    with open_source(f"file://{place}" if shape == "address" else place) as source:
        report = pipeline.import_site(source, site, at=NOON)

    assert (counts(report), report.notices) == ((0, 1, 7), ())
    assert Repository.objects.get().location == str(work)


def test_commit_of_other_files_is_held_without_a_run(work: Path, site: Site) -> None:
    bring(work, site)
    head = commit(work, {"README.md": "y\n"})

    assert counts(bring(work, site)) == (0, 0, 8)

    assert Repository.objects.get().commit == head
    assert ImportRun.objects.count() == 1


def test_config_alone_is_read(work: Path, site: Site) -> None:
    bring(work, site)
    commit(work, {"_config.yml": "title: Harbour\n"})

    report = bring(work, site)

    site.refresh_from_db()
    assert (report.others, site.title) == (1, "A site of the tests")  # the desk's own title stays
    assert SourceFile.objects.get(path="_config.yml").text == "title: Harbour\n"


def test_same_commit_costs_few_queries_whatever_there_is(
    work: Path, site: Site, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    bring(work, site)
    unlisted(monkeypatch)

    with django_assert_max_num_queries(8):
        report = bring(work, site)

    assert (counts(report), report.revision) == ((0, 0, 8), run(work, "rev-parse", "HEAD"))


def test_few_changes_cost_the_same_queries_on_a_site_of_any_size(work: Path, site: Site, tmp_path: Path) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    spent = []
    for size in (1, 60):
        place = repository(tmp_path / f"of-{size}", {f"_news/{number}.md": make_text().encode() for number in range(size)})
        one = make_site()
        bring(place, one)
        commit(place, {"_news/0.md": make_text(title="Other", slug="x")})
        with CaptureQueriesContext(connection) as queries:
            assert bring(place, one).updated == 1
        spent.append(len(queries))

    assert spent[0] == spent[1]


def test_full_looks_at_everything(work: Path, site: Site) -> None:
    bring(work, site)
    SourceFile.objects.filter(path=news(1)).update(blob_id="0" * 40)

    assert counts(bring(work, site)) == (0, 0, 8)
    assert counts(bring(work, site, full=True)) == (0, 1, 7)
    assert Repository.objects.get().commit == run(work, "rev-parse", "HEAD")


# --- histories that were written anew
@pytest.mark.parametrize("how", ["amended", "unknown"])
def test_history_that_was_rewritten_is_compared_in_full_and_told(work: Path, site: Site, how: str) -> None:
    bring(work, site)
    old = Repository.objects.get().commit
    put(work, {news(1): make_text(title="Other")})
    (work / news(2)).unlink()
    run(work, "add", "-A")
    run(work, "commit", "-qm", "Anew", "--amend")
    if how == "unknown":
        Repository.objects.update(commit="a" * 40)

    report = bring(work, site)

    assert (counts(report), report.withdrawn) == ((0, 1, 6), 1)
    assert len(report.notices) == 1 and ("a" * 12 if how == "unknown" else old[:12]) in report.notices[0]
    assert Repository.objects.get().commit == run(work, "rev-parse", "HEAD")
    assert bring(work, site).notices == ()
    assert equals_a_first_import(work, site)


def test_older_revision_is_compared_in_full(work: Path, site: Site) -> None:
    first = run(work, "rev-parse", "HEAD")
    commit(work, {news(1): make_text(title="Other")})
    bring(work, site)

    report = bring(work, site, rev=first)

    assert (counts(report), len(report.notices)) == ((0, 1, 7), 1)
    assert Repository.objects.get().commit == first


def test_site_that_moves_into_a_folder_is_compared_in_full(work: Path, site: Site) -> None:
    bring(work, site)
    (work / "inner").mkdir()
    run(work, "mv", "_news", "_data", "_config.yml", "inner")
    commit(work, {"inner/" + news(1): make_text(title="Other")})

    assert counts(bring(work, site)) == (0, 1, 7)
    commit(work, {"inner/" + news(2): make_text(title="Third")})
    assert counts(bring(work, site)) == (0, 1, 7)
    assert equals_a_first_import(work, site)


# --- bad files
def test_bad_files_are_told_again_without_being_read(work: Path, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(work, {news(9): BAD})
    (work / news(10)).symlink_to("x")
    commit(work, {})
    first = bring(work, site)
    assert [problem.path for problem in first.problems] == [news(9), news(10)]
    unlisted(monkeypatch)

    assert (bring(work, site).problems, counts(bring(work, site))) == (first.problems, (0, 0, 8))

    commit(work, {news(1): make_text(title="Other")})
    again = bring(work, site)
    assert (again.problems, counts(again)) == (first.problems, (0, 1, 7))


def test_files_that_turn_bad_and_good_again_or_go(work: Path, site: Site) -> None:
    bring(work, site)
    good = (work / news(1)).read_bytes()
    commit(work, {news(1): BAD, news(9): BAD, news(11): b"bad"})
    report = bring(work, site)
    assert (counts(report), len(report.problems)) == ((0, 0, 7), 3)

    commit(work, {news(1): good, news(9): None})
    report = bring(work, site)

    assert (counts(report), [problem.path for problem in report.problems]) == ((0, 0, 8), [news(11)])
    assert [file.path for file in QuarantinedFile.objects.all()] == [news(11)]
    assert equals_a_first_import(work, site)


def test_link_that_takes_a_files_place_is_a_problem_and_no_loss(work: Path, site: Site) -> None:
    bring(work, site)
    (work / news(1)).unlink()
    (work / news(1)).symlink_to("x")
    commit(work, {})

    report = bring(work, site)

    assert ([problem.path for problem in report.problems], report.withdrawn) == ([news(1)], 0)
    assert not Article.objects.get(path=news(1)).withdrawn
    assert report.problems == bring(work, site, full=True).problems


def test_names_of_every_kind_come_and_go(work: Path, site: Site) -> None:
    bring(work, site)
    odd = {"_news/ä ö.md": make_text(), "_news/in/deep.md": make_text(), "_news/tab\t.md": make_text(), "_news/x.txt": "x"}
    commit(work, odd)  # type: ignore[arg-type]
    assert (counts(bring(work, site)), QuarantinedFile.objects.count()) == ((2, 0, 8), 1)

    commit(work, dict.fromkeys(odd))

    report = bring(work, site)
    assert (report.withdrawn, QuarantinedFile.objects.count()) == (2, 0)
    assert equals_a_first_import(work, site)


# --- who else comes this way
def test_look_goes_on_from_the_commit(work: Path, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(work, site)
    commit(work, {news(1): make_text(title="Other"), news(2): None})
    unlisted(monkeypatch)

    run_ = running.advance(running.begin(Repository.objects.get(), at=LATER, is_scheduled=True).pk)

    assert run_ is not None and (run_.created, run_.updated, run_.unchanged, run_.withdrawn) == (0, 1, 6, 1)
    again = running.begin(Repository.objects.get(), at=LATER, is_scheduled=True)
    assert running.advance(again.pk) is None and not type(again).objects.filter(pk=again.pk).exists()


def test_random_histories_end_as_a_first_import_does(work: Path, site: Site) -> None:
    from random import Random

    chance = Random(20261126)
    bring(work, site)
    for turn in range(8):
        files: dict[str, str | bytes | None] = {}
        for number in chance.sample(range(1, 14), 4):
            there = (work / news(number)).exists()
            files[news(number)] = chance.choice(
                [make_text(slug=f"s{number}"), BAD, None if there else make_text(slug=f"s{number}")]
            )
        commit(work, files)
        if chance.random() < 0.7:
            bring(work, site)
        if turn == 4:
            run(work, "commit", "-q", "--amend", "-m", "Anew")

    bring(work, site)

    assert equals_a_first_import(work, site)
    assert Review.objects.exclude(by="feed").count() == 0

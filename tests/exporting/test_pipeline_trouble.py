"""Exports into places where something stands in the way."""
from __future__ import annotations

import errno
import json
import os
import resource
from pathlib import Path
from typing import Any

import pytest

from articles.decisions import decide, edit
from articles.exporting.pipeline import FOREIGN, export_site
from articles.exporting.sinks import FolderSink
from articles.models import Article, Site
from articles.workflow import Action
from tests.exporting.places import counts, export, files, source_of
from tests.factories import NOON, fresh, make_article, make_text


# --- what is not ours
def test_a_file_that_changed_meanwhile_is_reported_and_left(site: Site, target: Path, editor: Any) -> None:
    changed, other = make_article(site), make_article(site)
    (target / "_news").mkdir(parents=True)
    (target / changed.path).write_text(source_of(changed) + "mine\n")
    (target / "_news" / "foreign.md").write_text("also mine\n")
    decide([changed, other], Action.APPROVE, editor=editor, at=NOON)

    report = export(site, target)

    assert counts(report) == (1, 0, 0)
    assert [(problem.path, problem.message) for problem in report.problems] == [(changed.path, FOREIGN)]
    assert (target / changed.path).read_text().endswith("mine\n")
    assert (target / "_news" / "foreign.md").read_text() == "also mine\n"


def test_a_file_that_changed_after_an_export_is_left_too(site: Site, target: Path, editor: Any) -> None:
    article = make_article(site)
    decide([article], Action.APPROVE, editor=editor, at=NOON)
    export(site, target)
    (target / article.path).write_text("mine\n")
    edit([fresh(article)], {"quality": 3}, editor=editor, at=NOON)

    report = export(site, target)

    assert (counts(report), len(report.problems)) == ((0, 0, 0), 1)
    assert (target / article.path).read_text() == "mine\n"


def test_without_its_manifest_the_desk_takes_no_file_for_its_own(
    site: Site, target: Path, editor: Any, tmp_path: Path
) -> None:
    article = make_article(site)
    decide([article], Action.APPROVE, editor=editor, at=NOON)
    export(site, target)
    written = (target / article.path).read_bytes()
    for path in (tmp_path / "data").rglob("*.json"):
        path.unlink()
    edit([fresh(article)], {"quality": 3}, editor=editor, at=NOON)

    report = export(site, target)

    assert [problem.message for problem in report.problems] == [FOREIGN]
    assert (target / article.path).read_bytes() == written


def test_a_broken_manifest_is_no_manifest(site: Site, target: Path, tmp_path: Path) -> None:
    make_article(site, status="approved")
    export(site, target)
    for path in (tmp_path / "data").rglob("*.json"):
        path.write_text('{"files": {"_news/x.md": 3}}')

    assert counts(export(site, target)) == (0, 1, 0)


def test_manifests_of_two_folders_and_two_sites_are_apart(site: Site, target: Path, tmp_path: Path) -> None:
    make_article(site, path="_news/x.md", status="approved")
    make_article(path="_news/y.md", status="approved")
    export(site, target)
    export(site, tmp_path / "second")
    export(Site.objects.exclude(pk=site.pk).get(), target)

    found = [json.loads(path.read_text()) for path in (tmp_path / "data").rglob("*.json")]

    assert sorted((one["site"] == site.name, Path(one["destination"]).name, *one["files"]) for one in found) == [
        (False, "target", "_news/y.md"),
        (True, "second", "_news/x.md"),
        (True, "target", "_news/x.md"),
    ]
    assert files(target).keys() == {"_news/x.md", "_news/y.md"}


# --- names
def test_two_names_that_differ_in_case_are_two_files(site: Site, target: Path) -> None:
    one = make_article(site, path="_news/a.md")
    other = make_article(site, path="_news/A.md")

    report = export(site, target, "all")

    assert (counts(report), report.problems) == ((2, 0, 0), [])
    assert files(target) == {"_news/a.md": source_of(one).encode(), "_news/A.md": source_of(other).encode()}


def test_where_two_names_are_one_file_the_second_is_left_out(site: Site, target: Path) -> None:
    one = make_article(site, path="_news/a.md", status="approved")
    make_article(site, path="_news/A.md", status="approved")
    (target / "_news").mkdir(parents=True)
    (target / "_news/a.md").write_text(source_of(one))
    os.link(target / "_news/a.md", target / "_news/A.md")  # as a file system does that ignores case

    report = export(site, target)

    assert counts(report) == (0, 1, 0)
    assert [(problem.path, "_news/a.md" in problem.message) for problem in report.problems] == [("_news/A.md", True)]
    assert (target / "_news/a.md").read_text() == source_of(one)


@pytest.mark.parametrize("path", ["../out.md", "/tmp/out.md", "_news/../../out.md", "_news/.git/config.md", "a\\b.md"])
def test_a_path_that_leads_out_is_a_problem(site: Site, target: Path, path: str) -> None:
    make_article(site, path=path)
    fine = make_article(site)

    report = export(site, target, "all")

    assert [problem.path for problem in report.problems] == [path]
    assert [file for file in files(target.parent) if not file.startswith("data/")] == [f"target/{fine.path}"]


# --- links and devices in the target
def test_a_link_in_the_place_of_a_file_is_left(site: Site, target: Path, tmp_path: Path) -> None:
    article = make_article(site)
    victim = tmp_path / "victim.md"
    victim.write_text(source_of(article))
    (target / "_news").mkdir(parents=True)
    (target / article.path).symlink_to(victim)
    Article.objects.filter(pk=article.pk).update(status="approved", desk_fields=["quality"], quality=3)

    report = export(site, target)

    assert [problem.path for problem in report.problems] == [article.path]
    assert (target / article.path).is_symlink()
    assert victim.read_text() == source_of(article)


def test_a_folder_that_is_a_link_is_not_followed(site: Site, target: Path, tmp_path: Path) -> None:
    article = make_article(site, status="approved")
    outside = tmp_path / "outside"
    outside.mkdir()
    target.mkdir()
    (target / "_news").symlink_to(outside)

    report = export(site, target)

    assert [problem.path for problem in report.problems] == [article.path]
    assert list(outside.iterdir()) == []


@pytest.mark.once
def test_a_pipe_in_the_place_of_a_file_does_not_hold_the_export(site: Site, target: Path) -> None:
    article = make_article(site, status="approved")
    (target / "_news").mkdir(parents=True)
    os.mkfifo(target / article.path)

    assert [problem.path for problem in export(site, target).problems] == [article.path]


# --- trouble with the disk
@pytest.mark.once
def test_a_file_that_is_too_large_for_the_disk_does_not_stop_the_others(site: Site, target: Path) -> None:
    large = make_article(site, text=make_text() + "x" * 300_000, status="approved")
    small = make_article(site, status="approved")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        report = export(site, target)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    assert [problem.path for problem in report.problems] == [large.path]
    assert files(target) == {small.path: source_of(small).encode()}


def test_a_full_disk_ends_the_export_and_changes_nothing(site: Site, target: Path, editor: Any) -> None:
    class Full(FolderSink):
        writes = 0

        def write(self, path: str, data: bytes) -> None:
            self.writes += 1
            if self.writes > 2:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            super().write(path, data)

    articles = [make_article(site, status="approved") for _ in range(4)]
    export(site, target)
    before = files(target)
    edit(articles, {"quality": 5}, editor=editor, at=NOON)

    with pytest.raises(OSError, match="No space left"), Full(target) as sink:
        export_site(site, sink, scope="approved", at=NOON)

    assert files(target) == before
    assert counts(export(site, target)) == (4, 0, 0)

"""Repositories as they stand about: each ends with a sentence that says what to do."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from articles.exporting import running as exports
from articles.importing import running
from articles.models import Article, ExportRun, ImportRun, Site, Source
from tests.factories import make_text
from tests.importing.test_git_source import repository, run

pytestmark = pytest.mark.django_db
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"


@pytest.fixture(autouse=True)
def _own_data(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()


@pytest.fixture
def work(tmp_path: Path) -> Path:
    return repository(tmp_path / "work", {"_news/2021-02-01-one.md": make_text().encode()})


def look(site: Site, place: Path, branch: str = "") -> ImportRun:
    """An import as the page begins it."""
    source, _ = Source.objects.update_or_create(site=site, kind="git", defaults={"location": str(place), "branch": branch})
    done = running.advance(running.begin(source, at=timezone.now()).pk)
    assert done is not None
    return done


def export(site: Site) -> ExportRun:
    done = exports.advance(exports.begin(site, "git", scope="all", at=timezone.now()).pk)
    assert done is not None
    return done


def test_what_cannot_be_read_at_all_says_what_to_do(site: Site, tmp_path: Path, work: Path) -> None:
    run(tmp_path, "init", "-q", "-b", "main", "empty")
    lost = shutil.copytree(work, tmp_path / "lost")
    shutil.rmtree(lost / ".git")
    (lost / ".git").write_text("gitdir: /nowhere/at/all\n")
    dangling = shutil.copytree(work, tmp_path / "dangling")
    run(dangling, "branch", "-m", "main", "x")
    run(dangling, "branch", "y")
    run(dangling, "symbolic-ref", "HEAD", "refs/heads/gone")

    for place, branch, sentence in [
        (tmp_path / "empty", "", "has no commits yet. Commit something"),
        (lost, "", "names the repository /nowhere/at/all, which is not there."),
        (dangling, "", "names no branch that is there. Its branches are: x, y. Name one"),
        (work, "trunk", "has no branch, tag or commit trunk; was it renamed? Its branches are: main. Name one."),
        (tmp_path / "data", "", "is not a Git repository. Name one, or add it as a folder."),
        (tmp_path / "moved", "", f"There is nothing at {tmp_path / 'moved'}."),
    ]:
        assert sentence in look(site, place, branch).failure


def test_single_files_say_what_to_do(site: Site, tmp_path: Path) -> None:
    work = repository(tmp_path / "odd", {
        "_news/2021-02-01-one.md": make_text().encode(), "_news/lfs.md": POINTER, "_news/a:b.md": make_text().encode(),
        f"_news/{'b' * 250}.md": make_text().encode(),
    })  # fmt: skip
    (work / "_news" / "link.md").symlink_to("/etc/passwd")
    run(work, "add", "-A")
    run(work, "update-index", "--add", "--cacheinfo", f"160000,{run(work, 'rev-parse', 'HEAD').strip()},_news/module")
    run(work, "commit", "-q", "-m", "odd")

    done = look(site, work)

    assert (done.state, done.created) == ("finished", 1)
    said = {problem["path"]: problem["message"] for problem in done.problems}
    for path, sentence in {
        "_news/lfs.md": "Git LFS keeps this file elsewhere", "_news/a:b.md": "Rename the file.", f"_news/{'b' * 250}.md": "Shorten it.",
        "_news/link.md": "Put the file itself there.", "_news/module": "It is a submodule",
    }.items():  # fmt: skip
        assert sentence in said.pop(path)
    assert said == {}


def test_an_export_does_not_make_a_branch_anew_that_is_gone(site: Site, tmp_path: Path, work: Path) -> None:
    bare = tmp_path / "bare.git"
    run(tmp_path, "clone", "-q", "--bare", str(work), str(bare))
    assert look(site, bare, "main").created == 1
    Article.objects.update(quality=90, desk_fields=["quality"])
    run(bare, "branch", "-m", "main", "trunk")

    done = export(site)

    assert done.state == "failed" and "has no branch main any more; was it renamed?" in done.failure
    assert run(bare, "branch", "--format=%(refname:short)").split() == ["trunk"]
    Source.objects.update(branch="trunk")
    assert export(site).written == 1
    run(bare, "symbolic-ref", "HEAD", "refs/heads/gone")
    Source.objects.update(branch="")
    assert "names the branch gone, which is not there" in export(site).failure
    bare.rename(tmp_path / "away.git")
    assert "There is no repository at" in export(site).failure

"""Exports into a Git repository: one commit with exactly what was decided, and nothing else of it touched."""
from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from articles.decisions import decide, edit
from articles.exporting.sinks import SinkError
from articles.exporting.sinks.git import Author
from articles.exporting.sinks.targets import Target
from articles.models import Article, ExportRun, Site
from articles.workflow import Action
from tests.exporting.repositories import (
    PATHS,
    bare,
    changed,
    commit_file,
    fsck,
    send,
    site_in,
)
from tests.factories import NOON
from tests.importing.test_git_hostile import ARMED
from tests.importing.test_git_source import run

pytestmark = pytest.mark.django_db
APPROVED = {path: (2, 2) for path in PATHS[:2]}  # published and heat


@pytest.fixture
def work(tmp_path: Path, site: Site, editor: Any) -> Path:
    site_in(tmp_path / "work", site, editor)
    return tmp_path / "work"


def everything(folder: Path) -> dict[str, bytes]:
    """The worktree and the index, byte for byte."""
    files = [path for path in folder.rglob("*") if path.is_file() and ".git" not in path.relative_to(folder).parts]
    return {str(path): path.read_bytes() for path in [*files, folder / ".git/index", folder / ".git/HEAD", folder / ".git/config"]}


# --- what is committed
def test_bare_repository_gets_one_commit_with_exactly_what_was_decided(work: Path, site: Site) -> None:
    target = bare(work)
    before = run(target, "rev-parse", "main")

    report = send(site, target)

    after = run(target, "rev-parse", "main")
    assert (report.branch, report.commit, report.written, report.problems) == ("main", after, 2, [])
    assert run(target, "rev-list", "--parents", "-1", "main") == f"{after} {before}"
    assert changed(target, before, after) == APPROVED
    assert run(target, "ls-tree", after, "bin/build").startswith("100755")
    assert fsck(target) == ""
    exported = ExportRun.objects.get()
    assert (exported.branch, exported.commit, exported.destination) == ("main", after, str(target))


def test_second_export_makes_no_commit(work: Path, site: Site) -> None:
    target = bare(work)
    send(site, target)
    before = run(target, "for-each-ref")

    report = send(site, target)

    assert (report.commit, report.written) == ("", 0)
    assert run(target, "for-each-ref") == before


def test_dry_run_writes_not_one_object(work: Path, site: Site) -> None:
    before = run(work, "count-objects", "-v"), run(work, "for-each-ref"), everything(work)

    report = send(site, work, dry_run=True)

    assert (report.kinds, report.commit) == ({"approved": 2}, "")
    assert (run(work, "count-objects", "-v"), run(work, "for-each-ref"), everything(work)) == before


def test_worktree_index_and_staged_files_stay_as_they_are(work: Path, site: Site) -> None:
    (work / PATHS[0]).write_text("half done\n")
    run(work, "add", "--", PATHS[0])
    (work / PATHS[1]).write_text("not even staged\n")
    before, status, main = everything(work), run(work, "status", "--porcelain"), run(work, "rev-parse", "main")

    report = send(site, work)

    assert (everything(work), run(work, "rev-parse", "main")) == (before, main)
    assert run(work, "status", "--porcelain") == status
    assert report.branch == "newsdesk" and "git merge newsdesk" in report.notices[-1]
    assert changed(work, main, "newsdesk") == APPROVED


def test_a_worktree_below_another_repository_is_seen(work: Path, site: Site, tmp_path: Path) -> None:
    run(work, "worktree", "add", "-q", "-b", "other", str(tmp_path / "linked"))

    report = send(site, tmp_path / "linked")

    assert (report.branch, report.written) == ("newsdesk", 2)
    assert changed(work, "main", "newsdesk") == APPROVED
    with pytest.raises(SinkError, match="checked out"):
        send(site, work, branch="other")


def test_own_branch_follows_head_when_it_was_merged(work: Path, site: Site, editor: Any) -> None:
    send(site, work)
    run(work, "merge", "-q", "newsdesk")
    later = commit_file(work, "README.md", b"later\n")
    decide([Article.objects.get(path=PATHS[2])], Action.APPROVE, editor=editor, at=NOON)

    send(site, work)

    assert run(work, "rev-parse", "newsdesk^") == later
    assert list(changed(work, later, "newsdesk")) == [PATHS[2]]


def test_own_branch_that_was_left_behind_takes_in_what_the_feed_wrote(work: Path, site: Site, editor: Any) -> None:
    first = send(site, work).commit
    text = (work / PATHS[0]).read_text().replace("A tram learns to wait.", "A tram learned it.")
    feed = commit_file(work, PATHS[0], text.encode())

    report = send(site, work, scope="decided")

    assert run(work, "rev-list", "--parents", "-1", "newsdesk").split()[1:] == [first, feed]
    assert changed(work, feed, "newsdesk") == APPROVED
    assert report.problems == []
    run(work, "merge", "-q", "--ff-only", "newsdesk")
    assert "A tram learned it." in (work / PATHS[0]).read_text()
    assert "published: true" in (work / PATHS[0]).read_text()


def test_own_branch_with_commits_of_others_is_continued(work: Path, site: Site, editor: Any) -> None:
    send(site, work)
    run(work, "checkout", "-q", "newsdesk")
    theirs = commit_file(work, "README.md", b"mine\n")
    run(work, "checkout", "-q", "main")
    commit_file(work, "_config.yml", b"title: y\n")
    decide([Article.objects.get(path=PATHS[2])], Action.APPROVE, editor=editor, at=NOON)

    send(site, work)

    assert run(work, "rev-parse", "newsdesk^") == theirs
    assert list(changed(work, theirs, "newsdesk")) == [PATHS[2]]


def test_files_that_somebody_changed_are_left_where_their_commits_are_not_ours_to_import(work: Path, site: Site) -> None:
    run(work, "branch", "live")
    run(work, "checkout", "-q", "live")
    theirs = commit_file(work, PATHS[0], b"---\ntitle: \"Mine\"\n---\n\n")
    run(work, "checkout", "-q", "main")

    report = send(site, work, branch="live")

    assert [problem.path for problem in report.problems] == [PATHS[0]]
    assert list(changed(work, theirs, "live")) == [PATHS[1]]


def test_links_and_folders_in_the_way_are_problems_of_their_files(work: Path, site: Site) -> None:
    run(work, "rm", "-q", PATHS[0], PATHS[1])
    (work / PATHS[0]).symlink_to("/etc/passwd")
    (work / PATHS[1]).mkdir(parents=True)
    (work / PATHS[1] / "in.txt").write_text("x")
    run(work, "add", "-A")
    run(work, "commit", "-qm", "Traps")
    run(work, "branch", "trapped")

    report = send(site, work, branch="trapped")

    assert sorted(problem.path for problem in report.problems) == PATHS[:2]
    assert report.commit == ""


# --- what it says
def test_message_names_counts_titles_and_editors(work: Path, site: Site, editor: Any, senior: Any) -> None:
    User.objects.filter(pk=editor.pk).update(first_name="Ida\n\nSigned-off-by: X <x@x>", email="ida@desk.example")
    User.objects.filter(pk=senior.pk).update(email="not an address>\nEvil: <e@e>")
    decide([Article.objects.get(path=PATHS[2])], Action.REJECT, editor=senior, at=NOON, reason="duplicate", changes={"quality": 3})
    edit([Article.objects.get(path=PATHS[3])], {"title": "Bad\nCo-authored-by: E <e@e.example>"}, editor=senior, at=NOON)
    target = bare(work)

    send(site, target, scope="all", author=Author.parse("Desk of Tides <desk@tides.example>"))

    message = run(target, "log", "-1", "--format=%B", "main")
    lines = message.splitlines()
    assert lines[0] == "newsdesk: 2 approved, 1 rejected, 1 edited"
    assert "- Approved: Tram 0 waits" in lines and "- Edited: Bad Co-authored-by: E e@e.example" in lines
    assert run(target, "log", "-1", "--format=%(trailers:only)", "main").splitlines() == [
        "Co-authored-by: Ida Signed-off-by: X x@x <ida@desk.example>"
    ]
    assert run(target, "log", "-1", "--format=%an %ae", "main") == "Desk of Tides desk@tides.example"


@pytest.mark.parametrize("text", ["", "Ida", "<a@b>", "Ida <a>", "Ida <a@b> x", "I\nda <a@b>", "-x <a@b>", "Ida <a@b\n>"])
def test_author_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(SinkError):
        Author.parse(text)


@pytest.mark.parametrize("branch", ["-x", "a..b", "a b", "x~1", "HEAD:y", "a.lock", "/", "--upload-pack=touch x", "a\nb"])
def test_branch_that_is_no_name_is_refused(work: Path, site: Site, branch: str) -> None:
    with pytest.raises(SinkError, match="not the name of a branch"):
        send(site, work, branch=branch)


def test_repository_without_commits_is_refused(site: Site, tmp_path: Path) -> None:
    run(tmp_path, "init", "-q", "empty")

    with pytest.raises(SinkError, match="no commits yet"):
        send(site, tmp_path / "empty")


# --- others
def test_branch_that_moves_meanwhile_is_read_again(work: Path, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    target, real, theirs = bare(work), Target.publish, []

    def overtaken(self: Target, git: Any, commit: str) -> None:
        if len(theirs) < 2:
            text = (work / PATHS[len(theirs)]).read_text().replace("learns", "taught")
            theirs.append(commit_file(work, PATHS[len(theirs)], text.encode()))
            run(work, "push", "-q", str(target), "main")
        real(self, git, commit)

    monkeypatch.setattr(Target, "publish", overtaken)

    report = send(site, target)

    assert run(target, "rev-list", "main").split()[:2] == [report.commit, theirs[1]]
    assert changed(target, theirs[1], "main") == APPROVED
    for path in PATHS[:2]:
        text = run(target, "show", f"main:{path}")
        assert "taught" in text and "published: true" in text


def test_five_movements_are_enough(work: Path, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    target, real = bare(work), Target.publish

    def overtaken(self: Target, git: Any, commit: str) -> None:
        commit_file(work, "README.md", commit.encode())
        run(work, "push", "-q", str(target), "main")
        real(self, git, commit)

    monkeypatch.setattr(Target, "publish", overtaken)

    with pytest.raises(SinkError, match="moved 5 times"):
        send(site, target)

    assert run(target, "rev-parse", "main") == run(work, "rev-parse", "main")
    assert not ExportRun.objects.exists()


def test_lock_of_an_export_that_died_is_taken_away_and_others_are_not(
    work: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = bare(work)
    lock = target / "refs/heads/main.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    lock.write_text(run(target, "rev-parse", "main") + "\n")
    monkeypatch.setattr("articles.exporting.sinks.targets.STALE", -1)

    with pytest.raises(SinkError, match="lock"):
        send(site, target)
    assert lock.exists()
    lock.write_text("")

    assert send(site, target).written == 2
    assert not lock.exists()


# --- hostile repositories
@pytest.mark.parametrize("name", ARMED)
def test_exporting_into_a_hostile_repository_runs_nothing_of_it(work: Path, site: Site, tmp_path: Path, name: str) -> None:
    canary, program = tmp_path / "canary", tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {canary}\nexit 1\n")
    program.chmod(0o755)
    run(work, "commit", "-q", "--allow-empty", "-m", "Last")
    ARMED[name](work, program)
    canary.unlink(missing_ok=True)

    report = send(site, work)

    assert not canary.exists()
    assert (report.branch, report.written) == ("newsdesk", 2)
    if name != "lazy":
        (work / ".git/config").write_text("[core]\n repositoryformatversion = 0\n")
        assert changed(work, "main", "newsdesk") == APPROVED




def test_dry_run_says_that_newer_commits_would_come_in_first(work: Path, site: Site) -> None:
    assert send(site, work, dry_run=True).notices == []
    commit_file(work, PATHS[3], (work / PATHS[3]).read_bytes().replace(b"learns", b"learned"))

    assert "newer than the last import" in send(site, work, dry_run=True).notices[0]

    assert "learned" not in Article.objects.get(path=PATHS[3]).excerpt
    assert "Newer commits were imported first" in send(site, work).notices[0]
    assert "learned" in Article.objects.get(path=PATHS[3]).excerpt


def test_private_folders_of_killed_exports_go_after_a_day(
    work: Path, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tmp/newsdesk-git-old/own.git").mkdir(parents=True)
    (tmp_path / "tmp/newsdesk-git-young").mkdir()
    os.utime(tmp_path / "tmp/newsdesk-git-old", (1, 1))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))

    assert send(site, work).written == 2

    assert [path.name for path in (tmp_path / "tmp").iterdir()] == ["newsdesk-git-young"]

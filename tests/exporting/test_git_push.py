"""Pushing: plain, never forced, and whoever pushed first comes in before we try again."""
from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from articles.decisions import edit
from articles.exporting.publishing import Destination, publish
from articles.exporting.sinks import SinkError
from articles.importing.sources import SourceError, open_source
from articles.importing.sources.remotes import GLANCE, Mirror, Remote, is_address
from articles.models import Article, ExportRun, Repository, Site
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
from tests.importing.test_git_source import repository, run

pytestmark = pytest.mark.django_db
HOOKS = ("pre-receive", "update", "post-receive", "post-update", "reference-transaction", "push-to-checkout", "proc-receive")


@pytest.fixture
def work(tmp_path: Path, site: Site, editor: Any) -> Path:
    site_in(tmp_path / "work", site, editor)
    return tmp_path / "work"


def test_address_is_pushed_to_from_a_private_copy(work: Path, site: Site, settings: Any) -> None:
    target = bare(work)
    before = run(target, "rev-parse", "main")

    report = send(site, f"file://{target}", push="")

    assert run(target, "rev-parse", "main") == report.commit
    assert list(changed(target, before, "main")) == PATHS[:2]
    assert "pushed" in report.notices[-1]
    (mirror,) = (settings.DATA_DIR / "mirrors").glob("*.git")
    assert fsck(mirror) == "" and ExportRun.objects.get().commit == report.commit
    assert send(site, f"file://{target}", push="").commit == ""


def test_address_without_push_is_refused(work: Path, site: Site) -> None:
    with pytest.raises(SinkError, match="--push"):
        send(site, f"file://{bare(work)}")


def test_dry_run_at_an_address_pushes_nothing(work: Path, site: Site) -> None:
    target = bare(work)
    before = run(target, "for-each-ref")

    assert send(site, f"file://{target}", push="", dry_run=True).kinds == {"approved": 2}
    assert run(target, "for-each-ref") == before


def test_push_goes_to_origin_or_where_the_site_says(work: Path, site: Site, editor: Any) -> None:
    first, second = bare(work, "first.git"), bare(work, "second.git")
    run(work, "remote", "add", "origin", str(first))

    commit = send(site, work, push="").commit

    assert run(first, "rev-parse", "newsdesk") == commit == run(work, "rev-parse", "newsdesk")
    Repository.objects.filter(site=site).update(location=str(work), push_to=str(second))
    edit([Article.objects.get(path=PATHS[0])], {"quality": 99}, editor=editor, at=NOON)
    commit = send(site, work, push="").commit
    assert run(second, "rev-parse", "newsdesk") == commit
    assert run(first, "rev-parse", "newsdesk") != commit


def test_rejected_push_takes_in_the_newer_commits_and_is_made_again(
    work: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, real, theirs = bare(work), Remote.push, []

    def overtaken(self: Remote, *words: Any) -> None:
        if not theirs:
            text = (work / PATHS[0]).read_text().replace("A tram learns to wait.", "A tram has learned.")
            theirs.append(commit_file(work, PATHS[0], text.encode()))
            run(work, "push", "-q", str(target), "main")
        real(self, *words)

    monkeypatch.setattr(Remote, "push", overtaken)

    report = send(site, f"file://{target}", push="")

    assert run(target, "rev-list", "main").split()[:2] == [report.commit, theirs[0]]
    text = run(target, "show", f"main:{PATHS[0]}")
    assert "A tram has learned." in text and "published: true" in text and "heat: 64" in text
    assert Article.objects.get(path=PATHS[0]).excerpt == "A tram has learned."
    assert fsck(target) == ""


def test_remote_that_refuses_is_told_at_once(work: Path, site: Site) -> None:
    target = bare(work)
    run(target, "config", "receive.denyNonFastForwards", "true")
    run(target, "config", "transfer.hideRefs", "refs/heads/kept")

    with pytest.raises(SinkError, match="did not take"):
        send(site, f"file://{target}", push="", branch="kept")

    assert not ExportRun.objects.exists()


def test_branches_that_went_different_ways_are_not_joined_by_force(work: Path, site: Site) -> None:
    target, other = bare(work), bare(work, "other.git")
    commit_file(work, "README.md", b"one\n")
    run(work, "push", "-q", str(target), "main")
    run(work, "reset", "-q", "--hard", "HEAD^")
    there = commit_file(work, "README.md", b"two\n")
    run(work, "push", "-q", str(other), "main")

    with pytest.raises(SinkError, match="different ways"):
        send(site, other, push=str(target))

    assert run(other, "rev-parse", "main") == there


@pytest.mark.parametrize("shape", ["bare", "worktree"])
def test_receiving_repository_runs_none_of_its_hooks(work: Path, site: Site, tmp_path: Path, shape: str) -> None:
    canary, program = tmp_path / "canary", tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {canary}\nexit 0\n")
    program.chmod(0o755)
    if shape == "bare":
        target = bare(work)
        hooks = target / "hooks"
    else:
        run(tmp_path, "clone", "-q", str(work), "clone")
        target = tmp_path / "clone"
        hooks = target / ".git/hooks"
        run(target, "config", "receive.denyCurrentBranch", "updateInstead")
    hooks.mkdir(exist_ok=True)
    for name in HOOKS:
        (hooks / name).unlink(missing_ok=True)
        (hooks / name).symlink_to(program)
    run(target, "config", "receive.procReceiveRefs", "refs/heads/none")
    run(target, "config", "core.alternateRefsCommand", str(program))
    run(target, "config", "uploadpack.packObjectsHook", str(program))
    canary.unlink(missing_ok=True)

    report = send(site, f"file://{target}", push="", branch="desk")

    assert report.written == 2 and not canary.exists()
    assert run(target, "rev-parse", "desk") == report.commit


@pytest.mark.parametrize(
    "address",
    ["--upload-pack=touch x", "-x", "ssh://-oProxyCommand=touch/x", "git@-x:y", "ext::sh -c touch", "http://h/x", "file:///a b", "https://h/\nx"],
)
def test_address_that_could_be_an_option_or_a_program_is_refused(address: str) -> None:
    with pytest.raises(SourceError):
        Remote(address)


def test_password_of_an_address_is_never_shown() -> None:
    assert str(Remote("https://ida:secret@git.example/x.git")) == "https://…@git.example/x.git"
    assert str(Remote("https://token@git.example/x.git")) == "https://…@git.example/x.git"
    assert str(Remote("ssh://git:pw@git.example/x.git")) == "ssh://git@git.example/x.git"
    assert is_address("git@git.example:x.git") and not is_address("C:\\x") and not is_address("a:b")


def test_site_is_imported_from_another_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program named ssh stands for the other machine: it runs there what it is told."""
    repository(tmp_path / "far")
    (tmp_path / "bin").mkdir()
    ssh = tmp_path / "bin/ssh"
    ssh.write_text('#!/bin/sh\nfor last; do :; done\ncase "$*" in *BatchMode=yes*git.example*) exec sh -c "$last";; esac\nexit 1\n')
    ssh.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")

    for address in (f"ssh://git@git.example{tmp_path}/far", f"git@git.example:{tmp_path}/far"):
        with open_source(address, mirrors=tmp_path / "mirrors") as source:
            assert [entry.path for entry in source.entries()] == ["_config.yml", "_news/a.md"]
            assert source.label == address
        commit_file(tmp_path / "far", "_news/a.md", f'---\ntitle: "{address}"\n---\n'.encode())
    with pytest.raises(SourceError):
        open_source("ssh://git@other.example/x", mirrors=tmp_path / "mirrors")


@pytest.mark.parametrize("name", ARMED)
def test_pushing_from_and_to_a_hostile_repository_runs_nothing_of_it(
    work: Path, site: Site, tmp_path: Path, name: str
) -> None:
    target = bare(work)
    canary, program = tmp_path / "canary", tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {canary}\nexit 1\n")
    program.chmod(0o755)
    run(work, "commit", "-q", "--allow-empty", "-m", "Last")
    ARMED[name](work, program)
    canary.unlink(missing_ok=True)

    assert send(site, work, push=str(target)).commit == run(target, "rev-parse", "newsdesk")
    if name != "lazy":  # nobody can fetch from it: a part of it is missing
        assert send(site, f"file://{work}", push="", branch="desk").written == 2

    assert not canary.exists()


def test_repository_that_is_too_large_is_not_brought(
    work: Path, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (work / "large").write_bytes(os.urandom(200_000))
    run(work, "add", "large")
    run(work, "commit", "-qm", "Large")
    monkeypatch.setattr("articles.importing.sources.remotes.MOST", 100_000)

    with pytest.raises(SinkError, match="could not read"):
        send(site, f"file://{work}", push="", branch="desk")
    monkeypatch.undo()

    assert send(site, f"file://{work}", push="", branch="desk").written == 2
    assert fsck(work) == ""


def test_a_preview_does_not_wait_for_who_fetches(work: Path, site: Site, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    target = bare(work)
    mirror = Mirror(Remote(f"file://{target}"), settings.DATA_DIR / "mirrors")
    with mirror._alone(), pytest.raises(SourceError, match="fetched for the first time. Look again in a moment"):
        Mirror(mirror.remote, settings.DATA_DIR / "mirrors").update(waits=False)
    mirror.update()
    seen = run(mirror.path, "rev-parse", "main")
    commit_file(work, PATHS[0], b"later")
    run(work, "push", "-q", str(target), "main")

    asked = []
    monkeypatch.setattr(Remote, "fetch", lambda self, *words: asked.append(self.patience))
    with mirror._alone():
        report = publish(site, Destination(f"file://{target}"), scope="approved", at=NOON, dry_run=True)
    assert report.branch == "main" and run(mirror.path, "rev-parse", "main") == seen and asked == []
    publish(site, Destination(f"file://{target}"), scope="approved", at=NOON, dry_run=True)
    assert asked == [GLANCE]


def test_a_mirror_that_was_half_made_is_made_anew(work: Path, settings: Any) -> None:
    target = bare(work)
    mirror = Mirror(Remote(f"file://{target}"), settings.DATA_DIR / "mirrors")
    mirror.path.with_suffix(".new").mkdir(parents=True)
    (mirror.path.with_suffix(".new") / "HEAD").write_text("ref: refs/heads/main\n")
    mirror.path.mkdir()

    mirror.update()

    assert fsck(mirror.path) == "" and not mirror.path.with_suffix(".new").exists()
    assert run(mirror.path, "rev-parse", "main") == run(target, "rev-parse", "main")

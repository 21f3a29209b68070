"""Repositories whose settings name programs: reading them runs none."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from articles.importing.sources import SourceError, open_source
from tests.importing.test_git_source import ARTICLE, PERSON, SITE, commit, contents, repository, run

pytestmark = pytest.mark.pure
CHANGED = ARTICLE.replace(b"Ferry", b"Barge")


def setting(*pairs: tuple[str, str]) -> Callable[[Path, Path], None]:
    """Sets each key; ``{}`` in a value is the program."""

    def arm(work: Path, program: Path) -> None:
        for key, value in pairs:
            run(work, "config", key, value.format(program))

    return arm


def hooks(work: Path, program: Path) -> None:
    for name in ("pre-commit", "post-checkout", "post-index-change", "reference-transaction", "pre-auto-gc", "post-merge",
                 "pre-push", "update", "post-update", "fsmonitor-watchman", "sendemail-validate", "proc-receive"):  # fmt: skip
        (work / ".git/hooks").mkdir(exist_ok=True)
        (work / ".git/hooks" / name).symlink_to(program)


def hooks_elsewhere(work: Path, program: Path) -> None:
    hooks(work, program)
    (work / ".git/hooks").rename(work / ".git/others")
    run(work, "config", "core.hooksPath", str(work / ".git/others"))


def included(work: Path, program: Path) -> None:
    (work / ".git/more").write_text(f"[core]\n fsmonitor = {program}\n sshCommand = {program}\n pager = {program}\n")
    run(work, "config", "include.path", "more")
    run(work, "config", "includeIf.gitdir:**.path", "more")


def filtered(place: str) -> Callable[[Path, Path], None]:
    def arm(work: Path, program: Path) -> None:
        for key in ("clean", "smudge", "process"):
            run(work, "config", f"filter.evil.{key}", str(program))
        run(work, "config", "filter.evil.required", "true")
        (work / place).parent.mkdir(exist_ok=True)
        (work / place).write_text("* filter=evil diff=evil merge=evil\n")

    return arm


def lazy(work: Path, program: Path) -> None:
    """A repository that says its objects are elsewhere, and names the program that brings them."""
    for key, value in {"core.repositoryformatversion": "1", "extensions.partialClone": "origin", "remote.origin.promisor": "true",
                       "remote.origin.url": str(work), "remote.origin.uploadpack": str(program)}.items():  # fmt: skip
        run(work, "config", key, value)
    blob = run(work, "rev-parse", "HEAD:_config.yml")
    (work / ".git/objects" / blob[:2] / blob[2:]).unlink()


ARMED: dict[str, Callable[[Path, Path], None]] = {
    "hooks": hooks,
    "core.hooksPath": hooks_elsewhere,
    "fsmonitor": setting(("core.fsmonitor", "{}"), ("core.fsmonitorHookVersion", "1")),
    "include": included,
    "filter by .gitattributes": filtered(".gitattributes"),
    "filter by info/attributes": filtered(".git/info/attributes"),
    "gpg": setting(("gpg.program", "{}"), ("commit.gpgSign", "true"), ("log.showSignature", "true"), ("merge.verifySignatures", "true")),
    "ssh": setting(("core.sshCommand", "{}"), ("remote.origin.url", "ssh://host.invalid/x"), ("ssh.variant", "simple")),
    "ext": setting(("remote.origin.url", "ext::{}"), ("protocol.ext.allow", "always"), ("protocol.allow", "always")),
    "insteadOf": setting(("url.ext::{} .insteadOf", "/"), ("protocol.ext.allow", "always")),
    "packs": setting(("remote.origin.uploadpack", "{}"), ("remote.origin.receivepack", "{}"), ("uploadpack.packObjectsHook", "{}")),
    "credentials": setting(("credential.helper", "!{}"), ("core.askPass", "{}")),
    "worktree": setting(("core.worktree", "/"), ("core.bare", "false"), ("core.fsmonitor", "{}")),
    "editor": setting(("core.editor", "{}"), ("sequence.editor", "{}"), ("core.pager", "{}"), ("pager.ls-tree", "{}"), ("alias.ls-tree", "!{}"), ("alias.rev-parse", "!{}")),
    "diff": setting(("diff.external", "{}"), ("diff.evil.textconv", "{}"), ("diff.evil.command", "{}"), ("core.alternateRefsCommand", "{}")),
    "gc": setting(("gc.auto", "1"), ("gc.autoDetach", "false"), ("gc.recentObjectsHook", "{}"), ("maintenance.auto", "true")),
    "lazy": lazy,
}  # fmt: skip


def armed(tmp_path: Path, name: str, files: dict[str, bytes] | None = None) -> tuple[Path, Path]:
    """The repository, and the file that appears when one of its programs runs."""
    canary, program = tmp_path / "canary", tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {canary}\nexit 1\n")
    program.chmod(0o755)
    work = repository(tmp_path / "work", SITE | {"_news/b.md": ARTICLE} if files is None else files)
    ARMED[name](work, program)
    canary.unlink(missing_ok=True)
    return work, canary


@pytest.mark.parametrize("name", ARMED)
def test_reading_a_hostile_repository_runs_nothing_of_it(tmp_path: Path, name: str) -> None:
    work, canary = armed(tmp_path, name)
    config, index = (work / ".git/config").read_bytes(), (work / ".git/index").read_bytes()

    read = []
    for rev in (None, "HEAD", "main"):
        with open_source(work, rev=rev) as source:
            entries = source.entries()
            read.append({entry.path: data for entry, data in source.read_all(entries)})
    with open_source(work / ".git") as bare:
        bare.entries()
    (work / "_news/b.md").write_bytes(CHANGED)
    assert contents(open_source(work))["_news/b.md"] == CHANGED

    assert not canary.exists()
    assert {one["_news/a.md"] for one in read} == {ARTICLE}
    assert ((work / ".git/config").read_bytes(), (work / ".git/index").read_bytes()) == (config, index)
    assert not (work / ".git/index.lock").exists()


@pytest.mark.parametrize("name", ARMED)
def test_comparing_commits_of_a_hostile_repository_runs_nothing_of_it(tmp_path: Path, name: str) -> None:
    first = run(repository(tmp_path / "work", SITE | {"_news/b.md": ARTICLE}), "rev-parse", "HEAD")
    commit(tmp_path / "work", {"_news/b.md": CHANGED})
    work, canary = armed(tmp_path, name, files={})

    with open_source(work, rev="HEAD") as source:
        assert source.knows(first)
        changed = source.changed_since(first, ["_news/a.md"])
        assert changed is not None and changed.gone == []
        assert {entry.path: data for entry, data in source.read_all(changed.entries)} == {"_news/b.md": CHANGED}

    assert not canary.exists()


ORDINARY = [
    ("hooks", "commit", "-qam", "x"),
    ("core.hooksPath", "commit", "-qam", "x"),
    ("fsmonitor", "status"),
    ("include", "status"),
    ("filter by .gitattributes", "add", "-A"),
    ("filter by info/attributes", "add", "-A"),
    ("gpg", "commit", "-qam", "x"),
    ("ssh", "fetch", "origin"),
    ("ext", "fetch", "origin"),
    ("lazy", "cat-file", "-p", "HEAD:_config.yml"),
]


@pytest.mark.parametrize("words", ORDINARY, ids=lambda words: words[0])
def test_the_same_settings_do_run_a_program_for_an_ordinary_command(tmp_path: Path, words: tuple[str, ...]) -> None:
    """Without this the test above could not fail."""
    work, canary = armed(tmp_path, words[0])
    (work / "_news/b.md").write_bytes(CHANGED)

    subprocess.run(["git", *words[1:]], cwd=work, env=os.environ | PERSON, capture_output=True, check=False, timeout=60)

    assert canary.exists()


def test_git_variables_of_the_person_are_not_obeyed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work, canary = armed(tmp_path, "gc")
    other = repository(tmp_path / "other", {"_news/other.md": ARTICLE})
    (tmp_path / "home").mkdir()
    (tmp_path / "home/.gitconfig").write_text(f"[core]\n fsmonitor = {tmp_path / 'program'}\n")
    for name, value in {"GIT_DIR": str(other / ".git"), "GIT_EXTERNAL_DIFF": str(tmp_path / "program"), "HOME": str(tmp_path / "home"),
                        "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.fsmonitor", "GIT_CONFIG_VALUE_0": str(tmp_path / "program"),
                        "GIT_OBJECT_DIRECTORY": str(other / ".git/objects")}.items():  # fmt: skip
        monkeypatch.setenv(name, value)

    assert sorted(contents(open_source(work))) == ["_config.yml", "_news/a.md", "_news/b.md"]
    assert not canary.exists()


def test_missing_object_of_a_lazy_repository_is_a_problem_of_that_file(tmp_path: Path) -> None:
    work, canary = armed(tmp_path, "lazy")

    with open_source(work, rev="HEAD") as source:
        answers = {entry.path: data for entry, data in source.read_all(source.entries())}

    assert answers["_news/a.md"] == ARTICLE
    assert not isinstance(answers["_config.yml"], bytes)
    assert not canary.exists()


def test_hostile_bundle_is_fetched_without_running_anything(tmp_path: Path) -> None:
    work, canary = armed(tmp_path, "gc")
    run(work, "update-ref", "refs/heads/--upload-pack=touch", "HEAD")
    run(work, "bundle", "create", "-q", str(tmp_path / "-x.bundle"), "HEAD", "--all")
    (tmp_path / "cut.bundle").write_bytes((tmp_path / "-x.bundle").read_bytes()[:300])

    assert sorted(contents(open_source(tmp_path / "-x.bundle"))) == ["_config.yml", "_news/a.md", "_news/b.md"]
    with pytest.raises(SourceError):
        open_source(tmp_path / "cut.bundle")
    assert not canary.exists()

"""Git repositories, bare, worktrees and bundles: read at a commit, whatever lies in them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from articles.frontmatter.files import blob_id
from articles.importing.sources import Source, SourceError, SourceProblem, git, open_source, plumbing
from tests import corpus

pytestmark = pytest.mark.pure
ARTICLE = b'---\ntitle: "Ferry"\n---\n\n'
PERSON = {"GIT_AUTHOR_NAME": "Ida", "GIT_AUTHOR_EMAIL": "ida@desk.example", "GIT_COMMITTER_NAME": "Ida",
          "GIT_COMMITTER_EMAIL": "ida@desk.example", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}  # fmt: skip


def run(folder: Path, *words: str, data: bytes = b"") -> str:
    """One git command in ``folder``, as an ordinary person has it."""
    done = subprocess.run(
        ["git", *words], cwd=folder, env=os.environ | PERSON, input=data, check=True, capture_output=True
    )
    return done.stdout.decode().strip()


def repository(
    folder: Path, files: dict[str, bytes] | None = None, *, branch: str = "main", options: tuple[str, ...] = ()
) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    run(folder, "init", "-q", "-b", branch, *options)
    commit(folder, {"_news/a.md": ARTICLE, "_config.yml": b"title: x\n", "README.md": b"x"} if files is None else files)
    return folder


def commit(folder: Path, files: dict[str, bytes]) -> str:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    run(folder, "add", "-A")
    run(folder, "commit", "-qm", "One", "--allow-empty")
    return run(folder, "rev-parse", "HEAD")


def tree_of(folder: Path, rows: list[tuple[str, str, str]]) -> str:
    """A commit made of (mode, object, name), past everything that Git would refuse to add."""
    kinds = {"040000": "tree", "160000": "commit"}
    listing = b"".join(f"{mode} {kinds.get(mode, 'blob')} {one}\t{name}\0".encode() for mode, one, name in rows)
    tree = run(folder, "mktree", "-z", "--missing", data=listing)
    return run(folder, "commit-tree", tree, "-m", "Made")


def contents(source: Source) -> dict[str, bytes]:
    with source:
        return {entry.path: source.read(entry) for entry in source.entries()}


SITE = {"_config.yml": b"title: x\n", "_news/a.md": ARTICLE}


# --- what people have
@pytest.mark.parametrize("shape", ["worktree", "bare", "bundle", "address", "linked worktree"])
def test_commit_is_read_from_every_shape_of_repository(tmp_path: Path, shape: str) -> None:
    work = repository(tmp_path / "work")
    made: dict[str, Any] = {"worktree": work, "address": f"file://{work}"}
    if shape == "bare":
        run(tmp_path, "clone", "-q", "--bare", str(work), "bare.git")
        made["bare"] = tmp_path / "bare.git"
    if shape == "bundle":
        run(work, "bundle", "create", "-q", str(tmp_path / "s.bundle"), "HEAD", "main")
        made["bundle"] = tmp_path / "s.bundle"
    if shape == "linked worktree":
        run(work, "worktree", "add", "-q", "-b", "other", str(tmp_path / "linked"))
        made["linked worktree"] = tmp_path / "linked"

    with open_source(made[shape]) as source:
        entries = source.entries()
        assert (source.kind, source.revision) == ("git", run(work, "rev-parse", "HEAD"))
        assert {entry.path: source.read(entry) for entry in entries} == SITE
        assert {entry.path: entry.blob_id for entry in entries} == {path: blob_id(data) for path, data in SITE.items()}
        assert source.problems == source.notices == []


def test_repository_with_sha256_is_read(tmp_path: Path) -> None:
    work = repository(tmp_path / "work", options=("--object-format=sha256",))
    run(work, "bundle", "create", "-q", str(tmp_path / "s.bundle"), "--all")

    for place in (work, tmp_path / "s.bundle"):
        with open_source(place) as source:
            assert {entry.blob_id for entry in source.entries()} == {None}
            assert len(source.revision or "") == 64
            assert contents(source) == SITE


def test_revision_chooses_the_commit(tmp_path: Path) -> None:
    work = repository(tmp_path / "work")
    first = run(work, "rev-parse", "HEAD")
    run(work, "tag", "-a", "v1", "-m", "One")
    run(work, "checkout", "-qb", "feed/next")
    second = commit(work, {"_news/b.md": ARTICLE})
    run(work, "bundle", "create", "-q", str(tmp_path / "s.bundle"), "HEAD", "--all")

    for place in (work, tmp_path / "s.bundle"):
        expected = {"main": first, "v1": first, first[:10]: first, "HEAD~1": first, "HEAD": second, "feed/next": second}
        for rev, revision in expected.items():
            with open_source(place, rev=rev) as source:
                assert source.revision == revision, (place, rev)
        assert len(contents(open_source(place, rev="feed/next"))) == 3


@pytest.mark.parametrize(
    ("branches", "expected"), [(["main", "x"], "main"), (["master", "x"], "master"), (["other"], "other")]
)
def test_bundle_without_head_gives_its_usual_branch(tmp_path: Path, branches: list[str], expected: str) -> None:
    work = repository(tmp_path / "work", branch=expected)
    for name in branches:
        if name != expected:
            run(work, "branch", name)
            run(work, "checkout", "-q", name)
            commit(work, {"_news/other.md": ARTICLE})
    run(work, "bundle", "create", "-q", str(tmp_path / "s.bundle"), *branches)

    with open_source(tmp_path / "s.bundle") as source:
        assert source.revision == run(work, "rev-parse", expected)


def test_clone_without_a_branch_of_its_own_gives_the_one_it_came_from(tmp_path: Path) -> None:
    """As ``git clone`` leaves a bundle that holds a branch and no HEAD."""
    work = repository(tmp_path / "work")
    run(work, "bundle", "create", "-q", str(tmp_path / "site.bundle"), "main")
    run(tmp_path, "clone", "-q", str(tmp_path / "site.bundle"), "clone")
    assert run(tmp_path / "clone", "branch", "-a").strip() == "remotes/origin/main"
    only_a_tag = tmp_path / "tagged"
    run(tmp_path, "clone", "-q", str(tmp_path / "site.bundle"), "tagged")
    run(only_a_tag, "tag", "v1", "origin/main")
    run(only_a_tag, "update-ref", "-d", "refs/remotes/origin/main")

    assert contents(open_source(tmp_path / "clone")) == contents(open_source(work))
    with pytest.raises(SourceError, match=r"names no branch that is there. Name a commit or a tag of it \(--rev\)"):
        open_source(only_a_tag)
    assert contents(open_source(only_a_tag, rev="v1")) == contents(open_source(work))


@pytest.mark.parametrize("name", ["diablo4", "powerapps"])
def test_real_bundles_hold_exactly_what_a_checkout_holds(name: str) -> None:
    checkout = corpus.checkout(name)

    with open_source(corpus.bundle(name)) as bundle, open_source(checkout, prefer_files=True) as files:
        read = {entry.path: data for entry, data in bundle.read_all(bundle.entries())}

        assert read == {entry.path: data for entry, data in files.read_all(files.entries())}
        assert [entry.path for entry in bundle.entries()] == sorted(read)
        assert bundle.problems == files.problems == []
    assert bundle.revision == run(checkout, "rev-parse", "HEAD")


def test_bundles_private_repository_is_gone_afterwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temp"))
    (tmp_path / "temp").mkdir()
    work = repository(tmp_path / "work")
    run(work, "bundle", "create", "-q", str(tmp_path / "s.bundle"), "HEAD")

    with open_source(tmp_path / "s.bundle") as source:
        assert len(source.entries()) == 2
        assert list((tmp_path / "temp").iterdir())
    with pytest.raises(SourceError):
        open_source(tmp_path / "s.bundle", rev="missing")

    assert list((tmp_path / "temp").iterdir()) == []


# --- the files that people see
def test_worktree_with_uncommitted_files_is_read_as_it_lies(tmp_path: Path) -> None:
    work = repository(tmp_path / "work", SITE | {"_news/b.md": ARTICLE, "_news/c.md": ARTICLE})
    (work / "_news/a.md").write_bytes(b"---\ntitle: changed\n---\n")
    (work / "_news/b.md").unlink()
    (work / "_news/new.md").write_bytes(ARTICLE)
    (work / "untracked.txt").write_bytes(b"x")

    source = open_source(work)

    assert source.kind == "folder"
    assert [notice.split(",")[0] for notice in source.notices] == ["3 files are not committed"]
    assert sorted(contents(source)) == ["_config.yml", "_news/a.md", "_news/c.md", "_news/new.md"]
    assert contents(open_source(work, rev="HEAD"))["_news/a.md"] == ARTICLE
    assert open_source(work, prefer_files=True).notices == []


def test_change_of_the_same_size_and_second_is_seen(tmp_path: Path) -> None:
    work = repository(tmp_path / "work")
    before = (work / "_news/a.md").stat()
    (work / "_news/a.md").write_bytes(ARTICLE.replace(b"Ferry", b"Barge"))
    os.utime(work / "_news/a.md", ns=(before.st_atime_ns, before.st_mtime_ns))

    assert contents(open_source(work))["_news/a.md"] == ARTICLE.replace(b"Ferry", b"Barge")


def test_touched_but_equal_files_are_no_change(tmp_path: Path) -> None:
    work = repository(tmp_path / "work")
    (work / "_news/a.md").touch()
    run(work, "config", "core.autocrlf", "true")

    assert open_source(work).kind == "git"


# --- what cannot be read
def test_refusals_say_what_to_do(tmp_path: Path) -> None:
    work = repository(tmp_path / "work")
    first = run(work, "rev-parse", "HEAD")
    commit(work, {"_news/b.md": ARTICLE})
    run(work, "bundle", "create", "-q", str(tmp_path / "part.bundle"), "main", f"^{first}")
    run(work, "branch", "x")
    run(work, "branch", "-m", "main", "y")
    run(work, "bundle", "create", "-q", str(tmp_path / "two.bundle"), "x", "y")
    (tmp_path / "broken.bundle").write_bytes((tmp_path / "two.bundle").read_bytes()[:-40])
    (tmp_path / "odd.bundle").write_bytes(b"# v2 git bundle\nnonsense\n\n")
    (tmp_path / "empty").mkdir()
    run(tmp_path / "empty", "init", "-q")
    (tmp_path / "torn" / ".git").mkdir(parents=True)
    (tmp_path / "lost").mkdir()
    (tmp_path / "lost" / ".git").write_text("gitdir: /nowhere/at/all\n")
    repository(tmp_path / "other", {"notes.txt": b"x"})
    expected = {
        "part.bundle": "git bundle create FILE HEAD --all",
        "two.bundle": r"names no branch that is there. Its branches are: x, y. Name one",
        "broken.bundle": "Git could not read broken.bundle",
        "odd.bundle": "list of branches is damaged",
        "empty": "has no commits yet",
        "torn": "not a git repository",
        "lost": "/nowhere/at/all, which is not there",
        "other": "holds no articles",
    }
    for name, sentence in expected.items():
        with pytest.raises(SourceError, match=sentence):
            open_source(tmp_path / name)
            open_source(tmp_path / name).entries()


@pytest.mark.parametrize(
    "rev", ["-h", "--upload-pack=touch x", "a b", "HEAD:_news/a.md", "", "a\nb", ":/One", "missing", "HEAD^{tree}"]
)
def test_name_that_is_no_revision_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rev: str) -> None:
    work = repository(tmp_path / "work")
    monkeypatch.chdir(tmp_path)

    with pytest.raises(SourceError):
        open_source(work, rev=rev)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["work"]


def test_missing_git_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = repository(tmp_path / "work")
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(SourceError, match="git is not installed"):
        open_source(work)
    assert contents(open_source(work, prefer_files=True)) == SITE


def test_repository_of_another_person_is_read(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        work = repository(tmp_path / "work")
        for path in (work, *work.rglob("*")):
            os.chown(path, 12345, 12345)
    else:
        work = repository(tmp_path / "work")

    assert contents(open_source(work)) == SITE


def test_links_submodules_and_odd_names_are_problems_with_their_bytes(tmp_path: Path) -> None:
    work = repository(tmp_path / "work")
    head, blob, link = (
        run(work, "rev-parse", "HEAD"),
        blob_id(ARTICLE),
        run(work, "hash-object", "-w", "--stdin", data=b"/etc/passwd"),
    )
    news = [("100644", blob, "good.md"), ("100755", blob, "runs.md"), ("120000", link, "link.md"), ("160000", head, "module.md"),
            ("120000", link, "elsewhere"), ("100644", blob, "-rf.md"), ("100644", blob, "a\\b.md")]  # fmt: skip
    inner = run(work, "rev-parse", tree_of(work, sorted(news, key=lambda row: row[2])) + "^{tree}")
    outer = tree_of(work, [("040000", inner, ".."), ("160000", head, "_data"), ("040000", inner, "_news")])
    run(work, "update-ref", "refs/heads/odd", outer)

    with open_source(work, rev="odd") as source:
        assert contents(source) == {"_news/good.md": ARTICLE, "_news/runs.md": ARTICLE}
        found = {problem.path: problem.data for problem in source.problems}

    assert {path: data for path, data in found.items() if not path.startswith("..")} == {
        "_data": None, "_news/-rf.md": ARTICLE, "_news/a\\b.md": ARTICLE, "_news/elsewhere": b"/etc/passwd",
        "_news/link.md": b"/etc/passwd", "_news/module.md": None,
    }  # fmt: skip
    assert found["../good.md"] == ARTICLE


def test_missing_and_damaged_objects_are_refused_alone(tmp_path: Path) -> None:
    files = {f"_news/{number:03}.md": ARTICLE + b"%d" % number for number in range(150)}
    work = repository(tmp_path / "work", files)
    places = [
        work / ".git/objects" / blob_id(files[name])[:2] / blob_id(files[name])[2:]
        for name in ("_news/007.md", "_news/100.md")
    ]
    for place in places:
        place.chmod(0o644)
    places[0].unlink()
    places[1].write_bytes(b"not an object")

    with open_source(work, rev="HEAD") as source:
        answers = {entry.path: data for entry, data in source.read_all(source.entries())}
        known = [problem.path for problem in source.problems]

    bad = {path for path, data in answers.items() if isinstance(data, SourceProblem)} | set(known)
    assert bad == {"_news/007.md", "_news/100.md"}
    assert {path: data for path, data in answers.items() if path not in bad} == {
        path: data for path, data in files.items() if path not in bad
    }


def test_reading_that_stops_half_way_confuses_nobody(tmp_path: Path) -> None:
    files = {f"_news/{number:03}.md": b"%d" % number for number in range(200)}
    with open_source(repository(tmp_path / "work", files)) as source:
        entries = source.entries()
        for number, (entry, data) in enumerate(source.read_all(entries)):
            assert data == files[entry.path]
            if number == 70:
                break

        assert source.read(entries[3]) == b"3"
        assert source.read(entries[199]) == b"199"


# --- bombs
def bomb(work: Path, *, leaves: bool) -> None:
    """Ten trees of ten trees, ten levels deep: a few kilobytes that list as ten thousand million files, or as none."""
    inner = run(work, "hash-object", "-w", "--stdin", data=b"x") if leaves else run(work, "mktree", data=b"")
    kind = "100644 blob" if leaves else "040000 tree"
    for _ in range(10):
        inner = run(work, "mktree", data=b"".join(f"{kind} {inner}\t{number}\n".encode() for number in range(10)))
        kind = "040000 tree"
    run(work, "update-ref", "refs/heads/bomb", run(work, "commit-tree", inner, "-m", "Bomb"))


def test_tree_of_ten_thousand_million_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git, "MOST_FILES", 20_000)
    work = repository(tmp_path / "work")
    bomb(work, leaves=True)

    with pytest.raises(SourceError, match="more than 20,000 files"):
        open_source(work, rev="bomb").entries()


def test_tree_that_lists_nothing_for_ever_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plumbing, "PATIENCE", 1)
    work = repository(tmp_path / "work")
    bomb(work, leaves=False)

    with pytest.raises(SourceError, match="within 1 seconds"):
        open_source(work, rev="bomb").entries()

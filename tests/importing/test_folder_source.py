"""A folder as a source: what is a site's, and what is never opened."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from articles.importing.sources import Source, SourceError, SourceProblem, open_source

pytestmark = pytest.mark.pure
ARTICLE = b'---\ntitle: "Ferry"\n---\n\n'


def write(root: Path, name: str, data: bytes = ARTICLE) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_bytes(data)


def paths(source: Source) -> list[str]:
    return [entry.path for entry in source.entries()]


def test_site_is_recognised_and_the_rest_is_not(tmp_path: Path) -> None:
    kept = ["_config.yml", "_data/organizations/a.example.md", "_data/topics/01-a.yaml", "_data/topics/02-b.yml",
            "_news/2021/deep.md", "_news/a.md", "_news/b.markdown"]  # fmt: skip
    other = [
        "README.md",
        "_news/a.txt",
        "_news/._a.md",
        "_data/authors.yml",
        "_data/topics/x.md",
        "_posts/x.md",
        "assets/x.md",
    ]
    for name in (*kept, *other):
        write(tmp_path, name)

    source = open_source(tmp_path)

    assert paths(source) == kept
    assert (source.kind, source.revision, source.problems, source.notices) == ("folder", None, [], [])
    assert [source.read(entry) for entry in source.entries()] == [ARTICLE] * len(kept)
    assert {entry.blob_id for entry in source.entries()} == {None}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (["site/_news/a.md", "site/_config.yml", "docs/_config.yml", "notes.md"], ["_config.yml", "_news/a.md"]),
        (["_config.yml", "blog/_news/a.md"], ["_news/a.md"]),
        (["_config.yml", "docs/_config.yml"], ["_config.yml"]),
        (["a.md", "b.md"], ["a.md", "b.md"]),
        (["a.md", "README.md", "LICENSE.md", ".hidden.md"], ["a.md"]),
        (["_site/_news/a.md", "node_modules/_news/b.md", ".git2/_news/c.md", "d.md"], ["d.md"]),
    ],
)
def test_site_is_found_wherever_people_put_it(tmp_path: Path, files: list[str], expected: list[str]) -> None:
    for name in files:
        write(tmp_path, name, b"# Read me\n" if "README" in name or "LICENSE" in name else ARTICLE)

    assert paths(open_source(tmp_path)) == expected


def test_one_article_makes_a_folder_one_of_news_and_its_bad_files_are_kept(tmp_path: Path) -> None:
    write(tmp_path, "good.md")
    write(tmp_path, "bad.md", b"no fence")

    assert paths(open_source(tmp_path)) == ["bad.md", "good.md"]


@pytest.mark.parametrize("files", [{}, {"notes.md": b"no fence"}, {"README.md": b"# Hello"}, {"a.txt": b"x"}])
def test_folder_without_articles_is_refused(tmp_path: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        write(tmp_path, name, data)

    with pytest.raises(SourceError, match="holds no articles"):
        open_source(tmp_path).entries()


def test_two_sites_in_one_folder_are_not_mixed(tmp_path: Path) -> None:
    write(tmp_path, "one/_news/a.md")
    write(tmp_path, "two/_news/a.md")

    with pytest.raises(SourceError, match=r"several sites in it \(one, two\)"):
        open_source(tmp_path).entries()


@pytest.mark.parametrize(
    ("location", "sentence"),
    [
        ("missing", "There is nothing at"),
        ("-rf", "cannot begin with a dash"),
        ("a\0b", "cannot hold a NUL"),
        ("https://site.example/x.git", "on another machine"),
        ("file://host.example/x", "on another machine"),
        ("~nobody-of-that-name/x", "There is nothing at"),
        ("notes.txt", "neither a folder, a zip or tar, nor a Git repository"),
        ("pipe", "neither a folder, a zip or tar, nor a Git repository"),
    ],
)
def test_location_that_is_no_source_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, location: str, sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.txt").write_text("nothing")
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(SourceError, match=sentence):
        open_source(location)


def test_file_address_is_a_path(tmp_path: Path) -> None:
    write(tmp_path / "my site", "_news/a.md")

    assert paths(open_source(f"file://{tmp_path}/my%20site")) == ["_news/a.md"]


def test_revision_of_a_folder_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "_news/a.md")

    with pytest.raises(SourceError, match="not a Git repository"):
        open_source(tmp_path, rev="main")


def test_links_pipes_and_devices_are_problems_and_never_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_bytes(b"---\ntitle: secret\n---\n")
    root = tmp_path / "site"
    write(root, "_news/good.md")
    os.mkfifo(root / "_news/pipe.md")
    (root / "_news/link.md").symlink_to(secret)
    (root / "_news/loop.md").symlink_to("loop.md")
    (root / "_news/elsewhere").symlink_to(tmp_path)
    (root / "_data").symlink_to(tmp_path)

    source = open_source(root)

    assert paths(source) == ["_news/good.md"]
    assert sorted(problem.path for problem in source.problems) == [
        "_data", "_news/elsewhere", "_news/link.md", "_news/loop.md", "_news/pipe.md",
    ]  # fmt: skip
    assert {problem.data for problem in source.problems} == {None}


def test_file_that_became_a_link_meanwhile_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    write(tmp_path, "_news/a.md")
    source = open_source(tmp_path)
    (entry,) = source.entries()
    (tmp_path / "_news/a.md").unlink()
    (tmp_path / "_news/a.md").symlink_to(tmp_path / "secret")

    with pytest.raises(SourceProblem, match="only plain files are read"):
        source.read(entry)


def test_huge_sparse_file_is_refused_at_once_and_costs_no_memory(tmp_path: Path) -> None:
    write(tmp_path, "_news/good.md")
    with open(tmp_path / "_news/huge.md", "wb") as file:
        file.truncate(10**9)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    source = open_source(tmp_path)

    assert paths(source) == ["_news/good.md"]
    assert [str(problem) for problem in source.problems] == [
        "_news/huge.md: It has 1,000,000,000 bytes; the limit is 5,000,000. Make it smaller, or raise DESK_FILE_LIMIT."
    ]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 32_000


def test_name_that_is_not_ours_to_write_is_a_problem_with_its_bytes(tmp_path: Path) -> None:
    for name in ("_news/-rf.md", "_news/a\nb.md", "_news/a:b.md", "_news/con.md", "_news/good.md"):
        write(tmp_path, name)
    with open(os.fsencode(tmp_path) + b"/_news/caf\xe9.md", "wb") as file:
        file.write(ARTICLE)

    source = open_source(tmp_path)

    assert paths(source) == ["_news/good.md"]
    assert sorted(problem.path for problem in source.problems) == [
        "_news/-rf.md", "_news/a:b.md", "_news/a\\nb.md", "_news/caf\\udce9.md", "_news/con.md",
    ]  # fmt: skip
    assert {problem.data for problem in source.problems} == {ARTICLE}


def test_names_that_are_one_on_other_disks_are_both_read_and_told(tmp_path: Path) -> None:
    for name in ("_news/Ferry.md", "_news/ferry.md", "_news/caf\u00e9.md", "_news/cafe\u0301.md"):
        write(tmp_path, name)

    source = open_source(tmp_path)

    assert len(source.entries()) == 4
    assert source.notices == [
        "On many disks these are one file; all were read: _news/Ferry.md, _news/ferry.md.",
        "On many disks these are one file; all were read: _news/cafe\u0301.md, _news/caf\u00e9.md.",
    ]


def test_folder_that_may_not_be_read_is_refused_with_advice() -> None:
    code = (
        "import os, sys; from articles.importing.sources import SourceError, open_source\n"
        "os.geteuid() or os.seteuid(65534)\n"
        "try: open_source(sys.argv[1]).entries()\n"
        "except SourceError as error: print(error)"
    )
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write(root, "_news/a.md")
        root.chmod(0o755)
        (root / "_news").chmod(0)

        done = subprocess.run([sys.executable, "-c", code, folder], capture_output=True, text=True, check=True)

        (root / "_news").chmod(0o755)
    assert "cannot be read: Permission denied. Check its permissions." in done.stdout


def test_listing_twice_tells_nothing_twice(tmp_path: Path) -> None:
    write(tmp_path, "_news/a.md")
    (tmp_path / "_news/link.md").symlink_to("a.md")
    source = open_source(tmp_path)

    assert source.entries() == source.entries()
    assert len(source.problems) == 1

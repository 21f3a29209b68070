"""The disk: names of strangers, links, devices, and writes that are killed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.frontmatter.files import (
    TEMPORARY,
    Batch,
    Reader,
    Unreadable,
    UnsafePath,
    blob_id,
    folded,
    read_bytes,
    read_listed,
    remove,
    safe_path,
    walk,
    write_atomic,
)

pytestmark = pytest.mark.pure
UNSAFE = ["", "/etc/passwd", "../x", "a/../../x", "a//b", "a/./b", "C:\\x.md", "..\\win.md", "a\0b", "a\nb", "a/\x1b[2J.md", "con",
          "_news/NUL.md", "lpt1.txt", ".git/config", "a/.GIT/hooks/x", "-rf", "a/-x", "a.", "a ", "x" * 241, "é" * 121, "a/" * 600 + "b",
          "\ud800.md", 'a"b', "a:b"]  # fmt: skip


@pytest.mark.parametrize("path", UNSAFE)
def test_unsafe_path_is_refused(path: str) -> None:
    with pytest.raises(UnsafePath):
        safe_path(path)


@given(st.text(max_size=60))
def test_safe_path_never_leaves_its_folder(path: str) -> None:
    try:
        safe = safe_path(path)
    except UnsafePath:
        return
    assert os.path.normpath(os.path.join("/root", safe)).startswith("/root/")


def test_blob_id_is_gits(tmp_path: Path) -> None:
    file = tmp_path / "x"
    file.write_bytes("ä\r\n".encode())

    said = subprocess.run(["git", "hash-object", "--no-filters", str(file)], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == blob_id(file.read_bytes())


def test_pipes_links_and_huge_files_are_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    root = tmp_path / "root"
    (root / "folder").mkdir(parents=True)
    os.mkfifo(root / "pipe.md")
    (root / "link.md").symlink_to(secret)
    (root / "loop.md").symlink_to("loop.md")
    (root / "out").symlink_to(tmp_path)
    with open(root / "sparse.md", "wb") as file:
        file.truncate(10**9)

    for path in ("pipe.md", "link.md", "loop.md", "out/secret", "sparse.md", "folder", "missing.md"):
        with pytest.raises(OSError):
            read_bytes(root, path, 1000)


def test_walking_follows_no_link(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "x.md").write_text("x")
    (tmp_path / "a" / "up").symlink_to(tmp_path)

    assert sorted(path for path, _ in walk(tmp_path, "a")) == ["a/b/x.md", "a/up"]


def test_writing_replaces_whole_and_spares_what_a_link_points_to(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    root = tmp_path / "root"
    root.mkdir()
    (root / "link.md").symlink_to(victim)
    (root / "dir").symlink_to(tmp_path)

    write_atomic(root, "deep/er/x.md", b"one")
    write_atomic(root, "deep/er/x.md", b"two")
    for path in ("link.md", "dir/victim"):
        with pytest.raises(OSError):
            write_atomic(root, path, b"evil")
    with pytest.raises(OSError):
        remove(root, "link.md")

    assert (root / "deep/er/x.md").read_bytes() == b"two"
    assert victim.read_text() == "mine"
    assert not list(tmp_path.rglob(f"*{TEMPORARY}"))


def test_failed_batch_leaves_everything_as_it_was(tmp_path: Path) -> None:
    write_atomic(tmp_path, "a.md", b"old")

    with pytest.raises(RuntimeError), Batch(tmp_path) as batch:
        batch.write("a.md", b"new")
        batch.write("b.md", b"new")
        raise RuntimeError

    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.md"]
    assert (tmp_path / "a.md").read_bytes() == b"old"


def test_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    write_atomic(tmp_path, "a.md", b"old")
    code = (
        "import resource, signal, sys; from pathlib import Path; from articles.frontmatter.files import write_atomic\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try: write_atomic(Path(sys.argv[1]), 'a.md', b'x' * 5000)\n"
        "except OSError as error: print('refused')\n"
    )

    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "refused"
    assert [path.name for path in tmp_path.iterdir()] == ["a.md"]
    assert (tmp_path / "a.md").read_bytes() == b"old"


@pytest.mark.parametrize("path", ["COM\u00b9.md", "_news/con .md", "CONIN$", "aux.a.b"])
def test_every_reserved_name_is_refused(path: str) -> None:
    with pytest.raises(UnsafePath, match="reserved"):
        safe_path(path)


@pytest.mark.parametrize(
    ("one", "other"), [("Caf\u00e9.md", "cafe\u0301.MD"), ("STRASSE", "stra\u00dfe"), ("\u1fb3", "\u0391\u0399")]
)
def test_names_that_a_careless_disk_takes_for_one_fold_alike(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing(path: str) -> None:
    assert folded(folded(path)) == folded(path)


def test_listed_file_is_read_whatever_its_name(tmp_path: Path) -> None:
    (tmp_path / "-rf: x.md").write_bytes(b"data")

    assert [(path, read_listed(tmp_path, path, 10)) for path, _ in walk(tmp_path)] == [("-rf: x.md", b"data")]
    with pytest.raises(UnsafePath):
        read_bytes(tmp_path, "-rf: x.md", 10)


def test_folder_that_became_a_link_is_not_walked(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "secret").write_text("x")
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "in").symlink_to(tmp_path / "out")

    with pytest.raises(OSError, match="links are not followed"):
        list(walk(tmp_path / "root", "in"))
    assert list(walk(tmp_path / "root", "missing")) == []


def test_refused_file_leaves_no_handle_open(tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(b"x" * 100)
    (tmp_path / "link").symlink_to("big")
    before = len(os.listdir("/proc/self/fd"))

    for name in ("big", "link", "missing", "big/x", "link/x"):
        with pytest.raises(OSError):
            read_bytes(tmp_path, name, 10)
        with pytest.raises(OSError):
            write_atomic(tmp_path, f"{name}/y/z" if name != "missing" else "big/x", b"")

    assert len(os.listdir("/proc/self/fd")) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["big", "link"]


def test_the_feeds_own_names_are_safe_and_what_only_looks_like_them_is_looked_into() -> None:
    assert safe_path("_news/2021-02-01-a-Tram_9.md") == "_news/2021-02-01-a-Tram_9.md"
    for path in ("_news/2021..md/", "_news/../2021-a.md", "_news//2021-a.md", "_news/2021-a.md\n", "_news/2021-\u0430:.md",
                 "/_news/2021-a.md", "_news/2021-" + "a" * 240 + ".md", "_news/2021-a.md "):  # fmt: skip
        with pytest.raises(UnsafePath):
            safe_path(path)


def test_a_reader_reads_from_one_folder_after_the_other(tmp_path: Path) -> None:
    for path in ("a/1.md", "a/2.md", "b/c/3.md", "4.md"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(path)
    (tmp_path / "link").symlink_to(tmp_path / "a")

    with Reader(tmp_path) as reader:
        for path in ("a/1.md", "a/2.md", "b/c/3.md", "a/1.md", "4.md"):
            assert reader.read(path, 100) == path.encode()
        for path, error in (("link/1.md", Unreadable), ("a/none.md", FileNotFoundError), ("none/1.md", FileNotFoundError)):
            with pytest.raises(error):
                reader.read(path, 100)
        assert reader.read("a/2.md", 100) == b"a/2.md"
        with pytest.raises(Unreadable):
            reader.read("a/2.md", 3)

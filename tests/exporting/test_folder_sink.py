"""A folder as a destination: files appear whole, together, and only where they may."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from articles.exporting.sinks import FolderSink, SinkError
from articles.frontmatter.files import TEMPORARY, Unreadable, UnsafePath
from tests.exporting.places import files

pytestmark = pytest.mark.pure
ROOT = Path(__file__).resolve().parent.parent.parent


def fill(target: Path, **names: bytes) -> None:
    with FolderSink(target) as sink:
        for name, data in names.items():
            sink.write(name.replace("__", "/") + ".md", data)


def test_files_appear_on_closing_and_not_before(target: Path) -> None:
    sink = FolderSink(target)
    sink.write("_news/a.md", b"one")
    sink.write("_news/deep/b.md", b"two")

    assert {Path(path).suffix for path in files(target)} == {TEMPORARY}
    assert sink.read("_news/a.md") is None
    sink.close()
    sink.close()
    sink.abort()
    assert files(target) == {"_news/a.md": b"one", "_news/deep/b.md": b"two"}


def test_last_of_two_writes_to_one_path_counts(target: Path) -> None:
    with FolderSink(target) as sink:
        sink.write("a.md", b"first")
        sink.write("a.md", b"second")

    assert files(target) == {"a.md": b"second"}


def test_removal_waits_for_closing(target: Path) -> None:
    fill(target, a=b"a", b=b"b")
    with FolderSink(target) as sink:
        sink.remove("a.md")
        sink.remove("missing.md")
        assert sorted(files(target)) == ["a.md", "b.md"]

    assert sorted(files(target)) == ["b.md"]


def test_aborting_leaves_everything_as_it_was(target: Path) -> None:
    fill(target, a=b"a")
    with pytest.raises(RuntimeError), FolderSink(target) as sink:
        sink.write("a.md", b"new")
        sink.write("deep/er/b.md", b"new")
        sink.remove("a.md")
        raise RuntimeError

    assert [path.name for path in target.iterdir()] == ["a.md"]
    assert files(target) == {"a.md": b"a"}


def test_aborting_takes_back_the_folder_that_it_made(target: Path) -> None:
    sink = FolderSink(target)
    sink.write("_news/a.md", b"a")
    sink.abort()

    assert not target.exists()


def test_other_files_are_left_alone(target: Path) -> None:
    target.mkdir()
    (target / "mine.txt").write_bytes(b"mine")
    (target / ".hidden").mkdir()
    (target / ".hidden" / "x").write_bytes(b"x")

    fill(target, _news__a=b"a")

    assert files(target) == {"mine.txt": b"mine", ".hidden/x": b"x", "_news/a.md": b"a"}


@pytest.mark.parametrize(
    "path", ["../x.md", "/etc/x.md", "a/../../x.md", "C:\\x.md", "a\0.md", "-rf.md", "con.md", ".git/x.md", ""]
)
def test_path_that_leads_out_is_refused(target: Path, tmp_path: Path, path: str) -> None:
    target.mkdir()
    before = sorted(tmp_path.rglob("*"))
    sink = FolderSink(target)
    for act in (lambda: sink.write(path, b"x"), lambda: sink.remove(path), lambda: sink.read(path)):
        with pytest.raises(UnsafePath):
            act()
    sink.abort()

    assert sorted(tmp_path.rglob("*")) == before


def test_links_are_refused_and_what_they_point_to_is_spared(target: Path, tmp_path: Path) -> None:
    (tmp_path / "victim.md").write_bytes(b"mine")
    (target / "_news").mkdir(parents=True)
    (target / "_news/link.md").symlink_to(tmp_path / "victim.md")
    (target / "_news/out").symlink_to(tmp_path)
    (target / "_news" / f"a.md{TEMPORARY}").symlink_to(tmp_path / "victim.md")
    os.mkfifo(target / "_news/pipe.md")

    with FolderSink(target) as sink:
        for path in ("_news/link.md", "_news/out/victim.md", "_news/pipe.md"):
            with pytest.raises(Unreadable):
                sink.write(path, b"evil")
            with pytest.raises(Unreadable):
                sink.read(path)
        sink.write("_news/a.md", b"a")

    assert (tmp_path / "victim.md").read_bytes() == b"mine"
    assert (target / "_news/a.md").read_bytes() == b"a"
    assert not (target / "_news/a.md").is_symlink()


def test_second_export_into_one_folder_is_told(target: Path) -> None:
    with FolderSink(target) as sink:
        sink.write("a.md", b"a")
        with pytest.raises(SinkError, match="Another export is writing"):
            FolderSink(target)
    fill(target, b=b"b")

    assert sorted(files(target)) == ["a.md", "b.md"]


def test_place_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")

    with pytest.raises(SinkError, match="is a file"):
        FolderSink(tmp_path / "file")
    with pytest.raises(SinkError, match="does not exist"):
        FolderSink(tmp_path / "no" / "where")


def test_what_a_killed_export_left_is_cleared(target: Path) -> None:
    fill(target, _news__a=b"a", top=b"t")
    for name in ("_news/b.md", "c.md", "_data/topics/d.yaml"):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / f"{name}{TEMPORARY}").write_bytes(b"half")

    FolderSink(target).close()

    assert files(target) == {"_news/a.md": b"a", "top.md": b"t"}


WRITER = """
import sys
from pathlib import Path
from articles.exporting.sinks import FolderSink, ZipSink
target, data = Path(sys.argv[1]), sys.argv[2].encode() * 20_000
print("ready", flush=True)
with ZipSink(target) if target.suffix == ".zip" else FolderSink(target) as sink:
    for number in range(200):
        sink.write(f"_news/{number % 7}/{number}.md", data)
"""


def started(target: Path, letter: str) -> subprocess.Popen[bytes]:
    """A process that is about to write 200 files of one letter."""
    process = subprocess.Popen([sys.executable, "-c", WRITER, str(target), letter], cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    return process


def undisturbed(target: Path, letter: str) -> float:
    """The seconds that it takes when nobody kills it."""
    process = started(target, letter)
    at = time.monotonic()
    assert process.wait() == 0
    return time.monotonic() - at


def killed(target: Path, letter: str, after: float) -> bool:
    """Whether it could be killed so many seconds after it began."""
    process = started(target, letter)
    time.sleep(after)
    process.kill()
    return process.wait() == -signal.SIGKILL


def test_thirty_kills_tear_no_file(target: Path) -> None:
    whole = {letter.encode() * 20_000 for letter in "ab"}
    chance, kills = random.Random(30), 0
    length = min(undisturbed(target, "b"), undisturbed(target, "a"))

    for turn in range(30):
        kills += killed(target, "ba"[turn % 2], chance.uniform(0, length))
        found = {path: data for path, data in files(target).items() if not path.endswith(TEMPORARY)}
        assert len(found) == 200
        assert set(found.values()) <= whole

    assert kills >= 10
    undisturbed(target, "b")
    assert set(files(target).values()) == {b"b" * 20_000}
    assert len(files(target)) == 200

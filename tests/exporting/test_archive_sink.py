"""A zip as a destination: whole or not there, and the same files give the same bytes."""

from __future__ import annotations

import random
import zipfile
from pathlib import Path

import pytest

from articles.exporting.sinks import SinkError, ZipSink
from articles.frontmatter.files import TEMPORARY, UnsafePath
from articles.importing.sources import open_source
from tests.exporting.test_folder_sink import killed, undisturbed

pytestmark = pytest.mark.pure
FILES = {"_news/a.md": b'---\ntitle: "A"\n---\n', "_news/caf\u00e9.md": b"x" * 5000, "_config.yml": b""}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "place").mkdir()
    return tmp_path / "place"


def make(path: Path, files: dict[str, bytes] = FILES) -> bytes:
    with ZipSink(path) as sink:
        for name, data in files.items():
            sink.write(name, data)
    return path.read_bytes()


def test_zip_holds_the_files_and_comes_in_again(place: Path) -> None:
    make(place / "s.zip")

    with zipfile.ZipFile(place / "s.zip") as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == FILES
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {info.external_attr >> 16 for info in archive.infolist()} == {0o100644}
    with open_source(place / "s.zip") as source:
        assert {entry.path: source.read(entry) for entry in source.entries()} == FILES


def test_same_files_give_the_same_bytes(place: Path) -> None:
    assert make(place / "one.zip") == make(place / "two.zip")


def test_empty_zip_is_a_zip(place: Path) -> None:
    make(place / "s.zip", {})

    with zipfile.ZipFile(place / "s.zip") as archive:
        assert archive.namelist() == []


def test_zip_replaces_the_old_one_only_when_it_is_complete(place: Path) -> None:
    old = make(place / "s.zip")
    sink = ZipSink(place / "s.zip")
    sink.write("_news/new.md", b"new")

    assert (place / "s.zip").read_bytes() == old
    sink.close()
    sink.close()
    with zipfile.ZipFile(place / "s.zip") as archive:
        assert archive.namelist() == ["_news/new.md"]


def test_aborting_leaves_the_old_zip_and_nothing_else(place: Path) -> None:
    old = make(place / "s.zip")
    with pytest.raises(RuntimeError), ZipSink(place / "s.zip") as sink:
        sink.write("_news/new.md", b"new")
        raise RuntimeError

    assert [path.name for path in place.iterdir()] == ["s.zip"]
    assert (place / "s.zip").read_bytes() == old


@pytest.mark.parametrize("path", ["../x.md", "/x.md", "a\\b.md", "a\0b", ".git/x"])
def test_path_that_leads_out_is_refused(place: Path, path: str) -> None:
    with ZipSink(place / "s.zip") as sink, pytest.raises(UnsafePath):
        sink.write(path, b"x")


def test_place_that_cannot_hold_a_zip_is_refused(place: Path) -> None:
    with pytest.raises(SinkError, match="is a folder"):
        ZipSink(place)
    with pytest.raises(SinkError, match="does not exist"):
        ZipSink(place / "no" / "s.zip")


def test_second_export_into_one_zip_is_told(place: Path) -> None:
    with ZipSink(place / "s.zip") as sink:
        sink.write("a.md", b"a")
        with pytest.raises(SinkError, match="Another export is writing"):
            ZipSink(place / "s.zip")

    with zipfile.ZipFile(place / "s.zip") as archive:
        assert archive.namelist() == ["a.md"]


def test_link_in_the_place_of_the_temporary_file_is_not_followed(place: Path) -> None:
    (place / "victim").write_bytes(b"mine")
    (place / f"s.zip{TEMPORARY}").symlink_to(place / "victim")

    with pytest.raises(SinkError, match="cannot be written"):
        ZipSink(place / "s.zip")
    assert (place / "victim").read_bytes() == b"mine"


def test_thirty_kills_tear_no_zip(place: Path) -> None:
    target, chance, kills = place / "s.zip", random.Random(31), 0
    length, wanted = 60.0, {}
    for letter in "ba":
        length = min(length, undisturbed(target, letter))
        wanted[letter] = target.read_bytes()

    for turn in range(30):
        kills += killed(target, "ba"[turn % 2], chance.uniform(0, length))
        assert target.read_bytes() in wanted.values()

    assert kills >= 10
    undisturbed(target, "b")
    assert target.read_bytes() == wanted["b"]
    assert [path.name for path in place.iterdir()] == ["s.zip"]

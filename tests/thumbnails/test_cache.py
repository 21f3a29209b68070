"""What is kept on the disk: whole, within its limit, and for refusals with patience."""
from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from articles.thumbnails import cache as module
from articles.thumbnails.cache import Cache, Stock
from articles.thumbnails.making import Size, thumbnails
from tests.thumbnails.strangers import png

pytestmark = pytest.mark.pure
URL = "https://ok.example/x.png"
MADE = thumbnails(png())


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "pictures", 1_000_000)


def test_what_is_stored_is_read(cache: Cache) -> None:
    assert cache.read(URL, Size.ROW) is None and not cache.has(URL, Size.ROW)

    cache.store(URL, MADE)

    assert {size: cache.read(URL, size) for size in Size} == MADE
    assert cache.has(URL, Size.LEAD) and not cache.has(URL + "?", Size.LEAD)
    assert cache.stock() == Stock(4, sum(map(len, MADE.values())), {})
    assert not [path for path in cache.folder.rglob("*.part")]


@pytest.mark.parametrize("left", [b"", b"RIFF", MADE[Size.ROW][:-1], b"x" * 90])
def test_a_file_that_is_not_whole_is_not_there(cache: Cache, left: bytes) -> None:
    cache.store(URL, MADE)
    cache.path(URL, "row.webp").write_bytes(left)

    assert cache.read(URL, Size.ROW) is None


def test_a_full_disk_leaves_nothing_behind(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*words: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError):
        cache.store(URL, MADE)
    cache.refuse(URL, "Too large.", lasting=True)

    assert [path for path in cache.folder.rglob("*") if path.is_file()] == []


def test_refusals_wait_twice_as_long_each_time(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_000_000.0
    monkeypatch.setattr(module.time, "time", lambda: now)
    for pause in (120, 240, 480, 960, *[120 * 2**turn for turn in range(4, 13)], 7 * 86400, 7 * 86400):
        cache.refuse(URL, "Busy.", lasting=False)
        now += pause - 1
        assert cache.refused(URL), pause
        now += 1
        assert not cache.refused(URL), pause

    assert cache.stock().refusals == {"Busy.": 1}


def test_lasting_refusals_wait_hours_and_a_success_forgets_them(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    cache.refuse(URL, "Too large.", lasting=True)
    monkeypatch.setattr(module.time, "time", lambda: now + 5 * 3600)
    assert cache.refused(URL)
    monkeypatch.setattr(module.time, "time", lambda: now + 7 * 3600)
    assert not cache.refused(URL)

    cache.refuse(URL, "Too large.", lasting=True)
    cache.store(URL, MADE)

    assert not cache.refused(URL) and cache.stock().refusals == {}


@pytest.mark.parametrize("note", [b"", b"{", b"[]", b'{"until": "x"}', b'["x", "y", "z"]', b"\xff"])
def test_a_broken_note_is_no_refusal(cache: Cache, note: bytes) -> None:
    path = cache.path(URL, "no")
    path.parent.mkdir(parents=True)
    path.write_bytes(note)

    assert not cache.refused(URL)
    cache.refuse(URL, "Busy.", lasting=False)
    assert cache.refused(URL)


def test_refusals_can_be_forgotten(cache: Cache) -> None:
    cache.refuse(URL, "Busy.", lasting=False)

    assert cache.forget_refusals() == 1
    assert not cache.refused(URL)


def test_one_claim_at_a_time_and_none_for_ever(cache: Cache) -> None:
    with cache.claim(URL) as mine, Cache(cache.folder, 1).claim(URL) as theirs, cache.claim(URL + "2") as other:
        assert (mine, theirs, other) == (True, False, True)
    with cache.claim(URL) as mine:
        assert mine
        old = time.time() - 61
        os.utime(cache.path(URL, "busy"), (old, old))
        with cache.claim(URL) as taken_over:
            assert taken_over
    with cache.claim(URL) as mine:
        assert mine


def test_the_least_lately_used_go_first(cache: Cache) -> None:
    each = sum(map(len, MADE.values()))
    cache.limit = each * 10
    for number in range(12):
        cache.store(f"{URL}?{number}", MADE)
        for size in Size:
            old = time.time() - 100_000 + number
            os.utime(cache.path(f"{URL}?{number}", f"{size.word}.webp"), (old, old))
    for size in Size:
        assert cache.read(f"{URL}?0", size)  # used now

    cache.sweep()

    stayed = [number for number in range(12) if all(cache.has(f"{URL}?{number}", size) for size in Size)]
    assert stayed == [0, 4, 5, 6, 7, 8, 9, 10, 11]
    assert cache.stock().size <= cache.limit * 0.9


def test_sweeping_takes_what_killed_processes_left(cache: Cache) -> None:
    cache.store(URL, MADE)
    folder = cache.path(URL, "x").parent
    old = time.time() - 3600
    for name in ("a.row.part", "b.busy"):
        (folder / name).write_bytes(b"x")
        os.utime(folder / name, (old, old))
    (folder / "c.part").write_bytes(b"x")

    assert cache.sweep() == 0

    assert sorted(path.suffix for path in folder.iterdir() if path.suffix != ".webp") == [".part"]
    assert cache.has(URL, Size.ROW)


def test_the_limit_holds_while_pictures_come_in(cache: Cache) -> None:
    each = sum(map(len, MADE.values()))
    cache.limit = each * 20
    for number in range(150):
        cache.store(f"{URL}?{number}", MADE)
    assert cache.stock().size <= each * (20 + module.STORES)

"""The background: the newest wish first, one at a time for a picture, nothing while offline."""
from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from articles.thumbnails import workshop as module
from articles.thumbnails.cache import Cache
from articles.thumbnails.making import Size
from articles.thumbnails.refusals import Offline, Refused
from articles.thumbnails.workshop import Workshop
from tests.thumbnails.strangers import png

pytestmark = pytest.mark.pure
GOOD = png()


class Fetching:
    """Hands out pictures, one when ``go`` is set. ``asked`` is in order."""

    def __init__(self, *, waits: bool = False) -> None:
        self.asked: list[str] = []
        self.go = threading.Event()
        self.begun = threading.Event()
        if not waits:
            self.go.set()

    def __call__(self, url: str) -> bytes:
        self.asked.append(url)
        self.begun.set()
        assert self.go.wait(10)
        if "offline" in url:
            raise Offline
        if "refused" in url:
            raise Refused("The host answered 404.")
        if "broken" in url:
            raise RuntimeError("a mistake of ours")
        return GOOD


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path, 1_000_000)


def test_wishes_come_true(cache: Cache) -> None:
    shop = Workshop(cache, Fetching())

    shop.want("a")

    assert shop.settle(10)
    assert all(cache.has("a", size) for size in Size)


def test_wishes_cost_nothing_and_newest_are_first(cache: Cache) -> None:
    fetching = Fetching(waits=True)
    shop = Workshop(cache, fetching, hands=1)
    start = time.perf_counter()
    shop.want("first")
    assert fetching.begun.wait(10)
    for url in ("later 1", "later 2"):
        shop.want(url, ahead=True)
    for url in ("old", "new", "first", "old", "later 2"):
        shop.want(url)
    assert time.perf_counter() - start < 5
    fetching.go.set()

    assert shop.settle(10)
    assert fetching.asked == ["first", "later 2", "old", "new", "later 1"]


def test_what_is_there_or_refused_is_not_fetched(cache: Cache) -> None:
    fetching = Fetching()
    shop = Workshop(cache, fetching)
    for url in ("a", "refused"):
        shop.want(url)
        assert shop.settle(10)

    for url in ("a", "refused"):
        shop.want(url)

    assert shop.settle(10)
    assert sorted(fetching.asked) == ["a", "refused"]
    assert cache.stock().refusals == {"The host answered 404.": 1}


def test_two_processes_do_not_fetch_the_same_picture(cache: Cache) -> None:
    slow, other = Fetching(waits=True), Fetching()
    one, two = Workshop(cache, slow), Workshop(Cache(cache.folder, 1_000_000), other)
    one.want("a")
    assert slow.begun.wait(10)

    two.want("a")

    assert two.settle(10)
    slow.go.set()
    assert one.settle(10)
    assert (slow.asked, other.asked) == (["a"], [])


def test_at_most_so_many_at_once(cache: Cache) -> None:
    fetching = Fetching(waits=True)
    shop = Workshop(cache, fetching)
    for number in range(20):
        shop.want(str(number))
    time.sleep(0.1)
    assert len(fetching.asked) == module.HANDS
    fetching.go.set()
    assert shop.settle(20)


def test_a_flood_of_wishes_drops_the_oldest(cache: Cache) -> None:
    fetching = Fetching(waits=True)
    shop = Workshop(cache, fetching, hands=1)
    shop.want("begun")
    assert fetching.begun.wait(10)
    for number in range(module.ROOM + 50):
        shop.want(f"refused {number}")
    fetching.go.set()
    assert shop.settle(30)
    assert len(fetching.asked) == module.ROOM + 1
    assert "refused 49" not in fetching.asked and "refused 50" in fetching.asked


def test_offline_ends_all_attempts_for_a_while(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    fetching = Fetching(waits=True)
    shop = Workshop(cache, fetching, hands=1)
    shop.want("offline")
    assert fetching.begun.wait(10)
    shop.want("waits")
    fetching.go.set()
    assert shop.settle(10)

    shop.want("more")
    assert shop.settle(10)
    assert fetching.asked == ["offline"] and cache.stock().refusals == {}
    monkeypatch.setattr(shop, "_offline_until", 0.0)
    shop.want("more")
    assert shop.settle(10)
    assert fetching.asked == ["offline", "more"]


def test_a_mistake_of_ours_does_not_end_the_work(cache: Cache, caplog: pytest.LogCaptureFixture) -> None:
    shop = Workshop(cache, Fetching(), hands=1)
    shop.want("broken")
    assert shop.settle(10)
    shop.want("a")

    assert shop.settle(10)
    assert cache.has("a", Size.ROW)
    assert "a mistake of ours" in caplog.text


def test_threads_end_when_there_is_nothing_to_do(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "IDLE", 0.05)
    shop = Workshop(cache, Fetching())
    before = threading.active_count()
    shop.want("a")
    assert shop.settle(10)
    for _ in range(100):
        if threading.active_count() <= before:
            break
        time.sleep(0.02)
    assert threading.active_count() <= before
    shop.want("b")
    assert shop.settle(10)
    assert cache.has("b", Size.ROW)

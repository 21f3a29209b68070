"""One spelling for all the addresses of one page."""

from __future__ import annotations

import pytest

from articles.likeness.addresses import TRACKING, canonical, page_of, video_of

pytestmark = pytest.mark.pure
PAGE = "tribune.example/trams/wait"


@pytest.mark.parametrize(
    "written",
    [
        "https://tribune.example/trams/wait",
        "http://tribune.example/trams/wait",
        "HTTPS://Tribune.EXAMPLE/trams/wait",
        " https://tribune.example/trams/wait\n",
        "https://tribune.example:443/trams/wait",
        "http://tribune.example:80/trams/wait/",
        "https://tribune.example./trams/wait",
        "https://www.tribune.example/trams/wait/",
        "https://m.tribune.example/trams/wait",
        "https://amp.tribune.example/trams/wait/amp/",
        "https://www.m.tribune.example/trams//wait#comments",
        "https://tribune.example/trams/wait.amp.html",
        "https://tribune.example/tr%61ms/wait",
        "https://tribune.example/trams/wait?",
        "https://tribune.example/trams/wait?utm_source=a&utm_Medium=b",
        "https://tribune.example/trams/wait?fbclid=1&gclid=2&mc_cid=3&mc_eid=4&ref=home&_mc=NL_1&cid=",
        "https://tribune.example/trams/wait?amp=1&outputType=amp",
    ],
)
def test_addresses_of_one_page_are_one(written: str) -> None:
    assert canonical(written) == PAGE


@pytest.mark.parametrize("name", sorted(TRACKING))
def test_what_tracks_readers_is_dropped(name: str) -> None:
    assert canonical(f"https://{PAGE}?{name}=x&id=7") == f"{PAGE}?id=7"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://tribune.example/a", "https://tribune.example/A"),
        ("https://tribune.example/a", "https://tribune.example/b"),
        ("https://tribune.example/a", "https://news.tribune.example/a"),
        ("https://tribune.example/a", "https://tribune.example:8443/a"),
        ("https://tribune.example/a?id=1", "https://tribune.example/a?id=2"),
        ("https://tribune.example/a?amp=2", "https://tribune.example/a"),
        ("https://tribune.example/camp", "https://tribune.example/c"),
        ("https://youtu.be/abcdef1", "https://youtu.be/abcdef2"),
        ("https://m.example/a", "https://example/a"),
    ],
)
def test_addresses_of_two_pages_are_two(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


def test_the_order_of_parameters_is_no_difference() -> None:
    assert canonical(f"https://{PAGE}?b=2&a=1") == canonical(f"https://{PAGE}?a=1&b=2") == f"{PAGE}?a=1&b=2"


@pytest.mark.parametrize(
    "written",
    [
        "https://www.youtube.com/watch?v=abc123XYZ_-&t=10s&list=PL1",
        "https://youtu.be/abc123XYZ_-?si=q",
        "https://www.youtube-nocookie.com/embed/abc123XYZ_-",
        "https://m.youtube.com/shorts/abc123XYZ_-",
    ],
)
def test_one_video_has_one_address(written: str) -> None:
    assert canonical(written) == "youtube.com/watch?v=abc123XYZ_-"


@pytest.mark.parametrize(
    "written",
    [None, "", "tribune", "ftp://tribune.example/a", "javascript:alert(1)", "https://", "https:///a", "http://[::1", "https://a.example:x/y",
     "https://tribune.example", "https://tribune.example/", "https://www.tribune.example/?utm_source=x"],
)  # fmt: skip
def test_what_is_no_page_has_no_address(written: str | None) -> None:
    assert canonical(written) is None


@pytest.mark.parametrize("written", ["https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"])
def test_addresses_of_other_scripts_are_folded(written: str) -> None:
    assert canonical(written) == "xn--bcher-kva.example/%C3%A4"


def test_odd_bytes_are_no_error() -> None:
    assert canonical("https://tribune.example/%ff%fe?x=%ff") == "tribune.example/%FF%FE?x=%FF"


def test_the_page_is_told_by_the_first_address_that_is_there() -> None:
    embed = '<iframe src="https://www.youtube.com/embed/abc123XYZ_-"></iframe>'

    assert page_of("https://a.example/x", "https://b.example/y", embed) == "a.example/x"
    assert page_of("", "https://b.example/y", embed) == "b.example/y"
    assert page_of(None, None, embed) == "youtube.com/watch?v=abc123XYZ_-"
    assert page_of(None, None, None) is None
    assert (video_of(embed), video_of("<b>"), video_of(None)) == ("abc123XYZ_-", "", "")

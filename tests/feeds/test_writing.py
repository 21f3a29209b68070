"""RSS, Atom and JSON Feed: well-formed whatever the files hold, and the same entry by the same name."""
from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.feeds.writing import FORMATS, feed_from, plain, web
from articles.models import Article, Site

pytestmark = pytest.mark.pure
MEDIA = "{http://search.yahoo.com/mrss/}"
ATOM, DC = "{http://www.w3.org/2005/Atom}", "{http://purl.org/dc/elements/1.1/}"
MOMENT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SITE = Site(name="harbour", title="Harbour & Co", url="https://harbour.example", language="en-gb", created_at=MOMENT)
OWN = "https://desk.example/feeds/harbour/x?key=a&b"


def article(**words: Any) -> Article:
    kept = {
        "path": "_news/a.md", "title": "Trams &#8220;wait&#8221; <b>", "excerpt": "Fish & chips\r\n<script>alert(1)</script>",
        "web_url": "https://tribune.example/a?x=1&y=ü", "provider_name": "Harbour Tribune", "topics": ["Rail", None, "C&A"],
        "images": [{"url": "javascript:alert(1)"}, {"url": "https://pictures.example/a.jpg"}], "queued_at": MOMENT, "decided_at": None,
    }  # fmt: skip
    return Article(site=SITE, **(kept | words))


def written(kind: str, *articles: Article) -> bytes:
    return FORMATS[kind][1](feed_from(SITE, articles, own=OWN))


def test_rss_says_it_all_escaped() -> None:
    (channel,) = ElementTree.fromstring(written("rss.xml", article()))
    item = channel.find("item")

    assert channel.findtext("title") == "Harbour & Co" and channel.findtext("link") == "https://harbour.example"
    assert channel.find(f"{ATOM}link").attrib == {"rel": "self", "href": OWN}
    assert channel.findtext("lastBuildDate") == "Fri, 20 Nov 2026 12:00:00 +0000"
    assert item.findtext("title") == "Trams “wait” <b>"
    assert item.findtext("description") == "Fish &amp; chips &lt;script&gt;alert(1)&lt;/script&gt;"
    assert item.findtext("link") == "https://tribune.example/a?x=1&y=%C3%BC"
    assert item.find("guid").attrib == {"isPermaLink": "false"} and item.findtext("guid").startswith("urn:uuid:")
    assert item.findtext(f"{DC}creator") == "Harbour Tribune" and [one.text for one in item.findall("category")] == ["Rail", "C&A"]


@pytest.mark.parametrize("kind", ["rss.xml", "atom.xml"])
def test_entry_has_its_picture(kind: str) -> None:
    with_one, without = (ElementTree.fromstring(written(kind, article(**words))) for words in ({}, {"images": None}))

    assert [one.attrib for one in with_one.iter(f"{MEDIA}content")] == [{"url": "https://pictures.example/a.jpg", "medium": "image"}]
    assert list(without.iter(f"{MEDIA}content")) == []


def test_atom_has_what_it_must() -> None:
    feed = ElementTree.fromstring(written("atom.xml", article(decided_at=datetime(2026, 11, 21, tzinfo=UTC))))
    entry = feed.find(f"{ATOM}entry")

    for part in ("id", "title", "updated"):
        assert feed.findtext(f"{ATOM}{part}") and entry.findtext(f"{ATOM}{part}"), part
    assert feed.findtext(f"{ATOM}updated") == entry.findtext(f"{ATOM}updated") == "2026-11-21T00:00:00+00:00"
    assert entry.findtext(f"{ATOM}published") == "2026-11-20T12:00:00+00:00"
    assert {one.attrib["rel"]: one.attrib["href"] for one in feed.findall(f"{ATOM}link")} == {"alternate": "https://harbour.example", "self": OWN}
    assert entry.find(f"{ATOM}summary").attrib == {"type": "html"} and "&lt;script" in entry.findtext(f"{ATOM}summary")
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "Harbour & Co"


def test_json_feed_is_one_of_version_1_1() -> None:
    told = json.loads(written("feed.json", article(), article(path="_news/b.md", web_url=None, original_url=None, excerpt=None, images=None)))

    first, second = told.pop("items")
    assert told == {
        "version": "https://jsonfeed.org/version/1.1", "title": "Harbour & Co", "home_page_url": "https://harbour.example",
        "feed_url": OWN, "language": "en-gb",
    }  # fmt: skip
    assert first == {
        "id": first["id"], "url": "https://tribune.example/a?x=1&y=%C3%BC", "title": "Trams “wait” <b>",
        "content_text": "Fish & chips <script>alert(1)</script>", "image": "https://pictures.example/a.jpg",
        "date_published": "2026-11-20T12:00:00Z", "date_modified": "2026-11-20T12:00:00Z", "authors": [{"name": "Harbour Tribune"}],
        "tags": ["Rail", "C&A"],
    }  # fmt: skip
    assert second["content_text"] == "" and "url" not in second and second["id"] != first["id"]


@pytest.mark.parametrize("kind", FORMATS)
def test_empty_feed_is_the_same_every_time(kind: str) -> None:
    assert written(kind) == written(kind) and b"2026-11-20" in written("atom.xml")


def test_entry_keeps_its_name_when_its_words_change() -> None:
    names = {json.loads(written("feed.json", one))["items"][0]["id"] for one in (article(), article(title="Else", web_url="https://b.example/"))}

    assert len(names) == 1


@settings(max_examples=60)
@given(title=st.text(max_size=40), excerpt=st.text(max_size=40), url=st.text(max_size=20).map("https://x.example/".__add__))
def test_xml_is_well_formed_whatever_it_holds(title: str, excerpt: str, url: str) -> None:
    one = article(title=title, excerpt=excerpt, web_url=url, provider_name=title, topics=[excerpt])

    for kind in ("rss.xml", "atom.xml"):
        ElementTree.fromstring(written(kind, one))
    json.loads(written("feed.json", one))


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "https:///x", "", None, 7, " https://x.example"])
def test_only_web_addresses_become_links(address: Any) -> None:
    assert web(address) == ""


def test_plain_text_is_one_line_without_entities() -> None:
    assert plain("a&#8220;b\r\n\x00c\ufffe") == "a“b c"

"""What strangers write into articles is text on every page: no link, no frame and no attribute of ours comes of it."""

from __future__ import annotations

import json
import re
import socket
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from articles.models import Article
from tests.factories import make_article, make_text
from tests.guard import Outbound

pytestmark = pytest.mark.django_db
PAGES = ("/queue/", "/review/{pk}/", "/articles/{pk}/edit/", "/articles/{pk}/file/", "/articles/{pk}/history/", "/articles/{pk}/row/", "/decided/", "/exports/new/")
INJECTION = '\\"><b hx-post=\\"/undo/\\" hx-trigger=\\"load\\" onmouseover=\\"x()\\">x</b><script>x()</script><base href=\\"//evil.example\\">{{ liquid }}'
ADDRESSES = [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\\tscript:alert(1)", "data:text/html,<script>x()</script>",
    "vbscript:x", "//evil.example/x", "https://user@evil.example/x", "https://www.youtube.com@evil.example/x", "file:///etc/passwd",
]  # fmt: skip
EMBEDS = [
    "<iframe src=\\\"https://evil.example/embed/x\\\"></iframe>",
    "<iframe src=\\\"https://www.youtube.com@evil.example/embed/dQw4w9WgXcQ\\\"></iframe>",
    "<iframe src=\\\"https://www.youtube.com/embed/dQw4w9WgXcQ\\\" onload=\\\"x()\\\" srcdoc=\\\"<script>x()</script>\\\"></iframe>",
    "<iframe src=\\\"javascript:x()\\\"></iframe><script>x()</script>",
]


class Found(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.frames: list[dict[str, str | None]] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append((tag, given))
        self.links += [given[name] or "" for name in ("href", "src", "action", "formaction") if name in given]
        if tag == "iframe":
            self.frames.append(given)


def hostile(site: Any, address: str = "https://tribune.example/a", embed: str = "") -> Article:
    text = make_text(title=INJECTION)
    text = re.sub(r'^(originalUrl|webUrl): .*$', rf'\1: "{json.dumps(address)[1:-1]}"'.replace("\\\\", "\\\\\\\\"), text, flags=re.M)
    text = re.sub(r'url: "[^"]*"', f'url: "{address}"'.replace("\\", "\\\\"), text)
    if embed:
        text = text.replace("type: ", f'featuredContent: "{embed}"\ntype: ', 1)
    return make_article(site, text=text)


@pytest.mark.parametrize("address", ADDRESSES)
def test_only_web_addresses_become_links(site: Any, senior: Any, page_of: Any, address: str) -> None:
    article = hostile(site, address)
    client: Client = page_of(senior)

    for page in PAGES:
        found = Found(client.get(page.format(pk=article.pk)).content.decode())
        for link in found.links:
            parts = urlsplit(link.strip())
            assert parts.scheme in ("", "http", "https", "data") and parts.hostname not in ("evil.example",), (page, link)
            assert parts.scheme != "data" or link.startswith("data:image/"), (page, link)


def test_no_attribute_and_no_tag_comes_out_of_a_title(site: Any, senior: Any, page_of: Any) -> None:
    article = hostile(site)
    client: Client = page_of(senior)

    for page in PAGES:
        text = client.get(page.format(pk=article.pk)).content.decode()
        found = Found(text)
        assert "hx-post=&quot;" in text or page in ("/decided/", "/articles/{pk}/history/", "/exports/new/", "/articles/{pk}/row/"), page
        for tag, given in found.tags:
            assert tag not in ("base", "object", "embed") and not any(name.startswith("on") for name in given), (page, tag)
            assert given.get("hx-trigger") != "load" and (tag != "script" or given.get("src", "").startswith("/static/")), page


@pytest.mark.parametrize("embed", EMBEDS)
def test_an_embed_is_built_by_us_or_not_at_all(site: Any, senior: Any, page_of: Any, embed: str) -> None:
    article = hostile(site, embed=embed)
    client: Client = page_of(senior)

    for page in (f"/review/{article.pk}/", f"/review/{article.pk}/?play=1", f"/articles/{article.pk}/file/"):
        for frame in Found(client.get(page).content.decode()).frames:
            assert urlsplit(frame.get("src") or "").netloc in ("", "www.youtube-nocookie.com")
            assert "sandbox" in frame and not frame.keys() & {"srcdoc", "onload"}
    known = "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ" in client.get(f"/review/{article.pk}/").content.decode()
    assert known == (embed == EMBEDS[2])
    assert Article.objects.get(pk=article.pk).featured_content == embed.replace("\\", "")


def test_the_tests_can_reach_no_other_machine(_nothing_leaves_the_machine: list[str]) -> None:
    with socket.socket() as probe, pytest.raises(Outbound, match="A test tried to reach 192.0.2.1"):
        probe.connect(("192.0.2.1", 80))

    assert _nothing_leaves_the_machine == ["reach 192.0.2.1"]
    _nothing_leaves_the_machine.clear()

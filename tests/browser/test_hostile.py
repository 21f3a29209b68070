"""A hostile article in a real browser: it says nothing, sends nothing, loads nothing; and pictures come by themselves."""
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from articles import pictures
from articles.models import Article
from articles.thumbnails.cache import Cache
from articles.thumbnails.workshop import Workshop
from tests.factories import make_article, make_person, make_site, make_text
from tests.thumbnails.strangers import World, http, png, stranger

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
INJECTED = (
    '</h2></div><base href=\\"https://evil.example/\\"><form action=\\"https://evil.example/\\" method=post><button autofocus>a</button></form>'
    '<div hx-post=\\"/undo/\\" hx-trigger=\\"load\\"></div><img src=x onerror=\\"document.title=1\\"><script>document.title=1</script>'
    '<a href=\\"javascript:document.title=1\\">b</a><style>body{display:none}</style>'
)  # fmt: skip
VIDEO = '<iframe src=\\"https://www.youtube.com/embed/9FGveeLt1qk\\" srcdoc=\\"<script>parent.document.title=1</script>\\" onload=\\"document.title=1\\"></iframe>'


class Watched:
    """A signed-in page, all that it asked for, and what the browser complained of."""

    def __init__(self, chromium: Browser, url: str) -> None:
        self.context = chromium.new_context(viewport={"width": 1440, "height": 900}, base_url=url)
        self.context.set_default_timeout(15_000)
        self.page: Page = self.context.new_page()
        self.asked: list[tuple[str, str]] = []
        self.complaints: list[str] = []
        self.outside: list[str] = []
        self.page.on("console", lambda one: self.complaints.append(one.text) if one.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._note)
        self.page.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        # Nothing of this goes anywhere: the desk's own requests pass, any other is written down and stopped.
        self.context.route(lambda address: not address.startswith(url), self._stop)
        self.page.goto("/accounts/login/?next=/queue/")
        self.page.fill("[name=login]", make_person("superuser").username)
        self.page.fill("[name=password]", "a-long-password-9")
        self.page.click(".door button")
        self.page.wait_for_url("**/queue/")
        self.asked.clear()

    def _note(self, request: Any) -> None:
        self.asked.append((request.method, request.url))

    def _stop(self, route: Any) -> None:
        self.outside.append(route.request.url)
        route.abort()

    @property
    def posts(self) -> list[str]:
        return [url for method, url in self.asked if method != "GET"]


@pytest.fixture
def hostile() -> Article:
    text = make_text(title=INJECTED, slug="crane").replace("A tram learns to wait.", INJECTED)
    text = text.replace("https://tribune.example/", "javascript:document.title=1//")
    text = text.replace("\n\nprovider:", f'\n\nfeaturedContent: "{VIDEO}"\n\nprovider:', 1)
    text = text.replace("images:", f'related:\n  - title: "{INJECTED}"\n    webUrl: "javascript:document.title=1"\n\nimages:', 1)
    return make_article(make_site("harbour"), text=text)


@pytest.fixture
def watched(hostile: Article, live_server: Any, chromium: Browser) -> Iterator[Watched]:
    one = Watched(chromium, live_server.url)
    yield one
    one.context.close()


def test_a_hostile_article_is_only_text(watched: Watched, hostile: Article) -> None:
    page = watched.page
    for path in ("/queue/", f"/review/{hostile.pk}/", f"/articles/{hostile.pk}/edit/", f"/articles/{hostile.pk}/file/", f"/articles/{hostile.pk}/history/"):
        page.goto(path)
        assert page.title().endswith("· newsdesk"), path
        assert page.evaluate("document.baseURI") == page.url
        foreign = "[...document.forms].map(form => new URL(form.action).origin).filter(origin => origin !== location.origin)"
        assert page.evaluate(foreign) == []
        assert page.evaluate("document.querySelectorAll('main base, main script, main style, main [onerror], main [hx-disable] [autofocus]').length") == 0
        # Never a followed javascript: link, however it is spelled; the address is there only as text.
        assert page.evaluate("[...document.links].filter(link => !/^https?:$/.test(link.protocol)).length") == 0
        token = "[...document.querySelectorAll('[hx-headers*=csrf i]')].length + document.body.getAttributeNames().filter(name => name.startsWith('hx-')).length"
        assert page.evaluate(token) == 0
        hidden = "[...document.querySelectorAll('[name=csrfmiddlewaretoken]')].every(field => field.type === 'hidden' && field.form)"
        assert page.evaluate(hidden)
    page.goto(f"/review/{hostile.pk}/")
    page.wait_for_load_state("networkidle")
    assert page.inner_text("#hd").startswith('</h2></div><base href="https://evil.example/">')
    assert (watched.posts, watched.outside, watched.complaints) == ([], [], [])


def test_injected_htmx_is_inert_where_strangers_text_stands(watched: Watched, hostile: Article) -> None:
    """Even if markup got in: within hx-disable nothing is sent. The same markup outside is, so the test can tell."""
    page = watched.page
    page.goto(f"/review/{hostile.pk}/")
    inject = """([place, path]) => {
      const inside = document.createElement("div");
      inside.innerHTML = `<b hx-post="${path}" hx-trigger="load"></b><b hx-get="${path}" hx-trigger="load, every 50ms"></b>`
        + `<b hx-on:click="document.title=1" class="bait">x</b><b hx-post="${path}" hx-vals='js:{a: document.title=1}' hx-trigger="load"></b>`;
      document.querySelector(place).append(inside);
      htmx.process(inside);
      inside.querySelector(".bait").click();
    }"""
    title = page.title()
    places = page.evaluate("[...document.querySelectorAll('[hx-disable]')].map((one, place) => (one.dataset.bait = place, place))")
    assert len(places) >= 2

    for place in places:
        page.evaluate(inject, [f"[data-bait='{place}']", f"/bait/{place}"])
    page.wait_for_timeout(300)
    assert [url for _, url in watched.asked if "/bait/" in url] == []
    assert page.evaluate("document.querySelector('.exc, #hd').closest('[hx-disable]') !== null")
    assert (page.title(), watched.complaints) == (title, [])

    page.evaluate(inject, ["#main", "/bait/outside"])
    page.wait_for_timeout(300)
    assert [url for _, url in watched.asked if "/bait/outside" in url] != []


def test_injected_markup_is_stopped_by_the_policy(watched: Watched, hostile: Article) -> None:
    """Behind the escaping stands the policy: a script, a form, a base, a frame and a picture of strangers do nothing."""
    page = watched.page
    page.goto(f"/review/{hostile.pk}/")
    before = page.evaluate("[document.title, document.baseURI]")

    page.evaluate("""() => {
      const main = document.querySelector("#main");
      main.insertAdjacentHTML("beforeend", `<base href="https://evil.example/"><form id=f action="https://evil.example/" method=post></form>
        <img src="https://evil.example/x.png" onerror="document.title=1"><iframe src="https://evil.example/"></iframe>
        <a id=a href="javascript:document.title=1">b</a><b style="display:none">s</b>`);
      const script = document.createElement("script");
      script.src = "https://evil.example/x.js";
      document.head.append(script);
      document.querySelector("#a").click();
      document.querySelector("#f").submit();
    }""")
    page.wait_for_timeout(300)
    assert page.evaluate("[document.title, document.baseURI]") == before
    assert page.url.endswith(f"/review/{hostile.pk}/")
    assert (watched.posts, watched.outside) == ([], [])
    directives = {word for one in watched.complaints for word in ("script-src", "form-action", "base-uri", "img-src", "frame-src") if word in one}
    assert directives == {"script-src", "form-action", "base-uri", "img-src", "frame-src"}


def test_a_video_loads_only_when_asked_for(watched: Watched, hostile: Article) -> None:
    page = watched.page
    page.goto(f"/review/{hostile.pk}/")
    page.wait_for_load_state("networkidle")
    frame = page.locator("details.video iframe")
    assert watched.outside == [] and frame.get_attribute("src") is None

    page.click("details.video summary")

    expect(frame).to_have_attribute("src", "https://www.youtube-nocookie.com/embed/9FGveeLt1qk")
    assert "allow-scripts" in (frame.get_attribute("sandbox") or "") and "allow-top-navigation" not in (frame.get_attribute("sandbox") or "")
    assert frame.get_attribute("srcdoc") is None and frame.get_attribute("onload") is None
    page.wait_for_timeout(200)
    assert watched.outside == ["https://www.youtube-nocookie.com/embed/9FGveeLt1qk"]


def test_pictures_come_without_a_reload_and_only_from_here(
    hostile: Article, live_server: Any, chromium: Browser, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DESK_REMOTE_PICTURES = True
    url = "http://pictures.example/crane.jpg"
    Article.objects.filter(pk=hostile.pk).update(images=[{"url": url}])
    with stranger(http(png(1600, 900))) as server:
        world = World({"8.8.8.8": server})
        shop = Workshop(Cache(tmp_path, 5_000_000), lambda url: pictures.fetch(url, world.net()))
        monkeypatch.setattr("articles.pictures.workshop", lambda: shop)
        monkeypatch.setattr("articles.views.pictures.workshop", lambda: shop)
        wish = shop.want
        monkeypatch.setattr(shop, "want", lambda url, ahead=False: None)  # not yet: the page is there before any picture
        watched = Watched(chromium, live_server.url)
        page = watched.page
        page.goto(f"/review/{hostile.pk}/")
        lead = page.locator("figure.lead img")
        expect(lead).to_have_js_property("naturalWidth", 1)

        wish(url)

        expect(lead).to_have_js_property("naturalWidth", 1280)
        assert world.reached == [("8.8.8.8", 80)]
        assert (watched.outside, watched.complaints) == ([], [])
        watched.context.close()

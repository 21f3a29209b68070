"""A browser, and a desk of a few articles open in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, sync_playwright

from articles.models import Preferences
from tests.conftest import signed_in
from tests.factories import make_article, make_person, make_site

AXE = Path(__file__).resolve().parents[1] / "vendor" / "axe-core-4.14.1" / "axe.min.js"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
READY = "() => !document.querySelector('script[src*=\"/desk.\"]') || document.documentElement.matches('.has-js')"
EXPECTED = ("409", "422", "403", "500", "ERR_INTERNET_DISCONNECTED", "ERR_FAILED")  # what the browser logs of the answers that we ask for


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("DESK_CHROMIUM", "/usr/bin/chromium"), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def desk(opened: Any) -> Any:
    """Opens a signed-in page of a desk with four articles. The page has ``person``."""
    site = make_site("harbour")
    for quality in (90, 66, 64, 40):
        make_article(site, quality=quality, title=f"Crane of quality {quality}")
    return opened


@pytest.fixture
def opened(live_server: Any, chromium: Browser) -> Iterator[Any]:
    """Opens a signed-in page; anything that the browser complains of fails the test. The page has ``person``."""
    complaints: list[str] = []
    contexts = []

    def heard(message: Any) -> None:
        if message.type == "error" and not any(word in message.text for word in EXPECTED):
            complaints.append(f"{message.text} {message.location['url']}")

    def open_page(role: str = "superuser", theme: str = "light", width: int = 1440, choices: Any = None, **options: Any) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": 900}, base_url=live_server.url, **options)
        contexts.append(context)
        context.set_default_timeout(15_000)
        person = make_person(role)
        Preferences.objects.create(user=person, theme=theme, **(choices or {}))
        cookie = signed_in(person).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        page = context.new_page()
        page.person = person  # type: ignore[attr-defined]
        if options.get("java_script_enabled", True):
            patient(page)
        page.on("console", heard)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def patient(page: Page) -> None:
    """Let keys wait for what hears them: a page can be read before its scripts have run, and a person is not as quick as that."""
    press = page.keyboard.press

    def once_heard(key: str, **options: Any) -> None:
        try:
            ready = page.evaluate(READY)
        except Error:  # it is being left
            ready = False
        if not ready:
            page.wait_for_load_state()
            page.wait_for_function(READY)
        press(key, **options)

    page.keyboard.press = once_heard  # type: ignore[method-assign]


def violations(page: Page, css: str = "", *rules: str) -> list[Any]:
    """What axe-core finds wrong with the page as it is, or with one part of it alone; by all rules, or by these."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    options = {"resultTypes": ["violations"], "preload": False} | ({"runOnly": list(rules)} if rules else {})
    found = page.evaluate("([css, options]) => axe.run(css || document, options)", [css, options])["violations"]
    return [(one["id"], [node["html"][:160] for node in one["nodes"]]) for one in found]


def faults(page: Page, css: str = "") -> list[Any]:
    """What is wrong with the page, or with one part of it alone: by all rules, and in the dark by those of colours, in which
    alone themes differ. Open it with ``reduced_motion``: a ground on its way to another colour would be looked at half-way."""
    found = []
    for theme, rules in (("light", ()), ("dark", ("color-contrast",))):
        page.evaluate("(theme) => (document.documentElement.dataset.theme = theme)", theme)
        found += [(css, theme, one) for one in violations(page, css, *rules)]
    return found


def breadth(page: Page) -> int:
    """How wide the page is where it has 320 px: more, where somebody would have to scroll sideways."""
    before = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 900})
    found: int = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size(before or {"width": 1440, "height": 900})
    return found

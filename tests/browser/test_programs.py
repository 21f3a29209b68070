"""The pages for programs, webhooks and feeds in a browser: for everybody, and with nothing from elsewhere."""
from __future__ import annotations

from typing import Any

import pytest

from articles.feeds.opening import open_feed
from articles.models import Delivery, Site
from articles.webhooks.managing import make_webhook
from tests.browser.conftest import violations
from tests.factories import NOON

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def test_pages_are_accessible_and_ask_nobody_else(desk: Any) -> None:
    site = Site.objects.get()
    hook = make_webhook(site, "https://hears.example/told", ["decision"], at=NOON)
    Delivery.objects.create(webhook=hook, event="decision", body="{}", state="failed", tried_at=NOON, outcome="The host took too long.")
    open_feed(site, "key", at=NOON)
    page = desk(theme="dark")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.goto("/me/tokens/")
    page.fill("[name=name]", "nightly report")
    page.click("text=Make a token")
    assert page.locator("code", has_text="desk_").count() == 2 and violations(page) == []
    for path in (f"/webhooks/{hook.pk}/", "/feeds/", "/api/"):
        page.goto(path)
        for one in page.locator("details").all()[-1:]:
            one.evaluate("one => { one.open = true }")
        assert violations(page) == [], path
    home = page.url.split("/api/")[0]
    assert {url for url in asked if not url.startswith((home, "data:"))} == set()

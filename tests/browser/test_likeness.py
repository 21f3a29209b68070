"""Likely duplicates with the keyboard, and without JavaScript."""
from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from articles.models import Article, Review
from tests.factories import make_article, make_person, make_site

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
AXE = Path(__file__).resolve().parents[1] / "vendor" / "axe-core-4.14.1" / "axe.min.js"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
CRANES = "Port of Halden lets autonomous cranes unload night ships"


@pytest.fixture
def open_review(live_server: Any) -> Iterator[Any]:
    """Opens, signed in, the review of the best of three articles of which two are alike; complaints fail the test."""
    site = make_site("harbour")
    first = make_article(site, quality=90, title=CRANES)
    make_article(site, quality=66, title=f"{CRANES}, says port")
    make_article(site, quality=40, title=f"{CRANES}: dockers ask")
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("DESK_CHROMIUM", "/usr/bin/chromium"), args=FLAGS)

        def open_page(**options: Any) -> Page:
            context = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=live_server.url, **options)
            context.set_default_timeout(15_000)
            person = make_person("editor")
            page = context.new_page()
            page.on("console", lambda one: complaints.append(one.text) if one.type == "error" else None)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.goto(f"/accounts/login/?next=/review/{first.pk}/")
            page.fill("[name=login]", person.username)
            page.fill("[name=password]", "a-long-password-9")
            page.click(".door button")
            page.wait_for_url(f"**/review/{first.pk}/")
            return page

        yield open_page
        browser.close()
    assert complaints == []


def test_keys_compare_reject_and_choose_of_which(open_review: Any) -> None:
    page = open_review()
    first = page.url

    page.keyboard.press("c")
    page.wait_for_url("**/compare/*/*/**")
    expect(page.locator(".compare mark").first).to_be_visible()
    page.keyboard.press("Escape")
    page.wait_for_url("**/review/*/**")
    page.keyboard.press("d")
    expect(page.locator("#hd")).not_to_have_text(CRANES)
    review = Review.objects.get()
    assert (review.article.title, review.reason, review.twin_id) == (CRANES, "duplicate", Article.objects.get(quality=66).pk)
    page.keyboard.press("z")
    expect(page.locator("#hd")).to_have_text(CRANES)
    page.goto(first)
    page.keyboard.press("Shift+D")
    expect(page.locator("#of-which")).to_be_focused()
    page.select_option("#of-which", index=1)
    page.click("#alike .why-list .nope")
    expect(page.locator("#hd")).not_to_have_text(CRANES)
    assert Review.objects.order_by("-pk")[0].twin == Article.objects.get(quality=40)


def test_a_group_is_decided_and_undone_without_javascript(open_review: Any) -> None:
    page = open_review(java_script_enabled=False)
    page.click("text=Decide for the group")
    assert page.locator("[name=seen]").count() == 3
    page.select_option("[name=of]", label=f"In the queue: {CRANES}")
    page.click("text=Reject as duplicates")

    assert sorted(Article.objects.values_list("status", flat=True)) == ["pending", "rejected", "rejected"]
    assert "Rejected as duplicate 2 articles." in page.inner_text(".toast")
    page.click(".toast >> text=Undo")
    assert set(Article.objects.values_list("status", flat=True)) == {"pending"}


def test_pages_are_accessible_and_fit(open_review: Any) -> None:
    page = open_review()
    one, two = Article.objects.order_by("pk").values_list("pk", flat=True)[:2]
    for path in (f"/review/{one}/", f"/compare/{one}/{two}/", f"/articles/{one}/story/", "/suggestions/", "/queue/?sort=likely"):
        page.goto(path)
        page.evaluate(AXE.read_text())
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        assert [(one["id"], [node["html"][:160] for node in one["nodes"]]) for one in found] == [], path
        page.set_viewport_size({"width": 320, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
        page.set_viewport_size({"width": 1440, "height": 900})

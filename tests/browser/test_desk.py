"""What editors do, in a real browser: sign in, filter, approve, undo, edit, export; with keys, and without JavaScript."""
from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from articles.models import Article, Review
from tests.factories import make_article, make_person, make_site

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
AXE = Path(__file__).resolve().parents[1] / "vendor" / "axe-core-4.14.1" / "axe.min.js"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("DESK_CHROMIUM", "/usr/bin/chromium"), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def desk(live_server: Any, chromium: Browser) -> Iterator[Any]:
    """Opens a signed-in page; anything that the browser complains of fails the test."""
    site = make_site("harbour")
    for quality in (90, 66, 64, 40):
        make_article(site, quality=quality, title=f"Crane of quality {quality}")
    complaints: list[str] = []
    contexts = []

    def open_page(role: str = "superuser", theme: str = "light", width: int = 1440, **options: Any) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": 900}, base_url=live_server.url, **options)
        contexts.append(context)
        context.set_default_timeout(15_000)
        person = make_person(role)
        page = context.new_page()
        page.on("console", lambda one: complaints.append(one.text) if one.type == "error" and "409" not in one.text else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/accounts/login/?next=/queue/")
        page.fill("[name=login]", person.username)
        page.fill("[name=password]", "a-long-password-9")
        page.click(".door button")
        page.wait_for_url("**/queue/")
        context.add_cookies([{"name": "theme", "value": theme, "url": live_server.url}])
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def titled(title: str) -> Article:
    return Article.objects.get(title=title)


def test_keys_decide_and_undo(desk: Any) -> None:
    page = desk()
    page.goto("/review/next/")
    assert page.inner_text("#hd") == "Crane of quality 90"

    page.keyboard.press("a")
    expect(page.locator("#hd")).to_have_text("Crane of quality 66")
    assert titled("Crane of quality 90").status == "approved"
    assert page.evaluate("document.activeElement.id") == "hd"
    page.keyboard.press(".")
    expect(page.locator("[name=quality]")).to_have_value("71")
    page.keyboard.press("r")
    expect(page.locator("#hd")).to_have_text("Crane of quality 64")
    article = titled("Crane of quality 66")
    assert (article.status, article.quality) == ("rejected", 71)
    page.keyboard.press("z")
    expect(page.locator("#hd")).to_have_text("Crane of quality 66")
    assert titled("Crane of quality 66").status == "pending"


def test_filters_are_chips_in_the_address(desk: Any) -> None:
    page = desk()
    page.goto("/queue/?quality=60..69")

    assert page.locator("#rows > .row").count() == 2
    page.click(".chip a")
    expect(page.locator("#rows > .row")).to_have_count(4)


def test_queue_decides_where_the_row_is(desk: Any) -> None:
    page = desk()
    page.goto("/queue/")

    page.keyboard.press("j")
    expect(page.locator(".row.now h3")).to_contain_text("66")
    expect(page.locator(".row.now .keys .yes")).to_be_visible()
    page.keyboard.press("a")
    expect(page.locator("#rows > .row")).to_have_count(3)
    assert titled("Crane of quality 66").status == "approved"


def test_editing_changes_the_file_and_says_so(desk: Any) -> None:
    page = desk()
    article = titled("Crane of quality 64")
    page.goto(f"/articles/{article.pk}/edit/")
    page.fill("[name=title]", "Crane with a new name")
    page.click("[name=save]")
    page.wait_for_url(f"**/review/{article.pk}/")

    assert Article.objects.get(pk=article.pk).title == "Crane with a new name"
    assert "Saved Crane with a new name" in page.inner_text(".toast")
    page.goto(f"/articles/{article.pk}/file/")
    assert '+ title: "Crane with a new name"' in page.inner_text(".diff")


def test_second_tab_is_told_who_was_first(desk: Any) -> None:
    first, second = desk("editor"), desk("editor")
    pk = titled("Crane of quality 90").pk
    second.goto(f"/review/{pk}/")
    first.goto(f"/review/{pk}/")
    first.click("#judge .decide .yes")
    expect(first.locator("#hd")).not_to_have_text("Crane of quality 90")

    second.click("#judge .decide .nope >> nth=0")
    second.wait_for_selector("#told")
    assert "approved this" in second.inner_text("#told")
    assert Review.objects.count() == 1


def test_export_is_downloaded(desk: Any) -> None:
    page = desk()
    page.goto("/review/next/")
    page.keyboard.press("a")
    expect(page.locator("#hd")).to_have_text("Crane of quality 66")
    page.goto("/exports/new/")
    assert "1 file changes" in page.inner_text("main")
    page.click("text=Make zip")
    page.wait_for_url("**/exports/")
    with page.expect_download() as download:
        page.click("text=Download")
    assert download.value.suggested_filename.endswith(".zip")


def test_everything_works_without_javascript(desk: Any) -> None:
    page = desk(java_script_enabled=False)
    page.goto("/review/next/")
    page.click("text=Machines >> nth=0")
    assert titled("Crane of quality 90").topics == ["Rail"]
    page.click("#judge .decide .yes")
    assert page.inner_text("#hd") == "Crane of quality 66"
    page.click(".toast >> text=Undo")
    assert page.inner_text("#hd") == "Crane of quality 90"
    assert [row.action for row in Review.objects.order_by("pk")] == ["edit", "approve", "undo"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pages_are_accessible(desk: Any, theme: str) -> None:
    page = desk(theme=theme)
    pk = titled("Crane of quality 90").pk
    for path in ("/queue/", f"/review/{pk}/", f"/articles/{pk}/edit/", f"/articles/{pk}/history/", "/decided/", "/exports/new/", "/imports/",
                 "/me/", "/help/keys/"):  # fmt: skip
        page.goto(path)
        page.evaluate(AXE.read_text())
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        assert [(one["id"], [node["html"][:160] for node in one["nodes"]]) for one in found] == [], path


def test_nothing_is_wider_than_320_px(desk: Any) -> None:
    page = desk(width=320)
    pk = titled("Crane of quality 90").pk
    for path in ("/queue/", f"/review/{pk}/", f"/articles/{pk}/edit/", "/decided/", "/exports/new/", "/me/"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path


# --- likely duplicates
CRANES = "Port of Halden lets autonomous cranes unload night ships"


def alike() -> list[Article]:
    """Three articles that tell one story."""
    site = titled("Crane of quality 90").site
    endings = ("", ", says port", ": dockers ask")
    return [make_article(site, quality=99 - place, title=f"{CRANES}{ending}") for place, ending in enumerate(endings)]


def test_keys_compare_reject_as_duplicate_and_choose_of_which(desk: Any) -> None:
    page = desk("editor")
    first, second, third = alike()
    page.goto(f"/review/{first.pk}/")

    page.keyboard.press("c")
    page.wait_for_url("**/compare/*/*/**")
    expect(page.locator(".compare mark").first).to_be_visible()
    page.keyboard.press("Escape")
    page.wait_for_url(f"**/review/{first.pk}/**")
    page.keyboard.press("d")
    expect(page.locator("#hd")).not_to_have_text(CRANES)
    review = Review.objects.get()
    assert (review.article, review.reason, review.twin) == (first, "duplicate", second)
    page.keyboard.press("z")
    expect(page.locator("#hd")).to_have_text(CRANES)
    page.goto(f"/review/{first.pk}/")
    page.keyboard.press("Shift+D")
    expect(page.locator("#of-which")).to_be_focused()
    page.select_option("#of-which", index=1)
    page.click("#alike .why-list .nope")
    expect(page.locator("#hd")).not_to_have_text(CRANES)
    assert Review.objects.order_by("-pk")[0].twin == third


def test_a_group_is_decided_and_undone_without_javascript(desk: Any) -> None:
    page = desk("editor", java_script_enabled=False)
    first, second, third = alike()
    page.goto(f"/review/{first.pk}/")
    page.click("text=Decide for the group")
    assert page.locator("[name=seen]").count() == 3
    page.select_option("[name=of]", label=f"In the queue: {CRANES}")
    page.click("text=Reject as duplicates")

    stories = Article.objects.filter(title__startswith=CRANES).order_by("pk")
    assert [one.status for one in stories] == ["pending", "rejected", "rejected"]
    assert "Rejected as duplicate 2 articles." in page.inner_text(".toast")
    page.click(".toast >> text=Undo")
    assert {one.status for one in stories.all()} == {"pending"}


def test_pages_of_alike_articles_are_accessible_and_fit(desk: Any) -> None:
    page = desk("editor")
    one, two, _ = (article.pk for article in alike())
    for path in (f"/review/{one}/", f"/compare/{one}/{two}/", f"/articles/{one}/story/", "/suggestions/", "/queue/?sort=likely"):
        page.goto(path)
        page.evaluate(AXE.read_text())
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        assert [(one["id"], [node["html"][:160] for node in one["nodes"]]) for one in found] == [], path
        page.set_viewport_size({"width": 320, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
        page.set_viewport_size({"width": 1440, "height": 900})

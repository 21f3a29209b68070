"""Likely duplicates in a real browser: by keys, without JavaScript, and fit for everybody."""
from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from articles.models import Article, Review
from tests.browser.conftest import violations
from tests.browser.test_deciding import heading, sent, titled
from tests.factories import make_article

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
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
    page.wait_for_load_state("networkidle")
    page.keyboard.press("d")
    assert heading(page) != CRANES
    sent(page)
    review = Review.objects.get()
    assert (review.article, review.reason, review.twin) == (first, "duplicate", second)
    page.keyboard.press("z")
    assert heading(page) == CRANES
    sent(page)
    page.keyboard.press("Shift+D")
    expect(page.locator("#of-which")).to_be_focused()
    page.select_option("#of-which", index=1)
    page.click("#of-another .btn")
    assert heading(page) != CRANES
    sent(page)
    assert Review.objects.latest("pk").twin == third


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


def test_a_duplicate_is_chosen_without_javascript(desk: Any) -> None:
    page = desk("editor", java_script_enabled=False)
    first, second, third = alike()
    page.goto(f"/review/{first.pk}/")
    page.click("text=Duplicate of another")
    page.select_option("#of-which", index=1)
    page.click("#of-another .btn")

    review = Review.objects.get()
    assert (review.article, review.reason, review.twin) == (first, "duplicate", third)


def test_pages_of_alike_articles_are_accessible_and_fit(desk: Any) -> None:
    page = desk("editor")
    one, two, _ = (article.pk for article in alike())
    for path in (f"/review/{one}/", f"/compare/{one}/{two}/", f"/articles/{one}/story/", "/suggestions/", "/queue/?sort=likely"):
        page.goto(path)
        assert violations(page) == [], path
        page.set_viewport_size({"width": 320, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
        page.set_viewport_size({"width": 1440, "height": 900})

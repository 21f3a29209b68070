"""Settling conflicts and looking again, in a real browser: keys, undo, no JavaScript, both themes, 320 px."""
from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from articles.models import Article, Conflict, Review, Site
from tests.browser.conftest import breadth, faults
from tests.conflicting import FOUND, OURS, THEIRS, make_conflict, make_rechecked, make_sent
from tests.factories import make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def contested(desk: Any) -> tuple[Article, Article]:
    """Two articles in conflict, the second found earlier; one to look at again; one reverted field."""
    site, editor = Site.objects.get(), make_person("editor", "ida")
    second = make_conflict(site, editor)
    first = make_conflict(site, editor, found_at=FOUND + timedelta(hours=1))
    make_rechecked(site, editor, title="Cranes move house")
    make_sent(second)
    return first, second


def test_digits_choose_enter_saves_and_undo_opens_again(desk: Any, contested: tuple[Article, Article]) -> None:
    first, second = contested
    page = desk("senior editor")
    page.goto(f"/conflicts/{first.pk}/")
    expect(page.locator("#result")).to_contain_text(OURS)

    page.keyboard.press("2")
    expect(page.locator("#result")).not_to_contain_text(OURS)
    expect(page.locator("[name=side-quality]:checked")).to_be_focused()
    page.keyboard.press("1")
    expect(page.locator("#result")).to_contain_text("quality: 52")
    page.keyboard.press("Enter")

    expect(page.locator(".top .num")).to_have_text("1 of 1")
    assert page.url.endswith(f"/conflicts/{second.pk}/")
    expect(page.locator("#hd")).to_be_focused()
    now = Article.objects.get(pk=first.pk)
    assert (now.title, now.quality) == (THEIRS, 52)
    page.keyboard.press("z")
    page.wait_for_url(f"**/conflicts/{first.pk}/")
    assert Article.objects.get(pk=first.pk).title == OURS
    assert Conflict.objects.filter(settled_at=None).count() == 4
    page.keyboard.press("l")
    page.wait_for_url(f"**/conflicts/{second.pk}/")
    assert [row.action for row in Review.objects.order_by("-pk")[:2]] == ["undo", "settle"]


def test_settling_works_without_javascript(desk: Any, contested: tuple[Article, Article]) -> None:
    first, second = contested
    page = desk("senior editor", java_script_enabled=False)
    page.goto(f"/conflicts/{first.pk}/")
    page.check("[name=side-title][value=theirs]")
    page.click("text=Show the result")
    assert page.is_checked("[name=side-title][value=theirs]") and OURS not in page.inner_text("#result")
    page.click("text=Save and go to next")
    page.wait_for_url(f"**/conflicts/{second.pk}/")
    page.click(".toast >> text=Undo")
    page.wait_for_url(f"**/conflicts/{first.pk}/")

    assert [row.action for row in Review.objects.order_by("-pk")[:2]] == ["undo", "settle"]


def test_y_says_still_fine_beside_the_article_and_in_the_list(desk: Any, contested: tuple[Article, Article]) -> None:
    page = desk("editor")
    article = Article.objects.exclude(recheck="").get()
    page.goto("/recheck/")
    page.click("text=Cranes move house")
    page.wait_for_selector(".since.look")
    page.keyboard.press("y")
    expect(page.locator(".since")).to_have_count(0)
    assert Article.objects.get(pk=article.pk).recheck == ""

    page.keyboard.press("z")
    expect(page.locator(".since.look")).to_have_count(1)
    page.goto("/recheck/")
    page.keyboard.press("y")
    expect(page.locator(".empty")).to_contain_text("No decided article has changed.")


def test_pages_are_accessible_and_fit(desk: Any, contested: tuple[Article, Article]) -> None:
    page = desk(reduced_motion="reduce")
    article = Article.objects.exclude(recheck="").get()
    for path in ("/conflicts/", f"/conflicts/{contested[0].pk}/", "/recheck/", f"/review/{article.pk}/", "/exports/ledger/", "/policy/",
                 f"/articles/{contested[0].pk}/history/"):  # fmt: skip
        page.goto(path)
        assert faults(page) == [], path
        assert breadth(page) <= 320, path

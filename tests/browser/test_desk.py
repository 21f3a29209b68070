"""What editors do, in a real browser: sign in, filter, approve, undo, edit, export; with keys, and without JavaScript."""
from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from articles.models import Article, Review
from tests.browser.conftest import breadth, faults
from tests.browser.test_deciding import sent

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def titled(title: str) -> Article:
    return Article.objects.get(title=title)


def test_filters_are_chips_in_the_address(desk: Any) -> None:
    page = desk()
    page.goto("/queue/?quality=60..69")

    assert page.locator("#rows > .row").count() == 2
    page.click("[aria-label^='Remove filter: Quality']")
    expect(page.locator("#rows > .row")).to_have_count(4)


def test_queue_decides_where_the_row_is(desk: Any) -> None:
    page = desk()
    page.goto("/queue/")

    page.keyboard.press("j")
    expect(page.locator(".row.now h3")).to_contain_text("66")
    expect(page.locator(".row.now .keys .yes")).to_be_visible()
    page.keyboard.press("a")
    expect(page.locator("#rows > .row")).to_have_count(3)
    sent(page)
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
    assert "approved this" in second.inner_text(".toast.told")
    assert "Moving on: Crane of quality 90" in second.inner_text(".toast.told")
    assert second.inner_text("#hd") == "Crane of quality 66"
    assert Review.objects.count() == 1


def test_export_is_downloaded(desk: Any) -> None:
    page = desk()
    page.goto("/review/next/")
    page.keyboard.press("a")
    expect(page.locator("#done")).to_contain_text("Crane of quality 90")
    page.goto("/exports/new/")
    assert "1 file changes" in page.inner_text("main")
    page.click("text=Make zip")
    page.wait_for_url(re.compile(r"/exports/[0-9]+/$"))
    with page.expect_download() as download:
        page.click("text=Download")
    assert download.value.suggested_filename.endswith(".zip")


def test_everything_works_without_javascript(desk: Any) -> None:
    page = desk(java_script_enabled=False)
    page.goto("/review/next/")
    page.uncheck("[name=topics][value=Machines]")
    page.fill("[name=quality]", "72")
    page.click("text=Save these values")
    assert titled("Crane of quality 90").quality == 72
    assert titled("Crane of quality 90").topics == ["Rail"]
    page.click("#judge .decide .yes")
    assert page.inner_text("#hd") == "Crane of quality 66"
    page.click(".toast >> text=Undo")
    assert page.inner_text("#hd") == "Crane of quality 90"
    assert [row.action for row in Review.objects.order_by("pk")] == ["edit", "approve", "undo"]


def test_pages_are_accessible_and_fit(desk: Any) -> None:
    page = desk(reduced_motion="reduce")
    pk = titled("Crane of quality 90").pk
    for path in ("/queue/", f"/review/{pk}/", f"/articles/{pk}/edit/", f"/articles/{pk}/history/", "/decided/", "/exports/new/", "/imports/",
                 "/me/", "/help/keys/"):  # fmt: skip
        page.goto(path)
        assert faults(page) == [], path
        assert breadth(page) <= 320, path

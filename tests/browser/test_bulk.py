"""Many articles at once in a real browser: with keys, with the pointer, and behind the page."""
from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from articles import bulk
from articles.models import Article, BulkRun, Review, Site
from tests.browser.conftest import violations
from tests.browser.test_deciding import sent
from tests.bulk.crowd import make_crowd

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def statuses() -> list[str]:
    """Of the four cranes, best first."""
    return list(Article.objects.order_by("-quality", "pk").values_list("status", flat=True))


def ticks(page: Any) -> list[bool]:
    return page.eval_on_selector_all("#rows [name=seen]", "all => all.map(it => it.checked)")  # type: ignore[no-any-return]


def test_keys_select_decide_and_undo(desk: Any) -> None:
    page = desk("editor")
    page.goto("/queue/")
    page.focus("#rows .row.now h3 a")
    expect(page.locator("#bulk")).to_be_hidden()

    page.keyboard.press("x")
    expect(page.locator("#bulk b")).to_have_text("1 selected")
    expect(page.locator("#rows .keys")).to_be_hidden()
    page.keyboard.press("Shift+J")
    page.keyboard.press("j")
    expect(page.locator("#bulk b")).to_have_text("2 selected")
    expect(page.locator("#live")).to_have_text("2 selected")
    page.keyboard.press("a")  # the active row is not among them
    expect(page.locator(".toast.done")).to_contain_text("Approved 2 articles.")
    assert statuses() == ["approved", "approved", "pending", "pending"]

    page.keyboard.press("z")
    expect(page.locator(".toast.done")).to_contain_text("Back in the queue: 2 articles.")
    assert statuses() == ["pending"] * 4

    page.keyboard.press("Control+a")
    expect(page.locator("#bulk .yes [data-count]")).to_have_text("Approve 4")
    page.keyboard.press("Escape")
    expect(page.locator("#bulk")).to_be_hidden()
    page.keyboard.press("a")  # and the active row again
    expect(page.locator(".toast.done")).to_contain_text("Crane of quality 90")
    sent(page)
    assert statuses() == ["approved", "pending", "pending", "pending"]


def test_reason_quality_and_topics_of_a_selection(desk: Any) -> None:
    page = desk("admin")
    page.goto("/queue/")
    page.focus("#rows .row.now h3 a")
    page.keyboard.press("Shift+J")
    page.keyboard.press(".")
    expect(page.locator(".toast.done")).to_contain_text("Changed 2 articles: quality +5.")
    assert sorted(Article.objects.values_list("quality", flat=True)) == [40, 64, 71, 95]

    page.keyboard.press("Control+a")
    page.keyboard.press("q")
    page.keyboard.type("72")
    page.keyboard.press("Enter")
    expect(page.locator(".toast.done")).to_contain_text("Changed 4 articles: quality 72.")
    page.keyboard.press("Control+a")
    page.keyboard.press("t")
    page.keyboard.type("Ports")
    page.keyboard.press("Enter")
    expect(page.locator(".toast.done")).to_contain_text("Changed 4 articles: add Ports.")
    assert set(map(tuple, Article.objects.values_list("topics", flat=True))) == {("Machines", "Rail", "Ports")}

    page.keyboard.press("Control+a")
    page.keyboard.press("Shift+R")
    page.keyboard.press("3")
    expect(page.locator(".toast.done")).to_contain_text("Rejected 4 articles: thin.")
    assert set(Review.objects.filter(action="reject").values_list("reason", flat=True)) == {"thin"}


def test_pointer_ticks_a_range_and_what_was_left_is_shown(desk: Any) -> None:
    page = desk("editor")
    page.goto("/queue/")
    page.locator("#rows [name=seen]").nth(0).click()
    page.locator("#rows [name=seen]").nth(2).click(modifiers=["Shift"])
    assert ticks(page) == [True, True, True, False]
    Article.objects.filter(quality=66).update(version=9)

    page.click("#bulk >> text=Later")

    expect(page.locator(".toast.done")).to_contain_text("Held 2 articles. 1 changed meanwhile and was left alone")
    page.click(".toast >> text=Show")
    expect(page.locator("#run .list").first.locator("a")).to_have_text("Crane of quality 66")
    page.click("text=Undo all of it")
    expect(page.locator("#run-title")).to_have_text("Back in the queue: 2 articles")
    assert statuses() == ["pending"] * 4


def test_all_of_a_filter_is_previewed_and_done_behind_the_page(desk: Any, settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
    site = Site.objects.get()
    make_crowd(site, 300, providers=["Meridian Post", "Kestrel Wire", "Meridian Post"], quality=55)
    page = desk("senior editor")
    page.goto("/queue/?quality=50..59")
    page.focus("#rows .row.now h3 a")
    page.keyboard.press("x")
    page.click("text=Select all 300 of this filter")
    expect(page.locator("#bulk b")).to_have_text("All 300 of this filter selected")
    assert set(ticks(page)) == {True}
    page.focus("#rows .row.now h3 a")
    page.keyboard.press("a")

    expect(page.locator("#run-title")).to_have_text("Approve 300 articles?")
    assert page.locator("#run .t tbody tr").all_inner_texts() == ["Meridian Post\t200", "Kestrel Wire\t100"]
    expect(page.locator("#run .list li")).to_have_count(10)
    assert not Review.objects.exists()
    page.click("#run >> button:has-text('Approve 300 articles')")
    expect(page.locator("#run [role=status]")).to_have_text("0 of 300")
    run = BulkRun.objects.get()
    bulk.advance(run.pk, seconds=0)
    expect(page.locator("#run [role=status]")).to_have_text("100 of 300")
    assert violations(page) == []

    page.goto("/queue/")  # leaving does not stop it
    while bulk.advance(run.pk, seconds=0):
        pass
    page.goto(f"/bulk/{run.pk}/")
    expect(page.locator("#run-title")).to_have_text("Approved 300 articles")
    page.click("text=Undo all of it")
    expect(page.locator("#run-title")).to_have_text("Undo 300 articles")
    while bulk.advance(BulkRun.objects.first().pk, seconds=0):
        pass
    expect(page.locator("#run-title")).to_have_text("Back in the queue: 300 articles")
    assert not Article.objects.exclude(status="pending").exists()


@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 320)])
def test_bar_and_pages_are_accessible_and_fit(desk: Any, theme: str, width: int) -> None:
    page = desk("admin", theme=theme, width=width)
    site = Site.objects.get()
    run = bulk.choose(site, list(Article.objects.values_list("pk", "version")), editor=page.person, whole=True)
    page.goto("/queue/")
    page.locator("#rows [name=seen]").nth(1).click()
    for popover in ("bulk-quality", "bulk-topics", "bulk-reasons", ""):
        if popover:
            page.click(f"[popovertarget={popover}]")
            expect(page.locator(f"#{popover}")).to_be_in_viewport()
        else:
            page.click("#bulk b")
        assert violations(page) == [], popover
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for path in (f"/bulk/{run.pk}/", "/bulk/"):
        page.goto(path)
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_javascript_rows_are_ticked_and_decided(desk: Any) -> None:
    page = desk("editor", java_script_enabled=False)
    page.goto("/queue/")
    for place in (1, 2):
        page.locator("#rows [name=seen]").nth(place).check()
    page.click("#bulk >> button.yes")
    assert "Approved 2 articles." in page.inner_text(".toast")
    page.click(".toast >> text=Undo")
    assert statuses() == ["pending"] * 4

    page.locator("#rows [name=seen]").nth(0).check()
    page.click("text=Select all 4 of this filter")
    page.click("#run >> text=Thin")
    page.click("#run >> button:has-text('Reject 4 articles: thin')")
    assert page.inner_text("#run-title") == "Rejected 4 articles: thin"

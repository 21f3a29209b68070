"""Rows of the queue that are decided where they are: at once, in order, without a connection, and back again."""
from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from articles.decisions import decide, edit
from articles.models import Article, Review
from articles.workflow import Action
from tests.browser.test_deciding import sent, titled, told
from tests.factories import make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def opened(desk: Any, **words: Any) -> Page:
    page: Page = desk("editor", **words)
    page.goto("/queue/")
    page.wait_for_load_state("networkidle")
    return page


def qualities(page: Page) -> list[int]:
    return [int(text) for text in page.locator("#rows > .row .q b").all_inner_texts()]


def acts() -> list[tuple[str, int | None]]:
    return [(row.action, row.article.quality) for row in Review.objects.order_by("pk")]


def test_rows_are_decided_without_a_connection_and_sent_later(desk: Any) -> None:
    page = opened(desk, choices={"goal": 4})
    page.context.set_offline(True)

    page.click(".row.now .yes")
    assert qualities(page) == [66, 64, 40]
    assert page.evaluate("document.activeElement.textContent") == "Crane of quality 66"
    assert "Approved Crane of quality 90" in " ".join(page.inner_text(".toast.done").split())
    page.click(".row.now .tp >> nth=1")
    expect(page.locator(".row.now .tp[aria-pressed=false]")).to_have_text("2Rail")
    page.click(".row.now .nope")
    page.keyboard.press("l")
    assert qualities(page) == [40]
    page.keyboard.press("z")
    assert qualities(page) == [64, 40]
    expect(page.locator("#kept")).to_contain_text("You are offline. 5 decisions are kept here")
    assert not Review.objects.exists()

    page.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    sent(page)
    assert acts() == [("approve", 90), ("edit", 66), ("reject", 66), ("hold", 64), ("undo", 64)]
    assert titled("Crane of quality 66").topics == ["Machines"]
    expect(page.locator("#counts")).to_have_text("2 waiting")
    expect(page.locator("#nav-waiting")).to_have_text("2")
    expect(page.locator("#goal")).to_contain_text("2 of 4 today")
    page.keyboard.press("a")  # on the version that the undo made
    page.keyboard.press("a")
    sent(page)
    expect(page.locator("main")).to_contain_text("Nothing is waiting.")
    page.keyboard.press("z")
    sent(page)
    expect(page.locator("#rows > .row")).to_have_count(1)
    assert set(Article.objects.values_list("quality", "status")) == {(90, "approved"), (66, "rejected"), (64, "approved"), (40, "pending")}


def test_rows_that_could_not_be_saved_come_back_with_their_reason(desk: Any) -> None:
    page = opened(desk)
    milo = make_person("editor", "milo")
    edit([titled("Crane of quality 90")], {"quality": 91}, editor=milo, at=timezone.now())
    decide([titled("Crane of quality 66")], Action.REJECT, editor=milo, at=timezone.now())

    page.keyboard.press("a")
    page.keyboard.press("a")
    assert "milo edited this" in told(page)
    sent(page)
    expect(page.locator(".toast.told")).to_have_count(2)
    texts = [" ".join(text.split()) for text in page.locator(".toast.told").all_inner_texts()]
    assert "It is back in your list: Crane of quality 90" in texts[0]
    assert "milo rejected this" in texts[1] and "Moving on: Crane of quality 66" in texts[1]
    assert qualities(page) == [90, 64, 40]
    page.focus("#rows > .row >> nth=0 >> h3 a")
    expect(page.locator(".row.now .yes")).to_be_visible()
    page.keyboard.press("a")
    sent(page)
    assert titled("Crane of quality 90").status == "approved"

    page.route("**/decide/", lambda route: route.abort())
    page.keyboard.press("r")
    expect(page.locator("#kept")).to_contain_text("1 decision is kept")
    page.reload()
    expect(page.locator("#rows > .row")).to_have_count(1)  # what waits to be sent is decided already
    page.unroute("**/decide/")
    edit([titled("Crane of quality 64")], {"quality": 65}, editor=milo, at=timezone.now())
    page.evaluate("window.dispatchEvent(new Event('online'))")
    assert "milo edited this" in told(page)
    expect(page.locator("#rows > .row h3")).to_have_text(["Crane of quality 64", "Crane of quality 40"])


def test_quality_is_moved_in_the_row_and_back(desk: Any) -> None:
    page = opened(desk)
    page.keyboard.press("j")
    for key in (".", ".", ",", "."):
        page.keyboard.press(key)
    sent(page)

    expect(page.locator(".row.now .q b")).to_have_text("76")
    assert "6 over the line of 70" in page.text_content("#live")
    assert qualities(page) == [90, 76, 64, 40]  # the list does not move
    page.keyboard.press("z")
    page.click(".row.now [aria-label='Quality down 5']")
    sent(page)
    expect(page.locator(".row.now .q b")).to_have_text("66")
    page.keyboard.press("a")
    sent(page)
    assert [action for action, _ in acts()] == [*["edit"] * 4, "undo", "edit", "approve"]
    article = titled("Crane of quality 66")
    assert (article.quality, article.status) == (66, "approved")

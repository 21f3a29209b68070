"""Notes in a real browser: by keys, without leaving the article, and fit for everybody."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from articles.models import Note, Review
from tests.browser.conftest import violations
from tests.browser.test_deciding import sent, titled

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def test_a_note_is_written_and_then_the_article_decided(desk: Any) -> None:
    page = desk("editor")
    article = titled("Crane of quality 90")
    page.goto(f"/review/{article.pk}/")

    page.keyboard.press("n")
    page.get_by_role("link", name="Write a note without a decision").click()
    expect(page.locator("#note-text")).to_be_focused()
    page.keyboard.type("Approve it? a, r and z are letters here")
    page.get_by_role("button", name="Keep the note").click()
    expect(page.locator("#notes")).to_contain_text("1 open note")
    expect(page.locator("#hd")).to_be_focused()
    assert violations(page) == [] and not Review.objects.exists()

    page.set_viewport_size({"width": 1280, "height": 480})
    page.goto(f"/review/{article.pk}/#notes")  # as mails and lists of mentions lead there
    expect(page.locator("#notes")).to_be_in_viewport()
    assert page.evaluate("document.querySelector('#main').scrollTop") == 0
    page.goto(f"/review/{article.pk}/")
    page.keyboard.press("a")
    sent(page)
    assert Review.objects.get().article == Note.objects.get().article == article

"""Every dialog and menu that can be open on the queue and on review, looked at by axe-core in both themes."""
from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import faults
from tests.browser.test_likeness import alike

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
# What opens it, a key or something to press, and what is then open. The bar for many and its menus: test_bulk.py; what is
# found for a topic, and what is told: test_keys.py.
REVIEW = (
    ("?", "#keys"), ("Control+k", "#palette:has([role=option])"), ("Shift+R", "#reasons"), ("n", "#more"), ("Shift+D", "#of-another"),
    ("p", "#beside:has(.page)"),
)  # fmt: skip
QUEUE = (
    ("summary.add", ".filterform"), ("summary:has-text('Save view')", ".saveform"), ("summary:has-text('Order')", ".sorts"),
    ("/", "#found-operators:has([role=option])"),
)  # fmt: skip


def wrong(page: Page, states: Any) -> list[Any]:
    """What is wrong with each of the states while it is open, in both themes."""
    found = []
    for opener, css in states:
        if opener.startswith("summary"):
            page.click(opener)
        else:
            page.keyboard.press(opener)
        expect(page.locator(css)).to_be_visible()
        found += faults(page, css)
        page.keyboard.press("Escape")
        expect(page.locator(css)).to_be_hidden()
    return found


def test_whatever_opens_is_accessible(desk: Any) -> None:
    page = desk(reduced_motion="reduce")
    first = alike()[0]

    page.goto(f"/review/{first.pk}/")
    page.wait_for_function("document.documentElement.matches('.has-js')")
    assert wrong(page, REVIEW) == []
    page.goto("/queue/")
    page.wait_for_function("document.documentElement.matches('.has-js')")
    assert wrong(page, QUEUE) == []

"""The search field in a real browser: operators are offered while one types, and never taken without being chosen."""
from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def test_operators_are_offered_and_words_are_sent_as_they_are_typed(desk: Any) -> None:
    page = desk("editor")
    page.goto("/queue/")
    field, options = page.locator("#jump"), page.locator("#found-operators [role=option]")

    page.keyboard.press("/")
    expect(options.first).to_contain_text("status:")
    page.keyboard.type("crane qu")
    expect(options).to_have_text(["quality: 70.., ..69, 60..69"])
    page.keyboard.press("ArrowDown")
    assert page.get_attribute("#jump", "aria-activedescendant") == options.first.get_attribute("id")
    page.keyboard.press("Enter")
    expect(field).to_have_value("crane quality:")
    expect(options.first).to_contain_text("quality:70..")
    options.filter(has_text="..69").first.click()
    expect(field).to_have_value("crane quality:..69 ")
    expect(options.first).to_contain_text("status:")
    expect(field).to_be_focused()
    assert field.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Enter")  # none is chosen, so the search is sent
    page.wait_for_url("**/queue/?quality=..69&q=crane")
    expect(page.locator("#rows > .row")).to_have_count(3)

    page.keyboard.press("/")  # marks what stands there, so that the next key takes its place
    page.keyboard.type("s")
    expect(options).to_have_text(["status: waiting, held, approved", "since: 1d, 2d, 1w"])
    page.keyboard.press("Escape")
    expect(page.locator("#found-operators")).to_be_hidden()
    assert field.get_attribute("aria-expanded") == "false"

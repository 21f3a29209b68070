"""How long decisions take, as the browser measures it."""
from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from articles.models import Review
from tests.browser.test_deciding import heading, opened, sent

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
HIDE = """(hidden) => {
  Object.defineProperty(document, "hidden", {get: () => hidden, configurable: true});
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def test_time_before_the_editor_is_measured_and_hidden_time_is_not(desk: Any) -> None:
    page = desk(choices={"goal": 3})
    page.clock.install()
    page.goto("/review/next/")
    page.wait_for_load_state("networkidle")
    page.clock.run_for(6_000)
    page.evaluate(HIDE, True)
    page.clock.fast_forward(90_000)
    page.evaluate(HIDE, False)
    page.clock.run_for(4_000)
    page.keyboard.press("a")
    assert heading(page) == "Crane of quality 66"
    page.clock.run_for(20_000)
    page.keyboard.press("r")
    assert heading(page) == "Crane of quality 64"
    page.clock.run_for(1_000)  # its frame is drawn
    page.clock.fast_forward(600_000)
    page.keyboard.press("a")
    sent(page)
    expect(page.locator("#count")).to_have_text("1 of 1")
    expect(page.locator("#goal b")).to_have_text("3")
    expect(page.locator("#pace")).to_contain_text("s median")

    first, second, third = Review.objects.order_by("pk")
    # From below by what the clock was moved on, less its frame; from above by what may not be counted.
    assert timedelta(seconds=9) <= first.at - first.shown_at < timedelta(seconds=90)
    assert timedelta(seconds=19) <= second.at - second.shown_at < timedelta(seconds=110)
    assert third.shown_at is None  # after ten minutes somebody was away


def test_the_place_and_the_day_follow_what_is_done(desk: Any) -> None:
    page = opened(desk, choices={"goal": 3})

    expect(page.locator("#count")).to_have_text("1 of 4")
    page.keyboard.press("j")
    expect(page.locator("#count")).to_have_text("2 of 4")
    page.keyboard.press("r")
    sent(page)
    assert heading(page) == "Crane of quality 64"
    expect(page.locator("#count")).to_have_text("2 of 3")
    expect(page.locator("#goal")).to_contain_text("1 of 3 today")
    page.keyboard.press("j")  # fetched before the decision, when it was the fourth
    expect(page.locator("#count")).to_have_text("3 of 3")
    expect(page.locator("#goal")).to_contain_text("1 of 3 today")
    page.keyboard.press("z")
    sent(page)
    assert heading(page) == "Crane of quality 66"
    expect(page.locator("#goal")).to_contain_text("0 of 3 today")
    expect(page.locator("#count")).to_have_text("2 of 4")

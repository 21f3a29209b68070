"""How long decisions take, as the browser measures it."""
from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from articles.models import Review
from tests.browser.test_deciding import heading, sent

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
HIDE = """(hidden) => {
  Object.defineProperty(document, "hidden", {get: () => hidden, configurable: true});
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def test_time_before_the_editor_is_measured_and_hidden_time_is_not(desk: Any) -> None:
    page = desk()
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
    page.clock.fast_forward(600_000)
    page.keyboard.press("a")
    sent(page)

    first, second, third = Review.objects.order_by("pk")
    # From below by what the clock was moved on, less its frame; from above by what may not be counted.
    assert timedelta(seconds=9) <= first.at - first.shown_at < timedelta(seconds=90)
    assert timedelta(seconds=19) <= second.at - second.shown_at < timedelta(seconds=110)
    assert third.shown_at is None  # after ten minutes somebody was away

"""The dashboard in a real browser: read in both themes and on the narrowest screen, with its tables open."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from articles.decisions import decide
from articles.models import Article
from articles.workflow import Action
from tests.browser.conftest import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 320)])
def test_charts_and_tables_are_read_by_everybody(desk: Any, theme: str, width: int) -> None:
    page = desk("admin", theme=theme, width=width)
    best, second, *_ = Article.objects.order_by("-quality")
    for article, action, back in ((best, Action.APPROVE, 0), (second, Action.REJECT, 2)):
        decide([article], action, editor=page.person, at=timezone.now() - timedelta(days=back))

    page.goto("/dashboard/")
    expect(page.locator("svg.chart")).to_have_count(4)
    assert violations(page) == []

    summaries = page.locator("summary")
    for place in range(summaries.count()):
        summaries.nth(place).press("Enter")  # with the keyboard, as every button
    expect(page.locator("details[open] table")).to_have_count(5)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.get_by_role("link", name="28 days").click()
    expect(page.get_by_role("table", name="Arrived and decided, day by day")).to_be_hidden()
    expect(page.locator(".seg [aria-current=page]")).to_have_text("28 days")

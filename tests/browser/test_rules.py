"""Rules in a real browser: the sentence is told while it is written, and every page is fit for everybody."""
from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from articles.decisions import decide
from articles.models import Article, Rule
from articles.workflow import Action
from tests.browser.conftest import violations
from tests.factories import NOON
from tests.rules.making import make_rule, words

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def test_a_rule_from_its_first_word_to_the_run_that_is_undone(desk: Any) -> None:
    page = desk("admin")
    decide([Article.objects.get(title__endswith=" 40")], Action.REJECT, editor=page.person, at=NOON)
    page.goto("/rules/new/")

    page.fill("#id_name", "Thin cranes")
    page.fill("#id_quality_most", "64")
    page.select_option("#id_decide", "reject")
    page.select_option("#id_reason", "thin")
    expect(page.locator("#preview .says")).to_have_text("When the quality is at most 64, reject as Thin.")
    expect(page.locator("#preview .big")).to_have_text("1 waiting article")
    page.wait_for_load_state("networkidle")
    page.click("text=Save and back-test")
    page.wait_for_url("**/backtest/")
    expect(page.locator(".tabs [aria-current]")).to_have_text("Agree 1")
    page.click("text=Switch on")
    page.wait_for_url("**/rules/*/")
    page.click("text=Apply to what waits")
    page.click("button[value=start]")
    expect(page.locator("#run-title")).to_have_text("Rejected 1 article: thin")
    rejected = Article.objects.get(title__endswith=" 64")
    assert (rejected.status, Rule.objects.get().is_on) == ("rejected", True)
    page.goto(f"/review/{rejected.pk}/")
    expect(page.locator(".ruled")).to_contain_text("by a rule")
    page.click(".ruled .btn")
    expect(page.locator(".ruled")).to_have_count(0)
    assert Article.objects.get(pk=rejected.pk).status == "pending"
    move_with_the_keyboard_alone(page)


def move_with_the_keyboard_alone(page: Any) -> None:
    first = Rule.objects.get()
    for name, decide_ in (("Two", "hold"), ("Three", "approve")):
        moved = make_rule(first.site, words("crane"), then={"decide": decide_}, name=name, actor=page.person)
    page.goto("/rules/")
    expect(page.locator(".rule-conflicts .banner").first).to_contain_text("“Two” and “Three” contradict each other")

    button = page.locator(f"#up-{moved.pk}")
    button.focus()
    for place in (2, 1, 1):  # at the top the button stays, and does nothing
        page.keyboard.press("Enter")
        expect(button).to_have_attribute("aria-label", f"Move Three up: {place} of 3")
        expect(button).to_be_focused()

    expect(page.locator(".rules th a")).to_have_text(["Three", first.name, "Two"])
    expect(page.locator(".rule-conflicts .banner").first).to_contain_text("“Three” and “Two” contradict each other")
    assert list(Rule.objects.order_by("place").values_list("name", flat=True)) == ["Three", first.name, "Two"]


def test_the_pages_of_rules_are_fit_for_everybody(desk: Any) -> None:
    page = desk("admin", width=320)
    decide([Article.objects.get(title__endswith=" 40")], Action.REJECT, editor=page.person, at=NOON)
    page.goto("/rules/new/")
    page.fill("#id_name", "Thin cranes, and a name that is so long that it must be broken somewhere")
    page.fill("#id_quality_most", "64")
    page.select_option("#id_decide", "reject")
    expect(page.locator("#preview .says")).to_have_text("When the quality is at most 64, reject.")
    page.wait_for_load_state("networkidle")
    page.click("text=Save and back-test")
    page.wait_for_url("**/backtest/")
    rule = Rule.objects.get()

    pages = ["", f"{rule.pk}/", f"{rule.pk}/backtest/", f"conflicts/?of={rule.pk}&and={rule.pk}"]
    for path, scheme in [*((path, "light") for path in pages), *((path, "dark") for path in pages[:3])]:
        page.emulate_media(color_scheme=scheme)
        page.goto(f"/rules/{path}")
        assert violations(page) == [], (path, scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path

"""Keys as such: when they act and when they must not, the sheets and lists that they open, and a day without a pointer."""
from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from articles.models import Article, Preferences, Review, Topic
from tests.browser.conftest import faults, violations
from tests.browser.test_deciding import heading, opened, sent, told
from tests.factories import make_article

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
FIRST, SECOND = "Crane of quality 90", "Crane of quality 66"


def type_key(page: Page, key: str, **more: Any) -> None:
    """A keydown as the browser would report it, for what the keyboard of the test machine cannot type."""
    page.evaluate(
        "(event) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {bubbles: true, cancelable: true, ...event}))",
        {"key": key, **more},
    )


def test_keys_that_must_not_decide(desk: Any) -> None:
    page = opened(desk)

    type_key(page, "a", isComposing=True)
    type_key(page, "a", keyCode=229)
    type_key(page, "a", repeat=True)
    for modifier in ("ctrlKey", "altKey", "metaKey"):
        type_key(page, "a", code="KeyA", **{modifier: True})
    page.keyboard.press("n")
    page.keyboard.type("a rather long note")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.keyboard.press("a")
    page.keyboard.press("Escape")
    page.wait_for_function("!document.querySelector('dialog[open]')")
    page.keyboard.press("c")

    assert page.inner_text("#live") == "There is nothing to compare with yet."
    assert heading(page) == FIRST
    page.keyboard.press("Shift+R")
    page.keyboard.press("Escape")
    page.keyboard.press("3")  # the reasons are closed again: this is topic 3, which the article has not
    assert heading(page) == FIRST
    page.keyboard.down("r")
    page.keyboard.down("r")
    page.keyboard.down("r")
    page.keyboard.up("r")
    sent(page)
    assert heading(page) == SECOND
    review = Review.objects.get()
    assert (review.action, review.reason, review.note) == ("reject", "", "a rather long note")


def test_layouts_and_capitals(desk: Any) -> None:
    page = opened(desk)

    type_key(page, "б", code="Comma")  # a Russian layout
    expect(page.locator("[name=quality]")).to_have_value("85")
    type_key(page, "A", code="KeyA")  # capitals are locked
    assert heading(page) == SECOND
    type_key(page, "ф", code="KeyA")
    assert heading(page) == "Crane of quality 64"
    sent(page)
    assert {row.action for row in Review.objects.exclude(action="edit")} == {"approve"}  # the quality may be saved before


def test_with_alt_off_and_remapped(desk: Any) -> None:
    page = opened(desk, choices={"key_mode": "alt"})
    person = page.person  # type: ignore[attr-defined]

    page.keyboard.press("a")
    assert heading(page) == FIRST
    assert page.get_attribute(".decide .yes", "aria-keyshortcuts") == "Alt+A"
    type_key(page, "å", code="KeyA", altKey=True)
    assert heading(page) == SECOND

    page.goto("/me/")
    page.check("[name=key_mode][value=off]")
    page.click("main button:text-is('Save')")
    page.goto("/review/next/")
    page.keyboard.press("a")
    assert heading(page) == SECOND
    assert page.locator(".decide kbd").first.is_hidden()
    assert page.get_attribute(".decide .yes", "aria-keyshortcuts") is None
    page.keyboard.press("Control+k")  # not a single character, so it stays
    assert page.locator("#palette").is_visible()

    page.goto("/me/")
    page.check("[name=key_mode][value=on]")
    page.click("main button:text-is('Save')")
    page.fill("[name=approve]", "r")
    page.click("text=Save the keys")
    assert "“Reject” has this key." in page.inner_text("main")
    assert Preferences.objects.get(user=person).keymap == {}
    page.fill("[name=approve]", "x")
    page.click("text=Save the keys")
    assert "“Select” has this key." in page.inner_text("main")
    page.fill("[name=approve]", "w")
    page.click("text=Save the keys")
    page.goto("/review/next/")
    assert page.inner_text(".decide .yes kbd") == "W"
    page.keyboard.press("a")
    assert heading(page) == SECOND
    page.keyboard.press("w")
    expect(page.locator("#hd")).to_have_text("Crane of quality 64")
    sent(page)
    page.goto("/me/")
    page.click("text=Reset all keys")
    expect(page.locator("[name=approve]")).to_have_value("A")
    assert Preferences.objects.get(user=person).keymap == {}


def test_g_waits_a_second(desk: Any) -> None:
    page = opened(desk)

    page.keyboard.press("g")
    page.wait_for_timeout(1050)
    page.keyboard.press("h")  # hotter, for G has given up
    expect(page.locator("[name=heat]:checked")).to_have_value("0")
    page.keyboard.press("g")
    page.keyboard.press("h")
    page.wait_for_url("**/decided/")
    sent(page)
    assert Review.objects.get().after["heat"] == 0  # what was not saved yet is saved on leaving


def test_the_topic_finder(desk: Any) -> None:
    page = opened(desk)
    site = Article.objects.get(title=FIRST).site
    parent = Topic.objects.create(site=site, name="Harbours")
    Topic.objects.create(site=site, name="Night cranes", parent=parent)

    page.keyboard.press("t")
    expect(page.locator("#found-topics [role=option]")).to_have_count(4)
    page.keyboard.type("cran")
    expect(page.locator("#found-topics [aria-selected=true]")).to_contain_text("Night cranes under Harbours")
    assert page.get_attribute("#add", "aria-expanded") == "true"
    page.keyboard.press("Enter")
    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")
    page.keyboard.type("Tides")
    expect(page.locator("#found-topics [role=option]").last).to_have_text("Add the new topic “Tides”")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    sent(page)

    assert Article.objects.get(title=FIRST).topics == ["Machines", "Tides"]
    assert Review.objects.filter(action="approve").count() == 1


def test_a_new_topic_needs_an_admin(desk: Any) -> None:
    page = opened(desk, role="editor")

    page.keyboard.press("t")
    page.keyboard.type("Tides")
    page.wait_for_timeout(300)
    assert page.locator("#found-topics [role=option]").count() == 0
    answer = page.evaluate(
        """async () => {
          const form = new FormData(document.querySelector("#judge"));
          form.append("topics", "Tides");
          const to = document.querySelector("[data-saves]").formAction;
          return (await fetch(to, {method: "POST", body: form, headers: {"HX-Request": "true"}})).text();
        }"""
    )
    assert "“Tides” is not a topic of this site. New topics need an admin." in answer
    assert not Topic.objects.filter(name="Tides").exists()


def test_palette_file_and_help(desk: Any) -> None:
    page = opened(desk)

    page.keyboard.press("Control+k")
    page.keyboard.type("later")
    expect(page.locator("#found [aria-selected=true]")).to_contain_text("Later (4 hours)")
    assert page.inner_text("#found [aria-selected=true] kbd") == "L"
    page.keyboard.press("Enter")
    assert heading(page) == SECOND
    sent(page)
    assert Review.objects.get().action == "hold"

    page.keyboard.press("p")
    expect(page.locator("#beside .diff")).to_contain_text("+ published: true")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    assert "Compare with the likely duplicate" in page.inner_text("#keys")
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("f")
    assert page.locator(".tape").is_hidden() and page.locator(".side").is_hidden()
    page.keyboard.press("f")
    page.keyboard.press("Control+k")
    page.keyboard.type("harbour")
    expect(page.locator("#found [aria-selected=true]")).to_contain_text("Provider: Harbour Tribune")
    assert violations(page) == []
    page.keyboard.press("Enter")
    page.wait_for_url("**/queue/?provider=*")
    expect(page.locator("#rows > .row")).to_have_count(3)


def test_states_are_accessible(desk: Any) -> None:
    page = opened(desk, reduced_motion="reduce")

    page.keyboard.press("a")
    page.keyboard.press("z")
    page.keyboard.press("z")
    told(page)
    page.keyboard.press("t")
    page.keyboard.type("R")
    expect(page.locator("#found-topics [aria-selected=true]")).to_have_count(1)
    assert faults(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+R")
    page.context.set_offline(True)
    page.keyboard.press("1")
    expect(page.locator("#kept")).to_be_visible()
    page.keyboard.press("n")
    assert faults(page) == []


def test_narrow_and_without_motion(desk: Any) -> None:
    page = opened(desk, width=320, reduced_motion="reduce", has_touch=True)

    page.tap(".barm [aria-label='Quality up 5']")
    expect(page.locator(".barm output")).to_have_text("95")
    page.tap("text=Reject with a reason")
    page.tap("[value='reject:thin']")
    sent(page)
    assert heading(page) == SECOND
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate("getComputedStyle(document.querySelector('.toast')).animationName") == "stay"  # it moves nothing
    page.tap(".toast >> text=Undo")
    sent(page)
    assert heading(page) == FIRST
    # On a slow machine the quality is saved by itself before the rejection comes.
    assert [row.action for row in Review.objects.exclude(action="edit").order_by("pk")] == ["reject", "undo"]


def test_a_day_with_the_keyboard_alone(desk: Any) -> None:
    page = opened(desk)
    make_article(Article.objects.get(title=FIRST).site, quality=50, title="Came later")

    page.keyboard.press("g")
    page.keyboard.press("q")
    page.wait_for_url("**/queue/**")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("k")
    page.keyboard.press("j")
    expect(page.locator(".row.now h3")).to_contain_text("66")
    page.keyboard.press("Enter")
    page.wait_for_selector("#hd")
    assert heading(page) == SECOND
    page.keyboard.press("j")
    expect(page.locator("#hd")).to_have_text("Crane of quality 64")
    page.keyboard.press("k")
    expect(page.locator("#hd")).to_have_text(SECOND)
    for key in ("q", "8", "1", "Enter", "a"):
        page.keyboard.press(key)
    expect(page.locator("#hd")).to_have_text("Crane of quality 64")  # a key before it is there would decide nothing
    page.keyboard.press("Shift+R")
    page.keyboard.press("2")
    sent(page)
    page.keyboard.press("b")
    page.wait_for_url("**/history/")
    page.keyboard.press("Escape")
    page.wait_for_selector("#hd")
    page.keyboard.press("e")
    page.wait_for_url("**/edit/")
    page.keyboard.press("Escape")
    page.wait_for_selector("#hd")
    page.keyboard.press("Escape")
    page.wait_for_url("**/queue/**")
    page.keyboard.press("/")
    page.keyboard.type("later")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=later**")
    expect(page.locator("#rows > .row")).to_have_count(1)

    # On a slow machine the quality is saved before the decision that would have carried it.
    acts = [(row.action, row.reason, row.article.quality) for row in Review.objects.exclude(action="edit").order_by("pk")]
    assert acts == [("approve", "", 81), ("reject", "duplicate", 64)]

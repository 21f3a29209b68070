"""What the system asks of a page for people's eyes: its own few colours, more contrast, no motion. What tells states apart
must still be there."""
from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from articles.models import Topic
from tests.browser.test_deciding import opened, sent, titled

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
STYLE = """([css, name]) => {
  const found = document.querySelector(css);
  if (!found || !found.checkVisibility()) throw Error(`${css} cannot be seen`);
  return getComputedStyle(found)[name];
}"""


def style(page: Page, css: str, name: str) -> str:
    return str(page.evaluate(STYLE, [css, name]))


def ring(page: Page, css: str) -> tuple[str, float]:
    """The outline that can be seen around an element, and its width in pixels; none where it has the ground's own colour."""
    if style(page, css, "outlineColor") == style(page, "body", "backgroundColor"):
        return "none", 0
    return style(page, css, "outlineStyle"), float(style(page, css, "outlineWidth").removesuffix("px"))


def fills(page: Page, css: str) -> set[str]:
    """The colours of a drawing's track, its fill and its notch: three where all can be told apart."""
    return {style(page, f"{css} .{part}", "fill") for part in ("g-track", "g-fill", "g-notch")}


def tell_apart(page: Page, chosen: str, other: str) -> None:
    """What is chosen has another ground than what is not, and words that are not of its ground's colour."""
    assert style(page, chosen, "backgroundColor") != style(page, other, "backgroundColor"), chosen
    assert style(page, chosen, "backgroundColor") != style(page, chosen, "color"), chosen


def ends(page: Page, css: str) -> set[Any]:
    """The colours near both ends of a bar, as they are on the screen: two where its value can be seen."""
    picture = Image.open(BytesIO(page.locator(css).screenshot())).convert("RGB")
    return {picture.getpixel((picture.width * part // 10, picture.height // 2)) for part in (1, 9)}


def test_states_can_be_told_apart_in_forced_colours(desk: Any) -> None:
    """On black, where the theme that was chosen is the light one: a colour of ours that is left would show."""
    Topic.objects.create(site=titled("Crane of quality 90").site, name="Trams", keywords=["tram"])
    page = opened(desk, theme="light", choices={"goal": 4}, forced_colors="active", color_scheme="dark")

    assert style(page, ".exc mark", "color") == style(page, ".exc", "color") != style(page, "body", "backgroundColor")
    page.keyboard.press("2")  # one of the two topics goes
    page.keyboard.press("h")
    tell_apart(page, ".topics label:has(:checked)", ".topics label:not(:has(:checked))")
    tell_apart(page, ".seg.hot label:has(:checked)", ".seg.hot label:not(:has(:checked))")
    assert len(fills(page, ".ruler")) == 3
    assert ring(page, ".ti.cur") == ("solid", 2)
    page.keyboard.press("a")
    sent(page)
    assert ring(page, "#hd") == ("solid", 2)
    assert style(page, ".toast", "borderStyle") == "solid"
    assert len(ends(page, "#goal progress")) == 2

    page.goto("/queue/")
    page.keyboard.press("j")
    expect(page.locator(".row.now .keys")).to_be_visible()
    assert ring(page, ".row.now") == ("solid", 2)
    assert ring(page, ".row.now h3 a") == ("solid", 2)
    assert ring(page, ".row:not(.now)")[0] == "none"
    assert len(fills(page, ".row.now .gauge")) == 3
    assert ring(page, ".nav[aria-current]") == ("solid", 2)
    page.click(".row.now .tps .tp >> nth=0")
    expect(page.locator(".row.now .tps .tp >> nth=0")).to_have_attribute("aria-pressed", "false")
    tell_apart(page, ".tp[aria-pressed=true]", ".tp[aria-pressed=false]")


def test_more_contrast_and_no_motion(desk: Any) -> None:
    page = opened(desk, theme="light", contrast="more", reduced_motion="reduce")

    assert style(page, ".top", "borderBottomColor") == style(page, "[name=quality]", "borderTopColor")  # a line as strong as an edge
    page.keyboard.press("q")
    assert ring(page, "[name=quality]") == ("solid", 3)
    page.keyboard.press("Enter")
    page.keyboard.press("a")
    sent(page)
    moving = page.evaluate("document.getAnimations().map((one) => one.animationName || one.transitionProperty)")
    assert moving == ["stay"]  # counts how long the toast is there, and moves nothing

"""The review page at the speed of keys: what is shown at once, what is sent, and what becomes of trouble on the way."""
from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import Page, expect

from articles.decisions import decide, edit
from articles.models import Article, Preferences, Review
from articles.workflow import Action
from tests.factories import make_article, make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
OUTBOX = "Object.entries(localStorage).filter(([name]) => name.startsWith('outbox-')).flatMap(([, acts]) => JSON.parse(acts))"


def titled(title: str) -> Article:
    return Article.objects.get(title=title)


def sent(page: Page) -> None:
    """Wait until the desk has answered everything."""
    for _ in range(250):
        if page.evaluate(f"{OUTBOX}.length") == 0:
            return
        page.wait_for_timeout(20)
    raise AssertionError("The outbox is not empty.")


def opened(desk: Any, *more: int, **words: Any) -> Page:
    """The review page of the first of the articles, with more of them behind."""
    site = titled("Crane of quality 90").site
    for quality in more:
        make_article(site, quality=quality, title=f"Crane of quality {quality}")
    page = desk(**words)
    page.goto("/review/next/")
    page.wait_for_load_state("networkidle")
    return page


def heading(page: Page) -> str:
    return str(page.evaluate("document.querySelector('#hd').textContent"))


def told(page: Page) -> str:
    page.wait_for_selector(".toast.told")
    return " ".join(page.inner_text(".toast.told").split())


def test_twenty_articles_with_six_keys_each(desk: Any) -> None:
    page = opened(desk, *range(1, 21))
    loads: list[str] = []
    page.on("framenavigated", lambda frame: loads.append(frame.url) if "next" not in frame.url else None)
    page.on("request", lambda one: loads.append(one.url) if one.is_navigation_request() else None)
    loads.clear()

    for _ in range(20):
        before = heading(page)
        for key in ("q", "7", "2", "Enter", "5", "a"):
            page.keyboard.press(key)
        assert heading(page) != before
        assert page.evaluate("document.activeElement.id") == "hd"
    sent(page)

    # On a slow machine the quality is saved by itself before the A comes; that is an act of its own.
    decided = Review.objects.exclude(action="edit").order_by("pk")
    assert [row.action for row in decided] == ["approve"] * 20
    assert {row.article.quality for row in decided} == {72}
    assert len({row.article_id for row in decided}) == 20
    assert [url for url in loads if not url.endswith("#") and "/review/" not in url] == []
    assert page.evaluate("performance.getEntriesByType('navigation').length") == 1


def test_what_is_shown_and_said_after_a_decision(desk: Any) -> None:
    page = opened(desk)

    page.keyboard.press("Shift+A")
    assert page.inner_text("#live") == "Approved, lifted to 70. Next: Crane of quality 66, quality 66, below 70."
    page.keyboard.press("d")
    sent(page)

    assert heading(page) == "Crane of quality 64"
    assert page.url.endswith(f"/review/{titled('Crane of quality 64').pk}/?")
    assert "Rejected, duplicate Crane of quality 66" in " ".join(page.inner_text(".toast").split())
    expect(page.locator("#done .done")).to_have_count(2)
    assert [(row.action, row.reason) for row in Review.objects.order_by("pk")] == [("approve", ""), ("reject", "duplicate")]
    page.keyboard.press("Shift+R")
    page.keyboard.press("4")
    sent(page)
    assert Review.objects.latest("pk").reason == "advertising"


def test_prefetching_changes_nothing(desk: Any) -> None:
    before = list(Article.objects.order_by("pk").values())
    page = opened(desk)

    assert list(Article.objects.order_by("pk").values()) == before
    assert not Review.objects.exists()
    assert Preferences.objects.get(user=page.person).keymap == {}


def test_values_are_saved_a_moment_later_and_undone(desk: Any) -> None:
    page = opened(desk)

    for key in (".", ".", "h", "1"):
        page.keyboard.press(key)
    expect(page.locator("[data-line]")).to_have_text("30 over the line of 70")
    page.wait_for_timeout(350)
    sent(page)
    article = titled("Crane of quality 90")
    assert (article.quality, article.heat, article.topics) == (100, 0, ["Rail"])
    assert [row.action for row in Review.objects.all()] == ["edit"]
    assert "+ quality: 100" in page.inner_text("#lines")

    page.keyboard.press("r")
    page.keyboard.press("z")
    page.keyboard.press("Control+z")
    sent(page)
    assert heading(page) == "Crane of quality 90"
    expect(page.locator("[name=quality]")).to_have_value("90")
    article = titled("Crane of quality 90")
    assert (article.status, article.quality, article.heat, article.topics) == ("pending", 90, -1, ["Machines", "Rail"])
    assert [row.action for row in Review.objects.order_by("pk")] == ["edit", "reject", "undo", "undo"]
    page.keyboard.press("z")
    assert "nothing to undo" in told(page)


def test_every_value_can_be_set_by_pointer(desk: Any) -> None:
    page = opened(desk)

    box = page.locator("[name=ruler]").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + box["height"] / 2)
    expect(page.locator("[name=quality]")).to_have_value("100")
    page.click(".qn [aria-label='Quality up 5']")
    page.click("text=Breaking")
    page.click("[name=topics][value=Rail]")
    page.wait_for_timeout(350)
    sent(page)

    article = titled("Crane of quality 90")
    assert (article.quality, article.heat, article.topics) == (105, 75, ["Machines"])
    page.click(".decide .yes", click_count=2)
    sent(page)
    assert Review.objects.filter(action="approve").count() == 1  # a double click is one decision
    page.click("text=Undo last")
    sent(page)
    assert titled("Crane of quality 90").status == "pending"


def test_undoing_a_chain_goes_back_to_the_beginning(desk: Any) -> None:
    page = opened(desk)
    before = list(Article.objects.order_by("pk").values("status", "quality", "heat", "topics", "desk_fields"))

    page.keyboard.press("a")
    page.keyboard.press("l")
    page.keyboard.press("r")
    for title in ("64", "66", "90"):
        page.keyboard.press("z")
        assert heading(page) == f"Crane of quality {title}"
    sent(page)

    assert list(Article.objects.order_by("pk").values("status", "quality", "heat", "topics", "desk_fields")) == before
    assert Review.objects.count() == 6


def test_undo_refuses_where_somebody_has_built_on_it(desk: Any) -> None:
    page = opened(desk)
    page.keyboard.press("a")
    sent(page)
    edit([titled("Crane of quality 90")], {"quality": 91}, editor=make_person("editor", "milo"), at=timezone.now())

    page.keyboard.press("z")

    assert "milo changed this since" in told(page)
    assert titled("Crane of quality 90").status == "approved"


def test_what_somebody_changed_comes_back_with_its_reason(desk: Any) -> None:
    page = opened(desk)
    edit([titled("Crane of quality 90")], {"quality": 91}, editor=make_person("editor", "milo"), at=timezone.now())

    page.keyboard.press("a")
    assert "milo edited this" in told(page)

    assert heading(page) == "Crane of quality 66"
    assert "milo edited this" in page.inner_text("#next .back")
    page.keyboard.press("a")
    assert heading(page) == "Crane of quality 90"
    expect(page.locator("[name=quality]")).to_have_value("91")
    assert "Crane of quality 66" not in page.inner_text("#next")  # it is decided, though the tape was made before
    page.keyboard.press("a")
    sent(page)
    assert {article.title for article in Article.objects.filter(status="approved")} == {"Crane of quality 90", "Crane of quality 66"}


def test_what_somebody_decided_is_skipped(desk: Any) -> None:
    page = opened(desk)
    decide([titled("Crane of quality 66")], Action.REJECT, editor=make_person("editor", "milo"), at=timezone.now())

    page.keyboard.press("a")
    page.keyboard.press("a")

    assert re.search(r"milo rejected this \d+ s ago", told(page))
    assert heading(page) == "Crane of quality 64"
    assert page.locator("#next .back").count() == 0
    assert titled("Crane of quality 66").status == "rejected"


def test_a_failure_of_the_desk_brings_the_article_back(desk: Any) -> None:
    page = opened(desk)
    page.route("**/decide/", lambda route: route.fulfill(status=500, body="no"), times=1)

    page.keyboard.press("a")
    assert "Could not save the decision. It is back in your list: Crane of quality 90" in told(page)
    page.keyboard.press("r")
    assert heading(page) == "Crane of quality 90"
    page.keyboard.press("a")
    sent(page)

    assert [(row.action, row.article.quality) for row in Review.objects.order_by("pk")] == [("reject", 66), ("approve", 90)]


def test_offline_decisions_are_kept_and_sent_later_also_after_a_reload(desk: Any) -> None:
    page = opened(desk)
    page.context.set_offline(True)

    page.keyboard.press("a")
    page.keyboard.press("r")
    page.keyboard.press("z")
    page.keyboard.press("l")
    expect(page.locator("#kept")).to_contain_text("You are offline. 4 decisions are kept here and will be sent when you are back.")
    assert heading(page) == "Crane of quality 64"
    assert not Review.objects.exists()

    page.context.set_offline(False)
    page.reload()
    sent(page)
    expect(page.locator("#kept")).to_be_hidden()
    acts = [(row.action, row.article.title[-2:]) for row in Review.objects.order_by("pk")]
    assert acts == [("approve", "90"), ("reject", "66"), ("undo", "66"), ("hold", "66")]


def test_an_answer_that_was_lost_is_asked_for_again_and_decides_once(desk: Any) -> None:
    page = opened(desk)

    def lose(route: Any) -> None:
        route.fetch()
        route.abort()

    page.route("**/decide/", lose, times=1)
    page.keyboard.press("a")
    expect(page.locator("#kept")).to_contain_text("The desk does not answer. 1 decision is kept")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    sent(page)

    assert [row.action for row in Review.objects.all()] == ["approve"]
    assert page.locator(".toast.told").count() == 0


def test_fifty_are_kept_and_then_decisions_stop(desk: Any) -> None:
    page = opened(desk)
    acts = [{"key": f"k{number}", "to": "/nowhere/", "body": "", "article": "0"} for number in range(50)]
    page.context.set_offline(True)
    page.evaluate("(acts) => localStorage.setItem('outbox-' + document.documentElement.dataset.person, acts)", json.dumps(acts))

    page.keyboard.press("a")

    assert "50 decisions are kept here" in told(page)
    assert heading(page) == "Crane of quality 90"
    assert page.evaluate(f"{OUTBOX}.length") == 50


def test_an_expired_session_keeps_the_decisions_until_the_next_sign_in(desk: Any) -> None:
    page = opened(desk)
    Session.objects.all().delete()

    page.keyboard.press("a")
    expect(page.locator("#kept")).to_contain_text("Sign in again. Your decision is kept.")
    page.keyboard.press("r")
    expect(page.locator("#kept")).to_be_visible()
    assert not Review.objects.exists()

    page.click("#kept a")
    page.fill("[name=login]", page.person.username)  # type: ignore[attr-defined]
    page.fill("[name=password]", "a-long-password-9")
    page.click(".door button")
    page.wait_for_selector("#hd")
    sent(page)
    assert [(row.action, row.article.quality) for row in Review.objects.order_by("pk")] == [("approve", 90), ("reject", 66)]


def test_the_last_article_leads_to_what_is_left(desk: Any) -> None:
    page = opened(desk)

    for _ in range(4):
        page.keyboard.press("a")
    page.wait_for_url("**/queue/**")

    assert Review.objects.filter(action="approve").count() == 4
    assert "Nothing is waiting." in page.inner_text("main")

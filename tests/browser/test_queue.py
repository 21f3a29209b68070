"""The queue in a real browser: operators and chips, saved views, what is new, and two editors on one article."""
from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from articles.models import Article, Claim, SavedView, Site
from tests.browser.conftest import breadth, faults
from tests.browser.test_deciding import sent, titled
from tests.factories import make_article

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def desk(desk: Any) -> Any:
    """Opens pages at the queue."""

    def at_the_queue(*args: Any, **options: Any) -> Any:
        page = desk(*args, **options)
        page.goto("/queue/")
        return page

    return at_the_queue


def test_operators_become_chips_that_go_away(desk: Any) -> None:
    page = desk()
    page.fill("#jump", 'quality:60..69 "Crane of" -90 heat:high')
    page.keyboard.press("Enter")
    expect(page.locator("#rows > .row")).to_have_count(2)
    assert page.url.endswith("/queue/?quality=60..69&q=%22Crane+of%22+-90+heat%3Ahigh")
    assert [text.replace("\n", " ") for text in page.locator(".chip:not(.add)").all_inner_texts()] == ["Status Waiting", "Quality 60 to 69", "Words “Crane of”", "Without 90"]
    assert "“heat:high” was left out." in page.inner_text("#problems")
    assert page.input_value("#jump") == 'quality:60..69 "Crane of" -90 heat:high'

    page.click("[aria-label='Remove filter: Quality 60 to 69']")
    expect(page.locator("#rows > .row")).to_have_count(3)
    page.click("text=Clear >> nth=0")
    expect(page.locator("#rows > .row")).to_have_count(4)


def test_filter_form_asks_for_ranges(desk: Any) -> None:
    page = desk()
    page.click("summary.add")
    page.fill("[name=quality_from]", "60")
    page.fill("[name=quality_to]", "80")
    page.fill("[name=before]", "2026-12-24")
    page.click(".filterform >> text=Show")
    expect(page.locator("#rows > .row")).to_have_count(2)
    assert page.url.endswith("/queue/?quality=60..80&before=2026-12-24")
    page.click("summary.add")
    assert page.input_value("[name=quality_from]") == "60"
    page.keyboard.press("Escape")
    expect(page.locator(".filterform")).to_be_hidden()


def test_a_view_is_saved_counted_and_removed_with_undo(desk: Any) -> None:
    page = desk("editor")
    page.goto("/queue/?quality=60..69")
    page.click("summary:has-text('Save view')")
    page.fill("#view-name", "Near the line")
    page.check("[name=shared]")
    page.click(".saveform >> text=Save")
    expect(page.locator(".views .nav")).to_have_text("Near the line2")
    view = SavedView.objects.get()
    assert (view.query, view.shared) == ("quality=60..69", True)

    page.goto("/views/")
    page.click("[aria-label='Remove Near the line']")
    page.click(".banner >> text=Undo")
    expect(page.locator(".viewlist .name >> nth=0")).to_contain_text("Near the line")
    page.click("text=Start here")
    page.goto("/")
    assert page.url.endswith("/queue/?quality=60..69")


def test_new_articles_wait_and_nothing_moves(desk: Any) -> None:
    page = desk()
    page.clock.install()
    page.goto("/queue/?quality=60..")
    before = page.locator("#rows > .row h3").all_inner_texts()
    page.focus("#rows > .row >> nth=2 >> h3 a")
    make_article(Site.objects.get(), title="Crane that came later", quality=120)

    page.clock.fast_forward(20_000)
    expect(page.locator(".newpill")).to_have_text("Show 1 new")
    expect(page.locator("#nav-waiting")).to_have_text("5")
    assert page.locator("#rows > .row h3").all_inner_texts() == before
    assert page.evaluate("document.activeElement.closest('.row').id") == f"row-{titled('Crane of quality 64').pk}"
    page.click(".newpill")
    expect(page.locator("#rows > .row h3 >> nth=0")).to_have_text("Crane that came later")


def test_a_hidden_page_rests(desk: Any) -> None:
    page = desk()
    page.clock.install()
    page.goto("/queue/")
    page.wait_for_load_state("networkidle")  # the icon comes after everything else
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.evaluate("Object.defineProperty(document, 'visibilityState', {get: () => 'hidden', configurable: true})")
    page.clock.fast_forward(60_000)
    page.clock.run_for(10_000)
    assert asked == []
    with page.expect_request("**/queue/live/**"):
        page.evaluate("delete document.visibilityState; document.dispatchEvent(new Event('visibilitychange'))")


def test_two_editors_on_one_article(desk: Any) -> None:
    first, second = desk("editor"), desk("senior editor")
    best = titled("Crane of quality 90")
    first.clock.install()
    first.goto("/review/next/")
    expect(first.locator("#hd")).to_have_text("Crane of quality 90")

    second.goto("/queue/")
    expect(second.locator(f"#row-{best.pk} .tag")).to_have_text("Another editor has this open")
    expect(second.locator("#people .ava")).to_have_count(2)
    second.click("text=Start review")
    expect(second.locator("#hd")).to_have_text("Crane of quality 66")
    second.goto(f"/review/{best.pk}/")
    expect(second.locator("#claim")).to_contain_text("Another editor has this open")
    second.click("text=Take over")
    expect(second.locator("#claim .banner")).to_have_count(0)

    first.clock.fast_forward(50_000)
    expect(first.locator("#claim [role=alert]")).to_contain_text("took this over")
    second.goto("/queue/")
    expect(second.locator("#rows")).to_be_visible()
    first.wait_for_timeout(300)
    assert not Claim.objects.filter(article=best).exists()  # leaving gave it up


def test_a_decision_by_another_is_told(desk: Any) -> None:
    first, second = desk("editor"), desk("editor")
    best = titled("Crane of quality 90")
    first.clock.install()
    first.goto(f"/review/{best.pk}/")
    second.goto(f"/review/{best.pk}/")
    second.click("#judge .decide .yes")
    expect(second.locator("#hd")).not_to_have_text("Crane of quality 90")
    sent(second)

    first.clock.fast_forward(50_000)
    expect(first.locator("#claim [role=alert]")).to_contain_text("approved this")
    first.click("#claim >> text=Next")
    expect(first.locator("#hd")).not_to_have_text("Crane of quality 90")
    assert Article.objects.filter(status="approved").count() == 1


def test_pages_are_accessible_and_fit(desk: Any) -> None:
    page = desk(reduced_motion="reduce")
    site = Site.objects.get()
    holder = Article.objects.filter(site=site).first()
    other = desk("editor")
    other.goto(f"/review/{holder.pk}/")
    SavedView.objects.create(
        site=site, owner=page.person, name="A view with a name as long as it may be, sixty letters", query="quality=60..69"
    )
    for path, press in (
        ("/queue/?status=any&q=crane+-ferry+heat:high", "summary.add"),
        ("/queue/?q=heat:high", "summary:has-text('Save view')"),
        ("/queue/?seen=1", ""),
        ("/views/", "summary:has-text('Change')"),
        (f"/review/{holder.pk}/", ""),
    ):
        page.goto(path)
        if press:
            page.click(press)
        assert faults(page) == [], path
        assert breadth(page) <= 320, path


def test_queue_works_without_javascript(desk: Any) -> None:
    page = desk(java_script_enabled=False)
    page.click("summary.add")
    page.fill("[name=quality_from]", "60")
    page.click(".filterform >> text=Show")
    assert page.url.endswith("/queue/?quality=60..")
    page.click("summary:has-text('Save view')")
    page.fill("#view-name", "From 60")
    page.click(".saveform >> text=Save")
    assert page.locator(".views .nav").inner_text().split() == ["From", "60", "3"]
    page.goto("/review/next/")
    assert Claim.objects.filter(article=titled("Crane of quality 90")).exists()

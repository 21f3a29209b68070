"""A day on the desk: four people, a real site in Git, and every figure on the way beside a plain count.

The feed's repository is that of a site as it was one day; its next fifty commits come in at noon. Nobody calls a function
of the desk: people press keys and buttons.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from articles.models import Article, Claim, Conflict, ExportRun, ImportRun, Review, SentField, Site
from tests.browser import plain
from tests.browser.figures import begin_rule, counted, read_dashboard, read_provider
from tests.browser.reading import cells_of, listed, navigation, number, tabs, text, texts
from tests.browser.repositories import Feed, feed, git, said
from tests.browser.test_deciding import heading, sent
from tests.factories import make_site

__all__ = ["feed"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
PATIENCE = 120_000  # milliseconds: a whole site goes in with one press
BLOCKED, RULED = "GamesRadar+", "MSN"
# Articles that the feed is going to write anew, and what an editor has set before: attribute, key in the file, value.
HELD = {
    "_news/2021-02-19-diablo-iv-rogue-announce-trailer.md": ("excerpt", "excerpt", "The rogue is announced."),
    "_news/2023-03-26-diablo-4-rogue-solos-ashava-world-boss.md": ("web_url", "webUrl", "https://desk.example/ashava"),
    "_news/2023-03-27-diablo-4-best-class-to-play-solo.md": ("original_url", "originalUrl", "https://desk.example/solo"),
}
# Keys pressed one article after the other. Reasons have the digits 1 to 6, and so have topics.
BEST = ["a", "r", "2 a", "Shift+R 1", ". a", "Shift+R 2", "a", "Shift+R 3", "3 r", "Shift+R 4", "1 a", "Shift+R 5", "a", "Shift+R 6",
        *"raralrarara"]  # fmt: skip
FROM_ONE = [*"rrrarrrrrarrrrrarrlrrrlrr"]
ACTS = {"a": "approve", "r": "reject", "l": "hold"}


def test_day(opened: Any, feed: Feed) -> None:
    site = make_site("diablo4")
    admin, senior, editor, reader = (opened(role) for role in ("admin", "senior editor", "editor", "reader"))
    for page in (admin, senior, editor, reader):
        page.context.set_default_timeout(PATIENCE)
        page.context.set_default_navigation_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    try:
        files = feed.files(feed.dawn)
        bring_in(admin, site, feed, files)
        site.refresh_from_db()
        block(admin, site)
        set_fields(editor)
        decide_fifty(editor, site)
        write_rule(admin, site)
        bring_news(admin, site, feed, files)
        for page in (editor, senior):
            read_dashboard(page, site, files, RULED)
        settle(senior, site)
        publish(senior, site, feed)
        for page in (editor, senior, admin):
            read_dashboard(page, site, files, RULED)
        read_provider(admin, site, RULED)
        refuse(reader, editor, senior)
    finally:
        expect.set_options(timeout=None)


# --- the day, act by act ----------------------------------------------------------------------------------------------
def bring_in(page: Page, site: Site, feed: Feed, files: dict[str, str]) -> None:
    page.goto("/imports/")
    page.click("text=Add repository")
    page.fill("[name=location]", str(feed.place))
    page.fill("[name=push_to]", str(feed.public))
    page.click("text=Add and import")
    page.wait_for_selector("#run .tabs")

    waits = sum(said(file, "published") != "true" for file in files.values())
    assert tabs(page) == {"Added": len(files), "Changed": 0, "Conflicts": 0, "Quarantined": 0, "Withdrawn": 0}
    assert Article.objects.filter(site=site).count() == len(files)
    assert counted(page, site)["Queue"] == waits == plain.waiting(site)


def block(page: Page, site: Site) -> None:
    """The effect is shown before, and is what happens."""
    page.goto("/providers/")
    page.fill("#find", BLOCKED)
    page.press("#find", "Enter")
    expect(page.locator("#providers [aria-current=true] b")).to_have_text(BLOCKED)
    theirs = plain.articles(site, provider__name=BLOCKED)
    waiting = [one.pk for one in theirs if one.status == "pending"]
    live = sum(one.status == "live" for one in theirs)
    assert texts(page, ".impact p")[1:] == [
        f"{len(waiting)} waiting articles are rejected now.", f"{live} articles that the feed published stay.",
        "Back-test: nobody has decided on it in the last 90 days.",
    ]  # fmt: skip
    before = navigation(page)["Queue"]

    page.click("button[value=blocked]")
    expect(page.locator(".toast")).to_contain_text(f"Blocked, and rejected {len(waiting)} articles of {BLOCKED}")
    rows = plain.reviews(site, by="rule")
    assert {(row.article_id, row.action) for row in rows} == {(pk, "reject") for pk in waiting} and waiting
    assert counted(page, site)["Queue"] == before - len(waiting)


def set_fields(page: Page) -> None:
    for path, (field, _, value) in HELD.items():
        page.goto(f"/review/{Article.objects.get(path=path).pk}/")
        page.keyboard.press("e")
        page.wait_for_url("**/edit/")
        page.fill(f"[name={field}]", value)
        page.click("main [name=save]")
        page.wait_for_url("**/review/**")


def decide_fifty(page: Page, site: Site) -> None:
    """Half of them best first, half of one provider. One decision is taken back and made again."""
    page.goto("/queue/")
    page.click("text=Start review")
    press_all(page, BEST)
    page.keyboard.press("z")
    expect(page.locator("#hd")).to_be_focused()
    sent(page)
    press_all(page, ["a"])
    page.goto(f"/queue/?q=provider:{RULED}")
    page.click("text=Start review")
    press_all(page, FROM_ONE)

    keys = [*BEST[:-1], "a", *FROM_ONE]
    acts = [ACTS.get(one.split()[-1], "reject") for one in keys]
    made = plain.stands(site, by="editor")
    assert [row.action for row in made] == acts and len({row.article_id for row in made}) == len(acts) == 50
    reasons = [row.reason for row in made if row.reason]
    assert reasons == ["off_topic", "duplicate", "thin", "advertising", "broken_link", "other"]
    assert {row.article.provider.name for row in made[-len(FROM_ONE) :]} == {RULED}
    page.goto("/decided/")
    counted(page, site)
    for _ in range(PATIENCE // 50):  # what was open is given back when the page is left
        if not Claim.objects.filter(until__gt=timezone.now()).exists():
            return
        page.wait_for_timeout(50)
    raise AssertionError("An article is still open.")


def press_all(page: Page, pressed: list[str]) -> None:
    page.wait_for_url("**/review/**")
    page.wait_for_load_state("networkidle")
    for keys in pressed:
        before = heading(page), page.url
        for key in keys.split():
            page.keyboard.press(key)
        page.wait_for_function("([words, url]) => document.querySelector('#hd').textContent !== words || location.href !== url", arg=before)
    sent(page)


def write_rule(page: Page, site: Site) -> None:
    begin_rule(page, site, RULED)
    page.fill("#id_name", f"Nothing from {RULED}")
    page.select_option("#id_decide", "reject")
    page.select_option("#id_reason", "thin")
    expect(page.locator("#preview .says")).to_have_text(f"When the provider is {RULED}, reject as Thin.")
    judged = {row.article_id for row in plain.reviews(site, by="editor")}
    meant = sum(one.status == "pending" and one.pk not in judged for one in plain.articles(site, provider__name=RULED))
    expect(page.locator("#preview .big")).to_have_text(f"{meant} waiting articles")
    page.wait_for_load_state("networkidle")
    page.click("text=Save and back-test")
    page.wait_for_url("**/backtest/")

    made = plain.stands(site, by="editor")
    mine = Counter(row.action for row in made if row.article.provider.name == RULED)
    rejected = sum(row.action == "reject" for row in made)
    assert min(mine["reject"], mine["approve"], mine["hold"], rejected - mine["reject"]) > 0
    assert tabs(page) == {"Wrong": mine["approve"], "Agree": mine["reject"], "Unsure": mine["hold"]}
    told = [words.split()[0].rstrip("%") for words in listed(page, ".rule-figures").values()]
    assert told == [
        str(100 * mine["reject"] // (mine["reject"] + mine["approve"])), str(100 * mine["reject"] // rejected),
        str(mine["reject"]), str(mine["approve"]), str(mine["hold"]), str(rejected - mine["reject"]),
    ]  # fmt: skip
    assert f"Asked about {len(made)} past decisions" in page.inner_text("main")
    page.click("text=Switch on")
    expect(page.locator(".toast")).to_contain_text("On from the next import")


def bring_news(page: Page, site: Site, feed: Feed, files: dict[str, str]) -> None:
    """The next commits: what is new, the rule and the block at work, and the fields that both sides have written."""
    git(feed.place, "update-ref", "refs/heads/master", feed.noon)
    before = len(plain.reviews(site, by="rule"))
    page.goto("/imports/")
    page.click("text=Run now")
    page.wait_for_selector("#run .tabs")

    news = feed.files(feed.noon)
    came = {path: file for path, file in news.items() if path not in files}
    same = sum(files.get(path) == file for path, file in news.items())
    ruled = len(plain.reviews(site, by="rule")) - before
    assert tabs(page) == {"Added": len(came), "Changed": len(news) - len(came) - same, "Conflicts": len(HELD), "Quarantined": 0,
                          "Withdrawn": 0, "Rules": ruled}  # fmt: skip
    assert text(page, "#ruled-title") == f"Rules decided {ruled} articles."
    assert {one.article.path: one.field for one in Conflict.objects.all()} == {path: key for path, (_, key, _) in HELD.items()}
    by_rule = {row.article.path for row in plain.reviews(site, by="rule", rule__name=f"Nothing from {RULED}")}
    assert by_rule == {path for path in by_rule if said(news[path], "name") == RULED}
    assert by_rule >= {path for path, file in came.items() if said(file, "name") == RULED and said(file, "published") != "true"} != set()
    blocked = {path for path, file in came.items() if said(file, "name") == BLOCKED}
    assert {one.path: one.status for one in plain.articles(site, path__in=blocked)} == dict.fromkeys(blocked, "rejected") and blocked
    assert f"Rejected {len(blocked)} articles of blocked providers." in texts(page, "#run .sub")
    assert counted(page, site)["Conflicts"] == len(HELD)
    page.goto("/rules/")
    assert number(texts(page, "main td.n")[0]) == len(by_rule)
    page.goto("/imports/")
    runs = list(ImportRun.objects.filter(site=site).order_by("-pk"))
    shown = [[number(cell) for cell in cells] for cells in cells_of(page)]
    assert shown == [[run.created, run.updated, run.conflicts, run.refused, run.withdrawn] for run in runs] and len(runs) == 2


def settle(page: Page, site: Site) -> None:
    """One field as it was before, one from the robot, one of ours."""
    page.goto("/conflicts/")
    assert f"{len(HELD)} articles" in text(page, "main header .sub")
    page.keyboard.press("Enter")
    chosen = {}
    for left, key in zip((3, 2, 1), "213", strict=True):
        expect(page.locator(".top .num")).to_have_text(f"1 of {left}")
        article = Article.objects.get(pk=int(re.findall(r"\d+", page.url)[-1]))
        page.keyboard.press(key)
        expect(page.locator(f"[data-side='{key}']")).to_be_checked()
        page.wait_for_load_state("networkidle")
        chosen[article] = page.eval_on_selector(
            "label.opt:has(:checked) .line", "(line) => [...line.childNodes].filter((one) => one.nodeName !== 'DEL').map((one) => one.textContent).join('')"
        )
        page.keyboard.press("Enter")
        expect(page.locator(f"a[href='/review/{article.pk}/']")).to_have_count(0)
    sent(page)
    for article, value in chosen.items():
        assert getattr(Article.objects.get(pk=article.pk), HELD[article.path][0]) == " ".join(value.split())
    assert len(chosen) == 3 and not Conflict.objects.filter(settled_at=None).exists()
    page.goto("/conflicts/")
    assert counted(page, site)["Conflicts"] == 0


def publish(page: Page, site: Site, feed: Feed) -> None:
    page.goto("/exports/")
    page.click("header >> text=New export")
    page.check("[name=to][value=git]")
    page.click("button:text-is('Preview')")
    page.wait_for_url("**to=git*")
    promised, groups = number(text(page, "main h2").split()[0]), tabs(page)
    page.click("text=Commit and push")
    page.click("button:text-is('Push')")
    page.wait_for_selector(".so-far")

    approved = {one.path for one in plain.articles(site, status="approved")}
    assert git(feed.public, "rev-parse", "master^") == feed.noon
    changed = git(feed.public, "diff", "--name-only", "master^", "master").splitlines()
    assert set(changed) <= approved and promised == len(changed) == sum(groups.values())
    figures = {name: number(value) for name, value in listed(page, ".so-far").items()}
    assert figures == {"Written": len(changed), "Unchanged": len(approved) - len(changed), "Removed": 0, "Left alone": 0}
    for path in approved:
        assert said(git(feed.public, "show", f"master:{path}"), "published") == "true", path
    run = ExportRun.objects.get(site=site)
    page.goto("/exports/")
    assert [number(cell) for cell in cells_of(page)[0]] == [run.written, run.unchanged, run.removed, len(run.problems)]
    page.goto("/exports/ledger/")
    states = Counter(one.state for one in SentField.objects.filter(article__site=site))
    assert [*tabs(page).values()] == [states[name] for name in ("reverted", "sent", "arrived", "kept")] and states["sent"] >= len(changed)


# --- what is not theirs -----------------------------------------------------------------------------------------------
def refuse(reader: Page, editor: Page, senior: Page) -> None:
    admins = ("/providers/", "/topics/", "/rules/new/", "/users/", "/imports/sources/new/", "/imports/quarantine/")
    seniors = ("/conflicts/", "/imports/", "/exports/", "/exports/new/")
    before = Review.objects.count()
    for page, paths in ((reader, ("/queue/", "/review/next/", "/dashboard/", *seniors, *admins)), (editor, (*seniors, *admins)), (senior, admins)):
        for path in paths:
            reply = page.goto(path)
            assert reply is not None and reply.status == 403, path
            assert text(page, "h1") == "Your account may not open this"
    for page, hidden in ((editor, {"Conflicts", "Providers", "Rules", "Imports", "Exports"}), (senior, {"Providers", "Topics", "People"})):
        page.goto("/dashboard/")
        assert not hidden & navigation(page).keys()
    assert Review.objects.count() == before

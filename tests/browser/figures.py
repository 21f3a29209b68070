"""Figures on pages, each compared with a plain count."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, timedelta

from playwright.sync_api import Page

from articles.models import Provider, Site
from tests.browser import plain
from tests.browser.reading import listed, navigation, tables, texts
from tests.browser.repositories import said


def counted(page: Page, site: Site) -> dict[str, int]:
    """The counts of the navigation, each equal to what is counted row by row."""
    page.reload()
    shown, right = navigation(page), plain.stuck(site)
    assert {name: count for name, count in shown.items() if count} == {name: count for name, count in right.items() if count and name in shown}
    return shown


def read_dashboard(page: Page, site: Site, files: dict[str, str], name: str) -> None:
    """``name``: the provider that a rule decides on."""
    page.goto("/dashboard/")
    found = tables(page)
    today = max(row.at for row in plain.reviews(site)).astimezone(UTC).date()
    days = [today - timedelta(days=back) for back in range(14)]
    right = plain.keeping_up(site, days)
    robot = {path: int(said(file, "quality") or -1) for path, file in files.items()}
    assert found == {
        "Arrived and decided, day by day": right,
        "What editors decided, by the robot’s quality": plain.line(site, robot),
        "Waiting articles by age": [*([name, "0"] for name in ("under 1 h", "1 to 6 h", "6 to 24 h", "1 to 3 d")), ["over 3 d", f"{plain.waiting(site):,}"]],
        "Approved by topic": plain.coverage(site),
        "Decisions by hour of the day, UTC": plain.hours(site),
    }
    boxes = {head: (value, more) for head, value, more in zip(texts(page, ".kpi h2"), texts(page, ".kpi .v"), texts(page, ".kpi > p:last-child"), strict=True)}
    waits = boxes["Waiting"]
    assert waits[0] == f"{plain.waiting(site):,}" and waits[1].startswith(f"{right[0][1]} arrived today · oldest ")
    assert texts(page, ".kpi .grown") == [f"+{plain.waiting(site):,} since yesterday"]  # nothing is older than today
    assert boxes["Decided today"] == (right[0][2], f"{right[1][2]} yesterday")
    assert boxes["Your pace only you see this"] == plain.pace(site, page.person)  # type: ignore[attr-defined]
    assert boxes["Undone"] == plain.undone(site)
    assert dict(zip(texts(page, ".hb > [dir]"), texts(page, ".hb .n"), strict=True)) == {topic: count for topic, count, _ in plain.coverage(site)}
    lines = " ".join(texts(page, ".pipe li"))
    for words in plain.pipeline(site):
        assert words in lines
    assert name not in texts(page, ".worth b")  # a rule decides that already
    counted(page, site)


def begin_rule(page: Page, site: Site, name: str) -> None:
    """Go from the dashboard, which says how often the provider was rejected, to a new rule about it."""
    page.goto("/dashboard/")
    made = [row for row in plain.stands(site, by="editor") if row.action != "hold" and row.article.provider.name == name]
    share = 100 * sum(row.action == "reject" for row in made) // len(made)
    assert texts(page, ".worth .num")[0] == f"{share}% of {len(made)} rejected" and texts(page, ".worth b")[0] == name
    page.click(".worth a >> nth=0")
    page.wait_for_url("**/rules/new/?provider=*")


def read_provider(page: Page, site: Site, name: str) -> None:
    page.goto(f"/providers/?q={name}")
    provider = Provider.objects.get(name=name)
    made = Counter(row.action for row in plain.stands(site, by="editor") if row.article.provider_id == provider.pk)
    share = f"{round(100 * made['approve'] / (made['approve'] + made['reject']))}%"
    row = tables(page)["Providers and what they brought in the last 90 days"][0]
    assert name in row[0] and row[2] == "0" and row[4].endswith(share)  # all of it is years old
    assert listed(page, "#provider .kv")["Approved"] == share
    waits = sum(one.status == "pending" for one in plain.articles(site, provider=provider))
    told = texts(page, ".impact p")
    assert (f"{waits} waiting article" in told[1]) if waits else (told[1] == "Nothing of it waits.")
    assert f"{made['reject']} of {made['reject'] + made['approve']} agree with editors, {made['approve']} would be wrong" in told[-1]

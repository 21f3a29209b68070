"""Other languages in a real browser: German fits, nothing stays English, and pages run from right to left."""
from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from articles.models import Article, ExportRun, ImportRun, Site
from newsdesk import pseudo
from tests.browser.conftest import violations
from tests.conflicting import make_conflict, make_rechecked
from tests.factories import NOON, make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
# Words that somebody reads or hears and that hold no accent: a word that went through gettext has one. What stands in the
# article's own direction or in a language of its own is no word of the desk.
PLAIN = """(names) => {
  const own = "[dir=auto], [dir=ltr]:not(html), [lang]:not(html), script, noscript, style, template, kbd, code, textarea";
  const read = ["title", "aria-label", "placeholder", "alt"];
  const told = Object.entries({ says: 1, count: 1, did: 1, offline: 1, silent: 1, expired: 1, spoken: 1, undone: 1, failed: 1, back: 1,
    on: 1, none: 1, full: 1, copied: 1, unreachable: 1 }).map(([name]) => `data-${name}`);
  const found = [];
  const look = (text, it) => {
    for (const name of names) text = text.replaceAll(name, "");
    if (/[A-Za-z]{3,}/.test(text) && !it.closest(own)) found.push(text.trim());
  };
  for (const it of document.querySelectorAll("body, body *")) {
    for (const node of it.childNodes) if (node.nodeType === Node.TEXT_NODE) look(node.data, it);
    for (const name of [...read, ...told]) look(it.getAttribute(name) || "", it);
  }
  return [...new Set(found)];
}"""
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def pages(desk: Any, settings: Any) -> dict[str, str]:
    """A day's work on every main page, and their addresses; the pseudo-locales are offered."""
    settings.LANGUAGES = [*settings.LANGUAGES, *pseudo.LOCALES]
    site, editor = Site.objects.get(), make_person("editor", "ida")
    contested = make_conflict(site, editor)
    make_rechecked(site, editor, title="Crane of the other source")
    times = {"started_at": NOON, "finished_at": NOON + timedelta(seconds=3)}
    ImportRun.objects.create(site=site, origin="crane/site", kind="folder", **times)
    ExportRun.objects.create(site=site, scope="approved", destination="crane/out", actor=editor, **times)
    first = Article.objects.of_site(site).pending().order_by("-quality").first()
    return {
        "queue": "/queue/", "review": f"/review/{first.pk}/", "edit": f"/articles/{first.pk}/edit/", "exports": "/exports/",
        "conflicts": "/conflicts/", "conflict": f"/conflicts/{contested.pk}/", "decided": "/decided/", "imports": "/imports/", "me": "/me/",
    }  # fmt: skip


def test_every_word_is_translated_and_pages_run_from_right_to_left(desk: Any, pages: dict[str, str]) -> None:
    page = desk(choices={"language": pseudo.LEFTWARDS})
    site = Site.objects.get()
    columns = ("title", "path", "provider__name", "provider_name", "provider_domain", "topics")
    values = [value for row in Article.objects.values_list(*columns) for value in row if value]
    names = {name for value in values for name in (value if isinstance(value, list) else [value])}
    known = [*sorted(names, key=len, reverse=True), str(site), page.person.username, "ida", "newsdesk", "UTC", "crane/site", "crane/out"]

    for name, address in pages.items():
        assert page.goto(address).status == 200
        assert page.evaluate(PLAIN, known) == [], name
        for width in (390, 1440) if name in ("queue", "review", "edit", "exports") else ():
            page.set_viewport_size({"width": width, "height": 900})
            assert (page.evaluate("document.dir"), page.evaluate(WIDER)) == ("rtl", 0), f"{name} at {width}"
        if name == "review":
            side, panel, headline = (page.locator(css).bounding_box() for css in (".side", ".panel", "#hd"))
            assert panel["x"] < headline["x"] < side["x"]
            assert page.locator("#hd").evaluate("it => getComputedStyle(it).direction") == "ltr"  # the article keeps its own
            assert page.locator(".top .i.points").first.evaluate("it => getComputedStyle(it).scale") == "-1 1"


def test_german_fits_a_narrow_screen_and_everybody(desk: Any, pages: dict[str, str]) -> None:
    page = desk(choices={"language": "de"}, width=320)
    for name in ("queue", "review"):
        page.goto(pages[name])
        assert (page.evaluate("document.documentElement.lang"), page.evaluate(WIDER)) == ("de", 0), name
        assert violations(page) == [], name

    page.goto(pages["review"])
    page.get_by_role("button", name="Ablehnen", exact=True).click()
    told = page.locator(".toast.done")
    told.wait_for()
    assert told.locator("[data-words]").inner_text() == "Abgelehnt" and told.locator("button").first.inner_text().startswith("Rückgängig")

"""Providers and topics in a real browser: without JavaScript, on every width, and fit for everybody."""
from __future__ import annotations

from typing import Any

import pytest

from articles.models import Article, Provider, Topic
from tests.browser.conftest import violations
from tests.factories import make_article

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def test_a_provider_is_blocked_and_merged_and_a_topic_renamed_by_plain_forms(desk: Any) -> None:
    page = desk("admin", java_script_enabled=False)
    provider = Provider.objects.get()
    twin = make_article(provider.site, provider="Harbour Tribun").provider

    page.goto("/providers/")
    page.click("button[value=blocked]")
    assert "Blocked, and rejected 4 articles of" in page.inner_text(".toast")
    page.click(".toast >> text=Undo")
    provider.refresh_from_db()
    assert set(Article.objects.values_list("status", flat=True)) == {"pending"} and provider.trust == "new"
    page.click("text=Unmatched names")
    page.click("td >> text=Keep apart")
    page.click(".toast >> text=Undo")
    assert page.inner_text("td >> text=Merge") == "Merge" and page.url.endswith("?trust=alike")
    page.goto("/providers/")
    page.check(f".cb[value='{provider.pk}']")
    page.check(f".cb[value='{twin.pk}']")
    page.click("header >> text=Merge")
    page.click("text=Merge into Harbour Tribune")
    assert Article.objects.filter(provider=provider).count() == 5
    page.click("#provider .offers >> text=Undo")
    assert Article.objects.filter(provider=twin.pk).count() == 1

    page.goto(f"/topics/{Topic.objects.get(name='Rail').pk}/")
    page.fill("#topic-name", "Trains")
    page.click("text=Show what it does")
    page.click("button:text-is('Save')")
    assert {tuple(one.topics) for one in Article.objects.all()} == {("Machines", "Trains")}


def test_every_page_fits_everybody(desk: Any) -> None:
    provider, topic = Provider.objects.get(), Topic.objects.get(name="Rail")
    make_article(provider.site, provider="Harbour Tribun")
    wide = ("/providers/?trust=alike", f"/topics/{topic.pk}/")
    narrow = ("/providers/?trust=alike", f"/providers/{provider.pk}/", f"/topics/{topic.pk}/change/?name=Trains")
    for theme, width, paths in (("light", 1440, wide), ("dark", 320, narrow)):
        page = desk("admin", theme=theme, width=width)
        for path in paths:
            page.goto(path)
            assert violations(page) == [], (path, theme)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, width)

"""Imports and exports in a real browser: progress that comes by itself, lines that open, both themes, 320 px."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from articles import leases
from articles.decisions import decide, edit
from articles.models import Article, ImportRun, Place, QuarantinedFile, Site, Source
from articles.workflow import Action
from tests.browser.conftest import violations
from tests.factories import NOON, make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
BAD = b"---\ntitle: A tram\nquality: high\nheat: 3\n---\n"


def test_runs_are_seen_as_they_are(desk: Any) -> None:
    site, editor, at = Site.objects.get(), make_person("superuser"), timezone.now()
    articles = list(Article.objects.order_by("pk"))
    decide(articles[:1], Action.APPROVE, editor=editor, at=NOON)
    edit(articles[1:2], {"publish_from": at + timedelta(days=30)}, editor=editor, at=NOON)
    source = Source.objects.create(site=site, location="/srv/site.git", failure="There is nothing at /srv/site.git.", every=300)
    Place.objects.create(site=site, location="/srv/public", every=86_400)
    file = QuarantinedFile.objects.create(
        site=site, path="_news/bad.md", content=BAD, blob_id="b" * 40, reason='"quality" is "high".', line=3, column=10, found_at=NOON
    )
    run = ImportRun.objects.create(site=site, source=source, state="running", origin="/srv/site.git", done=30, total=120, taken_at=at)
    ImportRun.objects.update(lease_until=leases.moment(timedelta(hours=1)), heartbeat_at=leases.moment(timedelta()))
    paths = ("/imports/", f"/imports/{run.pk}/", f"/imports/sources/{source.pk}/", f"/imports/quarantine/{file.pk}/", "/imports/quarantine/",
             "/exports/", "/exports/places/new/", "/exports/schedule/?state=undecided")  # fmt: skip
    page = desk(theme="light")
    for path in paths:
        page.goto(path)
        assert violations(page) == [], path
    page.goto("/exports/new/?scope=all")
    page.click("summary")
    expect(page.locator(".change .diff")).to_contain_text("+ published: true")
    assert violations(page) == []

    page.goto(f"/imports/{run.pk}/")
    expect(page.locator("#run")).to_contain_text("30 of 120 files")
    ImportRun.objects.update(done=90, created=60)
    expect(page.locator("#run")).to_contain_text("90 of 120 files")
    leases.end(ImportRun.objects.all(), "finished", at=at)
    expect(page.locator("#run .tabs [aria-current]")).to_have_text("Added 60")

    page = desk(theme="dark", width=320)
    for path in paths:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
    assert violations(page) == []
    page.goto(f"/imports/{run.pk}/")
    assert violations(page) == []

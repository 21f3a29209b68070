"""The ledger's page: its tabs, its rows, and what it costs."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import ExportRun, Site
from tests.conflicting import make_sent
from tests.conftest import signed_in
from tests.factories import NOON, make_article, make_site

pytestmark = pytest.mark.django_db


def text_of(reply: Any) -> str:
    return " ".join(reply.content.decode().split())


def test_each_tab_has_its_count_and_its_rows(site: Site, editor: User) -> None:
    run = ExportRun.objects.create(site=site, started_at=NOON, destination="/there", branch="newsdesk", commit="c0ffee" * 6)
    for state in ("reverted", "sent", "arrived", "kept", "replaced"):
        make_sent(make_article(site, title=f"Was {state}"), state, run=run)
    make_sent(make_article(make_site("zz"), title="Elsewhere"), "reverted")
    client = signed_in(editor)

    for state, label in (("reverted", "Reverted by the feed"), ("sent", "Sent"), ("arrived", "In the repository"), ("kept", "Kept by the feed")):
        page = text_of(client.get(f"/exports/ledger/?state={state}"))
        assert f'aria-current="page">{label} <b class="num">1</b>' in page
        assert f"Was {state}" in page and page.count("Was ") == 1 and "Elsewhere" not in page
        assert "newsdesk <small" in page and "c0ffeec0ff<" in page
    page = text_of(client.get("/exports/ledger/"))
    assert "Was reverted" in page and ">72<" in page and "<ins>64</ins>" in page
    assert '<b class="alert">1<span' in page


def test_what_has_no_export_any_more_says_so(site: Site, editor: User) -> None:
    make_sent(make_article(site), "kept")

    assert "not recorded" in text_of(signed_in(editor).get("/exports/ledger/?state=kept"))


@pytest.mark.parametrize("state", ["reverted", "sent", "arrived", "kept", "replaced", "nonsense"])
def test_an_empty_state_says_so(site: Site, editor: User, state: str) -> None:
    page = text_of(signed_in(editor).get(f"/exports/ledger/?state={state}"))

    assert 'class="empty"' in page and "<table" not in page


def test_fifty_a_page(site: Site, editor: User) -> None:
    article = make_article(site)
    for number in range(51):
        make_sent(article, field=f"field-{number}")

    page = text_of(signed_in(editor).get("/exports/ledger/?page=2"))

    assert page.count("<time") == 1 and "Page 2 of 2" in page and "?page=1" in page


def test_it_costs_the_same_for_one_and_for_many(site: Site, editor: User) -> None:
    client = signed_in(editor)
    costs = []
    for count in (1, 4):
        for _ in range(count):
            make_sent(make_article(site), run=ExportRun.objects.create(site=site, started_at=NOON, destination="zip"))
        client.get("/exports/ledger/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/exports/ledger/")
        costs.append(len(queries))

    assert costs[0] == costs[1]

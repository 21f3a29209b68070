"""The log's page: each table in words, what admins of one site see of it, and that nobody changes it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.decisions import decide
from articles.models import AccountEvent, ExportRun, ImportRun, Site
from articles.models.review import AppendOnly
from articles.people.log import Kind, record
from articles.workflow import Action
from tests.conftest import signed_in
from tests.factories import NOON, make_article, make_person, make_seated, make_site

pytestmark = pytest.mark.django_db


def text_of(reply: Any) -> str:
    return " ".join(reply.content.decode().split())


def something_of(site: Site, who: Any) -> None:
    """One decision, one import and one export."""
    decide([make_article(site, title=f"A crane of {site.name}")], Action.APPROVE, editor=who, at=NOON)
    ImportRun.objects.create(site=site, origin=f"/srv/{site.name}", started_at=NOON, created=3, updated=1, actor=who)
    ExportRun.objects.create(site=site, destination=f"/out/{site.name}", started_at=NOON, written=2)


def test_each_table_says_who_did_what_when_and_what_was_before() -> None:
    tove, admin = make_person("senior editor", "tove"), make_person("admin", "sam")
    something_of(make_site("harbour"), tove)
    before, after = {"*": "editor"}, {"harbour": "senior editor"}
    record(Kind.ROLE, at=NOON, actor=admin, person=tove, address="192.0.2.9", before=before, after=after)
    LogEntry.objects.create(user=admin, content_type=ContentType.objects.get_for_model(Site), object_repr="Harbour", action_flag=CHANGE)
    client = signed_in(admin)
    page = {of: text_of(client.get(f"/users/log/?of={of}")) for of in ("accounts", "decisions", "imports", "exports", "admin")}

    assert "Changed the role</span> <b dir=\"auto\">tove</b>" in page["accounts"] and "192.0.2.9" in page["accounts"]
    assert "<dt>all sites</dt> <dd dir=\"auto\"><del>Editor</del>" in page["accounts"] and "<ins>Senior editor</ins>" in page["accounts"]
    assert "Signed in</span>" in page["accounts"] and "2026-11-20 12:00 UTC" in page["accounts"]
    assert "A crane of harbour (harbour)" in page["decisions"] and "tove" in page["decisions"] and "Approved" in page["decisions"]
    assert "/srv/harbour (harbour)" in page["imports"] and "3 new articles, 1 changed" in page["imports"]
    assert "/out/harbour (harbour)" in page["exports"] and "2 files" in page["exports"] and "the desk itself" in page["exports"]
    assert "Harbour" in page["admin"] and "sam" in page["admin"]
    assert 'aria-current="page">Accounts<' in text_of(client.get("/users/log/?of=nonsense"))


def test_an_admin_of_one_site_reads_of_that_site_alone() -> None:
    here, there, who = make_site("harbour"), make_site("quarry"), make_person("senior editor", "tove")
    for site in (here, there):
        something_of(site, who)
    client = signed_in(make_seated("admin", here))

    for of in ("accounts", "decisions", "imports", "exports", "admin"):
        page = text_of(client.get(f"/users/log/?of={of}"))
        assert "quarry" not in page and ">Accounts<" not in page and "Signed in" not in page, of
    assert "/srv/harbour" in text_of(client.get("/users/log/?of=imports"))


def test_it_costs_the_same_for_one_and_for_many(site: Site) -> None:
    admin = make_person("admin")
    client = signed_in(admin)
    for of in ("accounts", "decisions", "imports", "exports"):
        costs = []
        for count in (1, 3):
            for _ in range(count):
                something_of(site, admin)
                record(Kind.ROLE, at=NOON, actor=admin, person=admin)
            client.get(f"/users/log/?of={of}")
            with CaptureQueriesContext(connection) as queries:
                client.get(f"/users/log/?of={of}")
            costs.append(len(queries))
        assert costs[0] == costs[1], of


def test_an_empty_table_says_so(site: Site) -> None:
    assert "Nothing has happened here yet." in text_of(signed_in(make_person("admin")).get("/users/log/?of=exports"))


def test_no_row_of_the_log_is_changed_or_removed_and_names_outlive_accounts() -> None:
    person, root = make_person("editor", "ida"), signed_in(make_person("superuser"))
    event = record(Kind.ROLE, at=NOON, actor=person, person=person, before={"*": "editor"})

    for act in (event.save, event.delete, AccountEvent.objects.all().delete, lambda: AccountEvent.objects.update(kind="invited")):
        with pytest.raises(AppendOnly):
            act()
    root.post(f"/admin/auth/user/{person.pk}/delete/", {"post": "yes"})

    kept = AccountEvent.objects.get(pk=event.pk)
    assert (kept.actor_id, kept.actor_name, kept.person_name, kept.before) == (None, "ida", "ida", {"*": "editor"})

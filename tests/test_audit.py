"""Who did what, when, and what was before: a row or a line for every act, which nobody can change in the desk."""

from __future__ import annotations

import logging
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from articles.models import Article, ExportRun, ImportRun, Review, Site
from articles.models.review import AppendOnly
from tests.conftest import signed_in
from tests.factories import make_article, make_person, make_text
from tests.importing.folders import bring, news, put

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("address", "words", "action", "before", "after"),
    [
        ("/articles/{pk}/decide/", {"decision": "approve"}, "approve", ("status", "pending"), ("status", "approved")),
        ("/articles/{pk}/decide/", {"decision": "reject", "reason": "thin"}, "reject", ("status", "pending"), ("status", "rejected")),
        ("/articles/{pk}/decide/", {"decision": "hold"}, "hold", ("status", "pending"), ("status", "held")),
        ("/articles/{pk}/adjust/", {"step": "5"}, "edit", ("quality", 64), ("quality", 69)),
    ],
)
def test_each_act_leaves_a_row(site: Site, address: str, words: dict[str, str], action: str, before: Any, after: Any) -> None:
    article, editor = make_article(site), make_person("editor", "ida")

    signed_in(editor).post(address.format(pk=article.pk), words | {"version": "1"})

    row = Review.objects.get()
    assert (row.article, row.actor, row.action, row.by) == (article, editor, action, "editor")
    assert (row.before[before[0]], row.after[after[0]]) == (before[1], after[1])
    assert row.at.tzinfo == UTC and row.version == Article.objects.get(pk=article.pk).version == 2


def test_undo_leaves_a_row_of_its_own(site: Site) -> None:
    article, client = make_article(site), signed_in(make_person("editor", "ida"))
    client.post(f"/articles/{article.pk}/decide/", {"decision": "approve", "version": "1"})

    client.post("/undo/", {})

    approve, undone = Review.objects.order_by("pk")
    assert (undone.action, undone.undoes, undone.actor.username) == ("undo", approve, "ida")


def test_an_import_and_an_export_are_recorded(site: Site, tmp_path: Path) -> None:
    bring(put(tmp_path / "source", {news(1): make_text()}), site)
    client = signed_in(make_person("senior editor", "tove"))
    client.post("/exports/new/", {"scope": "approved"})

    run, export = ImportRun.objects.get(), ExportRun.objects.get()
    assert run.created == 1 and run.finished_at >= run.started_at and str(tmp_path) in run.origin
    assert export.actor.username == "tove" and export.finished_at >= export.started_at


def test_signing_in_and_out_and_failing_are_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    make_person("editor", "ida")
    client = Client()

    with caplog.at_level(logging.INFO, "newsdesk.accounts"):
        client.post("/accounts/login/", {"login": "ida", "password": "wrong"}, REMOTE_ADDR="192.0.2.4")
        client.post("/accounts/login/", {"login": "ida", "password": "a-long-password-9"}, REMOTE_ADDR="192.0.2.4")
        client.post("/accounts/logout/", REMOTE_ADDR="192.0.2.4")

    said = [record.getMessage() for record in caplog.records if record.name == "newsdesk.accounts"]
    assert said == ["A wrong password for ida from 192.0.2.4", "ida signed in from 192.0.2.4", "ida signed out from 192.0.2.4"]
    assert "a-long-password-9" not in caplog.text


def test_no_row_of_the_trail_can_be_changed_or_removed(site: Site) -> None:
    article, root = make_article(site), signed_in(make_person("superuser"))
    root.post(f"/articles/{article.pk}/decide/", {"decision": "approve", "version": "1"})
    row = Review.objects.get()

    for act in (row.save, row.delete, Review.objects.all().delete, lambda: Review.objects.update(note="x")):
        with pytest.raises(AppendOnly):
            act()
    for page in ("change", "delete"):
        root.post(f"/admin/articles/review/{row.pk}/{page}/", {"post": "yes", "note": "x"})
    root.post("/admin/articles/review/", {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})
    root.post(f"/admin/auth/user/{row.actor_id}/delete/", {"post": "yes"})
    root.post(f"/admin/articles/site/{site.pk}/delete/", {"post": "yes"})

    kept = Review.objects.get()
    assert (kept.pk, kept.note, kept.actor_id, kept.article_id) == (row.pk, "", row.actor_id, article.pk)

"""What rules and blocks did in an import, told on its page and taken back there; what a run did, article by article."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles import bulk
from articles.decisions import decide
from articles.importing import ruled
from articles.models import Article, BulkRun, ImportRun, Provider, Review, RuleFiring, Site
from articles.providers import change
from articles.workflow import Action
from tests.conftest import signed_in
from tests.factories import NOON, make_article, make_text
from tests.importing.folders import bring, news, put
from tests.rules.making import make_rule, of_provider, words
from tests.views.test_imports import text_of

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def imported(site: Site, desk_admin: Any, tmp_path: Path) -> ImportRun:
    """An import in which one rule rejected two articles, another one watches all four, and a block rejected one."""
    bring(put(tmp_path, {news(1): make_text(provider="Wire"), news(2): make_text(provider="Quay Post")}), site)
    change(Provider.objects.get(name="Quay Post"), {"trust": "blocked"}, actor=desk_admin)
    make_rule(site, of_provider("Wire"), name="No wire", actor=desk_admin)
    make_rule(site, words("tram", place="title"), then={"watch": True}, name="Trams", actor=desk_admin)
    put(tmp_path, {news(day): make_text(provider=name, title=f"Tram {day}") for day, name in ((3, "Wire"), (4, "Wire"), (5, "Quay Post"), (6, "Dock"))})
    bring(tmp_path, site, LATER)
    return ImportRun.objects.latest("pk")


def statuses() -> list[str]:
    return list(Article.objects.order_by("path").values_list("status", flat=True))


def test_an_import_says_what_rules_did_and_takes_all_of_it_back(imported: ImportRun, desk_admin: Any) -> None:
    client, page = signed_in(desk_admin), f"/imports/{imported.pk}/"

    told = text_of(client.get(page))
    assert "Rules decided 3 articles. Rules changed 4 articles." in told
    assert "Rejected 2 articles: thin No wire" in told and "Changed 4 articles: watch Trams" in told
    assert "Rejected 1 article of blocked providers" in told and "Withdrawn 0 Rules 7 Tram 3" in told
    listed = text_of(client.get(page, {"part": "ruled"})).split("Rules 7 ")[1].removesuffix("Undo Z")
    assert listed.split() == (
        "Tram 5 Rejected The provider Quay Post is blocked. Tram 3 Rejected No wire Tram 4 Rejected No wire "
        "Tram 3 Edited Trams Tram 4 Edited Trams Tram 5 Edited Trams Tram 6 Edited Trams"
    ).split()  # fmt: skip

    reply = client.post(f"{page}undo/", follow=True)

    done = text_of(reply)
    assert "Taken back what rules did in this import." in reply.content.decode()
    assert statuses() == ["pending"] * 6 and not Article.objects.filter(watched=True).exists() and not RuleFiring.objects.exists()
    assert done.count("Undone") == 3 and "Undo all of it" not in done
    client.post(f"{page}undo/")
    assert Review.objects.filter(action=Action.UNDO).count() == 7


def test_what_takes_longer_goes_on_behind_the_page_and_in_order(imported: ImportRun, desk_admin: Any, settings: Any) -> None:
    """Watching was last, so it is undone first; the rejections below it wait until that is over."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
    BulkRun.objects.update(slice_size=1)

    left = ruled.take_back(imported, editor=desk_admin, at=LATER, seconds=0)

    assert left is not None and left.undoes.rule.name == "Trams" and statuses().count("rejected") == 3  # type: ignore[union-attr]
    assert BulkRun.objects.filter(action=Action.UNDO).count() == 1
    page = text_of(signed_in(desk_admin).get(f"/imports/{imported.pk}/"))
    assert "Trams Being undone" in page and "Undo all of it" in page
    assert ruled.take_back(imported, editor=desk_admin, at=LATER) is None
    assert statuses() == ["pending"] * 6 and not Article.objects.filter(watched=True).exists()


def test_what_somebody_built_on_stays_when_an_imports_rules_are_undone(imported: ImportRun, editor: Any, desk_admin: Any) -> None:
    decide([Article.objects.get(path=news(3))], Action.APPROVE, editor=editor, at=LATER)

    signed_in(desk_admin).post(f"/imports/{imported.pk}/undo/")

    assert statuses() == ["pending", "pending", "approved", "pending", "pending", "pending"]


def test_a_rule_that_failed_in_an_import_says_why(imported: ImportRun, desk_admin: Any) -> None:
    BulkRun.objects.filter(rule__name="No wire").update(done_count=0, state="failed", failure="The rule was switched off.")

    assert "No wire The rule was switched off." in text_of(signed_in(desk_admin).get(f"/imports/{imported.pk}/"))


def test_an_import_without_rules_says_nothing_of_them(site: Site, desk_admin: Any, tmp_path: Path) -> None:
    bring(put(tmp_path, {news(1): make_text()}), site)

    assert "Rules" not in text_of(signed_in(desk_admin).get(f"/imports/{ImportRun.objects.get().pk}/"))


def test_a_run_lists_what_it_did_at_the_same_cost_for_one_and_for_many(site: Site, editor: Any, desk_admin: Any) -> None:
    client, costs = signed_in(desk_admin), []
    for count in (1, 9):
        articles = [make_article(site, title=f"Crane {count} {place}") for place in range(count)]
        run = bulk.choose(site, [(one.pk, 1) for one in articles], editor=editor)
        bulk.intend(run, bulk.Wish(Action.REJECT, reason="thin"))
        bulk.begin(run, at=NOON)
        with CaptureQueriesContext(connection) as queries:
            shown = text_of(client.get(f"/bulk/{run.pk}/"))
        costs.append(len(queries))
        assert shown.split("What was done ")[1].count("Rejected") == count and f"Crane {count} {count - 1} Rejected" in shown
    undoing = bulk.begin_undo(run, editor=editor, at=NOON)
    assert text_of(client.get(f"/bulk/{undoing.pk}/")).split("What was done ")[1].count("Undone") == 9
    assert costs[0] == costs[1]


def test_the_list_of_runs_names_the_rule(imported: ImportRun, desk_admin: Any) -> None:
    shown = text_of(signed_in(desk_admin).get("/bulk/"))

    assert "Rejected 2 articles: thin Rule “No wire”," in shown and desk_admin.get_username() not in shown


def test_undo_on_an_article_that_a_block_rejected_means_that_one(imported: ImportRun, site: Site, editor: Any, desk_admin: Any) -> None:
    from articles.blocking import reject_waiting

    make_article(site, provider="Quay Post")
    first = reject_waiting(Provider.objects.get(name="Quay Post"), at=LATER)
    assert first is not None and Review.objects.filter(batch=first.batch).count() == 2
    client = signed_in(editor)
    page = client.get(f"/articles/{first.article_id}/history/").content.decode()
    assert 'name="whole" value="1"' in page

    client.post("/undo/", {"review": first.pk})
    assert list(Review.objects.filter(batch=first.batch).order_by("pk").values_list("undone_by__action", flat=True)) == ["undo", None]
    client.post("/undo/", {"review": first.pk, "whole": "1"})
    assert client.post("/undo/", {"review": first.pk, "whole": "1"}).status_code == 302
    assert not Review.objects.filter(batch=first.batch, undone_by=None).exists()

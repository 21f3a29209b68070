"""An act on many articles, from its start to its end, whoever comes between."""
from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles import bulk, leases
from articles.bulk import Wish, running
from articles.decisions import DecisionRefused, edit
from articles.mapping import exported_text
from articles.models import Article, ArticleTopic, BulkRun, Review, SourceFile
from articles.workflow import Action, Reason
from tests.bulk.crowd import make_crowd, seen
from tests.factories import NOON, make_article, make_site

pytestmark = pytest.mark.django_db
State = BulkRun.State


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "PAUSE", 0)


def chosen(site: Any, editor: Any, articles: list[Article], wish: Wish) -> BulkRun:
    run = bulk.choose(site, seen(articles), editor=editor)
    bulk.intend(run, wish)
    return run


def begun(site: Any, editor: Any, articles: list[Article], wish: Wish) -> BulkRun:
    run = chosen(site, editor, articles, wish)
    bulk.begin(run, at=NOON)
    return run


def finished(run: BulkRun) -> BulkRun:
    while bulk.advance(run.pk, seconds=0):
        pass
    run.refresh_from_db()
    return run


def content() -> list[Any]:
    """Everything that an editor or an export sees, without the counting of versions."""
    texts = dict(SourceFile.objects.values_list("article_id", "text"))
    files = [exported_text(article, texts[article.pk]) for article in Article.objects.order_by("pk")]
    links = list(ArticleTopic.objects.order_by("article_id", "place").values_list("article_id", "topic__name", "place"))
    return [[{**row, "version": 0} for row in Article.objects.order_by("pk").values()], files, links]


def test_up_to_200_are_decided_at_once_and_the_rest_is_told(site: Any, editor: Any, second_editor: Any) -> None:
    articles = [make_article(site) for _ in range(4)]
    run = chosen(site, editor, articles, Wish(Action.REJECT, Reason.THIN, "Not today"))
    edit([articles[1]], {"quality": 90}, editor=second_editor, at=NOON)

    bulk.begin(run, at=NOON + timedelta(seconds=5))

    assert (run.state, run.done_count, run.left_count) == (State.FINISHED, 3, 1)
    assert list(Article.objects.order_by("pk").values_list("status", flat=True)) == ["rejected", "pending", "rejected", "rejected"]
    assert list(run.left.values_list("article", "sentence")) == [(articles[1].pk, "milo edited this 5 s ago. It is waiting now.")]
    rows = Review.objects.filter(action="reject")
    assert {(row.reason, row.note, row.key) for row in rows} == {("thin", "Not today", run.key(0))}
    assert len({row.batch for row in rows}) == 1


@pytest.mark.parametrize(
    "wish",
    [Wish(Action.APPROVE), Wish(Action.APPROVE, changes={"lift": True}), Wish(Action.HOLD), Wish(Action.EDIT, changes={"step": -5}),
     Wish(Action.EDIT, changes={"quality": 72, "heat": 50}), Wish(Action.EDIT, changes={"add": "Ports"}), Wish(Action.EDIT, changes={"remove": "Rail"})],
)  # fmt: skip
def test_one_undo_takes_all_of_it_back(site: Any, editor: Any, wish: Wish) -> None:
    articles = [make_article(site, quality=quality) for quality in (3, 64, 70, 95)]
    before = content()
    run = begun(site, editor, articles, wish)
    assert run.done_count == 4 and content() != before

    undoing = bulk.begin_undo(run, editor=editor, at=NOON)

    assert (undoing.state, undoing.done_count, undoing.left_count) == (State.FINISHED, run.done_count, 0)
    assert content() == before
    assert bulk.begin_undo(run, editor=editor, at=NOON).pk == undoing.pk  # pressed twice


def test_changes_are_each_articles_own(site: Any, editor: Any) -> None:
    articles = [make_article(site, quality=quality) for quality in (3, 64, 100)]

    begun(site, editor, articles, Wish(Action.EDIT, changes={"step": -5, "add": "Ports", "remove": "Rail"}))

    assert list(Article.objects.order_by("pk").values_list("quality", "topics")) == [
        (0, ["Machines", "Ports"]), (59, ["Machines", "Ports"]), (95, ["Machines", "Ports"]),
    ]  # fmt: skip
    begun(site, editor, list(Article.objects.order_by("pk")), Wish(Action.APPROVE, changes={"lift": True}))
    assert list(Article.objects.order_by("pk").values_list("quality", "heat", "status")) == [
        (70, 70, "approved"), (70, 70, "approved"), (95, 95, "approved"),
    ]  # fmt: skip


@pytest.mark.parametrize("wish", [Wish(Action.APPROVE), Wish(Action.EDIT, changes={"step": 5}), Wish(Action.EDIT, changes={"add": "Ports"})])
def test_1_and_200_cost_the_same_queries(site: Any, editor: Any, wish: Wish) -> None:
    articles = make_crowd(site, 204)
    editor.has_perm("articles.decide_article")
    counts = []
    for some in (articles[:2], articles[2:3], articles[3:203]):  # the first finds topics and permissions
        run = chosen(site, editor, some, wish)
        with CaptureQueriesContext(connection) as queries:
            bulk.begin(run, at=NOON)
        assert run.done_count == len(some)
        counts.append(len(queries))

    assert counts[1] == counts[2] <= 30


def test_more_than_200_wait_for_a_worker_and_are_done_in_slices(site: Any, senior: Any) -> None:
    articles = make_crowd(site, 250)
    before = content()
    run = begun(site, senior, articles, Wish(Action.APPROVE))
    assert (run.state, run.checkpoint) == (State.WAITING, 0)

    assert bulk.advance(run.pk, seconds=0) is True
    run.refresh_from_db()
    assert (run.state, run.checkpoint, run.done_count, run.lease_until) == (State.RUNNING, 100, 100, None)
    with pytest.raises(DecisionRefused, match="still running"):
        bulk.begin_undo(run, editor=senior, at=NOON)
    finished(run)
    assert (run.state, run.done_count, Review.objects.count()) == (State.FINISHED, 250, 250)
    assert bulk.advance(run.pk, seconds=0) is False

    undoing = bulk.begin_undo(run, editor=senior, at=NOON)
    assert (undoing.state, undoing.total) == (State.WAITING, 250)
    finished(undoing)
    assert (undoing.state, undoing.done_count) == (State.FINISHED, 250)
    assert content() == before


def test_stopped_in_the_middle_keeps_and_undoes_what_is_done(site: Any, senior: Any) -> None:
    run = begun(site, senior, make_crowd(site, 250), Wish(Action.REJECT))
    bulk.advance(run.pk, seconds=0)

    bulk.stop(run, at=NOON)

    assert (run.state, bulk.advance(run.pk, seconds=0)) == (State.STOPPED, False)
    assert Article.objects.filter(status="rejected").count() == 100
    undoing = bulk.begin_undo(run, editor=senior, at=NOON)
    assert (undoing.state, undoing.done_count) == (State.FINISHED, 100)
    assert not Article.objects.exclude(status="pending").exists()


def test_a_run_that_somebody_works_on_stops_after_its_slice(site: Any, senior: Any) -> None:
    run = begun(site, senior, make_crowd(site, 250), Wish(Action.REJECT))
    BulkRun.objects.update(lease_until=leases.moment(timedelta(minutes=1)))

    bulk.stop(run, at=NOON)

    assert (run.state, run.stop_asked, bulk.advance(run.pk, seconds=0)) == (State.WAITING, True, False)
    BulkRun.objects.update(lease_until=None)
    assert finished(run).state == State.STOPPED
    assert not Article.objects.exclude(status="pending").exists()


def test_what_changed_since_it_was_chosen_is_left_alone(site: Any, senior: Any, second_editor: Any) -> None:
    articles = make_crowd(site, 230)
    run = begun(site, senior, articles, Wish(Action.APPROVE))
    edit(articles[150:153], {"heat": 50}, editor=second_editor, at=NOON)

    finished(run)

    assert (run.state, run.done_count, run.left_count) == (State.FINISHED, 227, 3)
    assert set(run.left.values_list("article", flat=True)) == {article.pk for article in articles[150:153]}


def test_a_lost_lease_does_no_slice(site: Any, senior: Any) -> None:
    run = begun(site, senior, make_crowd(site, 250), Wish(Action.APPROVE))
    mine = running.uuid.uuid4()
    taken = running._take(run.pk, mine)
    assert taken is not None
    assert running._take(run.pk, running.uuid.uuid4()) is None  # it is leased

    BulkRun.objects.update(worker=running.uuid.uuid4())  # and then somebody else's

    assert running._slice(taken, mine, NOON) is False
    assert not Review.objects.exists()


def test_what_nobody_works_on_is_told_to_one(site: Any, senior: Any) -> None:
    run = begun(site, senior, make_crowd(site, 250), Wish(Action.APPROVE))
    assert bulk.stalled() == []

    BulkRun.objects.update(heartbeat_at=leases.moment(-timedelta(minutes=1)))

    assert (bulk.stalled(), bulk.stalled()) == ([run.pk], [])
    BulkRun.objects.update(heartbeat_at=leases.moment(-timedelta(minutes=1)), lease_until=leases.moment(timedelta(minutes=1)))
    assert bulk.stalled() == []


def test_a_slice_that_breaks_off_again_and_again_ends_the_run(site: Any, senior: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    run = begun(site, senior, make_crowd(site, 250), Wish(Action.APPROVE))
    bulk.advance(run.pk, seconds=0)

    def breaks(*args: Any, **words: Any) -> Any:
        raise OSError("The disk is full.")

    monkeypatch.setattr(running, "decide", breaks)
    for _ in range(leases.TRIES):
        with pytest.raises(OSError, match="full"):
            bulk.advance(run.pk, seconds=0)
        BulkRun.objects.update(lease_until=None)
    assert bulk.advance(run.pk, seconds=0) is False

    run.refresh_from_db()
    assert (run.state, run.done_count, Review.objects.count()) == (State.FAILED, 100, 100)
    assert run.failure == "It broke off 5 times at the same place, after 100 articles. The log says why."


def test_who_lost_the_role_meanwhile_decides_no_more(site: Any, senior: Any) -> None:
    run = begun(site, senior, make_crowd(site, 250), Wish(Action.APPROVE))
    bulk.advance(run.pk, seconds=0)
    senior.groups.clear()

    finished(run)

    assert (run.state, run.failure) == (State.FAILED, "Your account may not do this. Ask an admin for the role.")
    assert Article.objects.filter(status="approved").count() == 100


def test_only_senior_editors_approve_more_than_200(site: Any, editor: Any) -> None:
    articles = make_crowd(site, 201)

    with pytest.raises(DecisionRefused, match="Only senior editors"):
        begun(site, editor, articles, Wish(Action.APPROVE))
    assert begun(site, editor, articles[:200], Wish(Action.APPROVE)).done_count == 200
    assert begun(site, editor, articles, Wish(Action.REJECT)).state == State.WAITING
    assert Group.objects.filter(permissions__codename="approve_many").count() == 2


def test_a_refused_act_changes_nothing_and_can_be_another(site: Any, editor: Any) -> None:
    articles = [make_article(site), make_article(site)]
    run = bulk.choose(site, seen(articles), editor=editor)
    bulk.intend(run, Wish(Action.EDIT, changes={"quality": -4}))

    with pytest.raises(DecisionRefused, match="Quality is 0 or more"):
        bulk.begin(run, at=NOON)

    run.refresh_from_db()
    assert (run.state, Review.objects.count()) == (State.CHOSEN, 0)
    bulk.intend(run, Wish(Action.APPROVE))
    bulk.begin(run, at=NOON)
    assert (run.state, run.done_count) == (State.FINISHED, 2)


def test_an_act_belongs_to_its_run(site: Any, editor: Any) -> None:
    run = begun(site, editor, [make_article(site)], Wish(Action.APPROVE))
    alone = edit([make_article(make_site())], {"quality": 7}, editor=editor, at=NOON, key="0-1").reviews[0]

    assert (bulk.run_of(Review.objects.get(key=run.key(0))), bulk.run_of(alone)) == (run, None)

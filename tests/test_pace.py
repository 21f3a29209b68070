"""How long decisions take: what is believed of it, and where it is written."""
from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.decisions import decide, edit, undo
from articles.models import Article, Review, Site
from articles.pace import decided_today, median_look, read_elapsed, shown_at
from articles.workflow import Action
from tests.conftest import signed_in
from tests.factories import NOON, make_article

SECOND = timedelta(seconds=1)


@pytest.mark.pure
@pytest.mark.parametrize(
    ("elapsed", "before"),
    [(6.9 * SECOND, 6.9 * SECOND), (timedelta(), timedelta()), (120 * SECOND, 120 * SECOND),
     (120.001 * SECOND, None), (-SECOND, None), (None, None)],
)  # fmt: skip
def test_a_look_is_reckoned_back_or_not_believed(elapsed: timedelta | None, before: timedelta | None) -> None:
    assert shown_at(NOON, elapsed) == (None if before is None else NOON - before)


@pytest.mark.pure
@pytest.mark.parametrize(("sent", "milliseconds"), [("6900", 6900), ("0", 0), ("", None), ("-5", None), ("1e3", None), ("undefined", None), ("9" * 40, None), ("٣", None)])
def test_only_whole_milliseconds_are_read(sent: str, milliseconds: int | None) -> None:
    assert read_elapsed(sent) == (None if milliseconds is None else timedelta(milliseconds=milliseconds))


@pytest.mark.django_db
def test_only_a_decision_on_one_article_says_when_it_was_shown(site: Site, editor: User) -> None:
    one, two, three = (make_article(site) for _ in range(3))

    edit([one], {"quality": 80}, editor=editor, at=NOON)
    one.refresh_from_db()
    report = decide([one], Action.APPROVE, editor=editor, at=NOON, elapsed=7 * SECOND)
    undo(report.reviews[0], editor=editor, at=NOON)
    decide([two, three], Action.REJECT, editor=editor, at=NOON, elapsed=7 * SECOND)

    rows = Review.objects.order_by("pk").values_list("action", "shown_at")
    assert list(rows) == [("edit", None), ("approve", NOON - 7 * SECOND), ("undo", None), ("reject", None), ("reject", None)]


@pytest.mark.django_db
@pytest.mark.parametrize(("sent", "took"), [({"elapsed": "6900"}, 6.9 * SECOND), ({"elapsed": "120001"}, None), ({"elapsed": "soon"}, None), ({}, None)])
def test_a_decision_is_made_whatever_the_browser_says_of_time(site: Site, editor: User, sent: dict[str, Any], took: timedelta | None) -> None:
    article = make_article(site)

    signed_in(editor).post(f"/articles/{article.pk}/decide/", {"version": article.version, "decision": "approve", **sent})

    review = Review.objects.get()
    assert Article.objects.get().status == "approved"
    assert (review.at - review.shown_at if review.shown_at else None) == took


@pytest.mark.django_db
def test_a_day_counts_what_stands_of_ones_own(site: Site, editor: User, second_editor: User) -> None:
    made = [make_article(site) for _ in range(8)]
    midnight = NOON.replace(hour=0)
    decide(made[:1], Action.APPROVE, editor=editor, at=midnight - timedelta(microseconds=1))
    decide(made[1:2], Action.APPROVE, editor=editor, at=midnight)
    decide(made[2:4], Action.REJECT, editor=editor, at=NOON)
    decide(made[4:5], Action.HOLD, editor=editor, at=NOON)
    edit(made[5:6], {"quality": 80}, editor=editor, at=NOON)
    decide(made[6:7], Action.APPROVE, editor=second_editor, at=NOON)
    gone = decide(made[7:8], Action.APPROVE, editor=editor, at=NOON)

    assert decided_today(editor, NOON) == 4
    undo(gone.reviews[0], editor=second_editor, at=NOON)
    assert decided_today(editor, NOON) == 3
    assert decided_today(second_editor, NOON) == 1
    assert decided_today(editor, NOON + timedelta(days=1)) == 0


@pytest.mark.django_db
def test_a_day_is_counted_from_its_index(editor: User) -> None:
    if connection.vendor != "sqlite":
        connection.cursor().execute("SET LOCAL enable_seqscan = off")  # a small table is read whole otherwise

    with CaptureQueriesContext(connection) as queries:
        decided_today(editor, NOON)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{queries[0]['sql']}")
        plan = str(cursor.fetchall())

    assert len(queries) == 1
    # Which of several indexes PostgreSQL takes for a table that is nearly empty is chance; that one can serve is not.
    assert "review_pace" in plan if connection.vendor == "sqlite" else "Seq Scan" not in plan, plan


@pytest.mark.pure
def test_the_median_is_of_what_was_measured() -> None:
    looks = (None, 9, 4, None, 5)
    rows = [Review(at=NOON, shown_at=look and NOON - look * SECOND) for look in looks]

    assert median_look(rows) == 5
    assert median_look(rows[:1]) is None

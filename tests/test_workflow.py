"""The table of what may be decided."""

from __future__ import annotations

import pytest

from articles.workflow import (
    DECIDED,
    DECISIONS,
    TRANSITIONS,
    UNDECIDED,
    Action,
    Reason,
    Status,
    Trust,
    arrival_status,
    may,
)

pytestmark = pytest.mark.pure

ALLOWED = {
    Action.APPROVE: {Status.PENDING, Status.HELD, Status.REJECTED, Status.LIVE},
    Action.REJECT: {Status.PENDING, Status.HELD, Status.APPROVED, Status.LIVE},
    Action.HOLD: {Status.PENDING, Status.HELD},
    Action.WAKE: {Status.HELD},
}


@pytest.mark.parametrize("decision", DECISIONS)
@pytest.mark.parametrize("status", list(Status))
def test_each_decision_starts_only_where_the_table_says(decision: Action, status: Status) -> None:
    assert may(decision, status) is (status in ALLOWED[decision])


@pytest.mark.parametrize(
    ("decision", "to", "published", "takes_reason"),
    [
        (Action.APPROVE, Status.APPROVED, True, False),
        (Action.REJECT, Status.REJECTED, False, True),
        (Action.HOLD, Status.HELD, None, False),
        (Action.WAKE, Status.PENDING, None, False),
    ],
)
def test_each_decision_leads_where_the_table_says(
    decision: Action, to: Status, published: bool | None, takes_reason: bool
) -> None:
    row = TRANSITIONS[decision]

    assert (row.to, row.published, row.takes_reason) == (to, published, takes_reason)
    assert row.permission == "articles.decide_article"


@pytest.mark.parametrize(("published", "status"), [(True, "live"), (False, "pending"), (None, "pending")])
def test_an_arrival_follows_the_feed(published: bool | None, status: str) -> None:
    assert arrival_status(published) == status


def test_statuses_are_decided_undecided_or_held() -> None:
    assert set(Status) == DECIDED | UNDECIDED | {Status.HELD}
    assert not DECIDED & UNDECIDED


@pytest.mark.parametrize("words", [Status, Action, Reason, Trust])
def test_every_case_has_a_label_of_its_own(words: type[Status]) -> None:
    labels = [label for _, label in words.choices()]

    assert len(set(labels)) == len(labels) == len(list(words))
    assert all(label[0].isupper() for label in labels)
    assert words(list(words)[0].value).label == labels[0]

"""Two real histories with simulated editors: nothing of either writer is lost, and nobody is asked without need."""

from __future__ import annotations

import pytest
from django.db import connection

from articles.models import Site
from tests import corpus
from tests.factories import make_person
from tests.replay.harness import Replay
from tests.replay.histories import History


@pytest.mark.parametrize(("name", "count"), [pytest.param("diablo4", 301, marks=pytest.mark.once), ("powerapps", 100)])
def test_neither_writer_loses_a_value_over_a_whole_history(site: Site, name: str, count: int) -> None:
    persons = [make_person(role) for role in ("editor", "editor", "senior editor", "admin")]
    few = connection.vendor != "sqlite"
    with History(corpus.checkout(name)) as history:
        commits = history.densest(40 if few else count)
        replay = Replay(site, history, persons, seed=20261126, acts=3)

        table = replay.run(history.steps(commits), every=60)

    assert "\n".join(table.first.values()) == ""
    assert table.commits == len(commits)
    assert (table.alerts_seen, table.conflicts_seen) == (table.alerts, table.conflicts)
    assert min(table.alerts, table.conflicts, replay.editors.counts.undone, replay.editors.counts.refused) > 0

"""A feed that works against the desk: every value that was sent has the fate that the texts tell of."""

from __future__ import annotations

from pathlib import Path

import pytest

from articles.models import Site
from tests.factories import make_person
from tests.replay.duel import Duel


@pytest.mark.parametrize("seed", [pytest.param(3, marks=pytest.mark.once), 10])
def test_the_ledger_tells_what_a_hostile_feed_did_to_every_value(site: Site, tmp_path: Path, seed: int) -> None:
    persons = [make_person(role) for role in ("editor", "editor", "senior editor")]
    duel = Duel(site, tmp_path / "site.git", persons, seed=seed)

    duel.play(40)

    assert "\n".join(duel.table.first.values()) == ""
    assert {"keep", "revert", "swap", "flip", "remove", "delete", "retitle", "restore", "force-push"} <= duel.feed.deeds.keys()
    assert duel.sent > 50 and duel.exports > 10
    assert {"arrived", "kept", "reverted"} <= duel.fates.keys()
    assert (duel.table.alerts_seen, duel.table.conflicts_seen) == (duel.table.alerts, duel.table.conflicts)

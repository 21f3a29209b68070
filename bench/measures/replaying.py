"""Two real histories, every commit, with simulated editors between them: what is lost, and who is bothered without need.

The same replay as in the tests (``tests/replay``), over the whole histories; an oracle that reads only the texts says what
must be true after every commit. It takes minutes.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

from articles.models import Site
from bench.clock import Line, ms
from bench.desk import Desk
from tests.corpus import BRANCHES, place_of
from tests.factories import make_person
from tests.replay.harness import Replay
from tests.replay.histories import History
from tests.replay.oracle import CLASSES

SEED = 20261126
ROLES = ("editor", "editor", "senior editor", "admin")


def measure(desk: Desk) -> Iterator[Line]:
    persons = [make_person(role) for role in ROLES]
    for name in sorted(BRANCHES):
        if not place_of(name).exists():
            yield Line(f"{name}: replay", "not measured", f"its bundle at {place_of(name)}", None)
            continue
        with History(_clone(desk, name)) as history:
            replay = Replay(Site.objects.create(name=f"replay-{name}"), history, persons, seed=SEED)
            replay.run(history.steps(history.commits()), every=100)
        yield from _lines(name, replay)


def _clone(desk: Desk, name: str) -> Path:
    target = desk.folder / f"{name}.git"
    words = ["git", "clone", "-q", "--bare", "-b", BRANCHES[name], "--", str(place_of(name)), str(target)]
    subprocess.run(words, check=True, capture_output=True)
    return target


def _lines(name: str, replay: Replay) -> Iterator[Line]:
    table, counts = replay.table, replay.editors.counts
    classes = ", ".join(f"{kind} {table.classes[kind]:,}" for kind in CLASSES)
    yield Line(f"{name}: {table.commits:,} commits", f"{table.rewritten:,} files rewritten", "", None, classes)
    yield Line(
        "… simulated editors",
        f"{counts.decisions:,} decisions, {counts.edits:,} edits",
        "",
        None,
        f"{counts.undone:,} taken back, {counts.refused:,} told that another was first",
    )
    yield Line(
        "… alerts of decided articles, seen and expected",
        f"{table.alerts_seen:,} of {table.alerts:,}",
        "equal",
        table.alerts_seen == table.alerts,
    )
    yield Line(
        "… conflicts, seen and expected",
        f"{table.conflicts_seen:,} of {table.conflicts:,}",
        "equal",
        table.conflicts_seen == table.conflicts,
    )
    yield Line("… values lost", str(table.lost), "0", table.lost == 0)
    yield Line("… false conflicts", str(table.false_conflicts), "0", table.false_conflicts == 0)
    yield Line(
        "… other differences from the oracle",
        str(len(table.differences) - table.lost - table.false_conflicts),
        "0",
        not table.differences,
        " ".join(table.first.values()),
    )
    yield Line(
        "… seconds, of them importing",
        f"{table.seconds:.0f} s, {table.importing:.0f} s",
        "",
        None,
        f"{ms(table.importing / max(1, table.commits))} a commit",
    )

"""A desk and a feed that works against it, in one repository: what is sent, what arrives, what the feed makes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from articles.exporting.publishing import Destination, publish
from articles.models import ExportRun, SentField, Site
from tests.importing.test_git_source import run
from tests.replay.harness import Replay, plain, unhurried
from tests.replay.histories import History, Step
from tests.replay.hostile import BRANCH, HostileFeed
from tests.replay.oracle import DECIDED
from tests.replay.texts import pieces, read


class Duel(Replay):
    """``play`` lets the feed, the editors and exports take turns. Beside the articles, the ledger is compared after each
    turn, and each export's commit with the lines that the desk owns."""

    def __init__(self, site: Site, place: Path, persons: Sequence[Any], *, seed: int) -> None:
        self.feed = HostileFeed(place, Random(seed))
        self.tip = self.feed.begin(40)
        self.ours: set[str] = set()  # files that an export has written once: they leave whatever becomes of the decision
        self.exports = 0
        self.sent = 0
        self.fates: Counter[str] = Counter()
        super().__init__(site, History(place, BRANCH), persons, seed=seed + 1, acts=6)

    def play(self, turns: int) -> None:
        with unhurried(), self.history:
            self._import_to(self.tip, self.history.steps([self.tip])[0])
            for _ in range(turns):
                self.edit()
                if self.dice.random() < 0.5:
                    self.export()
                tip = self.feed.turn()
                self._import_to(tip, self.history.between(self.tip, tip))
                self.compare(tip[:8])
                if self.table.differences:
                    return

    def edit(self) -> None:
        self.at += timedelta(minutes=1)
        paths = sorted(path for path, file in self.oracle.files.items() if not file.gone)
        soon = self.dice.sample(paths, min(len(paths), 8))
        touched = self.editors.work(soon, soon, lambda path: {}, self.at, self.dice.randrange(2, 10))
        self._compare("after an edit", touched)

    def export(self) -> None:
        """Publish, and compare what the commit changed with what is the desk's. Every second time its commit is imported
        before the feed goes on."""
        self.at += timedelta(minutes=1)
        self.ours -= {path for path, file in self.oracle.files.items() if file.gone}  # whoever deletes a file ends that
        expected = {
            path: file.leaves()
            for path, file in self.oracle.files.items()
            if not file.gone and (file.status in DECIDED or path in self.ours) and file.leaves()
        }
        report = publish(self.site, Destination(str(self.feed.place)), scope=ExportRun.Scope.DECIDED, at=self.at)
        if report.problems:
            self.table.tell("the export", "the list of problems", [], list(map(str, report.problems[:3])))
        if not report.commit:
            if expected:
                self.table.tell("the export", "the list of files", sorted(expected), [])
            return
        step = self.history.between(self.tip, report.commit)
        if step.files.keys() != expected.keys():
            missing, more = sorted(expected.keys() - step.files.keys()), sorted(step.files.keys() - expected.keys())
            self.table.tell("the export", "what is missing from its files and what is too much", ([], []), (missing, more))
        self.oracle.forget()
        for path in sorted(step.files.keys() & expected.keys()):
            self._compare_commit(path, step, expected[path])
            self.sent += self.oracle.send(path, report.commit)
        self.exports += 1
        self.ours |= expected.keys()
        self._compare_ledger("after an export")
        if self.exports % 2:
            self._import_to(report.commit, step)
            self.compare(f"home {report.commit[:8]}")

    def compare(self, place: str) -> None:
        self._compare(place, None)
        self._compare_ledger(place)

    # --- behind
    def _import_to(self, commit: str, step: Step) -> None:
        reachable = set(run(self.feed.place, "rev-list", commit).split())
        self.reached = reachable.__contains__
        self.step(Step(commit, step.files))
        self.tip = commit

    def hear(self, step: Step, reached: Any = None) -> Any:
        told = super().hear(step, self.reached)
        self.oracle.settle(self.reached)
        return told

    def _compare_commit(self, path: str, step: Step, changed: dict[str, Any]) -> None:
        blob, file = step.files[path], self.oracle.files[path]
        data = self.history.read(blob) if blob else b""
        if read(data) != {key: value for key, value in {**file.says, **changed}.items() if value is not None}:
            self.table.tell(f"the export {path}", "the file", changed, read(data))
        if pieces(data.decode(), changed) != pieces(file.data.decode(), changed):
            self.table.tell(f"the export {path}", "the text around the desk's keys", "as it came", "changed")

    def _compare_ledger(self, place: str) -> None:
        rows = SentField.objects.filter(article__site=self.site).exclude(state=SentField.State.REPLACED)
        found = {
            (row.article.path, row.field): (row.state, plain(row.value), plain(row.feed_value))
            for row in rows.select_related("article")
        }
        wanted = {
            (path, key): (one.state, one.value, one.feed)
            for path, file in self.oracle.files.items()
            for key, one in file.sent.items()
        }
        for key in sorted(wanted.keys() | found.keys()):
            if wanted.get(key) != found.get(key):
                self.table.tell(f"{place} {key[0]}", f"the ledger of {key[1]}", wanted.get(key), found.get(key))
        self.fates = Counter(state for state, _, _ in wanted.values())

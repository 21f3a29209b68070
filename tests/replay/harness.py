"""A history replayed into a desk on which editors work, and after every commit the desk compared with the oracle."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from articles.exporting import outgoing
from articles.importing import pace
from articles.importing.pipeline import import_site
from articles.importing.sources import open_source
from articles.models import Article, Conflict, ExportRun, ImportRun, Repository, Review, Site, SourceFile
from articles.workflow import By
from tests.replay.editors import Editors
from tests.replay.histories import History, Step
from tests.replay.oracle import CLASSES, DECISION, Oracle, Told
from tests.replay.texts import pieces, read

START = datetime(2026, 1, 1, tzinfo=UTC)
MOST = 50  # differences after which there is no point in going on
ATTRIBUTES = {
    "category": "category", "title": "title", "excerpt": "excerpt", "publishedDateTime": "published_at",
    "originalUrl": "original_url", "webUrl": "web_url", "ampWebUrl": "amp_web_url", "cdnAmpWebUrl": "cdn_amp_web_url",
    "type": "type", "quality": "quality", "heat": "heat", "published": "published", "removed": "removed",
    "featuredContent": "featured_content", "topics": "topics", "images": "images",
}  # fmt: skip
PARTS = {"name": "provider_name", "domain": "provider_domain", "images": "provider_images"}


@dataclass
class Table:
    """What a replay counts. Each difference is a sentence; a faithful desk has none."""

    commits: int = 0
    rewritten: int = 0
    classes: Counter[str] = field(default_factory=Counter)
    alerts: int = 0
    alerts_seen: int = 0
    conflicts: int = 0
    conflicts_seen: int = 0
    false_conflicts: int = 0
    lost: int = 0
    seconds: float = 0.0
    importing: float = 0.0
    differences: list[str] = field(default_factory=list)
    first: dict[str, str] = field(default_factory=dict)  # of each kind the first

    def tell(self, place: str, what: str, wanted: Any, found: Any) -> None:
        self.differences.append(f"{place}: {what} is {_short(found)}, not {_short(wanted)}.")
        self.first.setdefault(what, self.differences[-1])


class Replay:
    """``run`` walks the steps; ``table`` says what came of them. The same seed gives the same run."""

    def __init__(self, site: Site, history: History, persons: Sequence[Any], *, seed: int, acts: int = 4) -> None:
        self.site, self.history, self.acts = site, history, acts
        self.oracle, self.table = Oracle(), Table()
        self.dice = Random(seed)
        self.editors = Editors(site, persons, self.oracle, self.dice)
        self.at = START
        self.compared: dict[str, Any] = {}  # path -> what was compared last
        self.last_review = 0
        Repository.objects.update_or_create(site=site, defaults={"location": str(history.place)})

    def run(self, steps: Sequence[Step], *, every: int = 25) -> Table:
        """Commit by commit: import, compare, let editors work, compare; everything is compared once in ``every``."""
        started = time.perf_counter()
        with unhurried():
            for place, step in enumerate(steps):
                following = steps[place + 1] if place + 1 < len(steps) else None
                self.step(step)
                self._compare(step.commit[:8], None if place % every == every - 1 else step.files)
                self._let_work(step, following)
                if len(self.table.differences) >= MOST:
                    break
            self._compare("the end", None)
        self.table.seconds += time.perf_counter() - started
        return self.table

    # --- the feed's turn
    def step(self, step: Step) -> None:
        """Import one commit; what the import reports must be what the oracle counted."""
        self.at += timedelta(minutes=1)
        started = time.perf_counter()
        with open_source(self.history.place, rev=step.commit) as source:
            report = import_site(source, self.site, at=self.at)
        self.table.importing += time.perf_counter() - started
        told = self.hear(step)
        self._count(step, told, report)

    def hear(self, step: Step, reached: Callable[[str], bool] = lambda commit: True) -> dict[str, Told]:
        """Tell the oracle of a commit."""
        return {
            path: self.oracle.feed(path, self.history.read(blob) if blob else None, reached)
            for path, blob in step.files.items()
        }

    def _count(self, step: Step, told: dict[str, Told], report: Any) -> None:
        table, changes = self.table, Counter(one.change for one in told.values())
        table.commits += 1
        table.rewritten += sum(changes[name] for name in CLASSES)
        table.classes += changes
        table.alerts += sum(one.alert for one in told.values())
        opened = sum(one.opened for one in told.values())
        table.conflicts += opened
        table.conflicts_seen += report.conflicts
        if report.problems:
            table.tell(step.commit[:8], "the list of problems", [], list(map(str, report.problems[:3])))
        for name, wanted in (("created", changes["new"]), ("conflicts", opened)):
            if getattr(report, name) != wanted:
                table.tell(step.commit[:8], f"the count of {name}", wanted, getattr(report, name))
        run = ImportRun.objects.filter(site=self.site, started_at=self.at).first()
        seen = {name: run.changes.get(name, 0) for name in CLASSES} if run else dict.fromkeys(CLASSES, 0)
        if seen != (wanted := {name: changes[name] for name in CLASSES}):
            table.tell(step.commit[:8], "the import's list of changes", wanted, seen)
        self._look_at_rows(step, told)

    def _look_at_rows(self, step: Step, told: dict[str, Told]) -> None:
        """Who is bothered: what is quiet leaves no row, and nobody hears of a file that did not change."""
        rows = Review.objects.filter(article__site=self.site, pk__gt=self.last_review, by=By.FEED).values_list("pk", "article__path")
        noisy = {path for path, one in told.items() if one.change not in CLASSES or one.change == DECISION}
        self.last_review = max([self.last_review, *(pk for pk, _ in rows)])
        for path in sorted({path for _, path in rows} - noisy):
            self.table.tell(f"{step.commit[:8]} {path}", "the feed's row", None, "there")
        alerted = Article.objects.filter(site=self.site, recheck_since=self.at).exclude(recheck="").count()
        self.table.alerts_seen += alerted
        if alerted != (wanted := sum(one.alert for one in told.values())):
            self.table.tell(step.commit[:8], "the count of alerts", wanted, alerted)

    # --- the editors' turn
    def _let_work(self, step: Step, following: Step | None) -> None:
        self.at += timedelta(minutes=1)
        soon = [path for path in following.files if path in self.oracle.files] if following else []

        def coming(path: str) -> dict[str, Any]:
            blob = following.files.get(path) if following else None
            return read(self.history.read(blob)) if blob else {}

        lately = [path for path in step.files if path in self.oracle.files]
        touched = self.editors.work(soon, lately, coming, self.at, self.dice.randrange(2 * self.acts + 1))
        self._compare(f"after {step.commit[:8]}", touched)

    # --- the comparison
    def _compare(self, place: str, paths: Iterable[str] | None) -> None:
        """The desk and the oracle side by side: all of it, or only some files."""
        wanted = self.oracle.files if paths is None else {path: self.oracle.files[path] for path in paths}
        articles: QuerySet[Article] = Article.objects.filter(site=self.site)
        found = {one.path: one for one in (articles if paths is None else articles.filter(path__in=list(wanted)))}
        for path in wanted.keys() ^ found.keys():
            self.table.tell(f"{place} {path}", "the article", path in wanted, path in found)
        for path in wanted.keys() & found.keys():
            self._compare_article(f"{place} {path}", path, found[path])
        self._compare_conflicts(place)
        alerted = dict(articles.exclude(recheck="").values_list("path", "recheck"))
        expected = {path: file.recheck for path, file in self.oracle.files.items() if file.recheck}
        for path in sorted(alerted.keys() | expected.keys()):
            if alerted.get(path) != expected.get(path):
                self.table.tell(f"{place} {path}", "why it is to be looked at again", expected.get(path), alerted.get(path))
        self._compare_export(place, None if paths is None else list(wanted))

    def _compare_article(self, place: str, path: str, article: Article) -> None:
        file = self.oracle.files[path]
        wanted, found = file.holds(), shown(article)
        for key in sorted({*wanted, *found}):
            if (key not in ATTRIBUTES and key != "provider") or wanted.get(key) == found.get(key):
                continue  # a key that the desk does not know lives in the text alone
            whose = "the desk's" if any(name.partition(".")[0] == key for name in file.desk) else "the feed's"
            self.table.lost += 1
            self.table.tell(place, f"{whose} {key}", wanted.get(key), found.get(key))
        for what, mine, theirs in (
            ("the status", file.status, article.status),
            ("withdrawn", file.withdrawn, article.withdrawn),
            ("the number of related entries", len(file.says.get("related") or ()), article.related_count),
        ):
            if mine != theirs:
                self.table.tell(place, what, mine, theirs)

    def _compare_conflicts(self, place: str) -> None:
        """Every open conflict is one that three texts show, with the same three sides; and every such one is open."""
        found = {
            (row.article.path, row.field): (plain(row.base), plain(row.ours), plain(row.theirs))
            for row in Conflict.objects.filter(article__site=self.site, settled_at=None).select_related("article")
        }
        wanted = {(path, key): sides for path, file in self.oracle.files.items() for key, sides in file.conflicts.items()}
        for key in sorted(wanted.keys() | found.keys()):
            if wanted.get(key) != found.get(key):
                self.table.false_conflicts += key not in wanted
                self.table.tell(f"{place} {key[0]}", f"the conflict of {key[1]}", wanted.get(key), found.get(key))

    def _compare_export(self, place: str, paths: list[str] | None) -> None:
        """Untouched articles leave byte for byte; of touched ones exactly the lines of the desk's keys differ."""
        for path, data in exported(self.site, paths).items():
            file = self.oracle.files.get(path)
            if file is None:
                continue
            changed = file.leaves()
            if data == file.data if not changed else self.compared.get(path) == (data, file.data, changed):
                continue  # as it came, or as it was found right before
            self.compared[path] = (data, file.data, changed)
            if not changed:
                self.table.tell(f"{place} {path}", "its export", "byte for byte", "changed")
                continue
            out = read(data)
            for key in sorted({*out, *file.says}):
                wanted = changed.get(key, file.says.get(key))
                if out.get(key) != wanted:
                    self.table.lost += 1
                    self.table.tell(f"{place} {path}", f"the exported {key}", wanted, out.get(key))
            if pieces(data.decode(), changed) != pieces(file.data.decode(), changed):
                self.table.tell(f"{place} {path}", "the text around the desk's keys", "as it came", "changed")


# --- the desk's side, in the oracle's terms
def shown(article: Article) -> dict[str, Any]:
    """What the article says, key by key, as text."""
    values = {key: plain(getattr(article, attribute)) for key, attribute in ATTRIBUTES.items()}
    provider = {part: plain(getattr(article, attribute)) for part, attribute in PARTS.items()}
    values["provider"] = {part: value for part, value in provider.items() if value is not None} or None
    return {key: value for key, value in values.items() if value is not None}


def plain(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    if isinstance(value, list):
        return [plain(item) for item in value] or None
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    return str(value) if value not in ("", None) else None


def exported(site: Site, paths: Sequence[str] | None = None) -> dict[str, bytes]:
    """Every article's file as an export of everything would write it, or only some: then no others are listed. The ledger
    does not hear of it."""
    with only(paths):
        return {file.path: file.written().encode() for file in outgoing.outgoing(site, ExportRun.Scope.ALL, timezone.now(), naming=False)}


@contextmanager
def only(paths: Sequence[str] | None) -> Iterator[None]:
    listed = outgoing.files_of

    def some(*words: Any) -> QuerySet[SourceFile]:
        return listed(*words).filter(path__in=paths or ())

    if paths is not None:
        outgoing.files_of = some
    try:
        yield
    finally:
        outgoing.files_of = listed


@contextmanager
def unhurried() -> Iterator[None]:
    """Without the pauses that an import makes for editors: here they work in turns."""
    pause, pace.PAUSE = pace.PAUSE, 0.0
    try:
        yield
    finally:
        pace.PAUSE = pause


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 160 else f"{text[:157]}…"

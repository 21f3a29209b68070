"""The one pipeline from a source to the desk: list, skip what is known, read, write in slices, join.

Parsing happens outside transactions; each slice is one, so an import that is killed leaves whole articles and the next
run does the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from articles.frontmatter.files import blob_id
from articles.frontmatter.sitefiles import TopicFile
from articles.guessing.learning import guess_fresh, learn_news
from articles.importing.arrivals import Arrivals
from articles.importing.changes import prepare, write_changes
from articles.importing.links import link_everything, link_related, pair_everything, pair_fresh
from articles.importing.lock import importing
from articles.importing.pace import MOST_BYTES, Pace
from articles.importing.quarantine import Quarantine, Refused
from articles.importing.reading import Arrival, as_problem, read_article, storable
from articles.importing.report import ImportReport, Problem
from articles.importing.sources import Source, SourceEntry, SourceProblem
from articles.importing.surroundings import (
    Surrounding,
    kind_of,
    link_parents,
    read_surrounding,
    write_surroundings,
)
from articles.models import ImportRun, Site, SourceFile

Progress = Callable[[int, int], None]
AROUND = 8  # files around the articles in one transaction
ARTICLE = SourceFile.Kind.ARTICLE


def import_site(
    source: Source,
    site: Site,
    *,
    at: datetime,
    actor: Any = None,
    progress: Progress | None = None,
    entries: Sequence[SourceEntry] | None = None,
) -> ImportReport:
    """Bring the source's files to the site.

    Files whose bytes are known are skipped; new ones are created; changed ones are merged with what the desk decided;
    bad ones go into quarantine. ``progress`` is told how many files are done, of how many. ``entries`` is the source's
    listing, where the caller has it already. Raises SourceError when the source cannot be read at all and ImportBusy when
    another import into the site runs.
    """
    with importing(site):
        return _Import(source, site, at, actor, progress or (lambda done, of: None)).run(entries)


@dataclass
class _Tally:
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    conflicts: int = 0
    others: int = 0
    done: int = 0
    written: list[int] = field(default_factory=list)  # articles whose related entries are new
    moved: list[int] = field(default_factory=list)  # articles that are new or have a new address
    fresh: list[int] = field(default_factory=list)  # articles that are new
    followed: list[int] = field(default_factory=list)  # articles in which anything may be new


class _Import:
    def __init__(self, source: Source, site: Site, at: datetime, actor: Any, progress: Progress) -> None:
        self.source, self.site, self.at, self.actor, self.progress = source, site, at, actor, progress
        self.pace = Pace()
        self.tally = _Tally()
        self.arrivals = Arrivals(site, at)
        self.quarantine = Quarantine(site, source.label, at)
        self.row: ImportRun | None = None
        rows = SourceFile.objects.filter(site=site).values_list("path", "blob_id", "article_id")
        self.known = {path: (blob, article) for path, blob, article in rows}

    def run(self, entries: Sequence[SourceEntry] | None = None) -> ImportReport:
        if entries is None:
            entries = self.source.entries()
        self.total = len(entries)
        last = ImportRun.objects.filter(site=self.site).order_by("-pk").first()
        stopped = last is not None and not last.is_finished
        news = [entry for entry in entries if not entry.blob_id or self._is_news(entry.path, entry.blob_id)]
        renewed = self._take_in_surroundings([entry for entry in news if kind_of(entry.path) != ARTICLE])
        self._take_in_articles([entry for entry in news if kind_of(entry.path) == ARTICLE])
        self._refuse([Refused(Problem(one.path, one.message), "", one.data) for one in self.source.problems])
        if self.quarantine.mended:
            with self.pace.slice():
                self._begin()
                self.quarantine.release_mended()
        if stopped:
            # Whatever the earlier run brought in and could not join any more.
            with self.pace.slice():
                self._begin()
                link_parents(self.site)
            link_everything(self.site, self.pace)
            pair_everything(self.site, self.pace)
        else:
            self._join(renewed)
        if not learn_news(self.site, at=timezone.now()):
            guess_fresh(self.site, [*self.tally.fresh, *self.tally.followed])
        return self._finish()

    # --- what is known already
    def _is_news(self, path: str, blob: str) -> bool:
        """Whether these bytes have not been seen. Those that are in count as unchanged; those that were refused are
        reported again, from what was kept of them."""
        is_in = self.known.get(path, ("", None))[0] == blob
        if not is_in and not self.quarantine.tells_again(path, blob):
            return True
        if is_in:
            self.quarantine.mend(path)
            self.tally.unchanged += kind_of(path) == ARTICLE
        self._advance(1)
        return False

    def _read(self, entries: Sequence[SourceEntry]) -> Iterator[tuple[SourceEntry, str, bytes] | Refused]:
        """The bytes of the entries that are news; those whose source did not know their hash are hashed here."""
        for entry, data in self.source.read_all(entries):
            if isinstance(data, SourceProblem):
                yield Refused(Problem(entry.path, data.message), "", data.data)
                continue
            identity = entry.blob_id or blob_id(data)
            if entry.blob_id or self._is_news(entry.path, identity):
                yield entry, identity, data

    # --- the files around the articles
    def _take_in_surroundings(self, entries: Sequence[SourceEntry]) -> set[str]:
        """The names of the topics whose files were new."""
        slice_: list[Surrounding] = []
        renewed: set[str] = set()
        for found in self._read(entries):
            if isinstance(found, Refused):
                self._refuse([found])
                continue
            entry, identity, data = found
            try:
                slice_.append(read_surrounding(entry.path, identity, data))
            except Exception as error:  # noqa: BLE001 - whatever one file raises must not end the run
                self._refuse([Refused(as_problem(entry.path, error), identity, data)])
            if len(slice_) >= AROUND:
                renewed |= self._write_surroundings(slice_)
                slice_ = []
        renewed |= self._write_surroundings(slice_)
        if self.tally.others:
            self.arrivals = Arrivals(self.site, self.at)
        return renewed

    def _write_surroundings(self, found: Sequence[Surrounding]) -> set[str]:
        if not found:
            return set()
        with self.pace.slice():
            self._begin()
            write_surroundings(self.site, found, self.at)
            self.quarantine.release([one.path for one in found])
        self.tally.others += len(found)
        self._advance(len(found))
        return {one.name for one in (file.says for file in found) if isinstance(one, TopicFile)}

    # --- the articles
    def _take_in_articles(self, entries: Sequence[SourceEntry]) -> None:
        slice_: list[Arrival] = []
        size = 0
        for found in self._read(entries):
            if isinstance(found, Refused):
                self._refuse([found], later=True)
                continue
            entry, identity, data = found
            try:
                slice_.append(read_article(entry, identity, data, settings.DESK_FILE_LIMIT))
            except Exception as error:  # noqa: BLE001 - whatever one file raises must not end the run
                self._refuse([Refused(as_problem(entry.path, error), identity, data)], later=True)
                continue
            size += len(data)
            if len(slice_) >= self.pace.size or size >= MOST_BYTES:
                self._write(slice_)
                slice_, size = [], 0
        self._write(slice_)
        self._refuse([])

    def _write(self, arrivals: Sequence[Arrival]) -> None:
        """One slice: one transaction."""
        if not arrivals:
            return
        tally = self.tally
        keys = {one.path: key for one in arrivals if (key := self.known.get(one.path, ("", None))[1]) is not None}
        new = [one for one in arrivals if one.path not in keys]
        changes = prepare([one for one in arrivals if one.path in keys], keys)
        with self.pace.slice(len(arrivals)):
            self._begin()
            written = write_changes(changes, self.arrivals, self.at)
            new += written.gone
            created = self.arrivals.write(new) if new else []
            self.quarantine.release([one.path for one in arrivals])
            tally.conflicts += written.conflicts
            tally.created += len(new)
            tally.updated += len(arrivals) - len(new)
            self._note()
        tally.written += [*created, *written.related]
        tally.fresh += created
        tally.followed += written.followed
        tally.moved += [*created, *written.moved]
        self._advance(len(arrivals))

    # --- joining and refusing
    def _join(self, renewed: set[str]) -> None:
        if renewed:
            with self.pace.slice():
                link_parents(self.site, renewed)
        if self.tally.written or self.tally.moved:
            link_related(self.site, written=self.tally.written, moved=self.tally.moved, pace=self.pace)
        pair_fresh(self.site, self.tally.fresh, self.pace)

    def _refuse(self, refused: Sequence[Refused], *, later: bool = False) -> None:
        """Put files into quarantine; ``later``: a few together, unless they are many or large by now."""
        for one in refused:
            self.quarantine.refuse(one)
        if self.quarantine.is_waiting and (not later or self.quarantine.is_full):
            with self.pace.slice():
                self._begin()
                self.quarantine.write()
        self._advance(len(refused))

    # --- the run's own row
    def _begin(self) -> None:
        """Record, with the first thing that is written, that a run is under way: a run without an end was stopped."""
        if self.row is None:
            self.row = ImportRun.objects.create(
                site=self.site,
                actor=self.actor,
                started_at=self.at,
                origin=storable(self.source.label)[:1000],
                kind=self.source.kind,
                revision=self.source.revision or "",
            )

    def _note(self) -> None:
        """Keep the counts so far, so that a run that is stopped says how far it came."""
        assert self.row is not None
        tally = self.tally
        ImportRun.objects.filter(pk=self.row.pk).update(
            created=tally.created, updated=tally.updated, unchanged=tally.unchanged, conflicts=tally.conflicts
        )

    def _finish(self) -> ImportReport:
        tally = self.tally
        problems = tuple(sorted(self.quarantine.problems, key=lambda problem: problem.path))
        if self.row:
            with self.pace.slice():
                self._note()
                ImportRun.objects.filter(pk=self.row.pk).update(
                    finished_at=timezone.now(), problems=[problem.as_dict() for problem in problems]
                )
        return ImportReport(
            tally.created, tally.updated, tally.unchanged, tally.conflicts, tally.others,
            problems, tuple(self.source.notices), self.source.revision,
        )  # fmt: skip

    def _advance(self, count: int) -> None:
        self.tally.done += count
        self.progress(self.tally.done, self.total)

"""The one pipeline from a source to the desk: find what is new, read, write in slices, join.

Parsing happens outside transactions; each slice is one, so an import that is killed leaves whole articles and the next
run does the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.utils.translation import ngettext

from articles import ledger
from articles.blocking import reject_arrivals
from articles.bulk import fire_news
from articles.frontmatter.files import blob_id
from articles.frontmatter.sitefiles import TopicFile
from articles.guessing.learning import guess_fresh, learn_news
from articles.importing.arrivals import Arrivals
from articles.importing.changes import adopt, prepare, write_changes
from articles.importing.coming import what_comes, why_not_gone
from articles.importing.conflicts import settle_unasked, unasked
from articles.importing.deliveries import Deliveries
from articles.importing.following import Following
from articles.importing.holdings import Holdings, mark_back, mark_gone
from articles.importing.links import link_everything, link_related, pair_everything, pair_fresh
from articles.importing.lock import importing
from articles.importing.pace import MOST_BYTES, Pace
from articles.importing.quarantine import Quarantine, Refused
from articles.importing.reading import Arrival, as_problem, read_article
from articles.importing.record import Record, Tally
from articles.importing.report import ImportReport, Problem, change_counts
from articles.importing.sources import Source, SourceEntry, SourceProblem
from articles.importing.surroundings import (
    Surrounding,
    kind_of,
    link_parents,
    read_surrounding,
    write_surroundings,
)
from articles.models import ImportRun, Review, Site, SourceFile
from articles.policy import Policy, policy_of

Progress = Callable[[int, int], None]
AROUND = 8  # files around the articles in one transaction
ARTICLE = SourceFile.Kind.ARTICLE
REPAIR = "repair"  # the kind of a source that holds one refused file as somebody has mended it


def import_site(
    source: Source,
    site: Site,
    *,
    at: datetime,
    actor: Any = None,
    progress: Progress | None = None,
    full: bool = False,
    gone: bool = False,
    part: bool = False,
    run: ImportRun | None = None,
) -> ImportReport:
    """Bring the source's files to the site.

    Of a repository only what changed since the last import is looked at, where its history allows that; ``full`` compares
    everything. Files whose bytes are known are skipped; new ones are created; changed ones are merged with what the desk
    decided; bad ones go into quarantine; articles whose file is gone leave the queue. Where more than half of them would
    do so, and the source may be only a part of the site, none does unless ``gone`` says that it is right; of a source that
    is known to be a ``part``, none ever does. ``progress`` is told how many files are done, of how many; what it raises
    ends the import between two slices. ``run`` is the row that a worker has leased; without one a row is made with the
    first thing that is written. Raises SourceError when the source cannot be read at all and ImportBusy when another import
    into the site runs.
    """
    with importing(site):
        return _Import(source, site, at, actor, progress or (lambda done, of: None), full, gone, part, run).run()


class _Import:
    def __init__(
        self, source: Source, site: Site, at: datetime, actor: Any, progress: Progress, full: bool, gone: bool,
        part: bool, run: ImportRun | None,
    ) -> None:  # fmt: skip
        self.source, self.site, self.at, self.progress, self.full, self.gone = source, site, at, progress, full, gone
        self.part = part
        self.pace = Pace()
        self.tally = Tally()
        self.total = 0
        self.following = Following(site, source)
        self.record = Record(source, site, at, actor, self.following, run)
        self.holdings = Holdings(site)
        self.quarantine = Quarantine(site, source.label, at, mending=source.kind == REPAIR)
        self.deliveries = Deliveries(site, source, at)
        self.back: list[str] = []  # files that were gone and are there again as they were

    def run(self) -> ImportReport:
        if self.following.is_where_it_was and not self.full:
            self.quarantine.tell_all_but(())
            self._count_unchanged()
            self._learn()
            fire_news(self.site, at=self.at)
            return self._report()
        coming = what_comes(self.source, self.following, self.holdings, self.quarantine, full=self.full)
        stopped = self.record.was_stopped()
        self.total = len(coming.entries)
        self.arrivals = Arrivals(self.site, self.at)
        news = [entry for entry in coming.entries if not entry.blob_id or self._is_news(entry.path, entry.blob_id)]
        renewed = self._take_in_surroundings([entry for entry in news if kind_of(entry.path) != ARTICLE])
        self._take_in_articles([entry for entry in news if kind_of(entry.path) == ARTICLE])
        self._settle_unasked()
        self._refuse([Refused(Problem(one.path, one.message), "", one.data) for one in self.source.problems])
        self._bring_back()
        holds_all = self._let_go(coming.missing)
        whole = coming.is_all and holds_all and not self.part
        self._release(self.quarantine.untold() if whole else coming.gone)
        if not coming.is_all:
            self._count_unchanged()
        if stopped:
            # Whatever the earlier run brought in and could not join any more.
            with self.pace.slice():
                self.record.begin()
                link_parents(self.site)
            link_everything(self.site, self.pace)
            pair_everything(self.site, self.pace)
        else:
            self._join(renewed)
        self._reject_blocked()
        self._learn()
        fire_news(self.site, at=self.at)
        self._finish(holds_all)
        return self._report()

    # --- what is known already
    def _is_news(self, path: str, blob: str) -> bool:
        """Whether these bytes have not been seen. Those that are in count as unchanged; those that were refused are
        reported again, from what was kept of them."""
        held = self.holdings.get(path)
        is_in = held is not None and held.blob == blob
        if not is_in and not self.quarantine.tells_again(path, blob):
            return True
        if held is not None and is_in:
            self.quarantine.mend(path)
            if held.is_gone:
                self.back.append(path)
            else:
                self.tally.unchanged += held.kind == ARTICLE
        self._advance(1)
        return False

    def _count_unchanged(self) -> None:
        """The articles that nothing was said of, without looking at each."""
        tally = self.tally
        refused = self.holdings.standing_among([problem.path for problem in self.quarantine.problems])
        tally.unchanged = max(0, self.holdings.standing() - refused - tally.created - tally.updated)

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
            self.record.begin()
            write_surroundings(self.site, found, self.at)
            self._mark(found)
            mark_back(self.site, self._gone_among(found), self.at)
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
        held = {one.path: found.article for one in arrivals if (found := self.holdings.get(one.path))}
        keys = {path: key for path, key in held.items() if key is not None}
        new = [one for one in arrivals if one.path not in keys]
        changes = prepare([one for one in arrivals if one.path in keys], keys) if keys else []
        with self.pace.slice(len(arrivals)):
            self.record.begin()
            if new:
                changes += adopt(self.site, new, self.at)
                adopted = {change.arrival.path for change in changes}
                new = [one for one in new if one.path not in adopted]
            rewrites = [self.deliveries.rewrite(change) for change in changes]
            # The merge starts from what the ledger says, and the ledger moves on with what was merged.
            discovered = ledger.discover(rewrites, at=self.at)
            written = write_changes(changes, self.arrivals, self.policy, self.at)
            ledger.follow(rewrites, self.deliveries.reached, at=self.at, but=discovered)
            mark_back(self.site, self._gone_among(arrivals), self.at)
            new += written.gone
            created = self.arrivals.write(new) if new else []
            self._mark(arrivals)
            self.quarantine.release([one.path for one in arrivals])
            tally.conflicts += written.conflicts
            tally.alerts += written.alerts
            tally.changes += written.changes
            tally.created += len(new)
            tally.updated += len(arrivals) - len(new)
            self.record.note(tally)
        tally.written += [*created, *written.related]
        tally.fresh += created
        tally.followed += written.followed
        tally.moved += [*created, *written.moved]
        self._advance(len(arrivals))

    def _mark(self, found: Sequence[Arrival | Surrounding]) -> None:
        """Of a repair the text is the desk's, while the source still has what the blob id names. What a part of the site
        brought first, or last, the other sources may lack."""
        files = SourceFile.objects.filter(site=self.site)
        if self.source.kind == REPAIR:
            files.filter(path__in=[one.path for one in found]).update(is_mended=True)
        elif self.part:
            known = ((one.path, self.holdings.get(one.path)) for one in found)
            files.filter(path__in=[path for path, held in known if held is None or held.is_extra]).update(is_extra=True)

    # --- policy
    @cached_property
    def policy(self) -> Policy:
        """Read once for the whole run."""
        return policy_of(self.site)

    def _settle_unasked(self) -> None:
        """Conflicts that were open before the policy stopped asking."""
        conflicts = unasked(self.site, self.policy)
        if conflicts:
            with self.pace.slice():
                self.record.begin()
                settle_unasked(conflicts, self.policy, self.at)

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
                self.record.begin()
                self.tally.refused += self.quarantine.waiting_count
                self.quarantine.write()
        self._advance(len(refused))

    # --- what is gone, and what is there again
    def _gone_among(self, found: Sequence[Arrival | Surrounding]) -> list[str]:
        return [one.path for one in found if (held := self.holdings.get(one.path)) and held.is_gone]

    def _bring_back(self) -> None:
        for paths in self.pace.cut(self.back):
            with self.pace.slice(len(paths)):
                self.record.begin()
                mark_back(self.site, paths, self.at)
                self.tally.updated += self.holdings.articles_among(paths)
                self.record.note(self.tally)

    def _let_go(self, missing: Sequence[str]) -> bool:
        """Mark what the source has no more. Says whether the desk then holds what the source has, and nothing else."""
        if self.part:
            return True
        if not self.gone and (doubt := why_not_gone(missing, self.source, self.following, self.holdings)):
            self.source.notices.append(doubt)
            return False
        for paths in self.pace.cut(missing):
            with self.pace.slice(len(paths)):
                self.record.begin()
                self.tally.alerts += mark_gone(self.site, paths, self.at)
                self.tally.withdrawn += self.holdings.articles_among(paths)
                self.record.note(self.tally)
        return True

    def _release(self, absent: Sequence[str]) -> None:
        """Let go of refused files that are as they were when they last went in, or that the source has no more."""
        paths = self.quarantine.among([*self.quarantine.mended, *absent])
        if paths:
            with self.pace.slice():
                self.record.begin()
                self.quarantine.release(paths)

    def _reject_blocked(self) -> None:
        """What blocked providers brought goes no further; one undo takes all of it back."""
        first = reject_arrivals(self.site, at=self.at)
        if first is not None:
            count = Review.objects.filter(batch=first.batch).count()
            words = ngettext(
                "Rejected %(count)d article of blocked providers.", "Rejected %(count)d articles of blocked providers.", count
            )
            self.source.notices.append(words % {"count": count})

    # --- the end
    def _learn(self) -> None:
        """Learn what the desk has decided since the last time; else say how likely what is new will be approved."""
        if not learn_news(self.site, at=self.at):
            guess_fresh(self.site, [*self.tally.fresh, *self.tally.followed])

    def _finish(self, holds_all: bool) -> None:
        settled = self.deliveries.settled()
        holds = holds_all and self.following.is_behind
        if self.record.row or settled or holds:
            with self.pace.slice():
                ledger.settle(settled, at=self.at)
                self.record.end(self.tally, self._problems())
                if holds:
                    self.following.hold(self.at)

    def _problems(self) -> tuple[Problem, ...]:
        return tuple(sorted(self.quarantine.problems, key=lambda problem: problem.path))

    def _report(self) -> ImportReport:
        tally = self.tally
        return ImportReport(
            tally.created, tally.updated, tally.unchanged, tally.conflicts, tally.others, tally.withdrawn,
            self._problems(), tuple(self.source.notices), self.source.revision, change_counts(tally.changes), tally.alerts,
            self.record.wrote,
        )  # fmt: skip

    def _advance(self, count: int) -> None:
        self.tally.done += count
        self.progress(self.tally.done, self.total)

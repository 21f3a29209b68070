"""What an import takes in: files are read outside of transactions and written in slices, one transaction each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.conf import settings

from articles import ledger
from articles.frontmatter.files import blob_id
from articles.frontmatter.sitefiles import TopicFile
from articles.importing.arrivals import Arrivals
from articles.importing.changes import adopt, prepare, write_changes
from articles.importing.holdings import mark_back
from articles.importing.pace import MOST_BYTES
from articles.importing.quarantine import Refused
from articles.importing.reading import Arrival, as_problem, read_article
from articles.importing.report import Problem
from articles.importing.sources import SourceEntry, SourceProblem
from articles.importing.surroundings import Surrounding, kind_of, read_surrounding, write_surroundings
from articles.importing.under_way import UnderWay
from articles.models import SourceFile

AROUND = 8  # files around the articles in one transaction
ARTICLE = SourceFile.Kind.ARTICLE
Read = tuple[SourceEntry, str, bytes]  # with the blob id


class Intake:
    """The files of one import that are news. ``renewed`` are the names of topics whose files were, ``back`` the paths of files
    that were gone and are there again as they were."""

    def __init__(self, under_way: UnderWay) -> None:
        self.under_way = under_way
        self.arrivals = Arrivals(under_way.site, under_way.at)
        self.renewed: set[str] = set()
        self.back: list[str] = []

    def take(self, entries: Sequence[SourceEntry]) -> None:
        """Take in what is new among these: first the files around the articles, since articles mean them."""
        news = [entry for entry in entries if not entry.blob_id or self._is_news(entry.path, entry.blob_id)]
        self._take_surroundings([entry for entry in news if kind_of(entry.path) != ARTICLE])
        self._take_articles([entry for entry in news if kind_of(entry.path) == ARTICLE])

    def _is_news(self, path: str, blob: str) -> bool:
        """Whether these bytes have not been seen. Those that are in count as unchanged; those that were refused are
        reported again, from what was kept of them."""
        work = self.under_way
        held = work.holdings.get(path)
        is_in = held is not None and held.blob == blob
        if not is_in and not work.quarantine.tells_again(path, blob):
            return True
        if held is not None and is_in:
            work.quarantine.mend(path)
            if held.is_gone:
                self.back.append(path)
            else:
                work.tally.unchanged += held.kind == ARTICLE
        work.advance(1)
        return False

    def _read(self, entries: Sequence[SourceEntry]) -> Iterator[Read | Refused]:
        """The bytes of the entries that are news; those whose source did not know their hash are hashed here."""
        for entry, data in self.under_way.source.read_all(entries):
            if isinstance(data, SourceProblem):
                yield Refused(Problem(entry.path, data.message), "", data.data)
                continue
            identity = entry.blob_id or blob_id(data)
            if entry.blob_id or self._is_news(entry.path, identity):
                yield entry, identity, data

    # --- the files around the articles
    def _take_surroundings(self, entries: Sequence[SourceEntry]) -> None:
        work, slice_ = self.under_way, list[Surrounding]()
        for found in self._read(entries):
            if isinstance(found, Refused):
                work.refuse([found])
                continue
            entry, identity, data = found
            try:
                slice_.append(read_surrounding(entry.path, identity, data))
            except Exception as error:  # noqa: BLE001 - whatever one file raises must not end the run
                work.refuse([Refused(as_problem(entry.path, error), identity, data)])
            if len(slice_) >= AROUND:
                self._write_surroundings(slice_)
                slice_ = []
        self._write_surroundings(slice_)
        if work.tally.others:
            self.arrivals = Arrivals(work.site, work.at)

    def _write_surroundings(self, found: Sequence[Surrounding]) -> None:
        if not found:
            return
        work = self.under_way
        with work.pace.slice():
            work.record.begin()
            write_surroundings(work.site, found, work.at)
            self._mark(found)
            mark_back(work.site, self._gone_among(found), work.at)
            work.quarantine.release([one.path for one in found])
        work.tally.others += len(found)
        work.advance(len(found))
        self.renewed |= {one.name for one in (file.says for file in found) if isinstance(one, TopicFile)}

    # --- the articles
    def _take_articles(self, entries: Sequence[SourceEntry]) -> None:
        work, slice_, size = self.under_way, list[Arrival](), 0
        for found in self._read(entries):
            if isinstance(found, Refused):
                work.refuse([found], later=True)
                continue
            entry, identity, data = found
            try:
                slice_.append(read_article(entry, identity, data, settings.DESK_FILE_LIMIT))
            except Exception as error:  # noqa: BLE001 - whatever one file raises must not end the run
                work.refuse([Refused(as_problem(entry.path, error), identity, data)], later=True)
                continue
            size += len(data)
            if len(slice_) >= work.pace.size or size >= MOST_BYTES:
                self._write(slice_)
                slice_, size = [], 0
        self._write(slice_)
        work.refuse([])

    def _write(self, arrivals: Sequence[Arrival]) -> None:
        """One slice: one transaction."""
        if not arrivals:
            return
        work, tally = self.under_way, self.under_way.tally
        held = {one.path: found.article for one in arrivals if (found := work.holdings.get(one.path))}
        keys = {path: key for path, key in held.items() if key is not None}
        new = [one for one in arrivals if one.path not in keys]
        changes = prepare([one for one in arrivals if one.path in keys], keys) if keys else []
        with work.pace.slice(len(arrivals)):
            work.record.begin()
            if new:
                changes += adopt(work.site, new, work.at)
                adopted = {change.arrival.path for change in changes}
                new = [one for one in new if one.path not in adopted]
            rewrites = [work.deliveries.rewrite(change) for change in changes]
            # The merge starts from what the ledger says, and the ledger moves on with what was merged.
            discovered = ledger.discover(rewrites, at=work.at)
            written = write_changes(changes, self.arrivals, work.policy, work.at)
            ledger.follow(rewrites, work.deliveries.reached, at=work.at, but=discovered)
            mark_back(work.site, self._gone_among(arrivals), work.at)
            new += written.gone
            created = self.arrivals.write(new) if new else []
            self._mark(arrivals)
            work.quarantine.release([one.path for one in arrivals])
            tally.conflicts += written.conflicts
            tally.alerts += written.alerts
            tally.changes += written.changes
            tally.created += len(new)
            tally.updated += len(arrivals) - len(new)
            work.record.note(tally)
        tally.written += [*created, *written.related]
        tally.fresh += created
        tally.followed += written.followed
        tally.moved += [*created, *written.moved]
        work.advance(len(arrivals))

    # --- both
    def _mark(self, found: Sequence[Arrival | Surrounding]) -> None:
        """Of a repair the text is the desk's, while the source still has what the blob id names. What a part of the site
        brought first, or last, the other sources may lack."""
        work = self.under_way
        files = SourceFile.objects.filter(site=work.site)
        if work.is_repair:
            files.filter(path__in=[one.path for one in found]).update(is_mended=True)
        elif work.part:
            known = ((one.path, work.holdings.get(one.path)) for one in found)
            files.filter(path__in=[path for path, held in known if held is None or held.is_extra]).update(is_extra=True)

    def _gone_among(self, found: Sequence[Arrival | Surrounding]) -> list[str]:
        return [one.path for one in found if (held := self.under_way.holdings.get(one.path)) and held.is_gone]

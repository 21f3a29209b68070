"""The one pipeline from a source to the desk: find what is new, read, write in slices, join.

Parsing happens outside transactions; each slice is one, so an import that is killed leaves whole articles and the next
run does the rest. ``intake`` takes in what is there, ``departures`` lets go of what is not; here is their order.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import ngettext

from articles import ledger
from articles.blocking import reject_arrivals
from articles.bulk import fire_news
from articles.guessing.learning import guess_fresh, learn_news
from articles.importing.coming import Coming, what_comes
from articles.importing.conflicts import settle_unasked, unasked
from articles.importing.departures import bring_back, let_go, release
from articles.importing.intake import Intake
from articles.importing.links import link_everything, link_related, pair_everything, pair_fresh
from articles.importing.lock import importing
from articles.importing.quarantine import Refused
from articles.importing.report import ImportReport, Problem, change_counts
from articles.importing.sources import Source
from articles.importing.surroundings import link_parents
from articles.importing.under_way import Progress, UnderWay
from articles.models import ImportRun, Review, Site


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
        work = UnderWay(source, site, at=at, actor=actor, progress=progress, part=part, run=run)
        if work.following.is_where_it_was and not full:
            work.quarantine.tell_all_but(())
            _count_unchanged(work)
            _think(work)
        else:
            _bring(work, full=full, gone=gone)
        return _report(work)


def _bring(work: UnderWay, *, full: bool, gone: bool) -> None:
    """Everything that an import does where the source may have news."""
    coming = what_comes(work.source, work.following, work.holdings, work.quarantine, full=full)
    stopped = work.record.was_stopped()
    work.total = len(coming.entries)
    intake = Intake(work)
    intake.take(coming.entries)
    _settle_unasked(work)
    work.refuse([Refused(Problem(one.path, one.message), "", one.data) for one in work.source.problems])
    bring_back(work, intake.back)
    holds_all = let_go(work, coming.missing, gone=gone)
    release(work, _absent(work, coming, holds_all=holds_all))
    if not coming.is_all:
        _count_unchanged(work)
    if stopped:
        _join_everything(work)
    else:
        _join(work, intake.renewed)
    _reject_blocked(work)
    _think(work)
    _finish(work, holds_all=holds_all)


def _absent(work: UnderWay, coming: Coming, *, holds_all: bool) -> Sequence[str]:
    """Refused files that the source has no more, as far as this run can tell."""
    return work.quarantine.untold() if coming.is_all and holds_all and not work.part else coming.gone


def _count_unchanged(work: UnderWay) -> None:
    """The articles that nothing was said of, without looking at each."""
    tally = work.tally
    refused = work.holdings.standing_among([problem.path for problem in work.quarantine.problems])
    tally.unchanged = max(0, work.holdings.standing() - refused - tally.created - tally.updated)


def _settle_unasked(work: UnderWay) -> None:
    """Conflicts that were open before the policy stopped asking."""
    conflicts = unasked(work.site, work.policy)
    if conflicts:
        with work.pace.slice():
            work.record.begin()
            settle_unasked(conflicts, work.policy, work.at)


# --- joining
def _join(work: UnderWay, renewed: set[str]) -> None:
    """Join what came in with what is there."""
    tally = work.tally
    if renewed:
        with work.pace.slice():
            link_parents(work.site, renewed)
    if tally.written or tally.moved:
        link_related(work.site, written=tally.written, moved=tally.moved, pace=work.pace)
    pair_fresh(work.site, tally.fresh, work.pace)


def _join_everything(work: UnderWay) -> None:
    """Join also whatever an earlier run brought in and could not join any more."""
    with work.pace.slice():
        work.record.begin()
        link_parents(work.site)
    link_everything(work.site, work.pace)
    pair_everything(work.site, work.pace)


# --- what the desk makes of it
def _reject_blocked(work: UnderWay) -> None:
    """What blocked providers brought goes no further; one undo takes all of it back."""
    first = reject_arrivals(work.site, at=work.at)
    if first is not None:
        count = Review.objects.filter(batch=first.batch).count()
        words = ngettext(
            "Rejected %(count)d article of blocked providers.", "Rejected %(count)d articles of blocked providers.", count
        )
        work.source.notices.append(words % {"count": count})


def _think(work: UnderWay) -> None:
    """Learn what the desk has decided since the last time, else say how likely what is new will be approved; then let rules
    look at the news."""
    if not learn_news(work.site, at=work.at):
        guess_fresh(work.site, [*work.tally.fresh, *work.tally.followed])
    fire_news(work.site, at=work.at)


# --- the end
def _finish(work: UnderWay, *, holds_all: bool) -> None:
    settled = work.deliveries.settled()
    holds = holds_all and work.following.is_behind
    if work.record.row or settled or holds:
        with work.pace.slice():
            ledger.settle(settled, at=work.at)
            work.record.end(work.tally, work.problems())
            if holds:
                work.following.hold(work.at)


def _report(work: UnderWay) -> ImportReport:
    tally, source = work.tally, work.source
    return ImportReport(
        tally.created, tally.updated, tally.unchanged, tally.conflicts, tally.others, tally.withdrawn, work.problems(),
        tuple(source.notices), source.revision, change_counts(tally.changes), tally.alerts, work.record.wrote,
    )  # fmt: skip

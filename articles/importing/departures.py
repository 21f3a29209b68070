"""What a source has no more, and what it has again: articles leave the queue and come back, refused files are let go of."""

from __future__ import annotations

from collections.abc import Sequence

from articles.importing.coming import why_not_gone
from articles.importing.holdings import mark_back, mark_gone
from articles.importing.under_way import UnderWay


def bring_back(work: UnderWay, paths: Sequence[str]) -> None:
    """Mark files that were gone and are there again as they were."""
    for piece in work.pace.cut(paths):
        with work.pace.slice(len(piece)):
            work.record.begin()
            mark_back(work.site, piece, work.at)
            work.tally.updated += work.holdings.articles_among(piece)
            work.record.note(work.tally)


def let_go(work: UnderWay, missing: Sequence[str], *, gone: bool) -> bool:
    """Mark what the source has no more. Says whether the desk then holds what the source has, and nothing else.

    Of a part of the site nothing goes. Where very much is missing that may only be left out, a notice says so and all of it
    stays, unless ``gone`` says that it is right.
    """
    if work.part:
        return True
    if not gone and (doubt := why_not_gone(missing, work.source, work.following, work.holdings)):
        work.source.notices.append(doubt)
        work.tally.left = work.holdings.articles_among(missing)
        return False
    for paths in work.pace.cut(missing):
        with work.pace.slice(len(paths)):
            work.record.begin()
            work.tally.alerts += mark_gone(work.site, paths, work.at)
            work.tally.withdrawn += work.holdings.articles_among(paths)
            work.record.note(work.tally)
    return True


def release(work: UnderWay, absent: Sequence[str]) -> None:
    """Let go of refused files that are as they were when they last went in, or that the source has no more."""
    paths = work.quarantine.among([*work.quarantine.mended, *absent])
    if paths:
        with work.pace.slice():
            work.record.begin()
            work.quarantine.release(paths)

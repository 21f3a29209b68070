"""What an import has to look at: everything, or what changed since the commit that the desk holds; and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from articles.importing.following import Following
from articles.importing.holdings import Holdings
from articles.importing.quarantine import Quarantine
from articles.importing.sources import Source, SourceEntry

FEW = 10  # articles that may vanish from what may be a part of the site without a question
MOST_GONE = (
    "{gone:,} of the site's {all:,} articles are not in {source}. It may be only a part of the site, or its history was "
    "rewritten, so they were left as they are. If they are really gone, say so where the import is shown, or import again with "
    "--gone."
)


@dataclass(frozen=True, slots=True)
class Coming:
    """``entries`` to look at; ``missing``: files that the desk holds and the source has no more; ``gone``: every name that
    is known to have gone. ``is_all``: the entries are the whole source."""

    entries: Sequence[SourceEntry]
    missing: Sequence[str]
    gone: Sequence[str]
    is_all: bool


def what_comes(
    source: Source, following: Following, holdings: Holdings, quarantine: Quarantine, *, full: bool
) -> Coming:
    """What is to be looked at. ``holdings`` then know of it, and refused files that are not among it are told again."""
    changed = None if full else following.changed()
    if changed is None:
        entries = source.entries()
        holdings.load()
        present = {entry.path for entry in entries} | {problem.path for problem in source.problems}
        return Coming(entries, holdings.missing(present), (), is_all=True)
    present = {entry.path for entry in changed.entries}
    touched = [*present, *changed.gone]
    holdings.load(touched)
    quarantine.tell_all_but({*touched, *(problem.path for problem in source.problems)})
    return Coming(changed.entries, holdings.missing(present), changed.gone, is_all=False)


def why_not_gone(missing: Sequence[str], source: Source, following: Following, holdings: Holdings) -> str:
    """Why the missing files should stay as they are, as a sentence; empty where they are gone."""
    articles = holdings.articles_among(missing)
    if articles <= FEW or not following.may_be_partial:
        return ""
    held = holdings.held_articles()
    return MOST_GONE.format(gone=articles, all=held, source=source.label) if articles * 2 > held else ""

"""A source that is no longer one: the files that it brought stay."""

from __future__ import annotations

from datetime import datetime

from articles import leases
from articles.importing.running import place_of_upload
from articles.importing.uploads import forget
from articles.models import ImportRun, Source


def remove(source: Source, *, at: datetime) -> None:
    """Remove a source with its upload. An import that is under way ends at its next step."""
    for run in ImportRun.objects.filter(source=source, state__in=leases.OPEN):
        leases.stop(run, at=at)
    place = place_of_upload(source) if source.kind == Source.Kind.UPLOAD else None
    source.delete()
    if place is not None:
        forget(place)

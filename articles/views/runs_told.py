"""What was done to many articles at once, in the words of the pages."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from articles.bulk.wishes import done, left
from articles.labels import counted
from articles.models import BulkRun, Review
from articles.workflow import NN_, Action

CHANGES = NN_("Undone: %(count)s article", "Undone: %(count)s articles")
PLACES = NN_("Back where they were: %(count)s article", "Back where they were: %(count)s articles")
QUEUE = NN_("Back in the queue: %(count)s article", "Back in the queue: %(count)s articles")


def outcome(run: BulkRun) -> str:
    """“Approved 39 articles”; of an undo “Back in the queue: 39 articles”, or “Undone: …” where it took back changes."""
    if run.undoes is not None:
        return undone_words(run.undoes.action, run.done_count)
    return done(run.action, run.reason, run.changes, run.done_count)


def undone_words(action: str, count: int) -> str:
    """What it means that this was taken back: “Back in the queue: 39 articles”."""
    if action in (Action.APPROVE, Action.REJECT, Action.HOLD):
        return counted(QUEUE, count)
    return counted(CHANGES if action == Action.EDIT else PLACES, count)


def toast_of(run: BulkRun) -> dict[str, Any]:
    """The toast of a run that is over: what was done, what was left alone and where to see it, and its undo."""
    told: dict[str, Any] = {"text": f"{outcome(run)}.", "title": "", "left": left(run.left_count)}
    if run.left_count:
        told["show"] = reverse("articles:bulk_run", args=[run.pk])
    first = None if run.undoes is not None else first_act(run)
    return told | ({"review": first} if first else {})


def first_act(run: BulkRun) -> int | None:
    """The Review row by which the run is undone, of its first slice that did something. None when nothing was done."""
    if not run.done_count:
        return None
    for place in range(0, run.checkpoint, run.slice_size):
        pks = run.slice_at(place)
        found = Review.objects.filter(article__in=pks, key=run.key(place)).values_list("pk", flat=True).first()
        if found:
            return int(found)
    return None

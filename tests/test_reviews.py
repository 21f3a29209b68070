"""The rows that acts leave: only ever added, and together the whole story."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import transaction

from articles.decisions import decide, edit, undo
from articles.following import follow_feed
from articles.mapping import thaw
from articles.models import Review, Site
from articles.models.review import AppendOnly
from articles.workflow import Action, Status
from tests.factories import NOON, fresh, from_feed, make_article, state

LATER = NOON + timedelta(minutes=5)


def test_reviews_are_only_ever_added(site: Site, editor: User) -> None:
    article = make_article(site)
    review = decide([article], Action.APPROVE, editor=editor, at=NOON).reviews[0]
    kept = Review.objects.values().get()

    for attempt in (
        lambda: Review.objects.filter(pk=review.pk).update(note="x"),
        lambda: Review.objects.all().delete(),
        lambda: Review.objects.bulk_update([review], ["note"]),
        lambda: review.save(),
        lambda: review.delete(),
    ):
        with pytest.raises(AppendOnly), transaction.atomic():
            attempt()

    assert Review.objects.values().get() == kept


def test_the_rows_tell_the_whole_story(site: Site, editor: User, second_editor: User) -> None:
    """From the last row back to the first, each ``before`` gives the state that the row below it left."""
    article = make_article(site)
    before = state(article)
    decide([fresh(article)], Action.APPROVE, editor=editor, at=NOON, changes={"quality": 75})
    follow_feed([from_feed(fresh(article), {"excerpt": "New.", "images": None})], at=NOON)
    done = edit([fresh(article)], {"topics": None, "title": "T"}, editor=second_editor, at=NOON)
    undo(done.reviews[0], editor=editor, at=NOON)
    decide([fresh(article)], Action.REJECT, editor=second_editor, at=NOON, reason="other")

    told = state(article)
    for review in Review.objects.order_by("-pk"):
        told |= {name: thaw(name, value) for name, value in review.before.items()}

    for name in ("version", "search_text", "sort_quality", "sort_heat"):  # counted or found, not recorded
        del told[name], before[name]
    assert told == before
    assert [Status(row.to_status) for row in Review.objects.order_by("pk")] == [
        Status.APPROVED, Status.APPROVED, Status.APPROVED, Status.APPROVED, Status.REJECTED,
    ]  # fmt: skip

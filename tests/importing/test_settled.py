"""Settled conflicts, and what the feed does afterwards: each side holds for as long as it was promised to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from articles.decisions import confirm, decide, edit, settle, undo
from articles.mapping import exported_text
from articles.models import Conflict
from articles.settling import open_conflicts, seen_token
from articles.since import since_decision
from articles.workflow import Action
from tests.conftest import signed_in
from tests.factories import NOON
from tests.importing.feeding import HEAT, LATER, SECRET, TITLE, Feed, comes_home

LATEST = LATER + timedelta(hours=1)
AGAIN = ('title: "Tram leaves"', 'title: "Tram returns"')


@pytest.fixture
def contested(feed: Feed, editor: Any) -> Feed:
    """The title is in conflict: waits, then leaves, while the desk says sleeps."""
    edit([feed.article], {"title": "Tram sleeps"}, editor=editor, at=NOON)
    decide([feed.article], Action.APPROVE, editor=editor, at=NOON)
    feed.writes(TITLE)
    assert [row.field for row in open_conflicts(feed.article)] == ["title"]
    return feed


@pytest.mark.parametrize(("side", "title"), [("base", "Tram waits"), ("theirs", "Tram leaves"), ("ours", "Tram sleeps")])
def test_a_settled_conflict_stays_settled_while_the_feed_repeats_itself(contested: Feed, senior: Any, side: str, title: str) -> None:
    settle(contested.article, {"title": side}, editor=senior, at=LATER)

    for change in (SECRET, HEAT):
        contested.writes(change, at=LATEST)

    assert contested.article.title == title and not open_conflicts(contested.article)
    assert f'title: "{title}"' in exported_text(contested.article, contested.text)
    comes_home(contested)
    assert contested.article.title == title and not open_conflicts(contested.article)


def test_what_was_taken_from_the_feed_follows_it(contested: Feed, senior: Any) -> None:
    settle(contested.article, {"title": "theirs"}, editor=senior, at=LATER)

    contested.writes(AGAIN, at=LATEST)

    assert contested.article.title == "Tram returns" and not open_conflicts(contested.article)


@pytest.mark.parametrize("side", ["base", "ours"])
def test_what_the_desk_kept_is_asked_again_when_the_feed_speaks_anew(contested: Feed, senior: Any, side: str) -> None:
    settle(contested.article, {"title": side}, editor=senior, at=LATER)

    contested.writes(AGAIN, at=LATEST)

    (row,) = open_conflicts(contested.article)
    assert (row.base, row.theirs) == ("Tram leaves", "Tram returns")


def test_a_choice_between_sides_that_moved_is_refused(contested: Feed, senior: Any) -> None:
    seen, article = seen_token(open_conflicts(contested.article)), contested.article
    contested.writes(AGAIN, at=LATEST)

    stale = settle(article, {"title": "theirs"}, editor=senior, at=LATEST, seen=seen)
    fresh = settle(contested.article, {"title": "theirs"}, editor=senior, at=LATEST, seen=seen)

    assert stale.refused[0].sentence.startswith("The feed changed this")
    assert fresh.refused[0].sentence == "The feed changed title again meanwhile. Look again and choose."
    assert contested.article.title == "Tram sleeps"


def test_undoing_opens_it_again_and_is_refused_once_the_feed_went_on(contested: Feed, senior: Any) -> None:
    taken = settle(contested.article, {"title": "theirs"}, editor=senior, at=LATER).reviews[0]
    assert undo(taken, editor=senior, at=LATER).reviews
    assert [(row.base, row.theirs) for row in open_conflicts(contested.article)] == [("Tram waits", "Tram leaves")]

    taken = settle(contested.article, {"title": "theirs"}, editor=senior, at=LATER).reviews[0]
    contested.writes(AGAIN, at=LATEST)

    assert undo(taken, editor=senior, at=LATEST).refused[0].sentence.startswith("The feed changed this since")
    assert Conflict.objects.filter(settled_at=None).count() == 0


def test_the_card_and_the_page_tell_what_the_import_found(contested: Feed, senior: Any) -> None:
    since = since_decision(contested.article)
    page = signed_in(senior).get(f"/conflicts/{contested.article.pk}/").content.decode()

    assert since and [(c.name, c.before, c.now, c.followed) for c in since.changes] == [("title", "Tram waits", "Tram leaves", False)]
    assert "Tram <ins>leaves</ins>" in page and "Tram <ins>sleeps</ins>" in page


def test_still_fine_holds_until_the_feed_changes_something_else(feed: Feed, editor: Any) -> None:
    decide([feed.article], Action.APPROVE, editor=editor, at=NOON)
    feed.writes(("originalUrl: \"https://tribune", "originalUrl: \"https://herald"))
    assert feed.article.recheck == "swapped"

    confirm([feed.article], editor=editor, at=LATER)
    feed.writes(SECRET, at=LATEST)
    assert feed.article.recheck == ""
    feed.writes(TITLE, at=LATEST)

    assert feed.article.recheck == "changed"
    assert [change.name for change in since_decision(feed.article).changes] == ["title"]  # type: ignore[union-attr]

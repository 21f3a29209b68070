"""What is told to have changed since a decision, and what the desk kept."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.decisions import confirm, decide, edit, settle, undo
from articles.models import Article, Review, Site
from articles.since import kept_values, since_decision
from articles.workflow import Action
from tests.conflicting import FOUND, OURS, THEIRS, follow, make_conflict, make_rechecked
from tests.factories import NOON, fresh, make_article

LATER = FOUND + timedelta(hours=1)


def told(article: Article) -> list[tuple[object, ...]]:
    since = since_decision(fresh(article))
    return [(c.name, c.before, c.now, c.who, c.followed) for c in since.changes] if since else []


def test_every_change_is_told_with_who_made_it(site: Site, editor: User, second_editor: User) -> None:
    article = make_rechecked(site, editor, title="Cranes wait")
    address = make_article(site).web_url
    edit([fresh(article)], {"title": "Cranes sleep"}, editor=second_editor, at=LATER)

    since = since_decision(fresh(article))

    assert since is not None and (since.decision.action, since.decision.actor) == ("approve", editor)
    assert told(article) == [
        ("published", False, True, "Feed", False),
        ("title", "Cranes wait", "Cranes sleep", "milo", True),
        ("web_url", since.changes[2].before, "https://herald.example/other", "Feed", True),
    ]
    assert since.changes[2].before != address and since.changes[1].at == LATER


def test_changes_of_one_field_are_one_change(site: Site, editor: User, second_editor: User) -> None:
    article = make_article(site, title="One")
    decide([article], Action.APPROVE, editor=editor, at=NOON)
    follow(article, FOUND, before={"title": "One"}, after={"title": "Two"})
    edit([fresh(article)], {"title": "Three"}, editor=second_editor, at=LATER)

    assert told(article) == [("title", "One", "Three", "milo", True)]


def test_what_came_back_is_no_change(site: Site, editor: User) -> None:
    article = make_article(site, title="One")
    decide([article], Action.APPROVE, editor=editor, at=NOON)
    follow(article, FOUND, unheeded={"published": [True, False]})
    follow(article, LATER, unheeded={"published": [False, True]})
    report = edit([fresh(article)], {"title": "Two"}, editor=editor, at=LATER)
    undo(report.reviews[0], editor=editor, at=LATER)

    assert told(article) == []


def test_confirming_starts_anew(site: Site, editor: User) -> None:
    article = make_rechecked(site, editor)
    confirm([article], editor=editor, at=LATER)
    assert told(article) == []

    follow(article, LATER, before={"excerpt": "A"}, after={"excerpt": "B"})

    assert told(article) == [("excerpt", "A", "B", "Feed", True)]


def test_an_undone_confirmation_does_not_count(site: Site, editor: User) -> None:
    article = make_rechecked(site, editor)
    report = confirm([article], editor=editor, at=LATER)
    undo(report.reviews[0], editor=editor, at=LATER)

    assert [name for name, *_ in told(article)] == ["published", "web_url"]


def test_settling_is_told(site: Site, editor: User, senior: User) -> None:
    article = make_conflict(site, editor)
    settle(article, {"title": "theirs", "quality": "ours"}, editor=senior, at=LATER)

    assert ("title", OURS, THEIRS, "tove", True) in told(article)


def test_a_decision_taken_back_still_tells_while_the_article_waits(site: Site, editor: User) -> None:
    article = make_article(site)
    report = decide([article], Action.APPROVE, editor=editor, at=NOON)
    follow(article, FOUND, before={"excerpt": "A"}, after={"excerpt": "B"})
    undo(report.reviews[0], editor=editor, at=LATER)

    assert ("excerpt", "A", "B", "Feed", True) in told(article)
    assert fresh(article).status == "pending"


def test_without_a_decision_there_is_nothing_to_tell(site: Site) -> None:
    article = make_article(site)
    follow(article, FOUND, before={"excerpt": "A"}, after={"excerpt": "B"})

    assert since_decision(fresh(article)) is None


def test_it_costs_one_query(site: Site, editor: User) -> None:
    article = fresh(make_rechecked(site, editor))
    for number in range(20):
        follow(article, LATER, before={"excerpt": str(number)}, after={"excerpt": str(number + 1)})

    with CaptureQueriesContext(connection) as queries:
        since = since_decision(article)
        assert since and [change.who for change in since.changes] and since.decision.actor.username

    assert len(queries) == 1


def test_history_tells_what_the_desk_kept_at_that_time(site: Site, editor: User) -> None:
    article = make_article(site, title="One", quality=50)
    edit([article], {"title": "Mine", "provider_name": "Ours"}, editor=editor, at=NOON)
    follow(article, FOUND, unheeded={"title": ["One", "Two"], "provider": [{"name": "A"}, {"name": "B"}]})
    edit([fresh(article)], {"title": "Later mine"}, editor=editor, at=LATER)
    follow(article, LATER, unheeded={"title": ["Two", "Three"]})
    rows = list(Review.objects.filter(article=article).order_by("-pk"))

    kept = kept_values(fresh(article), rows)

    assert [values.get("title") for values in kept] == ["Later mine", None, "Mine", None]
    assert kept[2]["provider"]["name"] == "Ours"
    assert kept_values(fresh(article), rows[2:])[0]["title"] == "Mine"

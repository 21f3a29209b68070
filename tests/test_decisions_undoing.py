"""Taking back: what comes back, what somebody has built on, and who may."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from articles.decisions import DecisionRefused, decide, edit, undo, wake
from articles.following import follow_feed
from articles.mapping import exported_text
from articles.models import ArticleTopic, Review, Site
from articles.workflow import Action
from tests.factories import NOON, fresh, from_feed, make_article, make_person, state

LATER = NOON + timedelta(minutes=5)


@pytest.mark.parametrize(
    ("decision", "words"),
    [
        (Action.APPROVE, {"changes": {"quality": 90, "topics": ["Ports"], "title": "Ships"}}),
        (Action.REJECT, {"reason": "thin"}),
        (Action.HOLD, {}),
    ],
)
def test_undoing_brings_everything_back(site: Site, editor: User, decision: Action, words: dict[str, Any]) -> None:
    article = make_article(site)
    before = state(article)
    links = list(ArticleTopic.objects.values_list("article", "topic__name", "place"))
    done = decide([article], decision, editor=editor, at=NOON, **words)

    report = undo(done.reviews[0], editor=editor, at=LATER)

    assert state(article) == before | {"version": 3}
    assert list(ArticleTopic.objects.values_list("article", "topic__name", "place")) == links
    first, second = Review.objects.order_by("pk")
    assert (second.action, second.undoes, second.actor, second.at) == ("undo", first, editor, LATER)
    assert (second.from_status, second.to_status) == (first.to_status, first.from_status)
    assert (second.before, second.after) == (first.after, first.before)
    assert report.reviews == (second,)


def test_undoing_leaves_the_file_as_it_came(site: Site, editor: User) -> None:
    article = make_article(site)
    done = decide([article], Action.APPROVE, editor=editor, at=NOON, changes={"quality": 99})
    assert exported_text(fresh(article), article.source_file.text) != article.source_file.text

    undo(done.reviews[0], editor=editor, at=LATER)

    assert exported_text(fresh(article), article.source_file.text) == article.source_file.text


def test_undoing_one_of_many_takes_back_the_whole_act(site: Site, editor: User) -> None:
    articles = [make_article(site) for _ in range(3)]
    done = decide(articles, Action.REJECT, editor=editor, at=NOON)

    undo(done.reviews[1], editor=editor, at=LATER)

    assert [fresh(article).status for article in articles] == ["pending"] * 3


def test_undoing_many_leaves_alone_what_somebody_built_on(site: Site, editor: User, second_editor: User) -> None:
    articles = [make_article(site) for _ in range(3)]
    done = decide(articles, Action.APPROVE, editor=editor, at=NOON)
    edit([fresh(articles[1])], {"title": "Mine"}, editor=second_editor, at=LATER)

    report = undo(done.reviews[0], editor=editor, at=LATER)

    assert [fresh(article).status for article in articles] == ["pending", "approved", "pending"]
    assert [(one.article, one.sentence) for one in report.refused] == [
        (articles[1], "milo changed this since. Open its history to go back.")
    ]


def test_undoing_twice_is_told(site: Site, editor: User) -> None:
    done = decide([make_article(site)], Action.APPROVE, editor=editor, at=NOON)
    undo(done.reviews[0], editor=editor, at=LATER)

    report = undo(done.reviews[0], editor=editor, at=LATER)

    assert [refusal.sentence for refusal in report.refused] == ["This is undone already."]
    assert Review.objects.count() == 2


def test_an_undo_is_not_undone(site: Site, editor: User) -> None:
    done = decide([make_article(site)], Action.APPROVE, editor=editor, at=NOON)
    taken = undo(done.reviews[0], editor=editor, at=LATER)

    report = undo(taken.reviews[0], editor=editor, at=LATER)

    assert [refusal.sentence for refusal in report.refused] == ["Only a decision or an edit can be undone."]


def test_acts_are_undone_one_after_the_other_to_the_beginning(site: Site, editor: User) -> None:
    article = make_article(site)
    before = state(article)
    acts = [
        decide([fresh(article)], Action.HOLD, editor=editor, at=NOON),
        decide([fresh(article)], Action.APPROVE, editor=editor, at=NOON, changes={"quality": 88}),
        edit([fresh(article)], {"title": "Another"}, editor=editor, at=NOON),
        decide([fresh(article)], Action.REJECT, editor=editor, at=NOON, reason="other"),
    ]

    for act in reversed(acts):
        assert undo(act.reviews[0], editor=editor, at=LATER).refused == ()

    assert state(article) == before | {"version": 9}


def test_an_act_below_another_is_not_undone(site: Site, editor: User) -> None:
    article = make_article(site)
    first = decide([article], Action.APPROVE, editor=editor, at=NOON)
    decide([fresh(article)], Action.REJECT, editor=editor, at=NOON)

    report = undo(first.reviews[0], editor=editor, at=LATER)

    assert [refusal.sentence for refusal in report.refused] == ["ida changed this since. Open its history to go back."]


def test_a_hold_that_has_ended_is_not_undone(site: Site, editor: User) -> None:
    done = decide([make_article(site)], Action.HOLD, editor=editor, at=NOON, until=LATER)
    wake(site, at=LATER)

    report = undo(done.reviews[0], editor=editor, at=LATER)

    assert [one.sentence for one in report.refused] == ["The desk changed this since. Open its history to go back."]


def test_an_act_is_undone_although_the_feed_changed_something_else(site: Site, editor: User) -> None:
    article = make_article(site)
    done = decide([article], Action.APPROVE, editor=editor, at=NOON)
    follow_feed([from_feed(fresh(article), {"excerpt": "New."})], at=LATER)

    report = undo(done.reviews[0], editor=editor, at=LATER)

    assert report.refused == ()
    assert (fresh(article).status, fresh(article).excerpt) == ("pending", "New.")


def test_an_act_is_not_undone_when_the_feed_changed_the_same(site: Site, editor: User) -> None:
    article = make_article(site)
    done = edit([article], {"title": "Ours"}, editor=editor, at=NOON)
    follow_feed([from_feed(fresh(article), {"title": "Theirs"}, taken=("title",))], at=LATER)

    report = undo(done.reviews[0], editor=editor, at=LATER)

    assert [one.sentence for one in report.refused] == ["The feed changed this since. Open its history to go back."]
    assert fresh(article).title == "Theirs"


def test_undoing_needs_its_permission(site: Site, editor: User) -> None:
    done = decide([make_article(site)], Action.APPROVE, editor=editor, at=NOON)

    with pytest.raises(DecisionRefused):
        undo(done.reviews[0], editor=make_person("reader"), at=LATER)


def test_another_editor_may_undo(site: Site, editor: User, second_editor: User) -> None:
    article = make_article(site)
    done = decide([article], Action.APPROVE, editor=editor, at=NOON)

    undo(done.reviews[0], editor=second_editor, at=LATER)

    assert fresh(article).status == "pending"
    assert Review.objects.order_by("pk").last().actor == second_editor  # type: ignore[union-attr]

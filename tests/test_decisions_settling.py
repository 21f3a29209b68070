"""Settling conflicts and confirming decisions, through the one door."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.decisions import DecisionRefused, confirm, decide, edit, settle, undo
from articles.mapping import exported_text
from articles.models import Article, Conflict, Review, Site, SourceFile
from articles.settling import open_conflicts, seen_token
from articles.workflow import Action
from tests.conflicting import BEFORE, FOUND, OURS, THEIRS, make_conflict, make_rechecked
from tests.factories import NOON, fresh, make_article, make_person

LATER = FOUND + timedelta(minutes=5)


def state(article: Article) -> dict[str, Any]:
    return Article.objects.filter(pk=article.pk).values().get()


def sides(article: Article) -> list[tuple[str, str, bool]]:
    rows = Conflict.objects.filter(article=article).order_by("pk")
    return [(row.field, row.choice, row.settled_at is not None) for row in rows]


# --- settle
def test_settling_gives_each_field_the_chosen_side(site: Site, editor: User, senior: User) -> None:
    article = make_conflict(site, editor)

    report = settle(article, {"title": "ours", "quality": "theirs"}, editor=senior, at=LATER)

    now, review = fresh(article), report.reviews[0]
    assert (now.title, now.quality, now.status) == (OURS, 66, "approved")
    assert now.desk_fields == ["heat", "published", "title"]  # the quality follows the feed again
    assert (review.action, review.actor, review.at, review.version) == ("settle", senior, LATER, now.version)
    assert review.before == {"quality": 59, "desk_fields": ["heat", "published", "quality", "title"]}
    assert review.after == {"quality": 66, "desk_fields": ["heat", "published", "title"]}
    assert review.note == "Title: yours. Quality: robot now."
    assert sides(article) == [("title", "ours", True), ("quality", "theirs", True)]
    assert {row.settled_by for row in Conflict.objects.all()} == {review}
    assert Review.objects.filter(action="settle").count() == 1


def test_what_was_before_becomes_the_desks_own(site: Site, editor: User, senior: User) -> None:
    article = make_conflict(site, editor)

    settle(article, {"title": "base"}, editor=senior, at=LATER)

    now = fresh(article)
    assert now.title == BEFORE and "title" in now.desk_fields
    assert f'title: "{BEFORE}"' in exported_text(now, SourceFile.objects.get(article=article).text)
    assert sides(article) == [("title", "base", True), ("quality", "", False)]


def test_what_is_taken_from_the_feed_leaves_as_the_feed_wrote_it(site: Site, editor: User, senior: User) -> None:
    article = make_article(site, title=BEFORE)
    text = SourceFile.objects.get(article=article).text
    edit([article], {"title": OURS}, editor=editor, at=NOON)
    Conflict.objects.create(article=article, field="title", base=THEIRS, theirs=BEFORE, ours=OURS, found_at=FOUND)

    settle(fresh(article), {"title": "theirs"}, editor=senior, at=LATER)

    assert fresh(article).desk_fields == []
    assert exported_text(fresh(article), text) == text


def test_of_a_provider_only_the_parts_that_differ_are_the_desks(site: Site, editor: User, senior: User) -> None:
    article = make_article(site, provider="Harbour Tribune")
    edit([article], {"provider_name": "The Tribune", "provider_domain": "www.tribune.example"}, editor=editor, at=NOON)
    Conflict.objects.create(
        article=article, field="provider", found_at=FOUND, ours={},
        base={"name": "Harbour Tribune", "domain": "tribune.example"},
        theirs={"name": "Herald", "domain": "tribune.example"},
    )  # fmt: skip

    settle(fresh(article), {"provider": "base"}, editor=senior, at=LATER)

    now = fresh(article)
    assert (now.provider_name, now.provider_domain, now.desk_fields) == ("Harbour Tribune", "tribune.example", ["provider_name"])
    assert now.provider.name == "Harbour Tribune"


def test_moments_come_back_as_moments(site: Site, editor: User, senior: User) -> None:
    article = make_article(site)
    edit([article], {"published_at": NOON}, editor=editor, at=NOON)
    Conflict.objects.create(
        article=article, field="publishedDateTime", found_at=FOUND,
        base="2026-11-01T08:00:00Z", theirs="2026-11-02T08:00:00Z", ours="2026-11-20T12:00:00Z",
    )  # fmt: skip

    settle(fresh(article), {"publishedDateTime": "theirs"}, editor=senior, at=LATER)

    assert fresh(article).published_at.isoformat() == "2026-11-02T08:00:00+00:00"
    assert fresh(article).queued_at == fresh(article).published_at


def test_undoing_opens_the_conflict_again(site: Site, editor: User, senior: User) -> None:
    article = make_conflict(site, editor)
    before, rows = state(article), list(Conflict.objects.order_by("pk").values())
    report = settle(article, {"title": "theirs", "quality": "base"}, editor=senior, at=LATER)

    undone = undo(report.reviews[0], editor=senior, at=LATER)

    assert undone.refused == ()
    assert state(article) | {"version": 0} == before | {"version": 0}
    assert list(Conflict.objects.order_by("pk").values()) == rows


def test_undoing_is_refused_while_a_newer_conflict_is_open(site: Site, editor: User, senior: User) -> None:
    article = make_conflict(site, editor)
    report = settle(article, {"title": "ours"}, editor=senior, at=LATER)
    Conflict.objects.create(article=article, field="title", base=THEIRS, theirs="Again", ours=OURS, found_at=LATER)

    undone = undo(report.reviews[0], editor=senior, at=LATER)

    assert undone.reviews == () and "Settle it instead" in undone.refused[0].sentence
    assert ("title", "ours", True) in sides(article)


def test_settling_twice_with_one_key_is_one_act(site: Site, editor: User, senior: User) -> None:
    article = make_conflict(site, editor)

    first = settle(article, {"title": "ours"}, editor=senior, at=LATER, key="k")
    again = settle(article, {"title": "theirs"}, editor=senior, at=LATER, key="k")

    assert again.replayed and again.reviews == first.reviews
    assert fresh(article).title == OURS


@pytest.mark.parametrize("role", ["editor", "reader"])
def test_settling_and_its_undoing_are_for_seniors(site: Site, editor: User, senior: User, role: str) -> None:
    article = make_conflict(site, editor)
    other = make_person(role)

    with pytest.raises(DecisionRefused):
        settle(article, {"title": "theirs"}, editor=other, at=LATER)
    review = settle(article, {"title": "theirs"}, editor=senior, at=LATER).reviews[0]
    with pytest.raises(DecisionRefused):
        undo(review, editor=other, at=LATER)

    assert fresh(article).title == THEIRS


def test_settling_is_refused_when_an_editor_was_first(site: Site, editor: User, senior: User) -> None:
    article = make_conflict(site, editor)
    edit([fresh(article)], {"title": "A third one"}, editor=editor, at=LATER)

    report = settle(article, {"title": "theirs"}, editor=senior, at=LATER)

    assert report.reviews == ()
    assert report.refused[0].sentence == "ida edited this 0 s ago. It is approved now."
    assert fresh(article).title == "A third one" and len(open_conflicts(article)) == 2


def test_settling_is_refused_when_the_feed_changed_its_side(site: Site, editor: User, senior: User) -> None:
    article = make_conflict(site, editor)
    seen = seen_token([row for row in open_conflicts(article) if row.field == "title"])
    Conflict.objects.filter(field="title").update(theirs="City council adjourns")

    report = settle(article, {"title": "theirs"}, editor=senior, at=LATER, seen=seen)

    assert report.refused[0].sentence == "The feed changed title again meanwhile. Look again and choose."
    assert fresh(article).title == OURS


def test_settling_what_is_settled_is_refused(site: Site, editor: User, senior: User) -> None:
    article = make_conflict(site, editor)
    Conflict.objects.filter(field="title").update(settled_at=LATER)

    report = settle(article, {"title": "theirs", "quality": "theirs"}, editor=senior, at=LATER)

    assert "Title: settled already" in report.refused[0].sentence
    assert fresh(article).quality == 59


@pytest.mark.parametrize("choices", [{"title": "mine"}, {"title": ""}])
def test_a_side_that_is_none_is_refused(site: Site, editor: User, senior: User, choices: dict[str, str]) -> None:
    with pytest.raises(DecisionRefused, match="no side"):
        settle(make_conflict(site, editor), choices, editor=senior, at=LATER)


def test_published_follows_from_the_decision_alone(site: Site, editor: User, senior: User) -> None:
    article = make_conflict(site, editor)
    Conflict.objects.create(article=article, field="published", base=True, theirs=False, ours=True, found_at=FOUND)

    with pytest.raises(DecisionRefused, match="approve or reject"):
        settle(article, {"published": "theirs"}, editor=senior, at=LATER)
    settle(article, {"published": "ours"}, editor=senior, at=LATER)

    assert fresh(article).published is True


def test_settling_nothing_changes_nothing(site: Site, editor: User, senior: User) -> None:
    article = make_conflict(site, editor)

    report = settle(article, {}, editor=senior, at=LATER)

    assert report.refused[0].sentence == "Nothing was chosen, so nothing was changed."


# --- confirm
def test_confirming_takes_articles_off_the_list(site: Site, editor: User, second_editor: User) -> None:
    articles = [make_rechecked(site, editor), make_rechecked(site, editor, "gone")]

    report = confirm(articles, editor=second_editor, at=LATER)

    assert [fresh(article).recheck for article in articles] == ["", ""]
    assert [(row.action, row.actor, row.version) for row in report.reviews] == [("confirm", second_editor, 4)] * 2
    assert report.reviews[0].before["recheck"] == "swapped" and len({row.batch for row in report.reviews}) == 1


def test_undoing_a_confirmation_puts_them_back(site: Site, editor: User) -> None:
    articles = [make_rechecked(site, editor), make_rechecked(site, editor, "gone")]
    report = confirm(articles, editor=editor, at=LATER)

    undo(report.reviews[0], editor=editor, at=LATER)

    assert [(fresh(article).recheck, fresh(article).recheck_since) for article in articles] == [("swapped", FOUND), ("gone", FOUND)]


def test_confirming_is_refused_where_the_article_changed_or_waits(site: Site, editor: User) -> None:
    changed, waiting, fine = make_rechecked(site, editor), make_article(site), make_rechecked(site, editor)
    edit([fresh(changed)], {"title": "New"}, editor=editor, at=LATER)

    report = confirm([changed, waiting, fine], editor=editor, at=LATER)

    assert [row.article for row in report.reviews] == [fine]
    assert {refusal.article for refusal in report.refused} == {changed, waiting}
    assert fresh(changed).recheck == "swapped"


def test_deciding_again_is_another_look(site: Site, editor: User) -> None:
    article = make_rechecked(site, editor)

    review = decide([article], Action.REJECT, editor=editor, at=LATER).reviews[0]
    assert (fresh(article).recheck, fresh(article).recheck_since) == ("", None)
    undo(review, editor=editor, at=LATER)

    assert fresh(article).recheck == "swapped"


def test_confirming_costs_the_same_for_one_and_for_forty(site: Site, editor: User) -> None:
    many = [make_rechecked(site, editor) for _ in range(41)]
    costs = []
    for articles in (many[:1], many[1:]):
        with CaptureQueriesContext(connection) as queries:
            confirm(articles, editor=editor, at=LATER)
        costs.append(len(queries))

    assert costs[0] == costs[1]

"""The one door: what each act does, to whom it is refused, and what it leaves behind."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.decisions import DecisionRefused, decide, edit, wake
from articles.models import Article, ArticleTopic, Provider, Review, Site
from articles.workflow import Action
from tests.factories import NOON, fresh, make_article, make_person, make_text, state

LATER = NOON + timedelta(minutes=5)


# --- decide
def test_approving_publishes_and_gives_unknown_heat_the_quality(site: Site, editor: User) -> None:
    article = make_article(site, quality=64, heat=-1)

    report = decide([article], Action.APPROVE, editor=editor, at=NOON)

    now = fresh(article)
    assert (now.status, now.published, now.quality, now.heat) == ("approved", True, 64, 64)
    assert (now.decided_at, now.decided_by, now.version) == (NOON, editor, 2)
    assert now.desk_fields == ["heat", "published"]
    assert [review.article for review in report.reviews] == [article]
    assert report.refused == ()


@pytest.mark.parametrize(
    ("file", "changes", "heat"),
    [
        ({"heat": 30}, {}, 30),
        ({"heat": -1}, {"heat": 12}, 12),
        ({"heat": 30}, {"heat": -1}, 64),
        ({"heat": -1}, {"quality": 80}, 80),
    ],
)
def test_approving_keeps_the_heat_that_was_chosen(
    site: Site, editor: User, file: dict[str, int], changes: dict[str, int], heat: int
) -> None:
    article = make_article(site, quality=64, **file)

    decide([article], Action.APPROVE, editor=editor, at=NOON, changes=changes)

    assert fresh(article).heat == heat


def test_approving_without_a_quality_leaves_the_heat_unknown(site: Site, editor: User) -> None:
    article = make_article(site, text=make_text(heat=-1).replace("quality: 64\n", ""))

    decide([article], Action.APPROVE, editor=editor, at=NOON)

    assert (fresh(article).heat, fresh(article).quality) == (-1, None)


def test_rejecting_records_the_reason_and_keeps_the_heat(site: Site, editor: User) -> None:
    article = make_article(site, heat=-1)

    report = decide([article], Action.REJECT, editor=editor, at=NOON, reason="thin", note="Two sentences.")

    now, review = fresh(article), Review.objects.get()
    assert (now.status, now.published, now.heat) == ("rejected", False, -1)
    assert (review.reason, review.note) == ("thin", "Two sentences.")
    assert report.batch == review.batch


def test_rejecting_withdraws_what_was_live(site: Site, editor: User) -> None:
    article = make_article(site, published="true")

    decide([article], Action.REJECT, editor=editor, at=NOON)

    review = Review.objects.get()
    assert (review.from_status, review.to_status, fresh(article).published) == ("live", "rejected", False)


@pytest.mark.parametrize(
    ("decision", "reason"), [(Action.APPROVE, "thin"), (Action.HOLD, "thin"), (Action.REJECT, "ugly")]
)
def test_a_reason_that_does_not_belong_is_refused(site: Site, editor: User, decision: Action, reason: str) -> None:
    article = make_article(site)

    with pytest.raises(DecisionRefused) as refused:
        decide([article], decision, editor=editor, at=NOON, reason=reason)

    assert (str(refused.value), refused.value.field) == (f"“{reason}” is no reason for this decision.", "reason")
    assert fresh(article).status == "pending"


@pytest.mark.parametrize(
    ("until", "expected"), [(None, NOON + timedelta(hours=4)), (NOON + timedelta(days=2), NOON + timedelta(days=2))]
)
def test_holding_sets_the_time_to_come_back(
    site: Site, editor: User, until: datetime | None, expected: datetime
) -> None:
    article = make_article(site)

    decide([article], Action.HOLD, editor=editor, at=NOON, until=until)

    now = fresh(article)
    assert (now.status, now.hold_until, now.decided_at, now.published) == ("held", expected, None, False)
    assert now.desk_fields == []


def test_deciding_a_held_article_clears_its_time(site: Site, editor: User) -> None:
    article = make_article(site)
    decide([article], Action.HOLD, editor=editor, at=NOON)

    decide([fresh(article)], Action.APPROVE, editor=editor, at=LATER)

    assert (fresh(article).status, fresh(article).hold_until) == ("approved", None)


def test_changes_are_made_with_the_decision_in_one_row(site: Site, editor: User) -> None:
    article = make_article(site, quality=64, heat=30)

    decide([article], Action.APPROVE, editor=editor, at=NOON, changes={"quality": 72, "topics": ["Machines"]})

    review = Review.objects.get()
    assert review.before == {
        "decided_at": None,
        "decided_by_id": None,
        "desk_fields": [],
        "published": False,
        "quality": 64,
        "status": "pending",
        "topics": ["Machines", "Rail"],
    }
    assert review.after == {
        "decided_at": "2026-11-20T12:00:00Z",
        "decided_by_id": editor.pk,
        "desk_fields": ["published", "quality", "topics"],
        "published": True,
        "quality": 72,
        "status": "approved",
        "topics": ["Machines"],
    }
    assert (review.from_status, review.to_status, review.version) == ("pending", "approved", 2)
    assert (review.at, review.by, review.actor, review.action) == (NOON, "editor", editor, "approve")


def test_the_second_of_two_editors_is_told_who_was_first(site: Site, editor: User, second_editor: User) -> None:
    article = make_article(site)
    seen = fresh(article)
    decide([article], Action.APPROVE, editor=editor, at=NOON)

    report = decide([seen], Action.REJECT, editor=second_editor, at=NOON + timedelta(seconds=5))

    assert report.reviews == ()
    assert report.refused[0].sentence == "ida approved this 5 s ago. It is approved now."
    assert report.refused[0].article.status == "approved"
    assert fresh(article).decided_by == editor


def test_a_status_that_does_not_allow_the_decision_is_refused(site: Site, editor: User) -> None:
    article = make_article(site, published="true")

    report = decide([article], Action.HOLD, editor=editor, at=NOON)

    assert report.reviews == ()
    assert report.refused[0].sentence == "This article changed meanwhile. It is published by the feed now."


def test_an_article_that_left_the_desk_is_refused(site: Site, editor: User) -> None:
    article, other = make_article(site), make_article(site)
    gone = fresh(article)
    article.delete()

    report = decide([gone, other], Action.APPROVE, editor=editor, at=NOON)

    assert [refusal.sentence for refusal in report.refused] == ["This article is no longer on the desk."]
    assert [review.article for review in report.reviews] == [other]


def test_many_are_decided_in_part(site: Site, editor: User, second_editor: User) -> None:
    articles = [make_article(site) for _ in range(4)]
    seen = [fresh(article) for article in articles]
    edit([articles[2]], {"quality": 1}, editor=second_editor, at=NOON)

    report = decide(seen, Action.REJECT, editor=editor, at=LATER, reason="duplicate")

    assert [review.article for review in report.reviews] == [articles[0], articles[1], articles[3]]
    assert [refusal.article for refusal in report.refused] == [articles[2]]
    assert len({review.batch for review in report.reviews}) == 1
    assert [fresh(article).status for article in articles] == ["rejected", "rejected", "pending", "rejected"]


def test_an_equal_request_is_one_act(site: Site, editor: User) -> None:
    article = make_article(site)
    seen = fresh(article)
    first = decide([article], Action.APPROVE, editor=editor, at=NOON, key="press-1")

    again = decide([seen], Action.APPROVE, editor=editor, at=LATER, key="press-1")

    assert (first.replayed, again.replayed) == (False, True)
    assert again.reviews == first.reviews
    assert Review.objects.count() == 1
    assert fresh(article).decided_at == NOON


def test_one_key_serves_many_articles(site: Site, editor: User) -> None:
    articles = [make_article(site) for _ in range(3)]
    seen = [fresh(article) for article in articles]
    first = decide(articles, Action.HOLD, editor=editor, at=NOON, key="press-2")

    again = decide(seen, Action.HOLD, editor=editor, at=LATER, key="press-2")

    assert set(again.reviews) == set(first.reviews)
    assert Review.objects.count() == 3


@pytest.mark.parametrize("decision", [Action.APPROVE, Action.REJECT, Action.HOLD])
def test_who_has_no_permission_is_refused(site: Site, decision: Action) -> None:
    article, reader = make_article(site), make_person("reader", "noor")

    with pytest.raises(DecisionRefused, match="Your account may not do this. Ask an admin for the role."):
        decide([article], decision, editor=reader, at=NOON)

    assert state(article)["status"] == "pending"
    assert not Review.objects.exists()


def test_somebody_inactive_is_refused(site: Site, editor: User) -> None:
    article = make_article(site)
    editor.is_active = False

    with pytest.raises(DecisionRefused):
        decide([article], Action.APPROVE, editor=editor, at=NOON)


# --- cost
@pytest.mark.parametrize("count", [1, 200])
@pytest.mark.parametrize(
    ("decision", "words"), [(Action.APPROVE, {}), (Action.REJECT, {"reason": "thin"}), (Action.HOLD, {"key": "k"})]
)
def test_deciding_costs_eight_queries_for_one_and_for_two_hundred(
    site: Site, editor: User, count: int, decision: Action, words: dict[str, str]
) -> None:
    articles = [make_article(site, quality=place) for place in range(count)]
    editor.get_all_permissions()  # the sign-in has asked for them already

    with CaptureQueriesContext(connection) as queries:
        report = decide(articles, decision, editor=editor, at=NOON, **words)

    assert len(report.reviews) == count
    assert len(queries) <= 8, [query["sql"][:120] for query in queries]


def test_new_topics_cost_the_same_for_two_and_for_forty(site: Site, editor: User) -> None:
    editor.get_all_permissions()
    costs = []
    for count in (2, 40):
        articles = [make_article(site) for _ in range(count)]
        with CaptureQueriesContext(connection) as queries:
            edit(articles, {"topics": [f"Pier {count}"]}, editor=editor, at=NOON)
        costs.append(len(queries))

    assert costs[0] == costs[1]


def test_a_new_provider_is_looked_up_once_for_all(site: Site, editor: User) -> None:
    articles = [make_article(site) for _ in range(20)]

    with CaptureQueriesContext(connection) as queries:
        edit(articles, {"provider_name": "Quay Post"}, editor=editor, at=NOON)

    asked = [query["sql"] for query in queries if 'FROM "articles_provideralias"' in query["sql"]]
    assert len(asked) == 1
    assert set(Article.objects.values_list("provider__name", flat=True)) == {"Quay Post"}


# --- edit
def test_editing_keeps_the_decision_and_owns_what_it_changed(site: Site, editor: User) -> None:
    article = make_article(site)
    decide([article], Action.REJECT, editor=editor, at=NOON)

    edit([fresh(article)], {"title": "A tram comes home", "quality": 64}, editor=editor, at=LATER, note="Typo.")

    now, review = fresh(article), Review.objects.order_by("pk").last()
    assert (now.status, now.title, now.version) == ("rejected", "A tram comes home", 3)
    assert now.desk_fields == ["published", "title"]
    assert review is not None
    assert (review.action, review.note, review.from_status, review.to_status) == (
        "edit", "Typo.", "rejected", "rejected",
    )  # fmt: skip


def test_an_edit_that_changes_nothing_leaves_no_row(site: Site, editor: User) -> None:
    article = make_article(site, quality=64)
    before = state(article)

    report = edit([article], {"quality": 64, "title": article.title}, editor=editor, at=NOON)

    assert (report.reviews, report.refused) == ((), ())
    assert state(article) == before


def test_an_edit_finds_anew_what_lists_search_by(site: Site, editor: User) -> None:
    article = make_article(site)

    edit(
        [article],
        {
            "title": "Straße frei",
            "provider_name": "Quay Post",
            "web_url": "https://quay.example/x",
            "published_at": NOON + timedelta(days=1),
            "topics": ["Ports", "", None, "Rail"],
        },
        editor=editor,
        at=NOON,
    )

    now = fresh(article)
    assert "strasse frei" in now.search_text
    assert "quay post" in now.search_text
    assert now.provider == Provider.objects.get(site=site, name="Quay Post", domain="tribune.example")
    assert now.queued_at == NOON + timedelta(days=1)
    assert now.url_key != article.url_key or fresh(article).url_key != make_article(site).url_key
    assert list(ArticleTopic.objects.filter(article=now).values_list("topic__name", "place")) == [
        ("Ports", 0), ("Rail", 3),
    ]  # fmt: skip


def test_an_edit_on_an_old_version_overwrites_nothing(site: Site, editor: User, second_editor: User) -> None:
    article = make_article(site)
    seen = fresh(article)
    edit([article], {"title": "First"}, editor=editor, at=NOON)

    report = edit([seen], {"title": "Second"}, editor=second_editor, at=LATER)

    assert report.refused[0].sentence == "ida edited this 5 min ago. It is waiting now."
    assert fresh(article).title == "First"


def test_editing_needs_its_permission(site: Site) -> None:
    with pytest.raises(DecisionRefused):
        edit([make_article(site)], {"quality": 1}, editor=make_person("reader"), at=NOON)


# --- wake
def test_waking_brings_back_only_what_is_due(site: Site, editor: User) -> None:
    due, not_yet, gone = (make_article(site) for _ in range(3))
    elsewhere = make_article()
    for article, minutes in ((due, 5), (not_yet, 6), (gone, 5), (elsewhere, 5)):
        decide([article], Action.HOLD, editor=editor, at=NOON, until=NOON + timedelta(minutes=minutes))
    Article.objects.filter(pk=gone.pk).update(withdrawn=True)

    report = wake(site, at=LATER)

    assert [review.article for review in report.reviews] == [due]
    assert [fresh(one).status for one in (due, not_yet, gone, elsewhere)] == ["pending", "held", "held", "held"]
    review = report.reviews[0]
    assert (review.action, review.by, review.actor, review.from_status, review.to_status) == (
        "wake", "desk", None, "held", "pending",
    )  # fmt: skip
    assert fresh(due).hold_until is None


def test_waking_twice_wakes_once(site: Site, editor: User) -> None:
    decide([make_article(site)], Action.HOLD, editor=editor, at=NOON, until=LATER)
    wake(site, at=LATER)

    assert wake(site, at=LATER).reviews == ()

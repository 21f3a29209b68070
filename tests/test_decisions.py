"""The one door: what each act does, to whom it is refused, and what it leaves behind."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from articles.decisions import EDITABLE, DecisionRefused, clean, decide, edit, undo, wake
from articles.following import follow_feed
from articles.mapping import exported_text, thaw
from articles.models import Article, ArticleTopic, Provider, Review, Site
from articles.models.review import AppendOnly
from articles.workflow import Action, Status
from tests.factories import NOON, from_feed, make_article, make_person, make_text

LATER = NOON + timedelta(minutes=5)


def fresh(article: Article) -> Article:
    return Article.objects.get(pk=article.pk)


def state(article: Article) -> dict[str, Any]:
    return Article.objects.filter(pk=article.pk).values().get()


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


@pytest.mark.parametrize(
    ("seconds", "ago"),
    [(0, "0 s ago"), (59, "59 s ago"), (60, "1 min ago"), (7200, "2 h ago"), (200_000, "2 d ago"), (-5, "0 s ago")],
)
def test_the_first_act_is_told_with_its_age(
    site: Site, editor: User, second_editor: User, seconds: int, ago: str
) -> None:
    article = make_article(site)
    seen = fresh(article)
    edit([article], {"quality": 70}, editor=editor, at=NOON)

    report = decide([seen], Action.APPROVE, editor=second_editor, at=NOON + timedelta(seconds=seconds))

    assert report.refused[0].sentence == f"ida edited this {ago}. It is waiting now."


def test_a_change_by_the_feed_is_told(site: Site, editor: User) -> None:
    article = make_article(site)
    seen = fresh(article)
    follow_feed([from_feed(article, {"title": "A tram arrives"})], at=NOON)

    report = decide([seen], Action.APPROVE, editor=editor, at=LATER)

    assert report.refused[0].sentence == "The feed changed this 5 min ago. It is waiting now."


def test_what_woke_meanwhile_is_told(site: Site, editor: User) -> None:
    article = make_article(site)
    decide([article], Action.HOLD, editor=editor, at=NOON, until=LATER)
    seen = fresh(article)
    wake(site, at=LATER)

    report = decide([seen], Action.APPROVE, editor=editor, at=LATER + timedelta(hours=1))

    assert report.refused[0].sentence == "The desk brought back this 1 h ago. It is waiting now."


def test_an_undone_decision_is_told(site: Site, editor: User, second_editor: User) -> None:
    article = make_article(site)
    first = decide([article], Action.APPROVE, editor=editor, at=NOON)
    seen = fresh(article)
    undo(first.reviews[0], editor=editor, at=NOON)

    report = decide([seen], Action.REJECT, editor=second_editor, at=LATER)

    assert report.refused[0].sentence == "ida undid a decision on this 5 min ago. It is waiting now."


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


def test_a_file_that_could_not_take_the_decision_is_refused_alone(site: Site, editor: User) -> None:
    braces = make_article(site, text='---\n{title: "A tram", quality: 64, published: false}\n---\n')
    other = make_article(site)

    report = decide([braces, other], Action.APPROVE, editor=editor, at=NOON)

    assert [review.article for review in report.reviews] == [other]
    assert "between braces" in report.refused[0].sentence
    assert fresh(braces).status == "pending"


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


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"status": "approved"}, "status", "“status” is not a field that the desk edits."),
        ({"published": True}, "published", "“published” is not a field that the desk edits."),
        ({"removed": True}, "removed", "“removed” is not a field that the desk edits."),
        ({"secured": "x"}, "secured", "“secured” is not a field that the desk edits."),
        ({"related": []}, "related", "“related” is not a field that the desk edits."),
        ({"quality": -1}, "quality", "Quality is 0 or more."),
        ({"heat": -2}, "heat", "Heat is -1 or more."),
        ({"quality": "70"}, "quality", "Quality is a whole number."),
        ({"quality": True}, "quality", "Quality is a whole number."),
        ({"heat": 7.5}, "heat", "Heat is a whole number."),
        ({"quality": 2**63}, "quality", "Quality is at most 9223372036854775807."),
        ({"topics": ["x" * 201]}, "topics", "A topic has at most 200 characters."),
        ({"provider_name": "x" * 501}, "provider_name", "A provider's name or domain has at most 500 characters."),
    ],
)
def test_what_may_not_be_stored_is_refused_by_name(
    site: Site, editor: User, changes: dict[str, Any], field: str, sentence: str
) -> None:
    article = make_article(site)
    before = state(article)

    with pytest.raises(DecisionRefused) as refused:
        edit([article], changes, editor=editor, at=NOON)

    assert (refused.value.field, str(refused.value)) == (field, sentence)
    assert state(article) == before


@pytest.mark.pure
@pytest.mark.parametrize("name", EDITABLE)
def test_every_editable_field_may_be_emptied(name: str) -> None:
    assert clean({name: None}) == {name: None}


@pytest.mark.parametrize(
    ("changes", "field"), [({"title": "a\x00b"}, "title"), ({"excerpt": "a\ud800"}, "excerpt"), ({"title": 5}, "title")]
)
def test_what_the_file_could_not_take_is_refused_before_it_is_stored(
    site: Site, editor: User, changes: dict[str, Any], field: str
) -> None:
    article = make_article(site)
    before = state(article)

    with pytest.raises(DecisionRefused) as refused:
        edit([article], changes, editor=editor, at=NOON)

    assert refused.value.field == field
    assert str(refused.value).endswith(".")
    assert state(article) == before
    assert not Review.objects.exists()


# --- undo
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


# --- reviews stay
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

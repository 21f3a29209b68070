"""Likely duplicates on the screen, side by side, and decided one by one, both, or as a group."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.decisions import DecisionRefused, decide, undo
from articles.models import Article, Review, Site
from articles.workflow import Action
from tests.conftest import signed_in
from tests.factories import NOON, fresh, make_article, make_site

pytestmark = pytest.mark.django_db
CRANES = "Port of Halden lets autonomous cranes unload night ships"
OTHER = "Night trains get a seat map after eleven years of waiting"


@pytest.fixture
def one(site: Site) -> Article:
    return make_article(site, title=CRANES, quality=90)


@pytest.fixture
def twin(site: Site) -> Article:
    return make_article(site, title=f"{CRANES}, says port", quality=60)


def sent(*articles: Article, **words: Any) -> dict[str, Any]:
    return {"seen": [f"{article.pk}:{article.version}" for article in articles], **words}


def queries(client: Any, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as found:
        assert client.get(path).status_code == 200
    return len(found)


# --- decide
def test_a_rejection_names_its_twin_and_undo_takes_it_back(one: Article, twin: Article, editor: User) -> None:
    report = decide([twin], Action.REJECT, editor=editor, at=NOON, reason="duplicate", duplicate_of=one)

    assert (report.reviews[0].twin, fresh(twin).status) == (one, "rejected")
    back = undo(report.reviews[0], editor=editor, at=NOON)
    assert (fresh(twin).status, back.reviews[0].twin) == ("pending", None)


@pytest.mark.parametrize("wrong", ["reason", "itself", "site"])
def test_a_twin_that_makes_no_sense_is_refused(one: Article, twin: Article, editor: User, wrong: str) -> None:
    of = {"reason": one, "itself": twin, "site": make_article(make_site())}[wrong]

    with pytest.raises(DecisionRefused) as refused:
        decide(
            [twin], Action.REJECT, editor=editor, at=NOON, reason="thin" if wrong == "reason" else "duplicate", duplicate_of=of
        )

    assert refused.value.field == "duplicate_of"
    assert fresh(twin).status == "pending" and not Review.objects.exists()


# --- pages
def test_review_shows_likely_duplicates_with_shared_words_and_states(one: Article, twin: Article, editor: User) -> None:
    text = signed_in(editor).get(f"/review/{one.pk}/").content.decode()

    assert "1 likely duplicate" in text and "% alike" in text and "In the queue" in text
    assert '<mark class="hl">Halden</mark>' in text and '<mark class="hl">says</mark>' not in text
    assert f"/compare/{one.pk}/{twin.pk}/" in text
    assert text.count('data-key="duplicate"') == 1 and text.count('data-key="compare"') == 1


def test_reader_roles_without_decisions_get_no_buttons(one: Article, twin: Article, editor: User) -> None:
    editor.groups.clear()
    editor.user_permissions.add(Permission.objects.get(codename="view_article"))
    client = signed_in(User.objects.get(pk=editor.pk))

    for path in (f"/review/{one.pk}/", f"/compare/{one.pk}/{twin.pk}/", f"/articles/{one.pk}/story/"):
        text = client.get(path).content.decode()
        assert CRANES in text and 'name="act"' not in text, path
    assert client.post("/alike/decide/", sent(one, act=f"approve:{one.pk}")).status_code == 403


def test_queue_rows_carry_the_flag(one: Article, twin: Article, editor: User) -> None:
    text = signed_in(editor).get("/queue/").content.decode()

    assert text.count("% like 1 in the queue") == 2


def test_pages_cost_the_same_for_one_and_for_many(site: Site, one: Article, twin: Article, editor: User) -> None:
    client = signed_in(editor)
    paths = ("/queue/", f"/review/{one.pk}/", f"/articles/{one.pk}/story/", f"/compare/{one.pk}/{twin.pk}/", "/suggestions/")
    few = [queries(client, path) for path in paths]
    for number in range(6):
        make_article(site, title=f"{CRANES}, says port", provider=f"Provider {number}")

    assert [queries(client, path) for path in paths] == few


def test_compare_marks_the_words_that_differ(one: Article, twin: Article, editor: User) -> None:
    text = signed_in(editor).get(f"/compare/{one.pk}/{twin.pk}/").content.decode()

    assert "<mark>, says port</mark>" in text
    assert "equal" in text and "Reject both" in text


def test_compare_needs_two_articles_of_the_site(one: Article, editor: User) -> None:
    client, stranger = signed_in(editor), make_article(make_site("zz"))

    assert client.get(f"/compare/{one.pk}/{one.pk}/").status_code == 404
    assert client.get(f"/compare/{one.pk}/{stranger.pk}/").status_code == 404


# --- acts
def test_duplicate_button_rejects_records_and_goes_on(site: Site, one: Article, twin: Article, editor: User) -> None:
    client = signed_in(editor)
    reply = client.post("/alike/decide/", sent(twin, act=f"duplicate:{twin.pk}", of=one.pk))

    review = Review.objects.get()
    assert (reply.status_code, review.article, review.reason, review.twin) == (302, twin, "duplicate", one)
    history = client.get(f"/articles/{twin.pk}/history/").content.decode()
    assert f'of <a href="/review/{one.pk}/"' in history
    client.post("/undo/", {"review": review.pk})
    assert fresh(twin).status == "pending"


def test_both_are_decided_in_one_act_with_one_undo(one: Article, twin: Article, editor: User) -> None:
    client = signed_in(editor)
    client.post("/alike/decide/", sent(one, twin, act="reject:all"))

    assert {fresh(one).status, fresh(twin).status} == {"rejected"}
    assert len({review.batch for review in Review.objects.all()}) == 1
    assert "Rejected 2 articles." in client.get("/queue/").content.decode()
    client.post("/undo/", {"review": Review.objects.first().pk})
    assert {fresh(one).status, fresh(twin).status} == {"pending"}


def test_of_two_shown_only_the_named_one_is_decided(one: Article, twin: Article, editor: User) -> None:
    signed_in(editor).post("/alike/decide/", sent(one, twin, act=f"approve:{twin.pk}"))

    assert (fresh(one).status, fresh(twin).status) == ("pending", "approved")


@pytest.mark.parametrize(
    ("decision", "of", "status", "named"),
    [("reject:duplicate", "one", 302, True), ("reject:thin", "one", 302, False), ("approve", "one", 302, False),
     ("reject:duplicate", "nobody", 404, False), ("reject:duplicate", "itself", 422, False)],
)  # fmt: skip
def test_the_judge_names_the_twin_of_a_rejection_as_duplicate_only(
    one: Article, twin: Article, editor: User, decision: str, of: str, status: int, named: bool
) -> None:
    chosen = {"one": one.pk, "nobody": 999_999, "itself": twin.pk}[of]
    words = {"version": twin.version, "decision": decision, "duplicate_of": chosen}
    reply = signed_in(editor).post(f"/articles/{twin.pk}/decide/", words)

    assert reply.status_code == status
    assert [review.twin for review in Review.objects.all()] == ([one if named else None] if status == 302 else [])


def test_a_withdrawn_article_is_nobodys_duplicate(one: Article, twin: Article, editor: User) -> None:
    client = signed_in(editor)
    assert "% like 1 in the queue" in client.get("/queue/").content.decode()

    Article.objects.filter(pk=twin.pk).update(withdrawn=True)
    for path in ("/queue/", f"/review/{one.pk}/", f"/articles/{one.pk}/story/"):
        assert "says port" not in client.get(path).content.decode()
    assert "% like 1" not in client.get("/queue/").content.decode()


def test_a_group_is_rejected_as_duplicates_of_the_one_that_is_kept(site: Site, one: Article, twin: Article, editor: User) -> None:
    third = make_article(site, title=f"{CRANES} again")
    client = signed_in(editor)
    page = client.get(f"/articles/{one.pk}/story/").content.decode()
    assert page.count('name="seen"') == 3 and "3 wait" in page

    client.post("/alike/decide/", sent(one, twin, third, act="duplicate:all", of=one.pk))

    assert [fresh(article).status for article in (one, twin, third)] == ["pending", "rejected", "rejected"]
    assert {review.twin for review in Review.objects.all()} == {one}


def test_what_changed_meanwhile_is_left_alone_and_said(one: Article, twin: Article, editor: User, second_editor: User) -> None:
    decide([fresh(twin)], Action.APPROVE, editor=second_editor, at=NOON)
    client = signed_in(editor)

    client.post("/alike/decide/", sent(one, twin, act="reject:all"))

    assert (fresh(one).status, fresh(twin).status) == ("rejected", "approved")
    assert "1 changed meanwhile and was left alone" in client.get("/queue/").content.decode()
    assert client.post("/alike/decide/", sent(twin, act=f"reject:{twin.pk}")).status_code == 409


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ({"act": "nonsense:1"}, 422),
        ({"act": "approve:999999"}, 422),
        ({"act": "duplicate:all"}, 422),
        ({"act": "duplicate:all", "of": 999_999}, 404),
        ({}, 422),
    ],
)
def test_bad_requests_decide_nothing(one: Article, editor: User, words: dict[str, Any], status: int) -> None:
    assert signed_in(editor).post("/alike/decide/", sent(one, **words)).status_code == status
    assert fresh(one).status == "pending"


def test_articles_of_another_site_are_not_decided(one: Article, editor: User) -> None:
    stranger = make_article(make_site("zz"))

    reply = signed_in(editor).post("/alike/decide/", sent(one, stranger, act="reject:all"))

    assert reply.status_code == 404 and {fresh(one).status, fresh(stranger).status} == {"pending"}


def test_hostile_titles_stay_text(site: Site, editor: User) -> None:
    evil = "<b hx-get=/x>Port of Halden</b> lets autonomous cranes unload ships"
    one, two = make_article(site, title=evil.replace('"', "")), make_article(site, title=evil)
    client = signed_in(editor)

    for path in (f"/review/{one.pk}/", f"/compare/{one.pk}/{two.pk}/", f"/articles/{one.pk}/story/"):
        assert b"<b hx-get" not in client.get(path).content, path

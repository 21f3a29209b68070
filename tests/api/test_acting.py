"""Acts by programs: through the same door, on the version that was seen, once however often they are sent."""
from __future__ import annotations

from typing import Any

import pytest

from articles.decisions import decide, edit
from articles.models import Article, Review, Site
from articles.workflow import Action
from tests.api.calling import Program
from tests.factories import NOON, make_article, make_person, make_site

pytestmark = pytest.mark.django_db


@pytest.fixture
def program(editor: Any) -> Program:
    return Program(editor)


def seen(*articles: Article) -> list[dict[str, int]]:
    return [{"id": one.pk, "version": one.version} for one in articles]


def acts() -> list[tuple[Any, ...]]:
    return list(Review.objects.order_by("pk").values_list("article_id", "action", "actor__username", "to_status"))


def test_one_article_is_a_list_of_one(program: Program, site: Site) -> None:
    article = make_article(site)

    reply = program.post(f"/api/sites/{site.name}/decide", {"decision": "approve", "articles": seen(article), "note": "Good."})

    told = reply.json()
    assert reply.status_code == 200 and (told["replayed"], told["refused"]) == (False, [])
    assert (told["articles"][0]["status"], told["articles"][0]["version"], told["articles"][0]["decided_by"]) == ("approved", 2, "ida")
    assert acts() == [(article.pk, "approve", "ida", "approved")] and Review.objects.get().pk == told["reviews"][0]


@pytest.mark.parametrize(
    ("wish", "status"),
    [
        ({"decision": "reject", "reason": "thin"}, "rejected"),
        ({"decision": "reject", "reason": "duplicate"}, "rejected"),
        ({"decision": "hold", "hours": 24}, "held"),
    ],
)
def test_each_decision_does_what_it_says(program: Program, site: Site, wish: dict[str, Any], status: str) -> None:
    article = make_article(site)

    assert program.post(f"/api/sites/{site.name}/decide", wish | {"articles": seen(article)}).status_code == 200

    row = Review.objects.get()
    assert (row.to_status, row.reason) == (status, wish.get("reason", ""))
    assert (Article.objects.get().hold_until is not None) == (status == "held")


def test_a_decision_brings_back_what_was_held_long_enough(program: Program, site: Site, editor: Any) -> None:
    due, other = make_article(site), make_article(site)
    decide([due], Action.HOLD, editor=editor, at=NOON, until=NOON)

    program.post(f"/api/sites/{site.name}/decide", {"decision": "approve", "articles": seen(other)})

    assert Article.objects.get(pk=due.pk).status == "pending"


def test_duplicate_names_the_other(program: Program, site: Site) -> None:
    one, other = make_article(site), make_article(site)
    wish = {"decision": "reject", "reason": "duplicate", "duplicate_of": other.pk, "articles": seen(one)}

    assert program.post(f"/api/sites/{site.name}/decide", wish).status_code == 200
    assert Review.objects.get().twin == other
    itself = program.post(f"/api/sites/{site.name}/decide", wish | {"articles": seen(other)})
    assert itself.status_code == 422 and "no duplicate of itself" in itself.json()["detail"]


def test_stale_version_brings_the_fresh_article(program: Program, site: Site, second_editor: Any) -> None:
    article = make_article(site)
    decide([Article.objects.get()], Action.REJECT, editor=second_editor, at=NOON, reason="thin")

    reply = program.post(f"/api/sites/{site.name}/decide", {"decision": "approve", "articles": seen(article)})

    told = reply.json()
    assert reply.status_code == 409 and reply["Content-Type"] == "application/problem+json"
    assert "milo rejected this" in told["detail"]
    assert (told["refused"][0]["id"], told["refused"][0]["article"]["version"]) == (article.pk, 2)
    assert told["refused"][0]["article"]["status"] == "rejected" and len(acts()) == 1


def test_of_many_the_stale_ones_are_left_and_listed(program: Program, site: Site, second_editor: Any) -> None:
    articles = [make_article(site) for _ in range(3)]
    edit([Article.objects.get(pk=articles[1].pk)], {"quality": 3}, editor=second_editor, at=NOON)

    told = program.post(f"/api/sites/{site.name}/decide", {"decision": "approve", "articles": seen(*articles)}).json()

    assert [one["id"] for one in told["articles"]] == [articles[0].pk, articles[2].pk]
    assert [one["id"] for one in told["refused"]] == [articles[1].pk]
    assert len({row.batch for row in Review.objects.filter(action="approve")}) == 1 and told["batch"]


def test_the_same_key_is_the_same_act(program: Program, site: Site) -> None:
    article = make_article(site)
    wish = {"decision": "approve", "articles": seen(article)}

    first = program.post(f"/api/sites/{site.name}/decide", wish, key="act-0001").json()
    again = program.post(f"/api/sites/{site.name}/decide", wish, key="act-0001")
    other = program.post(f"/api/sites/{site.name}/decide", wish | {"note": "Else."}, key="act-0001")

    assert again.status_code == 200 and again.json() == first | {"replayed": True}
    assert other.status_code == 422 and other.json()["errors"][0]["where"] == "header.Idempotency-Key"
    assert len(acts()) == 1


def test_a_key_is_a_persons_own(program: Program, site: Site, second_editor: Any) -> None:
    article = make_article(site)
    wish = {"decision": "approve", "articles": seen(article)}
    program.post(f"/api/sites/{site.name}/decide", wish, key="act-0001")

    assert Program(second_editor).post(f"/api/sites/{site.name}/decide", wish, key="act-0001").status_code == 409


def test_undo_takes_back_all_of_an_act_and_may_be_sent_twice(program: Program, site: Site) -> None:
    articles = [make_article(site) for _ in range(2)]
    wish = {"decision": "approve", "articles": seen(*articles)}
    done = program.post(f"/api/sites/{site.name}/decide", wish, key="act-0001").json()

    back = program.post(f"/api/sites/{site.name}/undo", {"review": done["reviews"][0]}, key="")
    again = program.post(f"/api/sites/{site.name}/undo", {"review": done["reviews"][0]}, key="")
    repeated = program.post(f"/api/sites/{site.name}/decide", wish, key="act-0001")

    assert back.status_code == again.status_code == 200 and again.json() == back.json() | {"replayed": True}
    assert {one["status"] for one in back.json()["articles"]} == {"pending"} and [row[1] for row in acts()] == ["approve"] * 2 + ["undo"] * 2
    assert repeated.status_code == 409 and "taken back" in repeated.json()["detail"]


def test_undo_of_what_somebody_built_on_is_refused(program: Program, site: Site, second_editor: Any) -> None:
    article = make_article(site)
    done = program.post(f"/api/sites/{site.name}/decide", {"decision": "approve", "articles": seen(article)}).json()
    decide([Article.objects.get()], Action.REJECT, editor=second_editor, at=NOON)

    reply = program.post(f"/api/sites/{site.name}/undo", {"review": done["reviews"][0]}, key="")

    assert reply.status_code == 409 and reply.json()["refused"][0]["article"]["status"] == "rejected"


def test_assigning_asks_a_person_and_is_undone(program: Program, site: Site, second_editor: Any) -> None:
    article = make_article(site)
    path = f"/api/sites/{site.name}/assign"

    done = program.post(path, {"person": "milo", "articles": seen(article), "note": "Your city."}).json()
    nobody = program.post(path, {"person": "nobody", "articles": [{"id": article.pk, "version": 2}]})

    assert done["articles"][0]["assigned_to"] == "milo" and (nobody.status_code, len(acts())) == (404, 1)
    assert [one["id"] for one in program.get(f"/api/sites/{site.name}/queue", {"q": "assigned:milo"}).json()["items"]] == [article.pk]
    program.post(f"/api/sites/{site.name}/undo", {"review": done["reviews"][0]}, key="")
    assert Article.objects.get().assigned_to is None
    again = program.post(path, {"person": "milo", "articles": [{"id": article.pk, "version": 3}]}).json()
    assert program.post(path, {"person": None, "articles": seen(Article.objects.get())}).json()["articles"][0]["assigned_to"] is None
    assert again["articles"][0]["version"] == 4


def test_who_may_not_decide_here_is_not_asked(program: Program, site: Site) -> None:
    make_person("reader", "rhea")
    reply = program.post(f"/api/sites/{site.name}/assign", {"person": "rhea", "articles": seen(make_article(site))})

    assert reply.status_code == 404 and acts() == []


def test_undo_needs_the_scope_of_the_act(program: Program, site: Site, editor: Any) -> None:
    """A token that may decide must not change fields by undoing, nor one that may edit take decisions back."""
    decided, edited = make_article(site), make_article(site)
    decision = program.post(f"/api/sites/{site.name}/decide", {"decision": "approve", "articles": seen(decided)}).json()["reviews"][0]
    change = program.post(f"/api/sites/{site.name}/edit", {"changes": {"quality": 1}, "articles": seen(edited)}).json()["reviews"][0]
    path = f"/api/sites/{site.name}/undo"

    for scope, may, may_not in (("decide", decision, change), ("edit", change, decision)):
        limited = Program(editor, [scope])
        assert [limited.post(path, {"review": key}, key="").status_code for key in (may_not, may)] == [403, 200]


def test_edit_gives_values_in_the_files_spelling(program: Program, site: Site) -> None:
    article = make_article(site)
    changes = {
        "title": "A ferry \u201cturns\u201d", "quality": 80, "heat": None, "topics": ["Rail"], "publishedDateTime": "2026-11-01T10:00:00Z",
        "provider": {"name": "Kestrel Wire"}, "images": [{"url": article.images[0]["url"], "width": 10, "height": 20}],
    }  # fmt: skip

    reply = program.post(f"/api/sites/{site.name}/edit", {"articles": seen(article), "changes": changes})

    fields = reply.json()["articles"][0]["fields"]
    assert reply.status_code == 200 and {key: fields[key] for key in changes if key not in ("provider", "images")} == {
        key: changes[key] for key in changes if key not in ("provider", "images")
    }
    assert (fields["provider"]["name"], fields["provider"]["domain"]) == ("Kestrel Wire", "tribune.example")
    assert fields["images"] == [{"url": article.images[0]["url"], "width": 10, "height": 20, "isCached": True}]
    assert reply.json()["articles"][0]["desk_fields"] == ["heat", "images", "provider", "publishedDateTime", "quality", "title", "topics"]
    nothing = program.post(f"/api/sites/{site.name}/edit", {"articles": [{"id": article.pk, "version": 2}], "changes": {"quality": 80}})
    assert nothing.status_code == 200 and nothing.json()["reviews"] == [] and len(acts()) == 1


def test_schedule_is_given_and_must_make_sense(program: Program, site: Site) -> None:
    article = make_article(site)
    path, start, end = f"/api/sites/{site.name}/edit", "2027-01-01T08:00:00Z", "2027-01-01T07:00:00Z"

    told = program.post(path, {"articles": seen(article), "changes": {"publish_from": start}}).json()["articles"][0]
    wrong = program.post(path, {"articles": seen(Article.objects.get()), "changes": {"publish_until": end}})

    assert (told["publish_from"], told["publish_until"], told["desk_fields"]) == (start, None, [])
    assert (wrong.status_code, wrong.json()["errors"][0]["where"]) == (422, "body.changes.publish_until")


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"quality": "80"}, "body.changes.quality"),
        ({"quality": -1}, "body.changes.quality"),
        ({"webUrl": "javascript:alert(1)"}, "body.changes.webUrl"),
        ({"title": ""}, "body.changes.title"),
        ({"title": "a\x00b"}, "body.changes.title"),
        ({"publishedDateTime": "2026-02-30T00:00:00Z"}, "body.changes.publishedDateTime"),
        ({"published": True}, "body.changes.published"),
        ({"secured": "x"}, "body.changes.secured"),
        ({"related": []}, "body.changes.related"),
        ({}, "body.changes"),
    ],
)
def test_what_cannot_be_is_refused_by_its_place(program: Program, site: Site, changes: dict[str, Any], where: str) -> None:
    article = make_article(site)

    reply = program.post(f"/api/sites/{site.name}/edit", {"articles": seen(article), "changes": changes})

    assert reply.status_code == 422 and [one["where"] for one in reply.json()["errors"]] == [where]
    assert acts() == []


@pytest.mark.parametrize(
    ("body", "key", "status"),
    [
        ({"decision": "reject"}, None, 422),
        ({"decision": "publish"}, None, 422),
        ({"decision": "approve", "status": "approved"}, None, 422),
        ({"decision": "approve", "articles": []}, None, 422),
        ({"decision": "approve"}, "", 422),
        ({"decision": "approve"}, "short", 422),
        ("{", None, 400),
    ],
)
def test_what_is_not_described_is_refused(program: Program, site: Site, body: Any, key: str | None, status: int) -> None:
    article = make_article(site)
    if isinstance(body, dict):
        body = {"articles": seen(article)} | body

    assert program.post(f"/api/sites/{site.name}/decide", body, key=key).status_code == status
    assert acts() == []


def test_articles_of_another_site_and_too_many_are_refused(program: Program, site: Site) -> None:
    article, other = make_article(site), make_article(make_site())
    path = f"/api/sites/{site.name}/decide"

    strange = program.post(path, {"decision": "approve", "articles": seen(article, other)})
    twice = program.post(path, {"decision": "approve", "articles": seen(article, article)})
    many = program.post(path, {"decision": "approve", "articles": [{"id": key + 1, "version": 1} for key in range(201)]})

    assert strange.status_code == 404 and str(other.pk) in strange.json()["detail"]
    assert (twice.status_code, many.status_code, acts()) == (422, 422, [])


def test_a_busy_database_is_told_as_503(program: Program, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    from articles.api import acting

    def locked(*_: Any, **__: Any) -> Any:
        raise OperationalError("database is locked")

    monkeypatch.setattr(acting, "decide", locked)
    reply = program.post(f"/api/sites/{site.name}/decide", {"decision": "approve", "articles": seen(make_article(site))})

    assert (reply.status_code, reply["Retry-After"]) == (503, "5") and "locked" not in reply.content.decode()


def test_person_without_the_right_is_refused(site: Site) -> None:
    article = make_article(site)
    reader = Program(make_person("reader"))

    assert reader.post(f"/api/sites/{site.name}/decide", {"decision": "approve", "articles": seen(article)}).status_code == 403
    assert acts() == []

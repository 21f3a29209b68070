"""The conflict desk: what it shows, what its buttons do, and what a page costs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import Article, Conflict, Review, Site
from articles.settling import open_conflicts, seen_token
from tests.conflicting import FOUND, OURS, THEIRS, follow, make_conflict
from tests.conftest import signed_in
from tests.factories import make_article

pytestmark = pytest.mark.django_db


def form_of(article: Article, **choices: str) -> dict[str, Any]:
    article = Article.objects.get(pk=article.pk)
    sides = {f"side-{key}": choice for key, choice in choices.items()}
    return {"version": article.version, "seen": seen_token(open_conflicts(article)), "key": "k"} | sides


def text_of(reply: Any) -> str:
    return " ".join(reply.content.decode().split())


def test_the_list_names_articles_and_their_fields(site: Site, editor: User, senior: User) -> None:
    make_conflict(site, editor)
    make_article(site, title="Peaceful")
    settled = make_conflict(site, editor, path="_news/settled.md")
    Conflict.objects.filter(article=settled).update(settled_at=FOUND)

    page = text_of(signed_in(senior).get("/conflicts/"))

    assert "1 article with fields" in page and "Title, Quality" in page
    assert f"/conflicts/{settled.pk}/" not in page and "Peaceful" not in page
    assert '<b class="alert">1<span' in page


def test_the_page_shows_three_sides_with_the_words_that_differ(site: Site, editor: User, senior: User) -> None:
    article = make_conflict(site, editor)
    follow(article, FOUND, before={"heat": 51, "images": [{"url": "a"}]}, after={"heat": 44, "images": [{"url": "b"}, {"url": "c"}]})

    page = text_of(signed_in(senior).get(f"/conflicts/{article.pk}/"))

    assert "The robot changed 2 fields the desk had edited" in page and "c2VjcmV0" not in page
    assert "City council <ins>rejects</ins> face-matching cameras <ins>9–4</ins>" in page
    assert "<ins>out of schools</ins>" in page and "ida, " in page
    assert "51 to 44" in page and "2 added, 1 gone" in page
    assert f"+ title: &quot;{OURS}&quot;" in page and f"- title: &quot;{THEIRS}&quot;" in page
    assert "+ quality: 59" in page


def test_ones_own_edits_are_called_so(site: Site, senior: User) -> None:
    article = make_conflict(site, senior)

    page = text_of(signed_in(senior).get(f"/conflicts/{article.pk}/"))

    assert "The robot changed 2 fields you had edited" in page and "You, " in page


def test_the_address_of_a_choice_shows_its_result(site: Site, editor: User, senior: User) -> None:
    article = make_conflict(site, editor)

    page = text_of(signed_in(senior).get(f"/conflicts/{article.pk}/?side-title=theirs&side-quality=nonsense"))

    assert "+ title" not in page and "+ quality: 59" in page


def test_saving_opens_the_next_conflict(site: Site, editor: User, senior: User) -> None:
    second = make_conflict(site, editor, found_at=FOUND)
    first = make_conflict(site, editor, found_at=FOUND + timedelta(hours=1))
    client = signed_in(senior)
    assert "1 of 2" in text_of(client.get(f"/conflicts/{first.pk}/"))

    reply = client.post(f"/conflicts/{first.pk}/", form_of(first, title="theirs", quality="ours"))

    assert (reply.status_code, reply["Location"]) == (302, f"/conflicts/{second.pk}/")
    assert Article.objects.get(pk=first.pk).title == THEIRS
    page = text_of(client.get(f"/conflicts/{second.pk}/"))
    assert "Settled 2 fields of" in page and "1 of 1" in page
    last = client.post(f"/conflicts/{second.pk}/", form_of(second, title="ours", quality="ours"))
    assert last["Location"] == "/conflicts/"


def test_a_field_without_a_choice_keeps_waiting(site: Site, editor: User, senior: User) -> None:
    article = make_conflict(site, editor)
    form = form_of(article, title="theirs")
    form["seen"] = seen_token([row for row in open_conflicts(article) if row.field == "title"])

    signed_in(senior).post(f"/conflicts/{article.pk}/", form)

    assert [row.field for row in open_conflicts(article)] == ["quality"]


@pytest.mark.parametrize(("button", "title", "quality"), [("ours", OURS, 59), ("theirs", THEIRS, 66)])
def test_one_button_takes_a_whole_side(site: Site, editor: User, senior: User, button: str, title: str, quality: int) -> None:
    article = make_conflict(site, editor)

    signed_in(senior).post(f"/conflicts/{article.pk}/", form_of(article, title="base", quality="base") | {"all": button})

    now = Article.objects.get(pk=article.pk)
    assert (now.title, now.quality) == (title, quality)


def test_looking_shows_the_result_and_saves_nothing(site: Site, editor: User, senior: User) -> None:
    article = make_conflict(site, editor)

    page = text_of(signed_in(senior).post(f"/conflicts/{article.pk}/", form_of(article, title="theirs", quality="theirs") | {"look": "1"}))

    assert "+ title" not in page and "+ quality" not in page and "+ published: true" in page
    assert len(open_conflicts(article)) == 2 and not Review.objects.filter(action="settle").exists()


def test_who_comes_second_is_told_and_sees_what_is_true(site: Site, editor: User, senior: User) -> None:
    article = make_conflict(site, editor)
    form = form_of(article, title="theirs", quality="theirs")
    Conflict.objects.filter(field="title").update(theirs="City council adjourns")

    reply = signed_in(senior).post(f"/conflicts/{article.pk}/", form)

    assert reply.status_code == 409
    assert "The feed changed quality, title again meanwhile." in text_of(reply) and "adjourns" in text_of(reply)
    assert Article.objects.get(pk=article.pk).title == OURS


@pytest.mark.parametrize("wrong", [{"side-title": "mine"}, {"version": "x"}, {"all": "base"}])
def test_wrong_input_is_told(site: Site, editor: User, senior: User, wrong: dict[str, str]) -> None:
    article = make_conflict(site, editor)

    reply = signed_in(senior).post(f"/conflicts/{article.pk}/", form_of(article, title="ours", quality="ours") | wrong)

    assert reply.status_code == 422 and len(open_conflicts(article)) == 2


def test_undo_goes_back_to_the_conflict(site: Site, editor: User, senior: User) -> None:
    article = make_conflict(site, editor)
    client = signed_in(senior)
    client.post(f"/conflicts/{article.pk}/", form_of(article, title="theirs", quality="theirs"))

    reply = client.post("/undo/", {"review": Review.objects.get(action="settle").pk})

    assert reply["Location"] == f"/conflicts/{article.pk}/"
    assert len(open_conflicts(article)) == 2 and Article.objects.get(pk=article.pk).title == OURS


def test_without_a_conflict_the_list_says_so(site: Site, senior: User) -> None:
    article = make_article(site, title="Peaceful")

    page = text_of(signed_in(senior).get(f"/conflicts/{article.pk}/", follow=True))

    assert "No conflict is open" in page and "Nothing is in conflict any more in <b>Peaceful</b>" in page


def test_htmx_gets_the_main_part_alone(site: Site, editor: User, senior: User) -> None:
    article = make_conflict(site, editor)
    client = signed_in(senior)

    for path in ("/conflicts/", f"/conflicts/{article.pk}/"):
        page = client.get(path, headers={"HX-Request": "true"}).content.decode()
        assert page.lstrip().startswith("<main") and "<html" not in page
    reply = client.post(f"/conflicts/{article.pk}/", form_of(article, title="ours", quality="ours"), headers={"HX-Request": "true"})
    assert reply.status_code == 303


def test_pages_cost_the_same_for_one_and_for_many(site: Site, editor: User, senior: User) -> None:
    first = make_conflict(site, editor)
    client = signed_in(senior)
    costs: dict[str, list[int]] = {}
    for turn in range(2):
        for path in ("/conflicts/", f"/conflicts/{first.pk}/"):
            client.get(path)
            with CaptureQueriesContext(connection) as queries:
                client.get(path)
            costs.setdefault(path, []).append(len(queries))
        for _ in range(4):
            make_conflict(site, editor)
        for key in ("excerpt", "webUrl", "topics") if turn == 0 else ():
            Conflict.objects.create(article=first, field=key, base="a", theirs="b", ours="c", found_at=FOUND)

    assert all(one == many for one, many in costs.values()), costs


def test_the_lines_of_the_review_leave_out_what_is_in_conflict(site: Any, senior: Any, page_of: Any) -> None:
    article = make_conflict(site, senior)
    client = page_of(senior)

    for path in (f"/review/{article.pk}/", f"/articles/{article.pk}/file/"):
        lines = client.get(path).content.decode().partition('class="diff"')[2]
        assert "published: true" in lines and OURS not in lines, path

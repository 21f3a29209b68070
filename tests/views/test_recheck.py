"""Another look: the list by reason, "still fine" for one and for many, and the card beside the article."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.decisions import edit
from articles.models import Article, Review, Site
from tests.conflicting import FOUND, follow, make_conflict, make_rechecked
from tests.conftest import signed_in
from tests.factories import make_article, make_site

pytestmark = pytest.mark.django_db


def text_of(reply: Any) -> str:
    return " ".join(reply.content.decode().split())


def chosen(*articles: Article) -> list[str]:
    return [f"{article.pk}-{article.version}" for article in articles]


def test_the_list_is_grouped_by_reason_the_newest_first(site: Site, editor: User) -> None:
    make_rechecked(site, editor, "changed", title="Changed one")
    make_rechecked(site, editor, "swapped", title="Swapped early")
    make_rechecked(site, editor, "swapped", title="Swapped late", at=FOUND + timedelta(hours=1))
    make_rechecked(site, editor, "gone", title="Gone one")
    make_article(site, title="Peaceful")

    page = text_of(signed_in(editor).get("/recheck/"))

    order = ["Another source now", "Swapped late", "Swapped early", "Taken back by the feed", "Gone one", "Changed since the decision", "Changed one"]
    places = [page.index(f">{words}<") for words in order]
    assert places == sorted(places) and "Peaceful" not in page
    assert '<b class="alert">4<span' in page


def test_the_chosen_ones_are_confirmed_and_undone_together(site: Site, editor: User) -> None:
    first, second, third = (make_rechecked(site, editor) for _ in range(3))
    client = signed_in(editor)

    client.post("/recheck/", {"article": chosen(first, second)})
    assert list(Article.objects.exclude(recheck="")) == [third]
    assert "Still fine: <b>2 articles</b>" in text_of(client.get("/recheck/"))
    reply = client.post("/undo/", {"review": Review.objects.filter(action="confirm").first().pk, "from": "recheck"})

    assert reply["Location"] == "/recheck/"
    assert Article.objects.exclude(recheck="").count() == 3


def test_the_button_of_one_row_confirms_that_one(site: Site, editor: User) -> None:
    first, second = make_rechecked(site, editor), make_rechecked(site, editor)

    signed_in(editor).post("/recheck/", {"article": chosen(first), "only": chosen(second)[0]})

    assert list(Article.objects.exclude(recheck="")) == [first]


def test_what_changed_meanwhile_is_left_alone_and_told(site: Site, editor: User) -> None:
    first, second = make_rechecked(site, editor), make_rechecked(site, editor)
    client = signed_in(editor)
    values = chosen(first, second)
    edit([first], {"title": "New"}, editor=editor, at=FOUND)

    client.post("/recheck/", {"article": values})

    assert "1 changed meanwhile and was left alone." in text_of(client.get("/recheck/"))
    assert list(Article.objects.exclude(recheck="")) == [first]
    assert client.post("/recheck/", {"article": values[:1]}).status_code == 409


@pytest.mark.parametrize("data", [{}, {"article": ["x"]}, {"article": ["1-"]}, {"only": "99999999999999999999-1"}])
def test_nothing_ticked_is_told(site: Site, editor: User, data: dict[str, Any]) -> None:
    make_rechecked(site, editor)

    reply = signed_in(editor).post("/recheck/", data)

    assert reply.status_code == 422 and "Tick the articles" in text_of(reply)


def test_articles_of_another_site_are_not_confirmed_here(site: Site, editor: User) -> None:
    make_article(site)
    other = make_rechecked(make_site("zz-other"), editor)
    client = signed_in(editor)
    client.get(f"/queue/?site={site.name}")

    reply = client.post("/recheck/", {"article": chosen(other)})

    assert reply.status_code == 409 and "no longer on this desk" in text_of(reply)
    assert Article.objects.get(pk=other.pk).recheck == "swapped"


def test_the_card_tells_and_confirms(site: Site, editor: User) -> None:
    article = make_rechecked(site, editor)
    client = signed_in(editor)

    page = text_of(client.get(f"/review/{article.pk}/"))
    assert "Another source now" in page and "https://herald.example/other" in page and "the desk kept its own" in page
    assert 'data-key="still-fine"' in page
    reply = client.post(f"/articles/{article.pk}/confirm/", {"version": article.version})

    assert reply["Location"] == f"/review/{article.pk}/"
    assert Article.objects.get(pk=article.pk).recheck == ""
    assert "still-fine" not in text_of(client.get(f"/review/{article.pk}/")).split('id="keys"')[0]


def test_an_old_card_confirms_nothing(site: Site, editor: User) -> None:
    article = make_rechecked(site, editor)
    follow(article, FOUND, before={"excerpt": "A"}, after={"excerpt": "B"})
    client = signed_in(editor)

    client.post(f"/articles/{article.pk}/confirm/", {"version": article.version})

    assert "The feed changed this" in text_of(client.get(f"/review/{article.pk}/"))
    assert Article.objects.get(pk=article.pk).recheck == "swapped"


def test_history_tells_what_the_desk_did_not_follow(site: Site, editor: User) -> None:
    article = make_conflict(site, editor)

    page = text_of(signed_in(editor).get(f"/articles/{article.pk}/history/"))

    assert "<b>Quality</b>: the feed says “<span dir=\"auto\">66</span>”, the desk kept “<span dir=\"auto\">59</span>”." in page


def test_the_list_costs_the_same_for_one_and_for_many(site: Site, editor: User) -> None:
    make_rechecked(site, editor)
    client = signed_in(editor)
    costs = []
    for _ in range(2):
        client.get("/recheck/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/recheck/")
        costs.append(len(queries))
        for reason in ("swapped", "gone", "changed"):
            make_rechecked(site, editor, reason, provider=f"Provider {reason}")

    assert costs[0] == costs[1]

"""Fields that the desk holds are given back to the feed from the edit page."""
from __future__ import annotations

from typing import Any

import pytest

from articles.decisions import edit, undo
from articles.models import Article, Review
from tests.factories import NOON, make_article

pytestmark = pytest.mark.django_db


def test_a_field_that_is_given_back_follows_the_feed(site: Any, editor: Any, page_of: Any) -> None:
    article = make_article(site, heat=31)
    edit([article], {"heat": 80, "quality": 90}, editor=editor, at=NOON)
    client = page_of(editor)
    page = client.get(f"/articles/{article.pk}/edit/").content.decode()
    assert "Held by the desk" in page and 'value="heat"' in page and 'value="quality"' in page

    answer = client.post(f"/articles/{article.pk}/give-back/", {"field": "heat", "version": 2}, follow=True)

    after = Article.objects.get(pk=article.pk)
    assert (after.heat, after.quality, after.desk_fields) == (31, 90, ["quality"])
    assert "Heat follows the feed again:" in answer.content.decode()
    undo(Review.objects.order_by("pk").last(), editor=editor, at=NOON)
    assert Article.objects.get(pk=article.pk).heat == 80


def test_what_somebody_changed_meanwhile_is_told(site: Any, editor: Any, page_of: Any) -> None:
    article = make_article(site, heat=31)
    edit([article], {"heat": 80}, editor=editor, at=NOON)

    answer = page_of(editor).post(f"/articles/{article.pk}/give-back/", {"field": "heat", "version": 1})

    assert answer.status_code == 409 and "edited this" in answer.content.decode()
    assert Article.objects.get(pk=article.pk).heat == 80


@pytest.mark.parametrize("words", [{"field": "heat"}, {"field": "secured", "version": "2"}, {"field": "status", "version": "2"}])
def test_what_cannot_be_given_back_is_refused(site: Any, editor: Any, page_of: Any, words: dict[str, str]) -> None:
    article = make_article(site, heat=31)
    edit([article], {"heat": 80}, editor=editor, at=NOON)

    assert page_of(editor).post(f"/articles/{article.pk}/give-back/", words).status_code == 422
    assert Article.objects.get(pk=article.pk).heat == 80


def test_nothing_is_offered_where_the_desk_holds_nothing(site: Any, editor: Any, page_of: Any) -> None:
    assert "Held by the desk" not in page_of(editor).get(f"/articles/{make_article(site).pk}/edit/").content.decode()

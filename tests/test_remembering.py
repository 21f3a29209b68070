"""Remembered pieces: rendered once for equal values, and never by anything that is not named."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.template import Context, Engine, TemplateSyntaxError
from django.utils import timezone
from django.utils.translation import gettext, override

from articles.models import Article
from articles.templatetags.remembering import NotGiven
from articles.views.rows import row_of
from tests.conftest import signed_in
from tests.factories import make_article

ENGINE = Engine(libraries={"remembering": "articles.templatetags.remembering"})


@dataclass(frozen=True)
class Thing:
    name: str


def template(inner: str, words: str = "thing queue.place") -> Any:
    return ENGINE.from_string(
        "{% load remembering %}{% for thing in things %}{% remembered " + words + " %}" + inner + "{% endremembered %}{% endfor %}"
    )


class Counted:
    """Counts how often a piece was rendered."""

    def __init__(self) -> None:
        self.count = 0

    def __str__(self) -> str:
        self.count += 1
        return f"[{self.count}]"


@pytest.mark.pure
def test_a_piece_is_rendered_once_for_equal_values() -> None:
    counted = Counted()
    page = template("{{ thing.name }}{{ counted }}", "thing counted")
    context = {"things": [Thing("a"), Thing("b"), Thing("a")], "counted": counted}

    assert page.render(Context(context)) == "a[1]b[2]a[1]"
    assert page.render(Context(context | {"things": [Thing("b"), Thing("c")]})) == "b[2]c[3]"


@pytest.mark.pure
def test_another_value_gives_another_piece() -> None:
    page = template("{{ thing.name }}:{{ queue.place }} ")

    first = page.render(Context({"things": [Thing("a")], "queue": {"place": "1"}}))
    second = page.render(Context({"things": [Thing("a")], "queue": {"place": "2"}}))

    assert (first, second) == ("a:1 ", "a:2 ")


@pytest.mark.pure
@pytest.mark.parametrize("inner", ["{{ person }}", "{% if person.staff %}x{% endif %}", "{{ queue.other }}", "{{ forloop.first }}"])
def test_a_piece_sees_nothing_that_is_not_named(inner: str) -> None:
    context = Context({"things": [Thing("a")], "queue": {"place": "1", "other": "2"}, "person": "ida"})

    with pytest.raises(NotGiven, match="not named"):
        template(inner).render(context)


@pytest.mark.pure
def test_a_piece_is_escaped_and_rendered_as_it_stands_where_unless_holds() -> None:
    page = template("{{ thing.name }}{% if open and forloop.first %}{{ person }}{% endif %}", "thing unless open and forloop.first")
    context = {"things": [Thing("<a>"), Thing("<a>")], "person": "ida", "open": True}

    assert page.render(Context(context)) == "&lt;a&gt;ida&lt;a&gt;"
    assert page.render(Context(context | {"person": "milo"})) == "&lt;a&gt;milo&lt;a&gt;"
    assert page.render(Context(context | {"open": False})) == "&lt;a&gt;&lt;a&gt;"


@pytest.mark.pure
def test_each_language_has_pieces_of_its_own() -> None:
    class Word:
        def __str__(self) -> str:
            return gettext("Approve")

    page = template("{{ word }} {{ thing.name }} ", "thing word")
    context = Context({"things": [Thing("a"), Thing("a")], "word": Word()})

    said = []
    for language in ("en", "de", "en"):
        with override(language):
            said.append(page.render(context))

    assert said == ["Approve a Approve a ", "Freigeben a Freigeben a ", "Approve a Approve a "]


@pytest.mark.pure
def test_the_tag_needs_a_name() -> None:
    with pytest.raises(TemplateSyntaxError, match="at least one name"):
        template("x", "unless open")


def test_a_row_differs_when_anything_that_it_shows_differs(site: Any) -> None:
    article, at = make_article(site), timezone.now()
    row = row_of(article, at)

    assert row == row_of(Article.objects.get(pk=article.pk), at) and hash(row) == hash(row_of(article, at))
    for name, value in {"title": "Other", "quality": 3, "heat": 9, "version": 7, "desk_fields": ["title"]}.items():
        other = Article.objects.get(pk=article.pk)
        setattr(other, name, value)
        assert row_of(other, at) != row, name


def test_the_queue_shows_what_an_article_has_become(site: Any, editor: Any) -> None:
    articles = [make_article(site, quality=quality) for quality in (60, 50, 40)]
    client = signed_in(editor)
    before = client.get("/queue/").content.decode()

    Article.objects.filter(pk=articles[2].pk).update(title="What it has become")
    after = client.get("/queue/").content.decode()

    assert "What it has become" not in before and "What it has become" in after
    assert before.count('class="row rowgrid') == after.count('class="row rowgrid') == 3


def test_two_editors_see_the_same_remembered_rows_and_their_own_open_one(site: Any, editor: Any, second_editor: Any) -> None:
    for quality in (60, 50):
        make_article(site, quality=quality)

    pages = [signed_in(person).get("/queue/?type=article").content.decode() for person in (editor, second_editor)]

    for page in pages:
        rows = page.split('<li class="row')[1:]
        assert "csrfmiddlewaretoken" in rows[0] and "?type=article" in rows[1]
        assert 'class="keys"' not in rows[1].split("</ul>")[0]

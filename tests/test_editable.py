"""What people may set: refused by name, within bounds, and only what a file can take."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from articles.decisions import DecisionRefused, decide, edit
from articles.editable import EDITABLE, clean
from articles.models import Review, Site
from articles.workflow import Action
from tests.factories import NOON, fresh, make_article, state


def test_a_file_that_could_not_take_the_decision_is_refused_alone(site: Site, editor: User) -> None:
    braces = make_article(site, text='---\n{title: "A tram", quality: 64, published: false}\n---\n')
    other = make_article(site)

    report = decide([braces, other], Action.APPROVE, editor=editor, at=NOON)

    assert [review.article for review in report.reviews] == [other]
    assert "between braces" in report.refused[0].sentence
    assert fresh(braces).status == "pending"


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

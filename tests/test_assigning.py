"""Assigning: an act like any other, which no file ever tells."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from articles.decisions import DecisionRefused, assign, decide, undo
from articles.mapping import exported_text
from articles.models import Article, Review, Site, SourceFile
from articles.workflow import Action
from tests.factories import NOON, make_article, make_person, make_seated, make_site

pytestmark = pytest.mark.django_db


def test_many_are_assigned_at_once_and_no_file_tells(site: Site, editor: User, second_editor: User) -> None:
    articles = [make_article(site) for _ in range(2)]

    report = assign(articles, second_editor, editor=editor, at=NOON)

    assert len(report.reviews) == 2 and len({row.batch for row in report.reviews}) == 1
    for article in Article.objects.all():
        text = SourceFile.objects.get(article=article).text
        assert (article.assigned_to, article.version, article.desk_fields) == (second_editor, 2, [])
        assert exported_text(article, text) == text


def test_what_is_assigned_already_leaves_no_row(site: Site, editor: User) -> None:
    article = make_article(site)
    assign([article], editor, editor=editor, at=NOON)

    assert assign([Article.objects.get()], editor, editor=editor, at=NOON).reviews == ()
    assert Review.objects.count() == 1


def test_a_decision_keeps_it(site: Site, editor: User, second_editor: User) -> None:
    assign([make_article(site)], second_editor, editor=editor, at=NOON)
    decide([Article.objects.get()], Action.APPROVE, editor=editor, at=NOON)

    assert Article.objects.get().assigned_to == second_editor


def test_an_older_version_is_refused(site: Site, editor: User) -> None:
    article = make_article(site)
    decide([Article.objects.get()], Action.HOLD, editor=editor, at=NOON)

    report = assign([article], editor, editor=editor, at=NOON)
    assert not report.reviews and "ida held this" in report.refused[0].sentence


def test_it_takes_one_who_may_edit_and_one_who_may_decide(site: Site, editor: User) -> None:
    article, reader, far = make_article(site), make_person("reader", "rea"), make_seated("editor", make_site(), name="far")

    for person in (reader, far):
        with pytest.raises(DecisionRefused, match="may not decide here"):
            assign([article], person, editor=editor, at=NOON)
        with pytest.raises(DecisionRefused, match="Your account"):
            assign([article], editor, editor=person, at=NOON)
    assert Article.objects.get().assigned_to is None


def test_undo_gives_it_to_nobody_where_the_account_is_gone(site: Site, editor: User) -> None:
    gone = make_person("editor", "gone")
    assign([make_article(site)], gone, editor=editor, at=NOON)
    done = assign([Article.objects.get()], editor, editor=editor, at=NOON).reviews[0]
    gone.delete()

    undo(done, editor=editor, at=NOON)

    assert Article.objects.get().assigned_to is None

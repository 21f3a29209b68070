"""What is chosen stays what it is, and what one sees of it before it is done."""
from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import bulk
from articles.bulk import Wish, choosing
from articles.decisions import DecisionRefused, decide
from articles.models import BulkRun
from articles.workflow import Action
from tests.bulk.crowd import make_crowd, seen
from tests.factories import NOON, make_article, make_site

pytestmark = pytest.mark.django_db


def test_a_choice_has_at_least_one_and_at_most_so_many(site: Any, editor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "MOST", 3)

    for pairs, sentence in (([], "No article is selected."), ([(number, 1) for number in range(4)], "At most 3 articles at once.")):
        with pytest.raises(DecisionRefused, match=sentence):
            bulk.choose(site, pairs, editor=editor)
    assert bulk.choose(site, [(9, 1), (7, 2)], editor=editor).seen == [[9, 1], [7, 2]]


def test_only_what_is_on_the_site_is_chosen(site: Any) -> None:
    here, elsewhere = make_article(site), make_article(make_site())

    assert bulk.of_site(site, {elsewhere.pk: 1, here.pk: 5, 999: 1}) == {here.pk: 5}


def test_a_form_that_is_sent_twice_is_one_run(site: Any, editor: Any, second_editor: Any) -> None:
    pairs, token = seen([make_article(site)]), BulkRun._meta.get_field("token").get_default()
    run = bulk.choose(site, pairs, editor=editor, token=token)

    assert bulk.choose(site, pairs, editor=editor, token=token) == run
    assert bulk.choose(site, [(999, 1)], editor=editor, token=token) != run
    assert bulk.choose(site, pairs, editor=second_editor, token=token) != run


def test_summary_counts_providers_and_what_will_be_left(site: Any, editor: Any) -> None:
    articles = make_crowd(site, 30, providers=["Meridian Post", "Kestrel Wire", "Meridian Post"])
    run = bulk.choose(site, seen(articles), editor=editor)
    bulk.intend(run, Wish(Action.HOLD))
    decide(articles[:2], Action.APPROVE, editor=editor, at=NOON)

    found = bulk.summary(run)

    assert (found.providers, found.others) == ([("Meridian Post", 20), ("Kestrel Wire", 10)], 0)
    assert (found.fit, found.changed, found.unfit) == (28, 2, 0)
    assert len(found.samples) == 10 and found.samples == bulk.summary(run).samples
    again = bulk.choose(site, [(article.pk, 2) for article in articles[:2]], editor=editor)
    bulk.intend(again, Wish(Action.HOLD))
    assert (bulk.summary(again).fit, bulk.summary(again).unfit) == (0, 2)


def test_summary_costs_the_same_for_1_and_200(site: Any, editor: Any) -> None:
    articles = make_crowd(site, 200)
    counts = []
    for some in (articles[:1], articles):
        run = bulk.choose(site, seen(some), editor=editor)
        with CaptureQueriesContext(connection) as queries:
            bulk.summary(run)
        counts.append(len(queries))

    assert counts == [2, 2]


def test_choices_that_nobody_used_go_after_a_day(site: Any, editor: Any) -> None:
    old, new = (bulk.choose(site, [(1, 1)], editor=editor) for _ in range(2))
    used = bulk.choose(site, seen([make_article(site)]), editor=editor)
    bulk.intend(used, Wish(Action.APPROVE))
    bulk.begin(used, at=NOON)
    BulkRun.objects.exclude(pk=new.pk).update(chosen_at=timezone.now() - timedelta(hours=25))

    assert bulk.forget(timezone.now()) == 1
    assert set(BulkRun.objects.all()) == {new, used} and old.pk

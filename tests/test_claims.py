"""Claims: leases that tell and forbid nothing."""
from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from articles import claims
from articles.decisions import decide, edit
from articles.models import Article, Claim, Review
from articles.queue import Queue
from articles.workflow import Action
from tests.factories import make_article, make_person, make_site

pytestmark = pytest.mark.django_db
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def holder(article: Article) -> Any:
    found = Claim.objects.filter(article=article).first()
    return found.holder if found else None


def run_out() -> None:
    Claim.objects.update(until=LONG_AGO)


def test_the_first_has_it_until_it_runs_out(editor: Any, second_editor: Any) -> None:
    article = make_article()

    assert claims.claim(article, editor) == editor
    assert claims.claim(article, second_editor) == editor
    assert claims.claim(article, editor) == editor
    run_out()
    assert claims.claim(article, second_editor) == second_editor
    assert Claim.objects.count() == 1


def test_a_lease_lasts_two_minutes_of_the_database(editor: Any) -> None:
    article = make_article()
    claims.claim(article, editor)

    left = (Claim.objects.get().until - timezone.now()).total_seconds()

    assert 110 < left <= 121


def test_renewing_needs_the_claim(editor: Any, second_editor: Any) -> None:
    article = make_article()

    assert claims.renew(article, editor) is None and holder(article) is None
    claims.claim(article, editor)
    run_out()
    assert claims.renew(article, editor) == editor
    assert claims.renew(article, second_editor) == editor


def test_taking_over_tells_the_other_at_the_next_renewal(editor: Any, second_editor: Any) -> None:
    article = make_article()
    claims.claim(article, editor)

    claims.take_over(article, second_editor)

    assert claims.renew(article, editor) == second_editor
    claims.release(article.pk, editor)
    assert holder(article) == second_editor


def test_a_page_that_is_left_does_not_give_up_what_the_next_page_has(editor: Any) -> None:
    article = make_article()
    claims.claim(article, editor)
    first = Claim.objects.get().until - timedelta(seconds=1)  # a moment ago: databases count in milliseconds
    claims.claim(article, editor)

    claims.release(article.pk, editor, first)
    assert holder(article) == editor
    claims.release(article.pk, editor, Claim.objects.get().until)
    assert holder(article) is None


def test_a_claim_costs_few_queries(editor: Any, second_editor: Any, django_assert_max_num_queries: Any) -> None:
    site = make_site()
    article = make_article(site)
    with django_assert_max_num_queries(5):  # with the savepoint of its insert
        claims.claim(article, editor)
    with django_assert_max_num_queries(1):
        claims.claim(article, editor)
    with django_assert_max_num_queries(1):
        claims.renew(article, editor)
    with django_assert_max_num_queries(1):
        claims.presence(site, editor)


@pytest.mark.parametrize("action", [Action.APPROVE, Action.REJECT, Action.HOLD])
def test_a_decision_gives_up_the_claim_and_leaves_one_row(action: Action, editor: Any) -> None:
    article = make_article()
    claims.claim(article, editor)
    edit([article], {"quality": 70}, editor=editor, at=timezone.now())
    assert holder(article) == editor

    decide([Article.objects.get()], action, editor=editor, at=timezone.now())

    assert holder(article) is None
    assert [row.action for row in Review.objects.order_by("pk")] == ["edit", action]


def test_a_claim_never_blocks_a_valid_decision(editor: Any, second_editor: Any) -> None:
    article = make_article()
    seen = Article.objects.get()
    claims.claim(article, editor)

    assert decide([article], Action.APPROVE, editor=second_editor, at=timezone.now()).reviews
    late = decide([seen], Action.REJECT, editor=editor, at=timezone.now())

    assert not late.reviews and late.refused[0].sentence.startswith("milo approved this")
    assert holder(article) is None


def test_a_refused_decision_keeps_the_claim(editor: Any) -> None:
    article = make_article()
    claims.claim(article, editor)
    stale = Article(pk=article.pk, version=article.version + 7)

    assert not decide([stale], Action.APPROVE, editor=editor, at=timezone.now()).reviews
    assert holder(article) == editor


def test_presence_knows_who_is_there_and_what_is_open(editor: Any, second_editor: Any, senior: Any) -> None:
    site = make_site()
    article, other = make_article(site), make_article(site)
    claims.be_present(site, second_editor)
    claims.claim(article, senior)
    claims.claim(make_article(), editor)  # on another site

    here = claims.presence(site, editor)

    assert here.people == (editor, second_editor, senior)
    assert here.elsewhere(article.pk, editor) == senior
    assert here.elsewhere(article.pk, senior) is None and here.elsewhere(other.pk, editor) is None
    run_out()
    assert claims.presence(site, editor).people == (editor,)


def test_a_seat_is_written_once_a_minute(editor: Any, django_assert_num_queries: Any) -> None:
    site = make_site()
    claims.be_present(site, editor)
    with django_assert_num_queries(1):
        claims.be_present(site, editor)
    run_out()
    claims.be_present(site, editor)
    assert claims.presence(site, editor).people == (editor,) and Claim.objects.filter(until__gt=LONG_AGO).count() == 1


# --- ten editors ------------------------------------------------------------------------------------------------------
EDITORS = 10
DECIDED = int(os.environ.get("DESK_CROWD", "100"))  # 2000 for the whole run


# All apps by name: then the tables are left empty, as the browser's tests want them, in whatever order they run.
@pytest.mark.django_db(transaction=True, available_apps=[config.name for config in apps.get_app_configs()])
def test_ten_editors_decide_everything_once() -> None:
    """Each takes the next, decides it, and goes on. None is decided twice, none is lost, and hardly ever do two look at
    one article."""
    site = make_site()
    for number in range(DECIDED):
        make_article(site, quality=number % 100)
    people = [make_person("editor", f"editor-{number}") for number in range(EDITORS)]
    start = threading.Barrier(EDITORS, timeout=60)

    def work(person: Any) -> tuple[int, int]:
        decided = refused = 0
        article = None
        try:
            start.wait()
            for _ in range(2 * DECIDED):
                at = timezone.now()
                article = Queue(site).take_next(article, at, person)
                if article is None:
                    if not Queue(site).count(at):
                        break
                    continue
                action = Action.APPROVE if article.pk % 3 else Action.REJECT
                report = decide([Article.objects.get(pk=article.pk)], action, editor=person, at=at, key=f"{person.pk}-{article.pk}")
                decided, refused = decided + len(report.reviews), refused + len(report.refused)
            return decided, refused
        finally:
            connection.close()

    with ThreadPoolExecutor(EDITORS) as pool:
        counts = list(pool.map(work, people))

    print(f"{DECIDED} articles, {EDITORS} editors: {counts}")
    reviews = Review.objects.filter(article__site=site)
    assert reviews.count() == reviews.values("article").distinct().count() == DECIDED
    assert sum(decided for decided, _ in counts) == DECIDED
    assert not Article.objects.filter(site=site, status="pending").exists()
    assert not Claim.objects.exists()
    assert sum(refused for _, refused in counts) <= DECIDED // 20
    assert Article.objects.filter(site=site, version=2).count() == DECIDED

"""From reviews to suggestions: what counts, what leaves, what is shown, and that nothing decides by itself."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.decisions import decide, edit, undo
from articles.guessing import bayes, learning
from articles.guessing.learning import guess_fresh, learn, learn_news, past_decisions
from articles.guessing.showing import guess, lesson_of
from articles.importing.pipeline import import_site
from articles.importing.sources import open_source
from articles.models import Article, Lesson, Review, Site
from articles.querysets import ORDERS
from articles.queue import Queue
from articles.workflow import UNGUESSED, Action
from tests.conftest import signed_in
from tests.factories import NOON, make_article, make_text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _small_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    """A desk that learns from 14 decisions on, so that these tests are quick."""
    assert (learning.ENOUGH, learning.NEWS) == (50, 50)
    for room, name, value in ((learning, "ENOUGH", 14), (learning, "NEWS", 14), (bayes, "LEAST_IN_BAND", 4)):
        monkeypatch.setattr(room, name, value)


def many(site: Site, count: int, provider: str, **words: Any) -> list[Article]:
    return [make_article(site, provider=provider, moment="2026-11-20T10:00:00Z", **words) for _ in range(count)]


@pytest.fixture
def judged(site: Site, editor: User) -> Site:
    """A desk that approved what the Tribune sent and rejected what the Wire did: 8 and 7 decisions."""
    decide(many(site, 8, "Tribune"), Action.APPROVE, editor=editor, at=NOON)
    decide(many(site, 7, "Wire"), Action.REJECT, editor=editor, at=NOON)
    return site


def test_decisions_are_learned_as_the_articles_were(site: Site, editor: User) -> None:
    article = make_article(site, quality=40, heat=-1)
    edit([article], {"quality": 64, "topics": ["Rail"]}, editor=editor, at=NOON)
    decide([Article.objects.get()], Action.APPROVE, editor=editor, at=NOON, changes={"quality": 72})

    (past,) = past_decisions(site)

    assert (past.example.approved, past.quality, past.heat) == (True, 40, -1)
    assert {"quality:40 to 49", "heat:unknown", "topic:Machines"} <= set(past.example.features)


def test_decisions_that_were_taken_back_leave_and_the_last_one_counts(site: Site, editor: User) -> None:
    one, two = make_article(site), make_article(site)
    report = decide([one], Action.APPROVE, editor=editor, at=NOON)
    undo(report.reviews[0], editor=editor, at=NOON)
    decide([two], Action.APPROVE, editor=editor, at=NOON)
    decide([Article.objects.get(pk=two.pk)], Action.REJECT, editor=editor, at=NOON)

    assert [past.example.approved for past in past_decisions(site)] == [False]


def test_too_few_decisions_teach_nothing(site: Site, editor: User) -> None:
    decide(many(site, 13, "Tribune"), Action.APPROVE, editor=editor, at=NOON)
    article = make_article(site)

    assert learn(site, at=NOON) is None and not learn_news(site, at=NOON)
    assert Article.objects.get(pk=article.pk).likely == UNGUESSED
    assert guess(article, lesson_of(site.pk)).sentence == "No suggestion yet: the desk learns from 50 decisions on."


def test_what_was_learned_sorts_the_queue_and_says_why(judged: Site) -> None:
    wire, tribune = make_article(judged, provider="Wire", quality=95), make_article(judged, provider="Tribune", quality=5)

    lesson = learn(judged, at=NOON)

    assert lesson is not None and (lesson.approved, lesson.rejected) == (8, 7)
    found, _ = Queue.read(judged, {"sort": "likely"}).page(NOON)
    assert [article.pk for article in found] == [tribune.pk, wire.pk]
    yes, no = guess(tribune, lesson), guess(wire, lesson)
    assert (yes.leans, yes.sentence) == ("yes", "The desk approved 10 of 10 like this.")
    assert yes.reasons[0] == ("provider Tribune", "approved 8 of 8") and len(yes.reasons) <= 3
    assert (no.leans, no.sentence, no.reasons[0][0]) == ("no", "The desk rejected 10 of 10 like this.", "provider Wire")


def test_learning_decides_nothing(judged: Site) -> None:
    waiting = make_article(judged, provider="Tribune")
    before, rows = Article.objects.filter(pk=waiting.pk).values().get(), Review.objects.count()

    learn(judged, at=NOON)

    after = Article.objects.filter(pk=waiting.pk).values().get()
    assert {name for name in before if before[name] != after[name]} == {"likely"}
    assert Review.objects.count() == rows


def test_a_desk_without_a_habit_is_told_calmly(site: Site, editor: User) -> None:
    for number, article in enumerate(many(site, 16, "Tribune")):
        decide([article], Action.APPROVE if number % 2 else Action.REJECT, editor=editor, at=NOON)
    lesson = learn(site, at=NOON)

    told = guess(make_article(site, provider="Tribune"), lesson)

    assert told.leans == "" and told.reasons == () and told.sentence.startswith("Not sure: the desk approved ")


def test_it_learns_anew_after_so_many_decisions_and_forgets_what_was_undone(judged: Site, editor: User) -> None:
    assert learn_news(judged, at=NOON) and not learn_news(judged, at=NOON)
    first = Lesson.objects.get()
    decide(many(judged, 13, "Wire"), Action.APPROVE, editor=editor, at=NOON)
    assert not learn_news(judged, at=NOON)
    decide(many(judged, 1, "Wire"), Action.APPROVE, editor=editor, at=NOON)
    assert learn_news(judged, at=NOON)

    second = Lesson.objects.get()
    assert (second.version, second.approved, second.last_review > first.last_review) == (first.version + 1, 22, True)
    assert lesson_of(judged.pk) == second and lesson_of(judged.pk).counts["provider:Wire"] == [14, 7]  # type: ignore[union-attr]
    for batch in set(Review.objects.values_list("batch", flat=True)):
        undo(Review.objects.filter(batch=batch).first(), editor=editor, at=NOON)  # type: ignore[arg-type]
    assert learn(judged, at=NOON) is None
    assert not Lesson.objects.exists() and set(Article.objects.values_list("likely", flat=True)) == {UNGUESSED}
    assert lesson_of(judged.pk) is None


def test_import_learns_and_gives_new_articles_their_place(judged: Site, tmp_path: Any) -> None:
    (tmp_path / "_news").mkdir()
    path = tmp_path / "_news" / "2026-11-20-new.md"
    path.write_text(make_text(provider="Tribune"))
    with open_source(str(tmp_path)) as source:
        import_site(source, judged, at=NOON)
    article = Article.objects.get(path__endswith="-new.md")
    assert article.likely > 0
    path.write_text(make_text(provider="Wire"))
    with open_source(str(tmp_path)) as source:
        import_site(source, judged, at=NOON + timedelta(hours=1))

    assert UNGUESSED < Article.objects.get(pk=article.pk).likely < 0
    assert Lesson.objects.get().version == 1


def test_the_order_walks_its_index(judged: Site) -> None:
    learn(judged, at=NOON)
    many(judged, 3, "Tribune")
    found = Article.objects.of_site(judged).pending().in_order(ORDERS["likely"])

    if connection.vendor == "sqlite":
        assert "article_waiting_likely" in found.values_list("pk").explain()
    asked = Queue.read(judged, {"sort": "likely"})
    first, more = asked.page(NOON, size=1)
    rest, _ = asked.page(NOON, after=more, size=5)
    assert len({article.pk for article in first + rest}) == 3


def test_a_desk_that_learned_nothing_costs_an_import_two_queries(site: Site) -> None:
    with CaptureQueriesContext(connection) as queries:
        learn_news(site, at=NOON)
        guess_fresh(site, [1])

    assert len(queries) == 3


def test_the_command_tells_what_it_learned(judged: Site) -> None:
    out = StringIO()

    call_command("desk_learn", site=judged.name, stdout=out)

    assert "learned from 8 approvals and 7 rejections. Right on " in out.getvalue()
    Lesson.objects.all().delete()
    Site.objects.create(name="empty", title="Empty")
    call_command("desk_learn", stdout=out)
    assert "Empty: fewer than 14 decisions stand" in out.getvalue() and Lesson.objects.count() == 1


def test_pages_show_the_suggestion_and_what_was_learned(judged: Site, editor: User) -> None:
    article = make_article(judged, provider="Tribune")
    client = signed_in(editor)
    assert "Nothing has been learned yet." in client.get("/suggestions/").content.decode()
    assert "No suggestion yet" in client.get(f"/review/{article.pk}/").content.decode()
    learn(judged, at=NOON)

    review, page = (client.get(path).content.decode() for path in (f"/review/{article.pk}/", "/suggestions/"))
    assert "The desk approved 10 of 10 like this." in review and "approved 8 of 8" in review
    assert "8 approvals and 7 rejections" in page and "provider Wire" in page and "How right it is" in page

"""What rules do to articles: once for each content, in order, never against a person, and all of it taken back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles import bulk, claims
from articles.bulk import ruling, running
from articles.decisions import assign, decide, edit, undo
from articles.importing.pipeline import import_site
from articles.importing.sources import open_source
from articles.models import Article, BulkRun, Review, RuleFiring, Site
from articles.rules import keeping
from articles.rules.backtest import back_test
from articles.workflow import Action, By
from tests.factories import NOON, make_article, make_text
from tests.rules.making import fire_alone, is_, make_rule, of_provider, words

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "PAUSE", 0)


def statuses() -> list[str]:
    return list(Article.objects.order_by("pk").values_list("status", flat=True))


class Feed:
    """A folder that a robot writes into, and the desk's import of it."""

    def __init__(self, root: Path, site: Site) -> None:
        self.root, self.site, self.at = root, site, NOON
        (root / "_news").mkdir()

    def writes(self, name: str, **values: Any) -> None:
        (self.root / "_news" / f"{name}.md").write_text(make_text(slug=name, moment="2026-11-20T10:00:00Z", **values))

    def comes_in(self) -> None:
        self.at += timedelta(hours=1)
        with open_source(str(self.root)) as source:
            import_site(source, self.site, at=self.at)

    def article(self, name: str) -> Article:
        return Article.objects.get(path=f"_news/{name}.md")


@pytest.fixture
def feed(tmp_path: Path, site: Site) -> Feed:
    return Feed(tmp_path, site)


def test_an_import_lets_rules_act_on_what_is_new(feed: Feed, desk_admin: Any) -> None:
    feed.writes("old", provider="Wire")
    feed.comes_in()
    rule = make_rule(feed.site, of_provider("Wire"), name="No wire", actor=desk_admin)
    feed.writes("new", provider="Wire")
    feed.writes("other")
    feed.comes_in()

    assert [feed.article(name).status for name in ("old", "new", "other")] == ["pending", "rejected", "pending"]
    row = Review.objects.get(by=By.RULE)
    assert (row.rule, row.actor, row.action, row.reason) == (rule, None, "reject", "thin")
    assert row.note == "No wire: When the provider is Wire, reject as Thin."
    run = BulkRun.objects.get()
    assert (run.rule, run.editor, run.state, run.done_count, run.total) == (rule, desk_admin, "finished", 1, 1)
    assert (feed.article("new").decided_by, feed.article("new").published) == (None, False)


def test_a_file_that_is_delivered_again_fires_nothing(feed: Feed, desk_admin: Any) -> None:
    make_rule(feed.site, of_provider("Wire"), then={"step": 5}, actor=desk_admin)
    feed.writes("new", provider="Wire", quality=40)
    feed.comes_in()
    text = (feed.root / "_news/new.md").read_text()
    for again in (text, text.replace("heat: -1", "heat: 50"), text.replace("c2VjcmV0", "c2VjcmV1"), text):
        (feed.root / "_news/new.md").write_text(again)
        feed.comes_in()
    bulk.fire_news(feed.site, at=feed.at)

    assert (feed.article("new").quality, RuleFiring.objects.count()) == (45, 1)


def test_what_the_feed_changed_is_asked_again(feed: Feed, desk_admin: Any) -> None:
    make_rule(feed.site, words("crypto"), actor=desk_admin)
    feed.writes("one", title="A tram waits for rain")
    feed.comes_in()
    feed.writes("one", title="A tram waits for crypto")
    feed.comes_in()

    assert (feed.article("one").status, RuleFiring.objects.count()) == ("rejected", 1)


def test_a_rule_stands_by_what_it_decided_when_the_feed_changes_it(feed: Feed, desk_admin: Any) -> None:
    make_rule(feed.site, of_provider("Wire"), actor=desk_admin)
    feed.writes("one", provider="Wire", title="A tram waits for rain")
    feed.comes_in()
    feed.writes("one", provider="Wire", title="A tram waits for snow")
    feed.comes_in()
    assert (feed.article("one").recheck, Review.objects.filter(by=By.RULE).count()) == ("", 2)

    feed.writes("one", title="A tram waits for sun")  # no longer the Wire's
    feed.comes_in()

    assert (feed.article("one").status, feed.article("one").recheck) == ("rejected", "changed")


def test_the_first_rule_that_decides_wins_and_others_still_adjust(feed: Feed, desk_admin: Any) -> None:
    first = make_rule(feed.site, words("tram", place="title"), then={"decide": "approve"}, actor=desk_admin)
    make_rule(feed.site, of_provider("Wire"), then={"decide": "reject", "add": "Ports"}, actor=desk_admin)
    make_rule(feed.site, is_("quality", [None, 50]), then={"add": "Labour"}, actor=desk_admin)
    make_rule(feed.site, is_("topic", "Labour"), then={"add": "Never"}, actor=desk_admin)  # sees what the feed says
    feed.writes("one", provider="Wire", title="A tram waits", quality=40)
    feed.writes("two", provider="Wire", title="A ferry waits", quality=60)
    feed.comes_in()

    one, two = feed.article("one"), feed.article("two")
    assert (one.status, one.topics) == ("approved", ["Machines", "Rail", "Labour"])
    assert (two.status, two.topics) == ("rejected", ["Machines", "Rail", "Ports"])
    keeping.switch(first, False, actor=desk_admin)


def test_what_a_person_judged_or_has_open_is_left_alone(site: Site, desk_admin: Any, editor: Any) -> None:
    judged, undone, edited, opened, free = (make_article(site) for _ in range(5))
    undo(decide([judged], Action.HOLD, editor=editor, at=NOON).reviews[0], editor=editor, at=NOON)
    decide([Article.objects.get(pk=judged.pk)], Action.APPROVE, editor=editor, at=NOON)
    undo(decide([undone], Action.REJECT, editor=editor, at=NOON).reviews[0], editor=editor, at=NOON)
    edit([edited], {"quality": 71}, editor=editor, at=NOON)
    claims.claim(opened, editor)
    rule = make_rule(site, of_provider("Harbour Tribune"), actor=desk_admin)

    run = bulk.choose_waiting(rule, editor=desk_admin, at=NOON)
    claims.release(opened.pk, editor)
    claims.claim(free, editor)
    bulk.begin(run, at=NOON)

    assert [pk for pk, _ in run.seen] == [free.pk, undone.pk]
    assert statuses() == ["approved", "rejected", "pending", "pending", "pending"]
    assert list(run.left.values_list("article", "sentence")) == [(free.pk, "Somebody has this open.")]


def test_what_an_editor_takes_back_no_rule_does_again(feed: Feed, desk_admin: Any, editor: Any) -> None:
    make_rule(feed.site, of_provider("Wire"), actor=desk_admin)
    make_rule(feed.site, words("tram", place="title"), actor=desk_admin)
    feed.writes("one", provider="Wire", title="A tram waits")
    feed.writes("two", provider="Wire", title="A tram sings")
    feed.comes_in()
    row = Review.objects.get(article=feed.article("one"))

    report = undo(row, editor=editor, at=feed.at)
    feed.writes("one", provider="Wire", title="A tram waits for snow")
    feed.comes_in()

    assert len(report.reviews) == 1 and statuses() == ["pending", "rejected"]


def test_a_run_is_undone_as_a_whole_but_where_somebody_built_on_it(feed: Feed, desk_admin: Any, editor: Any) -> None:
    feed.writes("zero", provider="Wire")
    feed.comes_in()
    rule = make_rule(feed.site, of_provider("Wire"), actor=desk_admin)
    for name in ("one", "two", "three"):
        feed.writes(name, provider="Wire")
    feed.comes_in()
    decide([feed.article("two")], Action.APPROVE, editor=editor, at=feed.at)

    undoing = bulk.begin_undo(BulkRun.objects.get(), editor=desk_admin, at=feed.at)

    assert (undoing.done_count, undoing.left_count) == (2, 1)
    assert [feed.article(name).status for name in ("one", "two", "three")] == ["pending", "approved", "pending"]
    assert undoing.left.get().sentence == "ida changed this since. Open its history to go back."
    assert list(RuleFiring.objects.values_list("article", flat=True)) == [feed.article("two").pk]
    again = bulk.choose_waiting(rule, editor=desk_admin, at=feed.at)
    assert again.total == 3  # the two, and what waited before the rule was switched on


def test_a_wording_that_was_not_tested_does_nothing(site: Site, desk_admin: Any) -> None:
    make_article(site)
    rule = make_rule(site, words("tram", place="title"))
    for act in (lambda: keeping.switch(rule, True, actor=desk_admin), lambda: bulk.choose_waiting(rule, editor=desk_admin, at=NOON)):
        with pytest.raises((keeping.RuleRefused, bulk.ruling.DecisionRefused), match="Back-test the rule first"):
            act()
    back_test(rule, at=NOON)
    keeping.switch(rule, True, actor=desk_admin)
    with pytest.raises(keeping.RuleRefused, match="Switch the rule off"):
        keeping.save(rule, name="Mine", when=[words("ferry")], then={"decide": "reject"}, actor=desk_admin)
    run = bulk.choose_waiting(rule, editor=desk_admin, at=NOON)
    keeping.switch(rule, False, actor=desk_admin)
    assert keeping.save(rule, name="Mine", when=[words("ferry")], then={"decide": "reject"}, actor=desk_admin)

    with pytest.raises(bulk.ruling.DecisionRefused, match="was changed meanwhile"):
        bulk.begin(run, at=NOON)
    assert not keeping.is_tested(rule) and statuses() == ["pending"]


def test_a_rule_that_was_switched_off_between_plan_and_act_does_nothing(feed: Feed, desk_admin: Any) -> None:
    rule = make_rule(feed.site, of_provider("Wire"), actor=desk_admin)
    make_article(feed.site, provider="Wire")
    (run,) = ruling.plan(feed.site, at=NOON)
    keeping.switch(rule, False, actor=desk_admin)

    assert bulk.advance(run.pk, seconds=0) is False
    run.refresh_from_db()
    assert (run.state, run.failure, statuses()) == ("failed", "The rule was switched off.", ["pending"])


def test_what_a_killed_import_brought_in_is_asked_by_the_next(feed: Feed, desk_admin: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    make_rule(feed.site, of_provider("Wire"), actor=desk_admin)
    feed.writes("one", provider="Wire")
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr("articles.importing.pipeline.fire_news", lambda *args, **words: (_ for _ in ()).throw(KeyboardInterrupt))
        feed.comes_in()
    assert statuses() == ["pending"]

    feed.comes_in()

    assert statuses() == ["rejected"]


def test_a_rule_assigns_what_is_nobodys(feed: Feed, desk_admin: Any, editor: Any, second_editor: Any) -> None:
    """What a person has assigned counts as judged by a person; a run that is undone takes its own assignments back."""
    feed.writes("mine", title="A tram waits")
    feed.comes_in()
    assign([feed.article("mine")], second_editor, editor=second_editor, at=feed.at)
    make_rule(feed.site, words("tram", place="title"), then={"assign": "ida"}, actor=desk_admin)
    feed.writes("mine", title="Another tram waits")
    feed.writes("one", title="One more tram")
    feed.comes_in()

    assert [feed.article(name).assigned_to for name in ("mine", "one")] == [second_editor, editor]
    row = Review.objects.get(article=feed.article("one"))
    assert (row.action, row.by, row.after, row.note) == (
        "edit", By.RULE, {"assigned_to_id": editor.pk}, "Mine: When the title has “tram”, assign it to ida."
    )  # fmt: skip
    undo(row, editor=desk_admin, at=LATER)
    assert feed.article("one").assigned_to is None


def test_a_rule_that_assigns_to_who_may_not_decide_means_nothing(feed: Feed, desk_admin: Any, editor: Any) -> None:
    make_rule(feed.site, words("tram", place="title"), then={"decide": "reject", "assign": "ida"}, actor=desk_admin)
    editor.groups.clear()
    feed.writes("one", title="A tram waits")
    feed.comes_in()

    assert (feed.article("one").status, Review.objects.count()) == ("pending", 0)


def test_a_watched_article_stays_so_until_a_person_decides(feed: Feed, desk_admin: Any, editor: Any) -> None:
    make_rule(feed.site, words("tram", place="title"), then={"watch": True}, actor=desk_admin)
    feed.writes("one", title="A tram waits")
    feed.comes_in()
    assert (feed.article("one").status, feed.article("one").watched) == ("pending", True)

    report = decide([feed.article("one")], Action.APPROVE, editor=editor, at=feed.at)
    assert feed.article("one").watched is False
    undo(report.reviews[0], editor=editor, at=feed.at)
    assert feed.article("one").watched is True


def test_a_slice_costs_the_same_for_few_and_for_many(site: Site, desk_admin: Any) -> None:
    rule = make_rule(site, of_provider("Harbour Tribune"), actor=desk_admin)
    assert rule.site == site
    counted = []
    for size in (1, 12):
        articles = [make_article(site) for _ in range(size)]
        with CaptureQueriesContext(connection) as queries:
            report = fire_alone(rule, [article.pk for article in articles], at=NOON, key=f"k-{size}")
        assert len(report.reviews) == size
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_no_rule_costs_an_import_one_query(site: Site) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert bulk.fire_news(site, at=NOON) == 0
    assert len(queries) == 1

"""Which articles a rule means: the database's answer is the one of asking each article."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles import topics
from articles.decisions import decide, edit
from articles.models import Article, Provider, Site, Topic, Twin
from articles.providers import merge
from articles.rules import matching
from articles.rules.conditions import read
from articles.rules.conflicts import conflicts
from articles.rules.lost import lost_names
from articles.rules.matching import asked, asked_of, contents, facts_of, found, narrowed, waiting
from articles.workflow import Action
from tests.factories import NOON, make_article, make_text
from tests.rules.making import fire_alone, is_, make_rule, of_provider, words

pytestmark = pytest.mark.django_db
ASKED: list[list[dict[str, Any]]] = [
    [of_provider("Wire")], [is_("provider", {"name": "Wire", "domain": "tribune.example"}, True)], [is_("trust", "new")],
    [is_("trust", "blocked", True)], [is_("topic", "Rail")], [is_("topic", "Rail", True)], [is_("type", "video")], [is_("type", "video", True)],
    [is_("quality", [None, 50])], [is_("quality", [51, None])], [is_("heat", [10, 60])], [words("fog horn")], [words("fog horn", "all")],
    [words("rain snow", "any", "title")], [words("wire", "any") | {"not": True}], [words("wire")], [words("harbour tribune")], [words("größe", "all", "title")],
    [is_("duplicate", "rejected")], [is_("duplicate", "decided", True)], [is_("age", {"than": "over", "span": "2h"})],
    [is_("age", {"than": "under", "span": "2h"})], [is_("language", "en")], [is_("quality", [None, 50]), words("fog", "any")],
]  # fmt: skip


@pytest.fixture
def crowd(site: Site, editor: Any) -> list[Article]:
    made = [
        make_article(site, provider=provider, title=title, quality=quality, type=kind, heat=heat, moment=f"2026-11-20T{hour}:00:00Z")
        for (provider, title), quality, (kind, heat, hour) in product(
            [("Wire", "The fog and the horn of it"), ("Tribune", "Größe and snow on the fog-horn")], [20, 51], [("video", 40, "11"), ("article", -1, "08")]
        )
    ]
    made.append(make_article(site, text=make_text(title="Snow").replace("  - Machines\n  - Rail", "  - Ports").replace("quality: 64\n", "")))
    Twin.objects.all().delete()
    Twin.objects.create(article=made[0], other=made[1], score=90)
    decide([made[1]], Action.REJECT, editor=editor, at=NOON)
    return made


def test_narrowing_leaves_nothing_out_and_asking_lets_nothing_in(site: Site, crowd: list[Article]) -> None:
    facts = facts_of([article.pk for article in crowd], NOON)
    everything = Article.objects.of_site(site)
    partial = 0
    for stored in ASKED:
        question = asked(site, read(stored))

        meant = {pk for pk, one in facts.items() if question.holds(one)}
        candidates = set(narrowed(everything, question, NOON).values_list("pk", flat=True))

        assert {pk for pk, _ in found(everything, question, NOON)} == meant <= candidates, stored
        partial += 0 < len(meant) < len(crowd)
    assert partial == len(ASKED) - 5  # five mean all or none here: trust, and words that only the provider's name has


def test_a_rule_sees_what_the_feed_says_and_not_what_a_rule_has_set(site: Site, desk_admin: Any) -> None:
    article = make_article(site, quality=40)
    before = contents([article.pk])
    rule = make_rule(site, words("tram"), then={"quality": 90, "add": "Ports", "remove": "Rail"}, actor=desk_admin)
    assert len(fire_alone(rule, [article.pk]).reviews) == 1

    for stored, meant in (([is_("quality", [None, 50])], 1), ([is_("quality", [70, None])], 0), ([is_("topic", "Rail")], 1)):
        assert len(list(found(waiting(site), asked(site, read(stored)), NOON))) == meant, stored
    assert contents([article.pk]) == before


def test_a_provider_is_known_after_it_was_merged_and_missed_when_it_is_gone(site: Site) -> None:
    wire, keep = make_article(site, provider="Wire").provider, make_article(site, provider="Tribune").provider
    rule = make_rule(site, of_provider("Wire"), is_("topic", "Rail"))
    assert keep is not None and wire is not None
    merge(keep, [wire], at=NOON)

    assert asked_of(rule).conditions[0].value["key"] == keep.pk and not asked_of(rule).broken
    assert len(list(found(waiting(site), asked_of(rule), NOON))) == 2
    rule.conditions = [is_("provider", {"name": "Gone", "domain": ""}, True), is_("topic", "Gone", True)]
    assert asked_of(rule).broken == ("The site has no provider Gone any more.", "The site has no topic Gone any more.")
    assert list(found(waiting(site), asked_of(rule), NOON)) == []
    assert Provider.objects.count() == 1


def test_a_topic_is_known_by_every_name_that_it_had(site: Site) -> None:
    old, new = make_article(site), make_article(site, text=make_text().replace("- Rail", "- Trains"))
    make_article(site, text=make_text().replace("- Rail", "- Ports"))
    rail, trains = (Topic.objects.get(site=site, name=name) for name in ("Rail", "Trains"))
    rules = [make_rule(site, is_("topic", name)) for name in ("Rail", "Trains")]
    rules.append(make_rule(site, is_("topic", "Rail", True)))

    merger = topics.merge(trains, [rail], at=NOON)
    merged = [{pk for pk, _ in found(waiting(site), asked_of(rule), NOON)} for rule in rules]
    assert lost_names(site, rules) == {}
    topics.undo(merger, at=NOON, actor=None)
    parted = [{pk for pk, _ in found(waiting(site), asked_of(rule), NOON)} for rule in rules]

    assert merged[:2] == [{old.pk, new.pk}] * 2 and parted[:2] == [{old.pk}, {new.pk}]
    assert len(merged[2]) == 1 and len(parted[2]) == 2


def test_a_chunk_costs_the_same_for_few_and_for_many(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = []
    question = asked(site, read([words("tram"), is_("duplicate", "rejected", True), is_("quality", [0, None])]))
    for size in (1, 9):
        for _ in range(size):
            make_article(site)
        with CaptureQueriesContext(connection) as queries:
            meant = list(found(waiting(site), question, NOON))
        counted.append((len(queries), len(meant)))
    assert counted == [(counted[0][0], 1), (counted[0][0], 10)]
    monkeypatch.setattr(matching, "CHUNK", 4)
    assert len(list(found(waiting(site), question, NOON, scanned=6))) == 6


def test_rules_that_contradict_each_other_are_told_with_their_articles(site: Site, desk_admin: Any, editor: Any) -> None:
    both, one, judged = make_article(site, provider="Wire", quality=20), make_article(site, provider="Wire"), make_article(site, provider="Wire", quality=20)
    edit([judged], {"quality": 21}, editor=editor, at=NOON)
    first = make_rule(site, of_provider("Wire"), then={"decide": "approve"}, actor=desk_admin)
    second = make_rule(site, is_("quality", [None, 50]), actor=desk_admin)
    third = make_rule(site, is_("quality", [None, 50]), then={"step": 5}, actor=desk_admin)

    (clash,) = conflicts([first, second, third], NOON + timedelta(hours=1))

    assert (clash.first, clash.second, clash.articles, clash.partly) == (first, second, (both.pk,), False)
    assert one.status == "pending"

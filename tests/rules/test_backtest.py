"""What a rule would have done to past decisions: on the articles as they were, against what people did."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from articles import bulk
from articles.acts import locked
from articles.decisions import decide, edit, undo
from articles.following import follow_feed
from articles.mapping import found_values
from articles.models import Article, BackTest, Provider, Review, Site, SourceFile, Twin
from articles.providers import resolve
from articles.rules.backtest import back_test, past_decisions
from articles.workflow import Action
from tests.factories import NOON, from_feed, make_article
from tests.guessing.test_corpus import flips
from tests.rules.making import is_, make_rule, of_provider, words

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)


def again(article: Article) -> Article:
    return Article.objects.get(pk=article.pk)


def feed_says(article: Article, **values: Any) -> None:
    """The feed rewrites the article's file an hour after noon."""
    with transaction.atomic():
        follow_feed([from_feed(locked([article.pk])[article.pk], values)], at=LATER)
        SourceFile.objects.filter(article=article).update(imported_at=LATER)


def judged(site: Site, editor: Any, action: Action, **values: Any) -> Review:
    return decide([make_article(site, **values)], action, editor=editor, at=NOON).reviews[0]


def verdicts(test: BackTest) -> tuple[list[int], list[int], list[int], int]:
    return test.agreed, test.wrong, test.unsure, test.missed


def test_the_past_is_judged_as_people_decided(site: Site, editor: Any) -> None:
    no, yes, held, other, missed = (
        judged(site, editor, action, provider=provider)
        for action, provider in [(Action.REJECT, "Wire"), (Action.APPROVE, "Wire"), (Action.HOLD, "Wire"), (Action.APPROVE, "Tribune"), (Action.REJECT, "Tribune")]
    )
    undone = judged(site, editor, Action.REJECT, provider="Wire")
    undo(undone, editor=editor, at=LATER)
    twice = judged(site, editor, Action.REJECT, provider="Wire")
    last = decide([again(twice.article)], Action.APPROVE, editor=editor, at=LATER).reviews[0]

    test = back_test(make_rule(site, of_provider("Wire")), at=LATER, actor=editor)

    assert verdicts(test) == ([no.pk], [last.pk, yes.pk], [held.pk], 1)
    assert (test.decisions, test.precision, test.recall, test.version, test.actor) == (6, 33, 50, 1, editor)
    assert other.pk != missed.pk


def test_articles_are_judged_as_the_feed_had_them_when_they_were_decided(site: Site, editor: Any) -> None:
    article = make_article(site, quality=20, title="Fog over the harbour tonight")
    edit([article], {"quality": 60}, editor=editor, at=NOON)
    edit([again(article)], {"quality": 75}, editor=editor, at=NOON)
    row = decide([again(article)], Action.APPROVE, editor=editor, at=NOON, changes={"topics": ["Ports"]}).reviews[0]
    feed_says(article, title="Sun over the harbour tonight")
    edit([again(article)], {"quality": 90, "excerpt": "Another one."}, editor=editor, at=LATER)

    (past,) = past_decisions(site)

    assert (past.review, past.action) == (row.pk, Action.APPROVE)
    values = past.facts.values
    assert (values["quality"], values["title"], values["topics"]) == (20, "Fog over the harbour tonight", ["Machines", "Rail"])
    assert (past.left["quality"], past.left["topics"]) == (75, ["Ports"])
    for rule, counts in (([is_("quality", [None, 30])], (0, 1)), ([words("fog")], (0, 1)), ([words("sun")], (0, 0)), ([is_("topic", "Ports")], (0, 0))):
        agreed, wrong, unsure, _ = verdicts(back_test(make_rule(site, *rule), at=LATER))
        assert (len(agreed), len(wrong), unsure) == (*counts, []), rule


def test_what_drifted_since_is_unsure(site: Site, editor: Any) -> None:
    """The feed changes the heat in silence, so it is known only where the decision or the file tells."""
    drifted, still, told = (make_article(site, heat=heat) for heat in (80, 80, -1))
    rows = [decide([again(one)], Action.APPROVE, editor=editor, at=NOON).reviews[0] for one in (drifted, still, told)]
    SourceFile.objects.update(imported_at=NOON - timedelta(hours=1))
    for one in (drifted, told):
        feed_says(one, heat=10)

    test = back_test(make_rule(site, is_("heat", [50, None]), then={"decide": "approve"}), at=LATER)

    assert verdicts(test) == ([rows[1].pk], [], [rows[0].pk], 1)


def test_trust_and_twins_are_those_of_that_time(site: Site, editor: Any) -> None:
    first = judged(site, editor, Action.REJECT, provider="Wire")
    provider = Provider.objects.get(name="Wire")
    for trust in ("watch", "blocked"):
        provider.trust = trust
        provider.save()
    provider.history.filter(trust="watch").update(history_date=NOON + timedelta(minutes=1))
    provider.history.filter(trust="blocked").update(history_date=NOON + timedelta(minutes=3))
    second = decide([make_article(site, provider="Wire")], Action.REJECT, editor=editor, at=NOON + timedelta(minutes=2)).reviews[0]
    for one, other in ((first, second), (second, first)):
        Twin.objects.create(article_id=one.article_id, other_id=other.article_id, score=90)

    watched = back_test(make_rule(site, is_("trust", "watch")), at=LATER)
    repeated = back_test(make_rule(site, is_("duplicate", "rejected")), at=LATER)

    assert verdicts(watched) == ([second.pk], [], [first.pk], 0)  # what it was before the first change, nobody wrote down
    assert verdicts(repeated) == ([second.pk], [], [], 1)


@pytest.mark.parametrize(
    ("then", "expected"),
    [
        ({"add": "Ports"}, (1, 1)), ({"remove": "Rail"}, (1, 1)), ({"quality": 75}, (1, 1)), ({"step": 11}, (1, 1)), ({"step": -5}, (1, 1)),
        ({"add": "Ports", "quality": 20}, (0, 2)), ({"decide": "hold"}, (0, 2)),
    ],
)  # fmt: skip
def test_a_rule_that_only_adjusts_is_judged_by_what_the_decision_left(site: Site, editor: Any, then: dict[str, Any], expected: Any) -> None:
    changed, plain = make_article(site, quality=60), make_article(site, quality=60)
    decide([changed], Action.APPROVE, editor=editor, at=NOON, changes={"topics": ["Ports"], "quality": 80})
    decide([plain], Action.APPROVE, editor=editor, at=NOON)

    test = back_test(make_rule(site, is_("quality", [None, 65]), then=then), at=LATER)

    assert (len(test.agreed), len(test.wrong), test.unsure) == (*expected, [])


def test_watching_is_neither_right_nor_wrong_and_holding_is_compared_with_holding(site: Site, editor: Any) -> None:
    held, done = judged(site, editor, Action.HOLD), judged(site, editor, Action.APPROVE)

    assert verdicts(back_test(make_rule(site, words("tram"), then={"watch": True}), at=LATER)) == ([], [], [done.pk, held.pk], 0)
    assert verdicts(back_test(make_rule(site, words("tram"), then={"decide": "hold"}), at=LATER)) == ([held.pk], [done.pk], [], 0)


def test_what_rules_did_is_no_past_decision(site: Site, desk_admin: Any, editor: Any) -> None:
    for _ in range(2):
        make_article(site)
    rule = make_rule(site, words("tram"), actor=desk_admin)
    bulk.begin(bulk.choose_waiting(rule, editor=desk_admin, at=NOON), at=NOON)
    assert back_test(rule, at=LATER).decisions == 0

    row = decide([Article.objects.first()], Action.APPROVE, editor=editor, at=LATER).reviews[0]  # type: ignore[list-item]

    assert verdicts(back_test(rule, at=LATER)) == ([], [row.pk], [], 0)


def test_the_real_flips_of_a_site_give_the_figures_of_a_plain_count(site: Site, editor: Any) -> None:
    """Each time that diablo4's feed changed its mind is taken for a decision. The same figures are counted here from the
    articles' values alone; a third of the articles is rewritten afterwards, which must change nothing."""
    real = flips()
    spellings = [(values["provider_name"] or "", values["provider_domain"] or "") for values, _ in real]
    known = resolve(site, spellings)
    made = Article.objects.bulk_create(
        Article(site=site, path=f"_news/{place}.md", queued_at=values["published_at"] or NOON, provider_id=known.get(spellings[place]),
                **values | {"published": not approved}, **found_values(values))
        for place, (values, approved) in enumerate(real)
    )  # fmt: skip
    msn = next({"name": name, "domain": domain} for name, domain in known if name == "MSN")
    for action, wanted in ((Action.APPROVE, True), (Action.REJECT, False)):
        decide([one for one, (_, approved) in zip(made, real, strict=True) if approved is wanted], action, editor=editor, at=NOON)
    with transaction.atomic():
        follow_feed([from_feed(one, {"title": "Rewritten", "quality": 1}) for one in locked([one.pk for one in made[::3]]).values()], at=LATER)

    def words_of(text: str | None) -> set[str]:
        return set(re.findall(r"[a-z0-9]+", (text or "").lower()))

    rules: list[tuple[list[dict[str, Any]], Any, str]] = [
        ([is_("quality", [None, 85])], lambda one: one["quality"] is not None and one["quality"] <= 85, "reject"),
        ([is_("quality", [86, None])], lambda one: (one["quality"] or 0) > 85, "approve"),
        ([is_("provider", msn)], lambda one: one["provider_name"] == "MSN", "reject"),
        ([words("beta open", "any", "title")], lambda one: bool({"beta", "open"} & words_of(one["title"])), "approve"),
        ([is_("type", "video"), is_("quality", [80, None])], lambda one: one["type"] == "video" and (one["quality"] or 0) >= 80, "reject"),
    ]
    for when, plainly, decision in rules:
        test = back_test(make_rule(site, *when, then={"decide": decision}), at=LATER)

        meant = [(plainly(values), approved is (decision == "approve")) for values, approved in real]
        agreed, wrong, missed = (meant.count(pair) for pair in ((True, True), (True, False), (False, True)))
        assert (len(test.agreed), len(test.wrong), test.unsure, test.missed) == (agreed, wrong, [], missed), when
        assert test.decisions == len(real) > 100 and 0 < agreed + wrong < len(real)
        assert test.precision == 100 * agreed // (agreed + wrong) and test.recall == 100 * agreed // (agreed + missed)

"""What a condition is, what it says in words, and when it holds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from articles.rules import conditions, effects
from articles.rules.conditions import Asked
from articles.rules.effects import Effects
from articles.rules.kinds import KINDS, Facts, RuleUnreadable
from articles.rules.languages import language_of
from articles.rules.wording import sentence
from articles.workflow import Action
from tests.factories import NOON
from tests.rules.making import is_, of_provider, words

pytestmark = pytest.mark.pure


def said(*stored: Any) -> str:
    return conditions.in_words(conditions.read(list(stored)))


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        (of_provider("Wire"), "the provider is Wire"),
        (is_("provider", {"name": "", "domain": "wire.example"}, True), "the provider is not wire.example"),
        (is_("trust", "watch"), "the provider’s trust is “On watch”"),
        (is_("topic", "Rail {x}"), "it is about Rail {x}"),
        (is_("topic", "Rail", True), "it is not about Rail"),
        (is_("type", "video"), "it is a video"),
        (is_("quality", [None, 20]), "the quality is at most 20"),
        (is_("heat", [50, 74]), "the heat is 50 to 74"),
        (is_("quality", [70, 70]), "the quality is 70"),
        (words("fog  horn"), "the title or excerpt has “fog horn”"),
        (words("fog horn", "any", "title"), "the title has any of “fog horn”"),
        (words("fog", "all", "excerpt"), "the excerpt has “fog”"),
        (words("fog horn", "any") | {"not": True}, "the title or excerpt has none of “fog horn”"),
        (is_("duplicate", "rejected"), "it is likely a duplicate of a rejected article"),
        (is_("age", {"than": "over", "span": "2d"}), "it is over 2 days old"),
        (is_("age", {"than": "under", "span": "1h"}), "it is at most 1 hour old"),
        (is_("language", "de", True), "it is not written in German"),
    ],
)
def test_each_kind_reads_back_as_it_was_written_and_says_itself(stored: Any, text: str) -> None:
    (condition,) = conditions.read([stored])

    assert said(stored) == text
    assert conditions.read([condition.as_json()]) == (condition,)


def test_the_sentence_of_a_rule() -> None:
    when = conditions.read([of_provider("Wire"), words("fog horn"), is_("quality", [None, 20])])
    then = effects.read({"decide": "reject", "reason": "thin", "add": "Rail", "watch": True, "assign": "ida"})

    assert sentence(when, then) == (
        "When the provider is Wire, the title or excerpt has “fog horn” and the quality is at most 20, "
        "reject as Thin, add the topic Rail, put it on the watch list and assign it to ida."
    )


@pytest.mark.parametrize(
    ("stored", "kind"),
    [
        ([], ""), ("x", ""), ([{"kind": "mood", "value": 1}], ""), ([{"kind": "type", "value": "video", "or": 1}], ""),
        ([is_("quality", [3, 2])], "quality"), ([is_("quality", [None, None])], "quality"), ([is_("quality", [True, 3])], "quality"),
        ([is_("quality", [1, 2], True)], "quality"), ([words("…")], "words"), ([words("x", "near")], "words"),
        ([is_("provider", {"name": "", "domain": ""})], "provider"), ([is_("age", {"than": "over", "span": "soon"})], "age"),
        ([is_("topic", "Rail"), is_("topic", "Ports")], "topic"), ([is_("trust", "loved")], "trust"), ([is_("topic", None)], "topic"),
        ([words("a"), words("a")], "words"), ([is_("language", "xx")], "language"), ([words("x " * 51)], "words"),
    ],
)  # fmt: skip
def test_what_no_rule_can_ask_is_refused_by_kind(stored: Any, kind: str) -> None:
    with pytest.raises(RuleUnreadable) as refused:
        conditions.read(stored)
    assert refused.value.kind == kind and str(refused.value).endswith(".")


@pytest.mark.parametrize(
    ("stored", "name"),
    [
        ({}, "decide"), ({"decide": "publish"}, "decide"), ({"decide": "approve", "reason": "thin"}, "reason"),
        ({"quality": -1}, "quality"), ({"quality": 4, "step": 2}, "quality"), ({"step": 900}, "step"), ({"step": 0}, "decide"),
        ({"add": "Rail", "remove": "Rail"}, "add"), ({"watch": "yes"}, "watch"), ({"assign": 5}, "assign"), ({"assign": "x" * 151}, "assign"), ({"quality": True}, "quality"),
    ],
)  # fmt: skip
def test_what_no_rule_can_do_is_refused_by_name(stored: Any, name: str) -> None:
    with pytest.raises(RuleUnreadable) as refused:
        effects.read(stored)
    assert refused.value.kind == name and str(refused.value).endswith(".")


ARTICLE = {
    "title": "Café Größe, the fog-horn of Halden", "excerpt": "It is heard in the harbour. And nobody knows why.", "type": "article",
    "quality": 64, "heat": -1, "topics": ["Rail", None], "published_at": NOON - timedelta(hours=30),
}  # fmt: skip
FACTS = Facts(ARTICLE, NOON, provider=7, trust="watch", twins=frozenset({"rejected"}))


@pytest.mark.parametrize(
    ("stored", "holds"),
    [
        (is_("provider", {"name": "x", "domain": "", "key": 7}), True), (is_("provider", {"name": "x", "domain": "", "key": 8}), False),
        (is_("trust", "watch"), True), (is_("topic", "Rail"), True), (is_("topic", "rail"), False), (is_("topic", "Ports", True), True),
        (is_("quality", [64, 64]), True), (is_("quality", [65, None]), False), (is_("heat", [None, 50]), False),
        (words("cafe groesse"), False), (words("CAFÉ grosse"), True), (words("fog horn", place="title"), True), (words("fog horn", place="excerpt"), False),
        (words("horn of", place="title"), True), (words("Halden It"), False), (words("harbour halden", "all"), True),
        (words("harbour halden", "all", "title"), False), (words("tram harbour", "any"), True), (words("ho", "any"), False),
        (words("tram", "any") | {"not": True}, True), (is_("duplicate", "decided"), True), (is_("duplicate", "approved"), False),
        (is_("age", {"than": "over", "span": "1d"}), True), (is_("age", {"than": "under", "span": "2d"}), True),
        (is_("language", "en"), True), (is_("type", "video", True), True),
    ],
)  # fmt: skip
def test_when_a_condition_holds(stored: Any, holds: bool) -> None:
    condition = conditions.Condition(stored["kind"], stored["value"], stored.get("not", False))

    assert Asked((condition,)).holds(FACTS) is holds


def test_what_nobody_knows_is_unsure_unless_something_else_rules_it_out() -> None:
    facts = Facts(ARTICLE, NOON, unknown=frozenset({"heat"}))
    hot = is_("heat", [50, None])

    for other, answer in ((is_("quality", [60, None]), None), (is_("quality", [90, None]), False)):
        assert Asked(conditions.read([hot, other])).holds(facts) is answer
    assert Asked(conditions.read([is_("quality", [60, None])]), ("No such topic.",)).holds(facts) is False


def test_every_kind_is_told_of_here() -> None:
    assert list(KINDS) == ["provider", "trust", "topic", "type", "quality", "heat", "words", "duplicate", "age", "language"]


@pytest.mark.parametrize(
    ("one", "other", "clash"),
    [
        (Effects(Action.APPROVE), Effects(Action.REJECT), True), (Effects(Action.HOLD), Effects(Action.APPROVE), True),
        (Effects(Action.REJECT, "thin"), Effects(Action.REJECT, "other"), False), (Effects(add="Rail"), Effects(remove="Rail"), True),
        (Effects(quality=20), Effects(quality=90), True), (Effects(quality=20), Effects(quality=30), False), (Effects(watch=True), Effects(Action.APPROVE), False),
        (Effects(assign="ida"), Effects(assign="milo"), True), (Effects(assign="ida"), Effects(assign="ida", watch=True), False),
    ],
)  # fmt: skip
def test_which_effects_contradict_each_other(one: Effects, other: Effects, clash: bool) -> None:
    assert one.contradicts(other) is other.contradicts(one) is clash


def test_what_effects_change() -> None:
    values = {"quality": 3, "topics": ["Rail", None]}

    assert Effects(step=-5, add="Ports", remove="Rail").changes(values) == {"quality": 0, "topics": [None, "Ports"]}
    assert Effects(Action.APPROVE, add="Rail").changes(values) == {}
    assert Effects(quality=70).changes({"quality": None, "topics": None}) == {"quality": 70}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The tram waits for the rain, and it is not the only one with a plan", "en"),
        ("Die Bahn wartet auf den Regen und ist nicht die einzige mit einem Plan", "de"),
        ("El tranvía espera la lluvia y no es el único con un plan para los días de lluvia", "es"),
        ("Le tram attend la pluie et il n’est pas le seul avec un plan pour les jours de pluie", "fr"),
        ("Трамвай ждёт дождя", "ru"), ("電車は雨を待つ", "ja"), ("电车等待下雨", "zh"), ("الترام ينتظر المطر", "ar"),
        ("Diablo 4 Patch 1.1.0", ""), ("", ""), ("iPhone 17 Pro Max vs. Galaxy S27", ""),
    ],
)  # fmt: skip
def test_a_language_is_told_only_where_it_is_clear(text: str, code: str) -> None:
    assert language_of(text, None) == code

"""Rules to test with."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from articles.decisions import DecisionReport
from articles.models import Rule, Site
from articles.rules import keeping
from articles.rules.backtest import back_test
from articles.rules.firing import fire
from tests.factories import NOON


def words(text: str, how: str = "exact", place: str = "either") -> dict[str, Any]:
    return {"kind": "words", "value": {"in": place, "how": how, "text": text}}


def of_provider(name: str, domain: str = "tribune.example") -> dict[str, Any]:
    return {"kind": "provider", "value": {"name": name, "domain": domain}}


def is_(kind: str, value: Any, without: bool = False) -> dict[str, Any]:
    return {"kind": kind, "value": value} | ({"not": True} if without else {})


def make_rule(
    site: Site, *when: dict[str, Any], then: dict[str, Any] | None = None, name: str = "Mine", actor: Any = None,
    at: datetime = NOON,
) -> Rule:  # fmt: skip
    """A rule; with an ``actor`` back-tested and switched on by that person."""
    rule = Rule(site=site)
    keeping.save(rule, name=name, when=list(when), then=then or {"decide": "reject", "reason": "thin"}, actor=actor)
    if actor is not None:
        back_test(rule, at=at, actor=actor)
        keeping.switch(rule, True, actor=actor)
    return rule


def fire_alone(rule: Rule, articles: list[int], *, at: datetime = NOON, key: str = "k-0") -> DecisionReport:
    """One slice of a run, by itself."""
    with transaction.atomic():
        return fire(rule, rule.version, articles, at=at, key=key)

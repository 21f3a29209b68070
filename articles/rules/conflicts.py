"""Rules that contradict each other: two that mean the same waiting articles and would have them be two things at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from articles.models import Rule
from articles.rules import effects
from articles.rules.conditions import Asked
from articles.rules.kinds import RuleUnreadable
from articles.rules.matching import asked_of, found, waiting

MOST_PAIRS = 50  # looked at for one page
MOST = 1_000  # articles counted


@dataclass(frozen=True)
class Conflict:
    """``first`` comes first in the order of the rules, so it is the one that acts. ``articles``: the newest first, no more
    than ``MOST``; ``partly``: there may be more."""

    first: Rule
    second: Rule
    articles: tuple[int, ...]
    partly: bool = False


def opposite(first: Rule, second: Rule) -> bool:
    """Whether the two want contrary things of whatever both mean."""
    try:
        return effects.read(first.effects).contradicts(effects.read(second.effects))
    except RuleUnreadable:
        return False


def conflicts(rules: Sequence[Rule], at: datetime, *, scanned: int = 2_000) -> list[Conflict]:
    """The conflicts among these rules, those with most articles first. A few queries for each pair that is opposite; of
    each no more than ``scanned`` candidates are looked at."""
    pairs = [pair for pair in combinations(rules, 2) if opposite(*pair)][:MOST_PAIRS]
    questions = {rule.pk: asked_of(rule) for pair in pairs for rule in pair}
    clashes = [between(*pair, questions[pair[0].pk], questions[pair[1].pk], at, scanned=scanned) for pair in pairs]
    return sorted((one for one in clashes if one.articles), key=lambda one: -len(one.articles))


def between(first: Rule, second: Rule, one: Asked, other: Asked, at: datetime, *, scanned: int) -> Conflict:
    """The waiting articles that both rules mean: those that hold both rules' conditions."""
    both = Asked((*one.conditions, *other.conditions), (*one.broken, *other.broken))
    articles: list[int] = []
    for pk, _ in found(waiting(first.site), both, at, scanned=scanned):
        articles.append(pk)
        if len(articles) > MOST:
            return Conflict(first, second, tuple(articles[:MOST]), partly=True)
    return Conflict(first, second, tuple(articles))

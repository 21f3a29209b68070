"""What a rule would have done to the desk's past decisions, before it is let loose.

Asked are the last decisions of people that stand, each about the article as the feed had it when it was decided: what the
feed changed since is taken back row by row, and so is what the desk itself had set.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from articles.mapping import thaw
from articles.models import Article, BackTest, Provider, Review, Rule, Site, SourceFile, Twin
from articles.policy import Policy, policy_of
from articles.providers import known_providers
from articles.rules import effects
from articles.rules.conditions import Asked
from articles.rules.effects import Effects
from articles.rules.kinds import Facts
from articles.rules.matching import asked_of, asks_for_twins
from articles.workflow import DECIDED, PUBLISH_LINE, Action, By

LATEST = 20_000  # decisions that are looked at: what the desk wanted years ago does not count
CHUNK = 500
DECISIONS = (Action.APPROVE, Action.REJECT, Action.HOLD)
# Which attributes a kind of condition reads.
READS = {
    "provider": ("provider_name", "provider_domain"), "trust": ("provider_name", "provider_domain"), "topic": ("topics",),
    "type": ("type",), "quality": ("quality",), "heat": ("heat",), "words": ("title", "excerpt"), "age": ("published_at",),
    "language": ("title", "excerpt"),
}  # fmt: skip
ATTRIBUTES = tuple(dict.fromkeys(name for names in READS.values() for name in names))
COLUMNS = (*ATTRIBUTES, "queued_at", "desk_fields", "provider_id")


@dataclass(frozen=True)
class Past:
    """One decision that stands: the article as the feed had it then, and what the decision left."""

    review: int
    article: int
    action: Action
    facts: Facts
    left: Mapping[str, Any]


@dataclass
class Verdicts:
    """Keys of Review rows, the latest decision first; ``missed`` counts."""

    agreed: list[int] = field(default_factory=list)
    wrong: list[int] = field(default_factory=list)
    unsure: list[int] = field(default_factory=list)
    missed: int = 0
    decisions: int = 0


def back_test(rule: Rule, *, at: datetime, actor: Any = None) -> BackTest:
    """Ask the rule's present wording about the past, and keep what came of it. Some 15,000 decisions a second."""
    question, then = asked_of(rule), effects.read(rule.effects)
    found = verdicts(question, then, past_decisions(rule.site, twins=asks_for_twins(question)))
    return BackTest.objects.create(
        rule=rule, version=rule.version, at=at, actor=actor, decisions=found.decisions,
        agreed=found.agreed, wrong=found.wrong, unsure=found.unsure, missed=found.missed,
    )  # fmt: skip


def verdicts(question: Asked, then: Effects, decisions: Iterator[Past]) -> Verdicts:
    found = Verdicts()
    for past in decisions:
        found.decisions += 1
        is_meant, same = question.holds(past.facts), is_same(then, past)
        if is_meant is False:
            found.missed += same is True
        elif is_meant is None or same is None:
            found.unsure.append(past.review)
        else:
            (found.agreed if same else found.wrong).append(past.review)
    return found


def is_same(then: Effects, past: Past) -> bool | None:
    """Whether the person did what the rule would have done; None where the two cannot be compared.

    A rule that decides is judged by its decision, one that only adjusts by what the decision left: the topic there or not,
    the quality on the same side of the line.
    """
    if then.decides:
        if past.action == Action.HOLD and then.action != Action.HOLD:
            return None
        return past.action == then.action
    if past.action == Action.HOLD or not then.adjusts:
        return None
    topics = past.left["topics"] or ()
    compared = [then.add in topics] if then.add else []
    compared += [then.remove not in topics] if then.remove else []
    if then.quality is not None or then.step:
        mine, theirs = then.changes(past.facts.values)["quality"], past.left["quality"]
        if theirs is None:
            return None
        compared.append((mine >= PUBLISH_LINE) == (theirs >= PUBLISH_LINE))
    return all(compared)


# --- the past ---------------------------------------------------------------------------------------------------------
def past_decisions(site: Site, *, twins: bool = True) -> Iterator[Past]:
    """The decisions of people on the site that stand, the latest first: one an article, its last. Taken back ones and those
    of rules are not among them."""
    rows = Review.objects.filter(article__site=site, by=By.EDITOR, action__in=DECISIONS, undone_by=None).order_by("-pk")
    decided: dict[int, tuple[int, Action, datetime]] = {}
    for pk, article, action, at in rows.values_list("pk", "article_id", "action", "at").iterator(chunk_size=2_000):
        if article not in decided:
            if len(decided) == LATEST:
                break
            decided[article] = pk, Action(action), at
    context = _Then(site)
    left = iter(decided)
    while chunk := list(islice(left, CHUNK)):
        yield from _past(chunk, decided, context, twins)


def _past(
    chunk: Sequence[int], decided: Mapping[int, tuple[int, Action, datetime]], context: _Then, twins: bool
) -> Iterator[Past]:
    values = {row.pop("pk"): row for row in Article.objects.filter(pk__in=chunk).values("pk", *COLUMNS)}
    imported = dict(SourceFile.objects.filter(article__in=chunk).values_list("article_id", "imported_at"))
    alike = _twins(chunk, decided) if twins else {}
    history: dict[int, list[tuple[int, dict[str, Any]]]] = defaultdict(list)
    rows = Review.objects.filter(article__in=chunk).order_by("-pk").values_list("article_id", "pk", "before")
    for article, pk, before in rows.iterator(chunk_size=2_000):
        history[article].append((pk, before))
    for article in chunk:
        pk, action, at = decided[article]
        now = values[article]
        file_at = imported.get(article)
        was, left, kept = _taken_back(now, history[article], pk)
        quiet = set() if file_at is None or file_at <= at else {name for name in ATTRIBUTES if context.policy.is_quiet(name)}
        provider, trust, trusted = context.provider(was, now, at)
        unknown = {kind for kind, names in READS.items() if quiet.intersection(names) - kept}
        unknown |= set() if trusted else {"trust"}
        facts = Facts(was, at, provider, trust, frozenset(alike.get(article, ())), frozenset(unknown))
        yield Past(pk, article, action, facts, left)


def _taken_back(
    now: Mapping[str, Any], rows: Sequence[tuple[int, Mapping[str, Any]]], decision: int
) -> tuple[dict[str, Any], dict[str, Any], set[str]]:
    """The article as the feed had it when it was decided; as the decision left it; and the attributes of which the rows
    themselves say how they were. ``rows``: key and what was before, the latest first."""
    state, left, kept = dict(now), dict(now), set()
    open_: set[str] = set()
    for pk, before in rows:
        told = {name: thaw(name, value) for name, value in before.items() if name in state}
        if pk >= decision:
            if pk == decision:
                left = dict(state)
                kept = {name for name in told if name in ATTRIBUTES}
            state |= told
            open_ = set(state["desk_fields"])  # what was the desk's before the decision is taken back further on
            kept |= open_ if pk == decision else set()
            continue
        state |= {name: value for name, value in told.items() if name in open_}
        if "desk_fields" in told:
            open_ &= set(told["desk_fields"])
    return state, left, kept


def _twins(chunk: Sequence[int], decided: Mapping[int, tuple[int, Action, datetime]]) -> dict[int, set[str]]:
    """Article -> the decided statuses that its likely duplicates had when it was decided."""
    pairs = list(Twin.objects.filter(article__in=chunk).order_by().values_list("article_id", "other_id", "other__status"))
    others = {other for _, other, _ in pairs}
    acts: dict[int, list[tuple[int, str]]] = defaultdict(list)
    rows = Review.objects.filter(article__in=others).order_by("pk").values_list("article_id", "pk", "from_status")
    for other, pk, status in rows.iterator(chunk_size=2_000):
        acts[other].append((pk, status))
    found: dict[int, set[str]] = defaultdict(set)
    for article, other, status in pairs:
        place = bisect_right(acts[other], (decided[article][0], "~"))
        then = acts[other][place][1] if place < len(acts[other]) else status
        if then in DECIDED:
            found[article].add(then)
    return found


class _Then:
    """What else of the site a decision was made under: providers by their spelling, and how they were trusted."""

    def __init__(self, site: Site) -> None:
        self.policy: Policy = policy_of(site)
        self.spellings = known_providers(site)
        self.trust = dict(Provider.objects.filter(site=site).values_list("pk", "trust"))
        self.changes: dict[int, list[tuple[datetime, str, str]]] = defaultdict(list)
        rows = Provider.history.filter(site=site).order_by("history_date", "history_id")
        for pk, at, trust, kind in rows.values_list("id", "history_date", "trust", "history_type"):
            self.changes[pk].append((at, trust, kind))

    def provider(
        self, was: Mapping[str, Any], now: Mapping[str, Any], at: datetime
    ) -> tuple[int | None, str | None, bool]:
        """The provider that the article meant then, how it was trusted, and whether that is known."""
        spelling = was["provider_name"] or "", was["provider_domain"] or ""
        same = spelling == (now["provider_name"] or "", now["provider_domain"] or "")
        pk = now["provider_id"] if same else self.spellings.get(spelling)
        if pk is None:
            return None, None, True
        changes = self.changes.get(pk, [])
        place = bisect_right(changes, at, key=lambda change: change[0])
        if place:
            return pk, changes[place - 1][1], True
        if changes and changes[0][2] != "+":
            return pk, None, False  # it was changed later, and nobody wrote down from what
        return pk, changes[0][1] if changes else self.trust.get(pk), True

"""Simulated editors: several persons with seeded dice, who decide, edit and take back between the commits of a feed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from articles import decisions
from articles.decisions import DecisionReport
from articles.models import Article, Review, Site
from articles.workflow import Action, Reason
from tests.replay.oracle import APPROVED, HELD, LIVE, PENDING, REJECTED, Act, Oracle

WORDS = "harbour signal quiet engine paper river lantern cable orchard ledger: # \"copper\" window – market's é".split(" ")
TOPICS = ("Trams", "Harbours", "No", "C and C", "Lanterns")
# File key, or "provider.name" -> the article's attribute.
ATTRIBUTES = {
    "title": "title", "excerpt": "excerpt", "originalUrl": "original_url", "webUrl": "web_url", "quality": "quality",
    "heat": "heat", "topics": "topics", "provider.name": "provider_name",
}  # fmt: skip
Coming = Callable[[str], Mapping[str, Any]]
NUMBERS = frozenset({"quality", "heat"})
MAY_DECIDE = {
    "approve": frozenset({PENDING, HELD, REJECTED, LIVE}),
    "reject": frozenset({PENDING, HELD, APPROVED, LIVE}),
    "hold": frozenset({PENDING, HELD}),
}


@dataclass
class Counts:
    decisions: int = 0
    edits: int = 0
    undone: int = 0
    refused: int = 0  # told that somebody, or the feed, was first


@dataclass
class Editors:
    """Each act goes through the desk's one door and is told to the oracle as far as the desk took it.

    Some act on articles as they saw them before the last commit: such an act is taken whole, or refused.
    """

    site: Site
    persons: Sequence[Any]
    oracle: Oracle
    dice: Random
    counts: Counts = field(default_factory=Counts)
    acts: dict[str, list[tuple[Review, Act]]] = field(default_factory=dict)  # of each path, those not taken back
    seen: dict[str, Article] = field(default_factory=dict)  # pages that are open since before the last commit

    def work(self, soon: Sequence[str], lately: Sequence[str], coming: Coming, at: datetime, acts: int) -> set[str]:
        """Some acts at one moment; the paths that they touched. ``soon`` are the paths that the next commit rewrites, and
        ``coming`` says to which values; ``lately`` those of the last one: where the two writers meet."""
        touched: set[str] = set()
        everything = list(self.oracle.files)
        for _ in range(acts):
            pool = self.dice.choices((soon, lately, everything), (6, 2, 2))[0] or everything
            chosen = self.dice.sample(pool, min(len(pool), 12)) if self.dice.random() < 0.06 else [self.dice.choice(pool)]
            articles = {one.path: one for one in Article.objects.filter(site=self.site, path__in=chosen)}
            kind = self.dice.choices(("decide", "edit", "undo", "late"), (46, 40, 8, 6))[0]
            if kind == "undo":
                touched |= self._undo(chosen[0], at)
            elif kind == "edit":
                touched |= self._edit(articles, coming, at)
            else:
                touched |= self._decide(self.seen if kind == "late" else articles, at, late=kind == "late")
        self.seen = {one.path: one for one in Article.objects.filter(site=self.site, path__in=soon[:2])}
        return touched

    # --- acts
    def _decide(self, articles: Mapping[str, Article], at: datetime, *, late: bool) -> set[str]:
        name = self.dice.choices(("approve", "reject", "hold"), (60, 32, 8))[0]
        may = {path for path in articles if self.oracle.files[path].status in MAY_DECIDE[name]}
        reason = self.dice.choice(list(Reason)).value if name == "reject" else ""
        report = decisions.decide(
            list(articles.values()), Action(name), editor=self._person(), at=at, reason=reason, key=self._key()
        )
        done = {review.article.path for review in report.reviews}
        said = [f"{one.article.path}: {one.sentence}" for one in report.refused]
        assert done <= may if late else done == may, f"A decision was taken or refused wrongly: {name}, {said}"
        act = {"approve": self.oracle.approve, "reject": self.oracle.reject, "hold": self._hold}[name]
        self._keep(report, act)
        self.counts.decisions += len(done)
        self.counts.refused += len(may - done)
        return done

    def _hold(self, path: str) -> Act:
        return self.oracle.say(path, {}, HELD)

    def _edit(self, articles: Mapping[str, Article], coming: Coming, at: datetime) -> set[str]:
        upcoming = coming(next(iter(articles)))
        names = self.dice.sample(list(ATTRIBUTES), self.dice.choice((1, 1, 1, 2, 3)))
        values = {name: self._value(name, upcoming) for name in names}
        changes = {ATTRIBUTES[name]: int(value) if name in NUMBERS else value for name, value in values.items()}
        report = decisions.edit(list(articles.values()), changes, editor=self._person(), at=at, key=self._key())
        assert not report.refused, report.refused[0].sentence
        self._keep(report, lambda path: self.oracle.say(path, values))
        self.counts.edits += len(report.reviews)
        return {review.article.path for review in report.reviews}

    def _undo(self, path: str, at: datetime) -> set[str]:
        """Take back the last act on this article, or else on some other; of a bulk act, wherever nobody built on it."""
        done = [one for one, rows in self.acts.items() if rows]
        if not done:
            return set()
        review, _ = self.acts[path if path in done else self.dice.choice(done)][-1]
        report = decisions.undo(review, editor=self._person(), at=at)
        for row in report.reviews:
            _, act = self.acts[row.article.path].pop()
            self.oracle.take_back(act)
        self.counts.undone += len(report.reviews)
        self.counts.refused += len(report.refused)
        return {row.article.path for row in report.reviews}

    # --- behind
    def _keep(self, report: DecisionReport, act: Any) -> None:
        for review in report.reviews:
            path = review.article.path
            self.acts.setdefault(path, []).append((review, act(path)))

    def _value(self, name: str, upcoming: Mapping[str, Any]) -> Any:
        """What an editor writes: often of their own, now and then exactly what the feed is about to write itself."""
        key, _, part = name.partition(".")
        coming = (upcoming.get(key) or {}).get(part) if part else upcoming.get(key)
        if coming and self.dice.random() < 0.25:
            return coming
        if name in NUMBERS:
            return str(self.dice.randrange(-1 if name == "heat" else 0, 160))
        if name == "topics":
            return self.dice.sample(TOPICS, self.dice.randrange(1, 4))
        words = " ".join(self.dice.choices(WORDS, k=self.dice.randrange(1, 9)))
        return f"https://desk.example/{self.dice.randrange(10**6)}" if name.endswith("Url") else words.capitalize()

    def _person(self) -> Any:
        return self.dice.choice(self.persons)

    def _key(self) -> str:
        return f"{self.dice.getrandbits(64):x}" if self.dice.random() < 0.5 else ""


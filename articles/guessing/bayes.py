"""A naive Bayes classifier of two classes that can be counted, inspected and taken back by hand. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import log

Counts = dict[str, list[int]]  # feature -> [approved, rejected]
Band = tuple[float, int, int]  # least log-odds, approved, decided

LEAST_IN_BAND = 12  # decisions that a share is told from
SEEN = 2  # features of fewer decisions are not kept: they tell one article's story
PRIOR = 1.0  # Laplace's
BOUND = 2.0  # log-odds that one feature may add, so that a rare one does not outvote all others
DAMP = 0.5  # words of a title, which say the same several times over, count half


@dataclass(frozen=True)
class Example:
    """One decision: the article's features as they were, and whether it was approved."""

    features: Sequence[str]
    approved: bool


@dataclass(frozen=True)
class Push:
    """What one feature adds to the log-odds of an approval, and the decisions that say so."""

    feature: str
    weight: float
    approved: int
    rejected: int


@dataclass
class Bayes:
    counts: Counts = field(default_factory=dict)
    approved: int = 0
    rejected: int = 0

    @classmethod
    def taught(cls, examples: Iterable[Example]) -> Bayes:
        """What these decisions teach. A microsecond a feature."""
        self = cls()
        counts = self.counts
        for example in examples:
            place = 0 if example.approved else 1
            self.approved += example.approved
            self.rejected += not example.approved
            for feature in example.features:
                pair = counts.get(feature)
                if pair is None:
                    pair = counts[feature] = [0, 0]
                pair[place] += 1
        return self

    @property
    def total(self) -> int:
        return self.approved + self.rejected

    def pruned(self) -> Bayes:
        kept = {feature: pair for feature, pair in self.counts.items() if sum(pair) >= SEEN}
        return Bayes(kept, self.approved, self.rejected)

    def base(self, less: tuple[int, int] = (0, 0)) -> float:
        return log((self.approved - less[0] + PRIOR) / (self.rejected - less[1] + PRIOR))

    def weight(self, feature: str, less: tuple[int, int] = (0, 0)) -> float:
        """What the feature adds to the log-odds. ``less``: [approved, rejected] that are left out of the counts."""
        approved, rejected = self.counts.get(feature, (0, 0))
        approved, rejected = approved - less[0], rejected - less[1]
        if approved + rejected < SEEN:
            return 0.0
        share_a = (approved + PRIOR) / (self.approved - less[0] + 2 * PRIOR)
        share_r = (rejected + PRIOR) / (self.rejected - less[1] + 2 * PRIOR)
        weight = min(BOUND, max(-BOUND, log(share_a / share_r)))
        return weight * DAMP if feature.startswith("word:") else weight

    def odds(self, features: Iterable[str], less: tuple[int, int] = (0, 0)) -> float:
        """The log-odds that an article of these features is approved: above 0 it rather is."""
        return self.base(less) + sum(self.weight(feature, less) for feature in features)

    def pushes(self, features: Iterable[str]) -> list[Push]:
        """What each feature adds, the strongest first."""
        found = [Push(feature, self.weight(feature), *self.counts.get(feature, (0, 0))) for feature in features]
        return sorted((push for push in found if push.weight), key=lambda push: (-abs(push.weight), push.feature))

    def bands(self, examples: Sequence[Example]) -> list[Band]:
        """How the desk really decided on articles that looked so: rising log-odds, rising shares.

        Each decision is guessed from all others but itself, so that nothing is told by heart. Neighbours are joined until
        shares rise and each band holds ``LEAST_IN_BAND`` decisions.
        """
        guessed = sorted(
            (self.odds(one.features, (1, 0) if one.approved else (0, 1)), one.approved) for one in examples
        )
        bands: list[list[float]] = []
        start = 0
        while start < len(guessed):
            end = min(start + LEAST_IN_BAND, len(guessed))
            while end < len(guessed) and guessed[end][0] == guessed[end - 1][0]:
                end += 1  # what looks the same stands in one band
            chunk, start = guessed[start:end], end
            bands.append([chunk[0][0], sum(approved for _, approved in chunk), len(chunk)])
            while len(bands) > 1 and (bands[-1][2] < LEAST_IN_BAND or _share(bands[-1]) <= _share(bands[-2])):
                last = bands.pop()
                bands[-1][1] += last[1]
                bands[-1][2] += last[2]
        return [(least, int(approved), int(decided)) for least, approved, decided in bands]


def _share(band: Sequence[float]) -> float:
    return band[1] / band[2]


def band_of(bands: Sequence[Band], odds: float) -> tuple[int, int]:
    """How many of the articles that looked like this were approved, of how many; (0, 0) without bands."""
    found = (0, 0)
    for place, (least, approved, decided) in enumerate(bands):
        if place == 0 or odds >= least:
            found = approved, decided
    return found


# --- how good it is ---------------------------------------------------------------------------------------------------
HELD_OUT = 5  # every fifth part, the last in time, is held out
FIRST_PART = 0.2


def measure(examples: Sequence[Example], orders: Mapping[str, Sequence[float]]) -> dict[str, float | int]:
    """How right suggestions would have been on the last fifth of the decisions, taught by those before.

    ``examples`` in the order of time. ``orders``: other ways to sort the same articles, by name; a larger number comes first.
    ``right`` and ``usual`` (always guess what is more frequent) are shares of the held-out decisions; ``found`` is the share
    of the approved that stand in the first fifth, in the order of likely approvals, and ``found_NAME`` in another order;
    ``found_best`` is what no order could beat.
    """
    cut = len(examples) - len(examples) // HELD_OUT
    before, after = examples[:cut], examples[cut:]
    approved = sum(one.approved for one in after)
    if not before or not after:
        return {}
    taught = Bayes.taught(before)
    odds = [taught.odds(one.features) for one in after]
    first = max(1, round(len(after) * FIRST_PART))
    usual = approved if taught.approved > taught.rejected else len(after) - approved

    def found(values: Sequence[float]) -> float:
        ranked = sorted(range(len(after)), key=lambda place: -values[place])
        return sum(after[place].approved for place in ranked[:first]) / max(1, approved)

    return {
        "taught": len(before),
        "held_out": len(after),
        "approved": approved,
        "right": sum((value > 0) == one.approved for value, one in zip(odds, after, strict=True)) / len(after),
        "usual": usual / len(after),
        "found": found(odds),
        "found_best": min(first, approved) / max(1, approved),
        **{f"found_{name}": found(values[cut:]) for name, values in orders.items()},
    }

"""Names of one site that look alike: the feed spells a provider in more than one way."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from articles.models import Provider, Site
from articles.words import spelled_lines
from articles.workflow import Trust

ALIKE = 88  # of 100: below it one word more or another ending is another provider
LED_BY = 4  # characters that two names must begin with alike, so that a thousand names are not a million pairs
MOST = 5  # shown beside one provider


@dataclass(frozen=True)
class Named:
    """A provider as far as its name goes. ``items``: how many articles it brought lately; ``apart``: the keys of those that an
    admin has said it is not."""

    pk: int
    name: str
    domain: str
    trust: str
    items: int
    apart: tuple[int, ...] = ()

    def is_apart(self, other: Named) -> bool:
        return other.pk in self.apart or self.pk in other.apart

    @property
    def words(self) -> str:
        return re.sub(r"^the ", "", " ".join(re.findall(r"\w+", spelled_lines([self.name]))))


def likeness(one: str, other: str) -> float:
    """How alike two names are, of 100: without spaces, or where all words of one stand at the other's beginning."""
    close = fuzz.ratio(one.replace(" ", ""), other.replace(" ", ""))
    short, long = sorted((one, other), key=len)
    return max(close, 95.0 if long.startswith(f"{short} ") else 0.0)


def unmatched(names: Sequence[Named]) -> dict[int, Named]:
    """Providers that nobody has judged and whose name looks like that of a better known one, unless an admin keeps the two
    apart: key -> the one it looks like.

    Compared are names that begin alike, so the cost grows with the names and not with their square. No query.
    """
    led: dict[str, list[tuple[Named, str]]] = {}
    for one in names:
        words = one.words
        if words:
            led.setdefault(words.replace(" ", "")[:LED_BY], []).append((one, words))
    found: dict[int, Named] = {}
    for group in led.values():
        for one, words in group:
            if one.trust != Trust.NEW:
                continue
            better = [
                (other, likeness(words, text)) for other, text in group if _is_known_better(other, one) and not one.is_apart(other)
            ]
            other, likely = max(better, key=lambda pair: (pair[1], pair[0].items, -pair[0].pk), default=(None, 0.0))
            if other is not None and likely >= ALIKE:
                found[one.pk] = other
    return found


def _is_known_better(other: Named, one: Named) -> bool:
    """Whether a merger would keep ``other``: it was judged, else it brings more, else it came first."""
    return (other.trust != Trust.NEW, other.items, -other.pk) > (one.trust != Trust.NEW, one.items, -one.pk)


def alike_of(provider: Provider, names: Iterable[Named]) -> list[Named]:
    """Those of the site whose name looks like the provider's and that it is not kept apart from, the likest first. No query."""
    mine = Named(provider.pk, provider.name, provider.domain, provider.trust, 0, tuple(provider.apart))
    others = {one.pk: one for one in names if one.pk != provider.pk and not one.is_apart(mine)}
    ranked = process.extract(
        mine.words, {pk: one.words for pk, one in others.items()}, scorer=lambda a, b, **_: likeness(a, b), score_cutoff=ALIKE, limit=MOST
    )
    return [others[pk] for _, _, pk in ranked]


def names_of(site: Site, items: dict[int | None, int]) -> list[Named]:
    """Every provider of the site by name. One query."""
    rows = Provider.objects.filter(site=site).order_by().values_list("pk", "name", "domain", "trust", "apart")
    return [Named(pk, name, domain, trust, items.get(pk, 0), tuple(apart)) for pk, name, domain, trust, apart in rows]

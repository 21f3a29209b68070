"""Names of one site that look alike: the feed spells a provider in more than one way."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from articles.models import Provider, Site
from articles.words import spelled_lines
from articles.workflow import Trust

ALIKE = 88  # of 100: below it one word more or another ending is another provider
BEGUN = 95.0  # where all words of one stand at the other's beginning
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
    return max(close, BEGUN if long.startswith(f"{short} ") else 0.0)


def unmatched(names: Iterable[Named]) -> dict[int, Named]:
    """Providers that nobody has judged and whose name looks like that of a better known one, unless an admin keeps the two
    apart: key -> the one it looks like.

    Names are compared that begin alike, each with those alone that are better known: 5,000 names take some 0.2 s. No query.
    """
    led: dict[str, tuple[list[Named], list[str]]] = {}  # beginning -> who is better known, and the names without spaces
    called: dict[str, list[Named]] = {}
    begun: dict[str, list[Named]] = {}  # some first words of a name -> who is called so and longer
    found: dict[int, Named] = {}
    for one in sorted(names, key=_how_known, reverse=True):
        words = one.words
        if not words:
            continue
        close = words.replace(" ", "")
        better, texts = led.setdefault(close[:LED_BY], ([], []))
        starts = [words[:place] for place, sign in enumerate(words) if sign == " " and place >= LED_BY]
        if one.trust == Trust.NEW:
            hits = process.extract(close, texts, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=None)
            likely = [(score, better[place]) for _, score, place in hits]
            likely += [(BEGUN, other) for start in starts for other in called.get(start, ())]
            likely += [(BEGUN, other) for other in begun.get(words, ()) if len(words) >= LED_BY]
            likely = [(score, other) for score, other in likely if not one.is_apart(other)]
            if likely:
                found[one.pk] = max(likely, key=lambda pair: (pair[0], pair[1].items, -pair[1].pk))[1]
        better.append(one)
        texts.append(close)
        called.setdefault(words, []).append(one)
        for start in starts:
            begun.setdefault(start, []).append(one)
    return found


def _how_known(one: Named) -> tuple[bool, int, int]:
    """A merger would keep the one of whom this is more: it was judged, else it brings more, else it came first."""
    return one.trust != Trust.NEW, one.items, -one.pk


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

"""Which providers the table lists, and in what order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext

from articles.models import ProviderAlias, Site
from articles.providers.alike import Named
from articles.providers.figures import decided_lately
from articles.views.provider_rows import trust_word
from articles.words import spelled_lines
from articles.workflow import Trust

UNMATCHED = "alike"  # the tab of names that look like another's
ORDERS = ("name", "approved")  # beside the items, the most first


def listed_of(
    site: Site, names: Sequence[Named], alike: Mapping[int, Named], *, trust: str, text: str, order: str, at: datetime
) -> list[Named]:
    """The providers of one tab that hold the text, in order; who is called just so comes first."""
    kept = [one for one in names if is_kept(one, trust, alike)]
    if text:
        chosen = found(site, text, names)
        kept = [one for one in kept if one.pk in chosen]
    place, asked = places(site, order, at), text.casefold()
    return sorted(kept, key=lambda one: (one.name.casefold() != asked, place(one), one.words, one.pk))


def places(site: Site, order: str, at: datetime) -> Callable[[Named], tuple[float, ...]]:
    """What providers are sorted by: their items; with ``approved`` the least approved first, of these the most decided, and
    those on whom nobody has decided last; with ``name`` nothing but the name. One query with ``approved``."""
    if order == "approved":
        shares = {pk: (one.approved / one.decided, -one.decided) for pk, one in decided_lately(site, at).items()}
        return lambda one: (*shares.get(one.pk, (2, 0)), -one.items)
    return (lambda one: ()) if order == "name" else (lambda one: (-one.items,))


def is_kept(one: Named, trust: str, alike: Mapping[int, Named]) -> bool:
    if trust == UNMATCHED:
        return one.pk in alike
    return trust not in set(Trust) or one.trust == trust


def tabs(names: Sequence[Named], alike: Mapping[int, Named], trust: str) -> list[tuple[str, str, int, bool]]:
    """The tabs: what ``?trust=`` says, the words, how many, whether it is this one."""
    order = (Trust.TRUSTED, Trust.NORMAL, Trust.WATCH, Trust.BLOCKED, Trust.NEW)
    tabs = [(one.value, trust_word(one), sum(name.trust == one for name in names)) for one in order]
    tabs.append((UNMATCHED, gettext("Unmatched names"), len(alike)))
    current = trust if trust in {value for value, _, _ in tabs} else ""
    return [(value, words, count, value == current) for value, words, count in [("", gettext("All"), len(names)), *tabs]]


def found(site: Site, text: str, names: Sequence[Named]) -> set[int]:
    """Providers whose name, domain or alias holds the text, whatever its case."""
    asked = spelled_lines([text])
    found = {one.pk for one in names if asked in spelled_lines([one.name, one.domain])}
    aliases = ProviderAlias.objects.filter(Q(name__icontains=text) | Q(domain__icontains=text), site=site)
    return found | set(aliases.values_list("provider", flat=True))

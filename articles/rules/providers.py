"""Which rule is about a provider, and whether it decides all that the provider brings: nobody need write a second one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from articles.models import Provider, Rule, Site
from articles.providers import known_providers
from articles.rules import conditions, effects
from articles.rules.conditions import Asked
from articles.rules.kinds import Facts, RuleUnreadable

ALONE = {"provider", "trust"}  # a rule that asks for nothing else means whatever the provider brings


@dataclass(frozen=True)
class About:
    """``decides``: the rule is on and decides whatever comes from the provider; else it is off or asks for more."""

    rule: int
    decides: bool


def keys_of(site: Site) -> dict[tuple[str, str], int]:
    """Each spelling that rules may name a provider by, with the provider's key: what ``matching.provider_key`` finds one by
    one. Two queries."""
    own = Provider.objects.filter(site=site).values_list("name", "domain", "pk")
    return {(name, domain): pk for name, domain, pk in own} | known_providers(site)


def rules_about(site: Site, trust: Mapping[int, str], at: datetime) -> dict[int, About]:
    """For each of these providers (key -> trust) the rule that decides all of it, else the first that names it and
    decides. One query where the site has no rule, else three."""
    rules = list(Rule.objects.filter(site=site, removed_at=None).order_by("-is_on", "place", "pk"))
    spellings = keys_of(site) if rules else {}
    found: dict[int, About] = {}
    for rule in rules:
        try:
            when, then = conditions.read(rule.conditions), effects.read(rule.effects)
        except RuleUnreadable:
            continue
        alone = rule.is_on and then.decides and {one.kind for one in when} <= ALONE
        keyed = tuple(
            replace(one, value={"key": spellings.get((one.value["name"], one.value["domain"]))}) if one.kind == "provider" else one
            for one in when
        )  # fmt: skip
        named = {one.value["key"] for one in keyed if one.kind == "provider" and not one.without}
        for pk, how in trust.items():
            if alone and Asked(keyed).holds(Facts({}, at, pk, how)):
                if not (pk in found and found[pk].decides):
                    found[pk] = About(rule.pk, decides=True)
            elif pk in named and then.decides:
                found.setdefault(pk, About(rule.pk, decides=False))
    return found

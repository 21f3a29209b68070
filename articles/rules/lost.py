"""Rules that mean nothing any more, since what they name has gone: said where rules are listed, for they fall silent."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from articles.models import Rule, Site, Topic, TopicAlias
from articles.people.colleagues import WORK, people_of
from articles.rules import conditions, effects
from articles.rules.kinds import RuleUnreadable, provider_words
from articles.rules.providers import keys_of


def lost_names(site: Site, rules: Sequence[Rule]) -> dict[int, list[str]]:
    """Rule -> sentences about what it names and the site has no more. Four queries, whatever the number of rules."""
    if not rules:
        return {}
    spellings = keys_of(site)
    aliases = TopicAlias.objects.filter(site=site).order_by().values_list("name", flat=True)
    topics = set(Topic.objects.filter(site=site).order_by().values_list("name", flat=True).union(aliases))
    people = set(people_of(site, WORK).values_list("username", flat=True))
    found: dict[int, list[str]] = {}
    for rule in rules:
        try:
            when, then = conditions.read(rule.conditions), effects.read(rule.effects)
        except RuleUnreadable:
            continue  # its sentence says so
        said = []
        for one in when:
            if one.kind == "provider" and (one.value["name"], one.value["domain"]) not in spellings:
                said.append(_("The site has no provider %(name)s any more.") % {"name": provider_words(one.value)})
            if one.kind == "topic" and one.value not in topics:
                said.append(_("The site has no topic %(name)s any more.") % {"name": one.value})
        if then.assign and then.assign not in people:
            said.append(_("%(name)s may not decide here. Choose somebody else.") % {"name": then.assign})
        if said:
            found[rule.pk] = said
    return found

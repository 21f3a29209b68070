"""What admins do with rules: write them down, put them in order, switch them. Each change is in the rule's history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, Max, OuterRef, Q
from django.utils.translation import gettext as _

from articles.models import BackTest, Review, Rule, Site
from articles.rules import conditions, effects
from articles.rules.firing import set_mark
from articles.workflow import Action, By


class RuleRefused(Exception):
    """This cannot be done with the rule as it is. The text is a sentence for the screen."""


@dataclass(frozen=True)
class Counters:
    """``fired``: what the rule did to articles; ``undone``: of those, what people took back or decided otherwise."""

    fired: int = 0
    undone: int = 0


def rules_of(site: Site) -> list[Rule]:
    """The site's rules in the order in which they are asked. One query."""
    return list(Rule.objects.filter(site=site, removed_at=None).select_related("site", "switched_by").order_by("place", "pk"))


def save(rule: Rule, *, name: str, when: Any, then: Any, actor: Any, version: int | None = None) -> bool:
    """Write a rule down, new or as it is now; whether its wording changed, which asks for a new back-test.

    ``version``: the wording that the form showed. A new rule that is there already, as after a double click, is that one.
    Raises RuleUnreadable, and RuleRefused where another says the same, somebody was quicker, or the rule is on: what acts must
    not change under the hands of who reads it.
    """
    stored = [one.as_json() for one in conditions.read(when)]
    wanted = effects.read(then).as_json()
    with transaction.atomic():
        if rule.pk is None:
            Site.objects.select_for_update().get(pk=rule.site_id)  # of two who send the same form one writes it
            same = next((one for one in rules_of(rule.site) if (one.conditions, one.effects) == (stored, wanted)), None)
            if same and same.name == name:
                rule.pk = same.pk
                rule.refresh_from_db()
                return False
            if same:
                raise RuleRefused(_("“%(name)s” says the same already.") % {"name": same.name})
            last = Rule.objects.filter(site=rule.site).aggregate(last=Max("place"))["last"]
            rule.name, rule.conditions, rule.effects, rule.place = name, stored, wanted, (last or 0) + 1
            _write(rule, actor)
            return True
        fresh = Rule.objects.select_for_update().get(pk=rule.pk)
        if version is not None and fresh.version != version:
            raise RuleRefused(_("Somebody changed this rule meanwhile. Look at it again."))
        new_wording = (fresh.conditions, fresh.effects) != (stored, wanted)
        if new_wording and fresh.is_on:
            raise RuleRefused(_("Switch the rule off before you change what it does."))
        if not new_wording and fresh.name == name:
            return False
        rule.name, rule.conditions, rule.effects = name, stored, wanted
        rule.version = fresh.version + new_wording
        _write(rule, actor, "name", "conditions", "effects", "version")
        return new_wording


def switch(rule: Rule, on: bool, *, actor: Any) -> None:
    """Switch a rule on or off. It acts on what comes from now on. Raises RuleRefused where its wording is untested."""
    with transaction.atomic():
        fresh = Rule.objects.select_for_update().select_related("site").get(pk=rule.pk)
        rule.refresh_from_db()
        if fresh.is_on == on:
            return
        if on:
            if fresh.removed_at:
                raise RuleRefused(_("This rule was removed. Bring it back first."))
            if not is_tested(fresh):
                raise RuleRefused(_("Back-test the rule first: its wording is new."))
            if not Rule.objects.filter(site=fresh.site, is_on=True).exists():
                set_mark(fresh.site)
            rule.switched_by = actor
        rule.is_on = on
        _write(rule, actor, "is_on", "switched_by")


def move(rule: Rule, steps: int) -> None:
    """Put a rule before (-1) or behind (1) its neighbour in the order. At the end nothing happens."""
    with transaction.atomic():
        rows = list(Rule.objects.select_for_update().filter(site=rule.site_id, removed_at=None).order_by("place", "pk"))
        at = next((place for place, one in enumerate(rows) if one.pk == rule.pk), None)
        if at is None or not 0 <= at + steps < len(rows):
            return
        rows[at], rows[at + steps] = rows[at + steps], rows[at]
        for place, one in enumerate(rows, 1):
            if one.place != place:
                Rule.objects.filter(pk=one.pk).update(place=place)


def remove(rule: Rule, *, at: datetime | None, actor: Any) -> None:
    """Take a rule off the list, or with None bring it back, switched off. What it did stays done, and keeps its name. Where
    it is so already nothing happens."""
    with transaction.atomic():
        fresh = Rule.objects.select_for_update().get(pk=rule.pk)
        rule.refresh_from_db()
        if (fresh.removed_at is None) == (at is None):
            return
        rule.removed_at, rule.is_on = at, False
        _write(rule, actor, "removed_at", "is_on")


def is_tested(rule: Rule) -> bool:
    """Whether the present wording was asked about the past."""
    return BackTest.objects.filter(rule=rule, version=rule.version).exists()


def latest_tests(rules: Sequence[Rule]) -> dict[int, BackTest]:
    """Rule -> the last back-test of its present wording. One query."""
    wording = Q()
    for rule in rules:
        wording |= Q(rule=rule.pk, version=rule.version)
    return {one.rule_id: one for one in BackTest.objects.filter(wording).order_by("pk")} if rules else {}


def counters(rules: Sequence[Rule]) -> dict[int, Counters]:
    """How often each rule acted, and how often people undid it. One query."""
    otherwise = Review.objects.filter(
        article=OuterRef("article"), pk__gt=OuterRef("pk"), by=By.EDITOR, undone_by=None,
        action__in=[Action.APPROVE, Action.REJECT],
    ).exclude(to_status=OuterRef("to_status"))  # fmt: skip
    rows = Review.objects.filter(rule__in=[rule.pk for rule in rules]).exclude(action=Action.CONFIRM).order_by()
    decided = Q(action__in=[Action.APPROVE, Action.REJECT])
    counted = rows.annotate(overruled=Exists(otherwise)).values("rule_id").annotate(
        fired=Count("pk"), undone=Count("pk", filter=Q(undone_by__isnull=False) | decided & Q(overruled=True)),
    ).values_list("rule_id", "fired", "undone")  # fmt: skip
    return {pk: Counters(fired, undone) for pk, fired, undone in counted}


def _write(rule: Rule, actor: Any, *names: str) -> None:
    rule._history_user = actor
    if names:
        rule.save(update_fields=list(names))
    else:
        rule.save()

"""What a rule does is a run like any other: planned at the end of an import, or chosen by an admin for what waits."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Prefetch
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from articles.bulk.choosing import MOST, choose
from articles.bulk.running import SLICE, advance, stop
from articles.decisions import DecisionRefused
from articles.models import BulkRun, Rule, Site
from articles.rules import effects
from articles.rules.firing import Meant, meant, moved, news, rules_on
from articles.rules.matching import asked_of, found, not_fired, waiting
from articles.rules.wording import told

SECONDS = 60.0


def fire_news(site: Site, *, at: datetime) -> int:
    """Let the site's rules act on what came or was changed since they were asked last. How many runs that took.

    One query where no rule is on. What is planned stands in the database before any of it is done: whoever is killed
    meanwhile, a worker goes on.
    """
    runs = plan(site, at=at)
    for run in runs:
        while advance(run.pk, seconds=SECONDS):
            pass
    return len(runs)


def plan(site: Site, *, at: datetime) -> list[BulkRun]:
    """The runs of what rules do to the news, in the order of the rules. They wait for a worker."""
    rules = rules_on(site)
    if not rules:
        return []
    fresh = news(site)
    asking = meant(rules, fresh.articles, at)
    with transaction.atomic():
        if not moved(site, fresh):
            return []  # another one plans the same
        return [_planned(one, place, at) for one in asking for place in range(0, len(one.pairs), MOST)]


def _planned(one: Meant, place: int, at: datetime) -> BulkRun:
    pairs = one.pairs[place : place + MOST]
    return BulkRun.objects.create(
        site=one.rule.site, editor=one.rule.switched_by, seen=[list(pair) for pair in pairs], total=len(pairs),
        state=BulkRun.State.WAITING, slice_size=SLICE, started_at=at, heartbeat_at=Now(), chosen_at=at, **_intended(one.rule),
    )  # fmt: skip


def _intended(rule: Rule) -> dict[str, Any]:
    then = effects.read(rule.effects)
    return {
        "action": then.action, "reason": then.reason, "note": told(rule), "changes": then.as_changes(),
        "rule": rule, "rule_version": rule.version,
    }  # fmt: skip


def choose_waiting(rule: Rule, *, editor: Any, at: datetime) -> BulkRun:
    """Freeze which waiting articles the rule means, those left out on whose content it has acted. Nothing is done yet.
    Raises DecisionRefused."""
    if rule.removed_at:
        raise DecisionRefused(_("This rule was removed. Bring it back first."))
    if not rule.tests.filter(version=rule.version).exists():
        raise DecisionRefused(_("Back-test the rule first: its wording is new."))
    pairs = []
    for pair in not_fired(rule, found(waiting(rule.site), asked_of(rule), at)):
        pairs.append(pair)
        if len(pairs) == MOST:
            break  # the rest can be done afterwards
    if not pairs:
        raise DecisionRefused(_("Nothing that waits is meant by this rule."))
    run = choose(rule.site, pairs, editor=editor, whole=True)
    BulkRun.objects.filter(pk=run.pk).update(**_intended(rule))
    run.refresh_from_db()
    return run


def runs_of_moment(site: Site, at: datetime) -> list[BulkRun]:
    """What the site's rules began at the end of the import of this moment, in their order; ``seen`` is left out. One query,
    and one for those that undid them."""
    found = BulkRun.objects.filter(site=site, rule__isnull=False, whole=False, undoes=None, started_at=at)
    undoing = Prefetch("undone_by", BulkRun.objects.defer("seen").order_by("-pk"))
    return list(found.select_related("rule", "editor").defer("seen").prefetch_related(undoing).order_by("pk"))


def stop_runs(rule: Rule, *, at: datetime) -> None:
    """End what the rule is doing, after the slices that are under way."""
    for run in rule.runs.filter(state__in=[BulkRun.State.WAITING, BulkRun.State.RUNNING], undoes=None).defer("seen"):
        stop(run, at=at)

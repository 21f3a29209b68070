"""A run from its start to its end: slice by slice through the one door, whoever is killed meanwhile.

A slice, its checkpoint and what was left alone are one transaction, so a slice is done whole or not at all, and the next
worker begins where the last one ended. The run is leased by the database's clock; within the transaction the lease and the
checkpoint are compared once more, so that of two workers one does the slice. The slice's key in the Review rows says the
same a second time.
"""

from __future__ import annotations

import time
import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now
from django.utils import timezone, translation
from django.utils.translation import gettext

from articles import leases
from articles.bulk.choosing import MOST_AT_ONCE
from articles.bulk.wishes import Wish, each
from articles.decisions import DecisionRefused, DecisionReport, assign, decide, edit, undo
from articles.labels import grouped
from articles.models import Article, BulkRun, LeftAlone, Preferences, Review
from articles.people import is_allowed
from articles.people.colleagues import WORK, people_of
from articles.rules.firing import fire, unfire
from articles.workflow import Action

SLICE = 100  # articles in one transaction of a job
PAUSE = 0.02  # seconds between two transactions, so that editors come in between
State = BulkRun.State


def intend(run: BulkRun, wish: Wish) -> None:
    """Say what is to be done with what was chosen. Nothing is done yet, and it can be said anew until the run begins."""
    values = {"action": wish.action, "reason": wish.reason, "note": wish.note, "changes": dict(wish.changes)}
    BulkRun.objects.filter(pk=run.pk, state=State.CHOSEN).update(**values)
    run.refresh_from_db()


def why_not_begun(run: BulkRun) -> str:
    """Why the run's editor may not do what is intended, as a sentence; "" where nothing forbids it."""
    if not run.action:
        return gettext("Choose what to do.")
    if run.rule is not None and run.rule.version != run.rule_version:
        return gettext("The rule was changed meanwhile. Apply it anew.")
    permission = "change_article" if run.action == Action.EDIT else "decide_article"
    if not is_allowed(run.editor, f"articles.{permission}", run.site_id):
        return gettext("Your account may not do this. Ask an admin for the role.")
    if run.action == Action.APPROVE and run.total > MOST_AT_ONCE and not is_allowed(run.editor, "articles.approve_many", run.site_id):
        return gettext("Only senior editors approve more than %(most)s articles at once.") % {"most": MOST_AT_ONCE}
    return ""


def begin(run: BulkRun, *, at: datetime) -> None:
    """Do what is intended. Up to ``MOST_AT_ONCE`` articles are done at once, in this transaction; more wait for ``advance``.
    A second time changes nothing. Raises DecisionRefused, and nothing has begun."""
    sentence = why_not_begun(run)
    if sentence:
        raise DecisionRefused(sentence)
    _begin(run, at, run.total if run.total <= MOST_AT_ONCE else SLICE)


def begin_undo(run: BulkRun, *, editor: Any, at: datetime) -> BulkRun:
    """Take back what a run did, as a run of its own with the same slices: at once where the run was small. An undo that is
    there already is the answer to a second wish. Raises DecisionRefused."""
    if run.is_open:
        raise DecisionRefused(gettext("This is still running. Stop it first."))
    if run.action == Action.UNDO or not run.checkpoint:
        raise DecisionRefused(gettext("There is nothing to undo."))
    if not is_allowed(editor, "articles.decide_article", run.site_id):
        raise DecisionRefused(gettext("Your account may not do this. Ask an admin for the role."))
    with transaction.atomic():
        BulkRun.objects.select_for_update().get(pk=run.pk)  # two who press at once undo it once
        earlier = run.undone_by.filter(state__in=[*leases.OPEN, State.FINISHED]).first()
        if earlier:
            return earlier
        undoing = BulkRun.objects.create(
            site=run.site, editor=editor, seen=run.seen[: run.checkpoint], total=run.checkpoint, undoes=run, query=run.query,
            action=Action.UNDO,
        )  # fmt: skip
        _begin(undoing, at, run.slice_size)
    return undoing


def _begin(run: BulkRun, at: datetime, size: int) -> None:
    with transaction.atomic():
        BulkRun.objects.filter(pk=run.pk, state=State.CHOSEN).update(
            state=State.WAITING, slice_size=size, started_at=at, heartbeat_at=Now()
        )
        run.refresh_from_db()
        if run.state == State.WAITING and run.total <= size:
            lease = uuid.uuid4()
            taken = _take(run.pk, lease)
            if taken is not None:
                _slice(taken, lease, at)
            run.refresh_from_db()


def stop(run: BulkRun, *, at: datetime) -> None:
    """End a run after the slice that is under way; at once when nobody works on it. What is done stays done."""
    leases.stop(run, at=at)


def run_of(review: Review) -> BulkRun | None:
    """The run that an act was a part of."""
    token = review.run_token
    return BulkRun.objects.filter(token=token).select_related("site", "editor").first() if token else None


def acts_of(run: BulkRun) -> QuerySet[Review]:
    """The rows that a run wrote, in the order in which it went."""
    if run.undoes is not None:
        return Review.objects.filter(undoes__in=acts_of(run.undoes).order_by()).order_by("pk")
    keys = [run.key(place) for place in range(0, run.checkpoint, run.slice_size)]
    mine = {"rule": run.rule_id} if run.rule_id else {"actor": run.editor_id}  # each has an index
    return Review.objects.filter(key__in=keys, **mine).order_by("pk")


# --- the worker's side ------------------------------------------------------------------------------------------------
def advance(pk: int, *, seconds: float) -> bool:
    """Work on a run for some seconds, at least one slice. Whether there is more to do; False also when another does it.

    What was left alone, and why, is told in the language of the editor who wished it.
    """
    lease = uuid.uuid4()
    run = _take(pk, lease)
    if run is None:
        return False
    ends = time.monotonic() + seconds
    with translation.override(Preferences.of(run.editor).language or settings.LANGUAGE_CODE):
        while _slice_or_fail(run, lease):
            if time.monotonic() >= ends:
                leases.let_go(BulkRun, pk, lease)
                return True
            time.sleep(PAUSE)
    return False


def stalled() -> list[int]:
    """Runs that nobody has worked on for a while. Each is told to one who asks."""
    return leases.stalled(BulkRun)


def _take(pk: int, lease: uuid.UUID) -> BulkRun | None:
    """Lease a run; None when it is over or somebody else's."""
    if not leases.take(BulkRun, pk, lease):
        return None
    run = BulkRun.objects.select_related("editor", "undoes__rule", "rule__site").get(pk=pk)
    if run.tries > leases.TRIES:
        _fail(run, gettext("It broke off %(times)s times at the same place, after %(count)s articles. The log says why.") % {"times": leases.TRIES, "count": grouped(run.checkpoint)})
        return None
    return run


def _slice_or_fail(run: BulkRun, lease: uuid.UUID) -> bool:
    try:
        return _slice(run, lease, timezone.now())
    except DecisionRefused as refused:
        _fail(run, str(refused))
        return False


def _slice(run: BulkRun, lease: uuid.UUID, at: datetime) -> bool:
    """Do the next slice. Whether there is another one to do; False too when the lease was lost."""
    place = run.checkpoint
    with transaction.atomic():
        # Compared under the row's lock: whoever took the run over meanwhile has another lease.
        held = leases.held(BulkRun, run.pk, lease).filter(checkpoint=place)
        if not held.update(tries=0, **leases.renewed()):
            return False
        if BulkRun.objects.filter(pk=run.pk, stop_asked=True).exists():
            leases.end(held, State.STOPPED, at=at)
            return False
        seen = run.slice_at(place)
        report = _act(run, place, seen, at)
        LeftAlone.objects.bulk_create(
            LeftAlone(run=run, article=one.article if one.article.path else None, sentence=one.sentence)
            for one in report.refused
        )
        ended = place + len(seen) >= run.total
        held.update(
            checkpoint=place + len(seen),
            done_count=F("done_count") + len(report.reviews),
            left_count=F("left_count") + len(report.refused),
            **({"state": State.FINISHED, "finished_at": at, "lease_until": None} if ended else {}),
        )
    run.checkpoint = place + len(seen)
    return not ended


def _act(run: BulkRun, place: int, seen: dict[int, int], at: datetime) -> DecisionReport:
    """One slice through the door."""
    if run.undoes is not None:
        return _take_back(run, run.undoes, place, seen, at)
    if run.rule is not None:
        if not run.whole and not run.rule.is_on:
            raise DecisionRefused(gettext("The rule was switched off."))
        return fire(run.rule, run.rule_version or 0, list(seen), at=at, key=run.key(place))
    articles = [Article(pk=pk, version=version, site_id=run.site_id) for pk, version in seen.items()]
    action, key = Action(run.action), run.key(place)
    if "assign" in run.changes:
        return assign(articles, _assignee(run), editor=run.editor, at=at, note=run.note, key=key)
    if action == Action.EDIT:
        return edit(articles, each(run.changes), editor=run.editor, at=at, note=run.note, key=key)
    words = {"reason": run.reason, "note": run.note}
    return decide(articles, action, editor=run.editor, at=at, changes=each(run.changes), key=key, **words)


def _assignee(run: BulkRun) -> Any:
    """Whom the run assigns to, None for nobody. Raises DecisionRefused where they may decide here no more."""
    name = run.changes["assign"]
    person = people_of(run.site_id, WORK).filter(username=name).first() if name else None
    if name and person is None:
        raise DecisionRefused(gettext("%(name)s may not decide here. Choose somebody else.") % {"name": name}, "person")
    return person


def _take_back(run: BulkRun, undone: BulkRun, place: int, seen: dict[int, int], at: datetime) -> DecisionReport:
    """Undo one slice. What a rule did in it may be several acts."""
    rows = Review.objects.filter(article__in=seen, key=undone.key(place))
    report = DecisionReport()
    for first in {row.batch: row for row in rows.order_by("-pk")}.values():
        done = undo(first, editor=run.editor, at=at, whole=True)
        report = DecisionReport(report.reviews + done.reviews, report.refused + done.refused)
    if undone.rule is not None:
        unfire(undone.rule, undone.rule_version or 0, seen, report.reviews)
    return report


def _fail(run: BulkRun, sentence: str) -> None:
    leases.end(BulkRun.objects.filter(pk=run.pk), State.FAILED, at=timezone.now(), failure=sentence)

"""The one door between "waiting" and "decided" for people: decide, edit, release, undo, and waking what was held.

Every act goes through ``acts.write``: conditional updates and one Review row per article, in one transaction. One article
is a list of one. What the feed does comes in by ``following``.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from articles import claims
from articles.acts import Act, locked, write
from articles.clashing import renew_conflicts
from articles.editable import EDITABLE, Changes, changing, check_schedule, unwritable
from articles.giving_back import file_values, restored, returning
from articles.mapping import MIRRORED, freeze
from articles.models import Article, Conflict, Review
from articles.pace import shown_at
from articles.people import is_allowed
from articles.people.colleagues import WORK
from articles.refusals import DecisionRefused, Refusal, last_acts, told, why_not_undone
from articles.settling import (
    attributes_of,
    chosen_words,
    close,
    open_conflicts,
    reopen,
    settled_values,
    why_not_reopened,
    why_not_settled,
)
from articles.workflow import (
    DECIDED,
    HOLD_HOURS,
    TRANSITIONS,
    UNDECIDED,
    UNKNOWN_HEAT,
    Action,
    By,
    Reason,
    Recheck,
    Status,
    may,
)

LOOKED_AT = {"recheck": Recheck.NONE.value, "recheck_since": None}  # an editor has seen what the feed did


@dataclass(frozen=True)
class DecisionReport:
    """What became of each article. ``reviews`` and ``refused`` together are all that were asked for."""

    reviews: tuple[Review, ...] = ()
    refused: tuple[Refusal, ...] = ()
    replayed: bool = False

    @property
    def batch(self) -> uuid.UUID | None:
        return self.reviews[0].batch if self.reviews else None


def decide(
    articles: Sequence[Article],
    decision: Action,
    *,
    editor: Any,
    at: datetime,
    reason: str = "",
    note: str = "",
    until: datetime | None = None,
    changes: Changes | None = None,
    duplicate_of: Article | None = None,
    key: str = "",
    elapsed: timedelta | None = None,
) -> DecisionReport:
    """Approve, reject, hold or wake articles, each as the version that the editor saw.

    ``changes`` are made with the decision, the same for all or each article's own. ``duplicate_of``: the article that those
    rejected as duplicates repeat. ``key`` makes a retry the same act. ``elapsed``: how long an article alone was before the
    editor. An article that somebody changed meanwhile, or whose
    status does not allow the decision, is refused; the others are decided.
    Nine queries for one article or for two hundred.
    """
    transition = TRANSITIONS[decision]
    if reason and (not transition.takes_reason or reason not in {case.value for case in Reason}):
        raise DecisionRefused(gettext("“%(reason)s” is no reason for this decision.") % {"reason": reason}, "reason")
    if duplicate_of is not None:
        _check_twin(articles, reason, duplicate_of)
    changed = changing(changes or {})

    def act(article: Article) -> dict[str, Any] | None:
        if not may(decision, article.status):
            return None
        new = _decided(article, decision, changed(article), at, until) | LOOKED_AT
        if decision in (Action.APPROVE, Action.REJECT):
            new |= {"decided_by_id": editor.pk, "watched": False}
        return new

    # A decision always gives up the claim, in the same transaction: nothing stays locked that is done.
    words: dict[str, Any] = {"reason": reason, "note": note, "twin": duplicate_of}
    words["shown_at"] = shown_at(at, elapsed if len(articles) == 1 else None)
    return _run(articles, decision, act, transition.permission, editor=editor, at=at, key=key, releases=True, **words)


def act_by_rule(
    articles: Sequence[Article],
    action: Action,
    *,
    rule: Any,
    at: datetime,
    reason: str = "",
    note: str = "",
    changes: Changes | None = None,
    watch: bool = False,
    assign: Any = None,
    live: bool = False,
    key: str = "",
    batch: uuid.UUID | None = None,
) -> DecisionReport:
    """What a rule does to articles: a decision on those that wait, EDIT, or CONFIRM. Which ones, ``articles.rules`` has
    chosen under their lock; ``note`` says the rule in words. ``watch`` puts them on the watch list, ``assign``
    asks a person to judge them.

    A rule decides nothing but what waits, whatever people may do; with ``live``, which ``blocking`` says of arrivals, also
    what the feed has published and nobody has seen. ``batch`` joins several calls into one act.
    """
    changed = changing(changes or {})
    decidable = UNDECIDED if live else {Status.PENDING}

    def act(article: Article) -> dict[str, Any] | None:
        if action == Action.CONFIRM:
            return dict(LOOKED_AT) if article.status in DECIDED else None
        new = changed(article) | ({"watched": True} if watch else {})
        if assign is not None:
            new["assigned_to_id"] = assign.pk
        if action == Action.EDIT:
            return new
        return _decided(article, action, new, at) if article.status in decidable else None

    words: dict[str, Any] = {"reason": reason, "note": note, "by": By.RULE, "rule": rule, "batch": batch}
    return _run(articles, action, act, "", editor=None, at=at, key=key, **words)


def edit(
    articles: Sequence[Article],
    changes: Changes,
    *,
    editor: Any,
    at: datetime,
    note: str = "",
    key: str = "",
) -> DecisionReport:
    """Give articles new values, each as the version that the editor saw. The decision they have stays."""
    permission = "articles.change_article"
    return _run(articles, Action.EDIT, changing(changes), permission, editor=editor, at=at, note=note, key=key)


def assign(
    articles: Sequence[Article], person: Any, *, editor: Any, at: datetime, note: str = "", key: str = ""
) -> DecisionReport:
    """Ask a person to judge articles, or with None nobody any more, each as the version that the editor saw. Nothing of it is
    exported. Who may not decide on the site of an article is not asked: DecisionRefused."""
    sites = {article.site_id for article in articles}
    if person is not None and not all(is_allowed(person, WORK, site) for site in sites):
        raise DecisionRefused(gettext("%(name)s may not decide here. Choose somebody else.") % {"name": person.get_username()}, "person")

    def act(article: Article) -> dict[str, Any]:
        return {"assigned_to_id": person.pk if person is not None else None}

    return _run(articles, Action.EDIT, act, "articles.change_article", editor=editor, at=at, note=note, key=key)


def release(
    articles: Sequence[Article],
    names: Collection[str],
    *,
    editor: Any,
    at: datetime,
    note: str = "",
    key: str = "",
) -> DecisionReport:
    """Give fields back to the feed: they take what its file says now and follow it from then on.

    ``names``: attributes; those that are not the desk's are passed over, and so are articles without a file. An open
    conflict of such a field ends with it.
    """
    for name in names:
        if name not in EDITABLE:
            raise DecisionRefused(gettext("“%(name)s” is not a field that the desk can give back.") % {"name": name}, name)

    @cache
    def said() -> dict[int, dict[str, Any]]:
        return file_values([article.pk for article in articles])  # asked under the lock, once for all

    def act(article: Article) -> dict[str, Any]:
        back = [name for name in article.desk_fields if name in names]
        file = said().get(article.pk) if back else None
        if file is None:
            return {}
        kept = [name for name in article.desk_fields if name not in back]
        return {name: file[name] for name in back} | {"desk_fields": kept}

    return _run(articles, Action.EDIT, act, "articles.change_article", editor=editor, at=at, note=note, key=key)


def undo(
    review: Review, *, editor: Any, at: datetime, whole: bool = False, only: Collection[int] | None = None
) -> DecisionReport:
    """Take back an act, on every article that it touched, or of those ``only`` on these; that of a rule or a block on this
    article alone, unless the ``whole`` of it is meant. Another row records it; an article on which somebody has built since is
    refused. Fields that are no longer the desk's then say what the feed has made of them meanwhile."""
    settled = review.action == Action.SETTLE
    is_one = review.by == By.RULE and not whole
    taken = Review.objects.filter(pk=review.pk) if is_one else Review.objects.filter(batch=review.batch)
    if only is not None:
        taken = taken.filter(article__in=only)
    permission = "articles.change_conflict" if settled else "articles.decide_article"
    with transaction.atomic():
        fresh = locked(taken.values_list("article_id", flat=True))
        _check_permission(editor, permission, fresh.values())
        # Read under the lock: somebody else may have taken it back while we waited.
        rows = {row.article_id: row for row in taken.select_related("undone_by")}
        latest = last_acts(rows)
        refused, allowed = [], []
        for pk, row in rows.items():
            sentence = why_not_undone(row, fresh[pk], latest.get(pk)) or (why_not_reopened(row) if settled else "")
            if sentence:
                refused.append(Refusal(fresh[pk], sentence))
            else:
                allowed.append((fresh[pk], row))
        meanwhile = returning(allowed)
        acts = [Act(article, restored(article, row, meanwhile.get(article.pk)), undoes=row) for article, row in allowed]
        reviews = write(acts, Action.UNDO, at=at, editor=editor)
        renew_conflicts(reviews, at)
        for act in acts if settled else ():
            reopen(rows[act.article.pk])
    return DecisionReport(tuple(reviews), tuple(refused))


def settle(
    article: Article, choices: Mapping[str, str], *, editor: Any, at: datetime, key: str = "", seen: str = ""
) -> DecisionReport:
    """Choose a side for fields in conflict: file key -> ``Conflict.Choice``, on the version that the editor saw.

    The feed's value follows the feed again; the earlier one and the desk's own are the desk's. ``seen`` is the
    ``seen_token`` of the sides that the editor chose between. Refused as a whole when any of it changed meanwhile.
    """
    for field_key, choice in choices.items():
        if choice not in Conflict.Choice.values:
            raise DecisionRefused(gettext("“%(choice)s” is no side of a conflict.") % {"choice": choice}, field_key)
        if choice != Conflict.Choice.OURS and not set(attributes_of(field_key)) <= set(EDITABLE):
            raise DecisionRefused(gettext("“%(name)s” follows from the decision: approve or reject instead.") % {"name": field_key}, field_key)
    with transaction.atomic():
        fresh = locked([article.pk]).get(article.pk)
        _check_permission(editor, "articles.change_conflict", [fresh] if fresh else [])
        if fresh is None:
            return DecisionReport(refused=(Refusal(article, gettext("This article is no longer on the desk.")),))
        if key:
            earlier = tuple(Review.objects.filter(key=key, article=fresh).select_related("article"))
            if earlier:
                return DecisionReport(earlier, replayed=True)
        if fresh.version != article.version:
            return DecisionReport(refused=tuple(told([fresh], at)))
        rows = [row for row in open_conflicts(fresh) if row.field in choices]
        sentence = why_not_settled(rows, choices, seen)
        if sentence:
            return DecisionReport(refused=(Refusal(fresh, sentence),))
        act = Act(fresh, settled_values(fresh, rows, choices))
        refused = unwritable([(act.article, act.new)])
        if refused:
            return DecisionReport(refused=tuple(refused))
        reviews = write([act], Action.SETTLE, at=at, editor=editor, note=chosen_words(choices), key=key)
        close(rows, choices, reviews[0], at)
    return DecisionReport(tuple(reviews))


def confirm(articles: Sequence[Article], *, editor: Any, at: datetime, key: str = "") -> DecisionReport:
    """Say that decisions are still fine with what the articles have become, each as the version that the editor saw."""

    def act(article: Article) -> dict[str, Any] | None:
        return dict(LOOKED_AT) if article.status in DECIDED else None

    return _run(articles, Action.CONFIRM, act, "articles.decide_article", editor=editor, at=at, key=key)


def wake(site: Any, *, at: datetime) -> DecisionReport:
    """Bring held articles whose time has come back into the queue."""
    with transaction.atomic():
        due = list(Article.objects.of_site(site).due(at).select_for_update())
        acts = [Act(article, {"status": Status.PENDING, "hold_until": None}) for article in due]
        return DecisionReport(tuple(write(acts, Action.WAKE, at=at, by=By.DESK)))


def _decided(
    article: Article, decision: Action, changes: Mapping[str, Any], at: datetime, until: datetime | None = None
) -> dict[str, Any]:
    """What a decision gives an article, whoever makes it."""
    transition = TRANSITIONS[decision]
    new: dict[str, Any] = {
        "status": transition.to,
        "hold_until": (until or at + timedelta(hours=HOLD_HOURS)) if decision == Action.HOLD else None,
        **changes,
    }
    if decision in (Action.APPROVE, Action.REJECT):
        new |= {"published": transition.published, "decided_at": at}
    quality = new.get("quality", article.quality)
    if decision == Action.APPROVE and new.get("heat", article.heat) == UNKNOWN_HEAT and quality is not None:
        new["heat"] = quality  # the feed's own convention for what is published
    return new


# --- behind the door --------------------------------------------------------------------------------------------------
def _check_permission(editor: Any, permission: str, articles: Iterable[Article]) -> None:
    """Refuse the act as a whole where the editor may not do it on the site of even one of the articles."""
    if not all(is_allowed(editor, permission, site) for site in {article.site_id for article in articles}):
        raise DecisionRefused(gettext("Your account may not do this. Ask an admin for the role."))


def _check_twin(articles: Sequence[Article], reason: str, twin: Article) -> None:
    if reason != Reason.DUPLICATE:
        raise DecisionRefused(gettext("Only a rejection as a duplicate names another article."), "duplicate_of")
    if any(article.pk == twin.pk for article in articles):
        raise DecisionRefused(gettext("An article is no duplicate of itself. Choose another one."), "duplicate_of")
    if any(article.site_id != twin.site_id for article in articles):
        raise DecisionRefused(gettext("A duplicate is of the same site. Choose another article."), "duplicate_of")


def _run(
    articles: Sequence[Article],
    action: Action,
    act: Any,
    permission: str,
    *,
    editor: Any,
    at: datetime,
    key: str,
    releases: bool = False,
    **words: Any,
) -> DecisionReport:
    with transaction.atomic():
        expected = {article.pk: article.version for article in articles}
        fresh = locked(expected)
        if permission:  # a rule has none: who switches it on answers for it
            _check_permission(editor, permission, fresh.values())
        if key:
            # Asked under the lock: of equal requests at once all but the first wait here, and then find its rows.
            earlier = tuple(Review.objects.filter(key=key, article__in=expected).select_related("article"))
            if earlier:
                return DecisionReport(earlier, replayed=True)
        acts = []
        refused = [Refusal(seen, gettext("This article is no longer on the desk.")) for seen in articles if seen.pk not in fresh]
        stale = []
        for article in fresh.values():
            new = act(article) if article.version == expected[article.pk] else None
            if new is None:
                stale.append(article)
            else:
                check_schedule(article, new)
                acts.append(_owned(article, new))
        refused += told(stale, at)
        untaken = unwritable([(act.article, act.new) for act in acts])
        acts = [act for act in acts if act.article not in {one.article for one in untaken}]
        refused += untaken
        reviews = write(acts, action, at=at, editor=editor, key=key, **words)
        renew_conflicts(reviews, at)
        if releases and reviews:
            claims.release_all(review.article_id for review in reviews)
    return DecisionReport(tuple(reviews), tuple(refused))


def _owned(article: Article, new: dict[str, Any]) -> Act:
    """An editor's act: the fields that it sets are the desk's from now on, unless it says itself which are."""
    touched = {
        name
        for name, value in new.items()
        if name in MIRRORED and (name == "published" or freeze(getattr(article, name)) != freeze(value))
    }
    new.setdefault("desk_fields", sorted({*article.desk_fields, *touched}))
    return Act(article, new)

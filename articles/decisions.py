"""The one door between "waiting" and "decided": decide, edit, undo, wake, and following the feed.

Every act goes through ``_write``: conditional updates and one Review row per article, in one transaction. One article is
a list of one.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import F

from articles import providers, topics
from articles.frontmatter import FrontMatterError
from articles.likeness import twins
from articles.mapping import (
    KEYS,
    LONGEST_NAME,
    LONGEST_TOPIC,
    MIRRORED,
    PAGE,
    exported_text,
    found_values,
    freeze,
    thaw,
)
from articles.models import Article, Review, SourceFile
from articles.refusals import Refusal, last_acts, told, why_not_undone
from articles.workflow import (
    HOLD_HOURS,
    TRANSITIONS,
    UNDECIDED,
    UNKNOWN_HEAT,
    Action,
    By,
    Reason,
    Status,
    arrival_status,
    may,
)

# What an editor may change by hand. ``published`` follows from the decision; ``removed``, ``related`` and ``secured`` are
# the feed's.
EDITABLE = tuple(name for name in MIRRORED if name not in {"published", "removed"})
TRACKED = (*MIRRORED, "status", "withdrawn", "hold_until", "decided_at", "decided_by_id", "desk_fields")
WORDS = tuple(name for name in EDITABLE if name not in {"quality", "heat"})  # more than a number on a line of its own
LARGEST = 2**63 - 1
DRIFT = frozenset({"heat"})  # what changes all day long and brings an article back to nobody


class DecisionRefused(Exception):
    """The act as a whole is not allowed or makes no sense. The text is a sentence for the screen; ``field`` names the
    attribute that is wrong, where one is."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True)
class DecisionReport:
    """What became of each article. ``reviews`` and ``refused`` together are all that were asked for."""

    reviews: tuple[Review, ...] = ()
    refused: tuple[Refusal, ...] = ()
    replayed: bool = False

    @property
    def batch(self) -> uuid.UUID | None:
        return self.reviews[0].batch if self.reviews else None


@dataclass
class _Act:
    """One article and the attributes that an act gives it."""

    article: Article
    new: dict[str, Any]
    undoes: Review | None = None
    extra: dict[str, Any] = field(default_factory=dict)  # found values: written, not recorded


def decide(
    articles: Sequence[Article],
    decision: Action,
    *,
    editor: Any,
    at: datetime,
    reason: str = "",
    note: str = "",
    until: datetime | None = None,
    changes: Mapping[str, Any] | None = None,
    duplicate_of: Article | None = None,
    key: str = "",
) -> DecisionReport:
    """Approve, reject, hold or wake articles, each as the version that the editor saw.

    ``changes`` (attribute -> value) are made with the decision. ``duplicate_of``: the article that those rejected as duplicates
    repeat. ``key`` makes a retry the same act. An article that somebody changed meanwhile, or whose status does not allow the
    decision, is refused; the others are decided.
    Eight queries for one article or for two hundred.
    """
    transition = TRANSITIONS[decision]
    _check_permission(editor, transition.permission)
    if reason and (not transition.takes_reason or reason not in {case.value for case in Reason}):
        raise DecisionRefused(f"“{reason}” is no reason for this decision.", "reason")
    if duplicate_of is not None:
        _check_twin(articles, reason, duplicate_of)
    cleaned = clean(changes or {})

    def act(article: Article) -> dict[str, Any] | None:
        if not may(decision, article.status):
            return None
        new: dict[str, Any] = {
            "status": transition.to,
            "hold_until": (until or at + timedelta(hours=HOLD_HOURS)) if decision == Action.HOLD else None,
            **cleaned,
        }
        if decision in (Action.APPROVE, Action.REJECT):
            new |= {"published": transition.published, "decided_at": at, "decided_by_id": editor.pk}
        quality = new.get("quality", article.quality)
        if decision == Action.APPROVE and new.get("heat", article.heat) == UNKNOWN_HEAT and quality is not None:
            new["heat"] = quality  # the feed's own convention for what is published
        return new

    return _run(
        articles, decision, act, editor=editor, at=at, reason=reason, note=note, key=key, twin=duplicate_of
    )


def edit(
    articles: Sequence[Article],
    changes: Mapping[str, Any],
    *,
    editor: Any,
    at: datetime,
    note: str = "",
    key: str = "",
) -> DecisionReport:
    """Give articles new values, each as the version that the editor saw. The decision they have stays."""
    _check_permission(editor, "articles.change_article")
    cleaned = clean(changes)
    return _run(articles, Action.EDIT, lambda article: dict(cleaned), editor=editor, at=at, note=note, key=key)


def undo(review: Review, *, editor: Any, at: datetime) -> DecisionReport:
    """Take back an act, on every article that it touched. Another row records it; an article on which somebody has built
    since is refused."""
    _check_permission(editor, "articles.decide_article")
    with transaction.atomic():
        fresh = _locked(Review.objects.filter(batch=review.batch).values_list("article_id", flat=True))
        # Read under the lock: somebody else may have taken it back while we waited.
        rows = {row.article_id: row for row in Review.objects.filter(batch=review.batch).select_related("undone_by")}
        latest = last_acts(rows)
        acts, refused = [], []
        for pk, row in rows.items():
            article = fresh[pk]
            sentence = why_not_undone(row, article, latest.get(pk))
            if sentence:
                refused.append(Refusal(article, sentence))
            else:
                new = {name: thaw(name, value) for name, value in row.before.items()}
                acts.append(_Act(article, new, undoes=row))
        reviews = _write(acts, Action.UNDO, at=at, editor=editor)
    return DecisionReport(tuple(reviews), tuple(refused))


def wake(site: Any, *, at: datetime) -> DecisionReport:
    """Bring held articles whose time has come back into the queue."""
    with transaction.atomic():
        due = list(Article.objects.of_site(site).due(at).select_for_update())
        acts = [_Act(article, {"status": Status.PENDING, "hold_until": None}) for article in due]
        return DecisionReport(tuple(_write(acts, Action.WAKE, at=at, by=By.DESK)))


def follow_feed(updates: Iterable[tuple[Article, Mapping[str, Any]]], *, at: datetime) -> DecisionReport:
    """Take over what the feed changed: pairs of a locked article and its merged attributes.

    An undecided article follows the feed's ``published``; a decided one keeps its decision. Heat alone drifts all day: it
    is written without a row and without a new version. Call it inside a transaction.
    """
    acts, drifted = [], []
    for article, values in updates:
        new = dict(values)
        if article.status in UNDECIDED:
            new["status"] = arrival_status(new.get("published", article.published))
        new["withdrawn"] = bool(new.get("removed", article.removed))
        new = {name: value for name, value in new.items() if freeze(getattr(article, name)) != freeze(value)}
        if new.keys() - DRIFT:
            acts.append(_Act(article, new))
        elif new:
            article.heat = new["heat"]
            drifted.append(article)
    Article.objects.bulk_update(drifted, ["heat"])
    return DecisionReport(tuple(_write(acts, Action.FOLLOW, at=at, by=By.FEED)))


def clean(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Changes as they may be stored. Raises DecisionRefused naming the attribute that is wrong."""
    for name, value in changes.items():
        if name not in EDITABLE:
            raise DecisionRefused(f"“{name}” is not a field that the desk edits.", name)
        least = {"quality": 0, "heat": UNKNOWN_HEAT}.get(name)
        if least is not None and value is not None:
            if isinstance(value, bool) or not isinstance(value, int):
                raise DecisionRefused(f"{name.capitalize()} is a whole number.", name)
            if not least <= value <= LARGEST:
                bound = f"{least} or more" if value < least else f"at most {LARGEST}"
                raise DecisionRefused(f"{name.capitalize()} is {bound}.", name)
        _check_length(name, value)
    return dict(changes)


def _check_length(name: str, value: Any) -> None:
    """Refuse names that only one of the two databases would hold."""
    if name in ("provider_name", "provider_domain") and len(value or "") > LONGEST_NAME:
        raise DecisionRefused(f"A provider's name or domain has at most {LONGEST_NAME} characters.", name)
    if name == "topics" and any(len(topic or "") > LONGEST_TOPIC for topic in value or ()):
        raise DecisionRefused(f"A topic has at most {LONGEST_TOPIC} characters.", name)


# --- behind the door --------------------------------------------------------------------------------------------------
def _check_permission(editor: Any, permission: str) -> None:
    if not editor.has_perm(permission):
        raise DecisionRefused("Your account may not do this. Ask an admin for the role.")


def _check_twin(articles: Sequence[Article], reason: str, twin: Article) -> None:
    if reason != Reason.DUPLICATE:
        raise DecisionRefused("Only a rejection as a duplicate names another article.", "duplicate_of")
    if any(article.pk == twin.pk for article in articles):
        raise DecisionRefused("An article is no duplicate of itself. Choose another one.", "duplicate_of")
    if any(article.site_id != twin.site_id for article in articles):
        raise DecisionRefused("A duplicate is of the same site. Choose another article.", "duplicate_of")


def _locked(pks: Iterable[int]) -> dict[int, Article]:
    """The articles as they are now, locked until the transaction ends. (On SQLite the transaction itself is the lock.)"""
    found = Article.objects.filter(pk__in=list(pks)).order_by("pk").select_for_update(of=("self",))
    return {article.pk: article for article in found.select_related("decided_by", "site")}


def _run(
    articles: Sequence[Article], action: Action, act: Any, *, editor: Any, at: datetime, key: str, **words: Any
) -> DecisionReport:
    with transaction.atomic():
        expected = {article.pk: article.version for article in articles}
        fresh = _locked(expected)
        if key:
            # Asked under the lock: of equal requests at once all but the first wait here, and then find its rows.
            earlier = tuple(Review.objects.filter(key=key, article__in=expected).select_related("article"))
            if earlier:
                return DecisionReport(earlier, replayed=True)
        acts = []
        refused = [Refusal(seen, "This article is no longer on the desk.") for seen in articles if seen.pk not in fresh]
        stale = []
        for article in fresh.values():
            new = act(article) if article.version == expected[article.pk] else None
            if new is None:
                stale.append(article)
            else:
                acts.append(_owned(article, new))
        refused += told(stale, at)
        unwritable = _unwritable(acts)
        acts = [act for act in acts if act.article not in {one.article for one in unwritable}]
        refused += unwritable
        reviews = _write(acts, action, at=at, editor=editor, key=key, **words)
    return DecisionReport(tuple(reviews), tuple(refused))


def _owned(article: Article, new: dict[str, Any]) -> _Act:
    """An editor's act: the fields that it sets are the desk's from now on."""
    touched = {
        name
        for name, value in new.items()
        if name in MIRRORED and (name == "published" or freeze(getattr(article, name)) != freeze(value))
    }
    new["desk_fields"] = sorted({*article.desk_fields, *touched})
    return _Act(article, new)


def _unwritable(acts: Sequence[_Act]) -> list[Refusal]:
    """Articles whose file could not take the act: an export must never be the first to find out.

    Raises DecisionRefused where a value that the editor chose is to blame.
    """
    acts = [act for act in acts if act.new.keys() & KEYS.keys()]
    files = SourceFile.objects.filter(article__in=[act.article.pk for act in acts])
    if not any(act.new.keys() & set(WORDS) for act in acts):
        # A file with the flag on a line of its own takes a decision; reading all the others' text costs too much.
        files = files.exclude(text__contains="\npublished: ")
    texts = dict(files.values_list("article_id", "text"))
    refused = []
    for act in acts:
        if act.article.pk not in texts:
            continue
        kept = {name: getattr(act.article, name) for name in act.new}
        for name, value in act.new.items():
            setattr(act.article, name, value)
        try:
            exported_text(act.article, texts[act.article.pk])
        except FrontMatterError as error:
            blamed = next((name for name in act.new if name in WORDS and KEYS[name] == error.key), "")
            if blamed:
                raise DecisionRefused(str(error.message), blamed) from error
            refused.append(Refusal(act.article, str(error.message)))
        finally:
            for name, value in kept.items():
                setattr(act.article, name, value)
    return refused


def _write(
    acts: Sequence[_Act],
    action: Action,
    *,
    at: datetime,
    editor: Any = None,
    by: By = By.EDITOR,
    reason: str = "",
    note: str = "",
    twin: Article | None = None,
    key: str = "",
) -> list[Review]:
    """Update the articles and add their reviews. An act that changes nothing leaves no row, unless it is a decision."""
    batch = uuid.uuid4()
    reviews, changed = [], []
    for act in acts:
        before = {name: freeze(getattr(act.article, name)) for name in act.new if name in TRACKED}
        after = {name: freeze(value) for name, value in act.new.items() if name in TRACKED}
        differing = {name for name in before if before[name] != after[name]}
        if not differing and action in (Action.EDIT, Action.FOLLOW):
            continue
        act.new = {name: value for name, value in act.new.items() if name in differing}
        changed.append(act)
        reviews.append(
            Review(
                article=act.article,
                at=at,
                by=by,
                actor=editor,
                action=action,
                from_status=act.article.status,
                to_status=act.new.get("status", act.article.status),
                before={name: before[name] for name in sorted(differing)},
                after={name: after[name] for name in sorted(differing)},
                reason=reason,
                twin=twin,
                note=note,
                version=act.article.version + 1,
                batch=batch,
                undoes=act.undoes,
                key=key or None,
            )
        )
    _find(changed)
    _update(changed)
    _compare(changed)
    return Review.objects.bulk_create(reviews)


def _find(acts: Sequence[_Act]) -> None:
    """Work out what lists search and link by, for the acts that change it."""
    for act in acts:
        if {"title", "excerpt", "provider_name", "provider_domain", *PAGE} & act.new.keys():
            values = {name: act.new.get(name, getattr(act.article, name)) for name in MIRRORED}
            act.extra |= found_values(values)
        if act.new.get("published_at"):
            act.extra["queued_at"] = act.new["published_at"]
    renamed = [(act, _spelling(act)) for act in acts if {"provider_name", "provider_domain"} & act.new.keys()]
    for site in {act.article.site for act, _ in renamed}:
        known = providers.resolve(site, {spelling for act, spelling in renamed if act.article.site == site})
        for act, spelling in renamed:
            if act.article.site == site:
                act.extra["provider_id"] = known.get(spelling)
    for site in {act.article.site for act in acts if "topics" in act.new}:
        topics.link(
            site,
            [(act.article.pk, act.new["topics"]) for act in acts if "topics" in act.new and act.article.site == site],
        )


def _spelling(act: _Act) -> tuple[str, str]:
    """The provider's name and domain as the act leaves them."""
    name, domain = (act.new.get(part, getattr(act.article, part)) for part in ("provider_name", "provider_domain"))
    return name or "", domain or ""


def _compare(acts: Sequence[_Act]) -> None:
    """Find the likely duplicates of those that tell something else now."""
    retold: dict[int, list[int]] = {}
    for act in acts:
        if {"title", *PAGE} & act.new.keys():
            retold.setdefault(act.article.site_id, []).append(act.article.pk)
    for site, keys in retold.items():
        twins.renew(site, keys)


def _update(acts: Sequence[_Act]) -> None:
    """One conditional UPDATE for all articles that get the same values; usually that is one or two."""
    groups: dict[str, tuple[dict[str, Any], list[_Act]]] = {}
    for act in acts:
        values = act.new | act.extra
        quality = values.get("quality", act.article.quality)
        if values.get("heat") == quality is not None and "quality" not in values:
            values["heat"] = F("quality")  # the same expression for all, so that a bulk approval is one statement
        name = json.dumps({key: repr(value) if isinstance(value, F) else freeze(value) for key, value in values.items()},
                          cls=DjangoJSONEncoder, sort_keys=True)  # fmt: skip
        groups.setdefault(name, (values, []))[1].append(act)
    for values, members in groups.values():
        seen = {act.article.pk: act.article.version for act in members}
        count = Article.objects.filter(pk__in=seen, version__in=set(seen.values())).update(
            **values, version=F("version") + 1
        )
        if count != len(members):
            raise RuntimeError("An article changed under its lock; nothing of this act was kept.")
    for act in acts:
        for name, value in (act.new | act.extra).items():
            setattr(act.article, name, value)
        act.article.version += 1

"""Acts on articles as they reach the database: conditional updates and one Review row for each, in one transaction.

Only ``decisions`` (what people do) and ``following`` (what the feed does) come here.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import F

from articles import providers, topics
from articles.likeness import twins
from articles.mapping import MIRRORED, PAGE, found_values, freeze
from articles.models import Article, Review, Rule
from articles.workflow import Action, By

STANDING = ("recheck", "recheck_since")  # why an article wants another look
TRACKED = (*MIRRORED, "status", "withdrawn", "hold_until", "publish_from", "publish_until", "decided_at", "decided_by_id", "desk_fields", "watched", "assigned_to_id", *STANDING)
MOST_GROUPS = 4  # updates of many articles at once, before each article gets one of its own


@dataclass
class Act:
    """One article and the attributes that an act gives it.

    ``extra`` is written and not recorded. ``unheeded`` is what the feed changed and the desk did not follow. A ``quiet``
    act leaves no row and no new version; a ``notable`` one leaves a row although no attribute changed.
    """

    article: Article
    new: dict[str, Any]
    undoes: Review | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    unheeded: Mapping[str, Any] = field(default_factory=dict)
    quiet: bool = False
    notable: bool = False

    @property
    def values(self) -> dict[str, Any]:
        return self.new | self.extra

    @property
    def version(self) -> int:
        """The article's version after the act."""
        return self.article.version + (not self.quiet)


def locked(pks: Iterable[int]) -> dict[int, Article]:
    """The articles as they are now, locked until the transaction ends. (On SQLite the transaction itself is the lock.)"""
    found = Article.objects.filter(pk__in=list(pks)).order_by("pk").select_for_update(of=("self",))
    return {article.pk: article for article in found.select_related("decided_by", "site")}


def write(
    acts: Sequence[Act],
    action: Action,
    *,
    at: datetime,
    editor: Any = None,
    by: By = By.EDITOR,
    reason: str = "",
    note: str = "",
    twin: Article | None = None,
    key: str = "",
    batch: uuid.UUID | None = None,
    rule: Rule | None = None,
    shown_at: datetime | None = None,
) -> list[Review]:
    """Update the articles and add their reviews, joined by ``batch``. An act that changes nothing leaves no row, unless it is a decision.

    The articles must be locked. The number of queries does not depend on that of the acts.
    """
    batch = batch or uuid.uuid4()
    reviews, changed = [], []
    for act in acts:
        before = {name: freeze(getattr(act.article, name)) for name in act.new if name in TRACKED}
        after = {name: freeze(value) for name, value in act.new.items() if name in TRACKED}
        differing = {name for name in before if before[name] != after[name]}
        is_empty = not differing and not act.unheeded and not act.notable and action in (Action.EDIT, Action.FOLLOW)
        act.quiet = act.quiet or is_empty
        if is_empty and not act.extra:
            continue
        act.new = {name: value for name, value in act.new.items() if name in differing}
        changed.append(act)
        if act.quiet:
            continue
        reviews.append(
            Review(
                article=act.article,
                at=at,
                shown_at=shown_at,
                by=by,
                actor=editor,
                rule=rule,
                action=action,
                from_status=act.article.status,
                to_status=act.new.get("status", act.article.status),
                before={name: before[name] for name in sorted(differing)},
                after={name: after[name] for name in sorted(differing)},
                unheeded=dict(act.unheeded),
                reason=reason,
                twin=twin,
                note=note,
                version=act.version,
                batch=batch,
                undoes=act.undoes,
                key=key or None,
            )
        )
    _find(changed)
    _update(changed)
    _compare(changed)
    return Review.objects.bulk_create(reviews)


def _find(acts: Sequence[Act]) -> None:
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


def _spelling(act: Act) -> tuple[str, str]:
    """The provider's name and domain as the act leaves them."""
    name, domain = (act.new.get(part, getattr(act.article, part)) for part in ("provider_name", "provider_domain"))
    return name or "", domain or ""


def _compare(acts: Sequence[Act]) -> None:
    """Find the likely duplicates of those that tell something else now."""
    retold: dict[int, list[int]] = {}
    for act in acts:
        if {"title", *PAGE} & act.new.keys():
            retold.setdefault(act.article.site_id, []).append(act.article.pk)
    for site, keys in retold.items():
        twins.renew(site, keys)


def _update(acts: Sequence[Act]) -> None:
    """One conditional UPDATE for all articles that get the same values; where nearly each gets its own, one for each in
    one call."""
    groups: dict[str, tuple[dict[str, Any], list[Act]]] = {}
    for act in acts:
        values = act.values
        quality = values.get("quality", act.article.quality)
        if values.get("heat") == quality is not None and "quality" not in values:
            values["heat"] = F("quality")  # the same expression for all, so that a bulk approval is one statement
        name = json.dumps({key: repr(value) if isinstance(value, F) else freeze(value) for key, value in values.items()},
                          cls=DjangoJSONEncoder, sort_keys=True)  # fmt: skip
        groups.setdefault(f"{act.quiet} {name}", (values, []))[1].append(act)
    if len(groups) <= MOST_GROUPS and not any(act.quiet for act in acts):
        count = 0
        for values, members in groups.values():
            seen = {act.article.pk: act.article.version for act in members}
            count += Article.objects.filter(pk__in=seen, version__in=set(seen.values())).update(
                **values, version=F("version") + 1
            )
    else:
        count = _update_apart(acts)
    if count != len(acts):
        raise RuntimeError("An article changed under its lock; nothing of this act was kept.")
    for act in acts:
        version = act.version
        for name, value in act.values.items():
            setattr(act.article, name, value)
        act.article.version = version


def _update_apart(acts: Sequence[Act]) -> int:
    """Give each article its own values, in one call to the database. How many rows took them."""
    quote = connection.ops.quote_name
    names = sorted({name for act in acts for name in act.values})
    fields = [Article._meta.get_field(name) for name in names]
    given = ", ".join(f"{quote(one.column)} = %s" for one in fields)
    rows = []
    for act in acts:
        values = act.values
        row = [
            one.get_db_prep_save(values[name] if name in values else getattr(act.article, name), connection)
            for name, one in zip(names, fields, strict=True)
        ]
        rows.append([*row, act.version, act.article.pk, act.article.version])
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {quote(Article._meta.db_table)} SET {given}, version = %s WHERE id = %s AND version = %s",  # noqa: S608
            rows,
        )
        return int(cursor.rowcount)

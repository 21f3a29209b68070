"""Conflicts as they stand: which are open, what each choice makes of the article, and whether one can still be made."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Any

from django.utils.translation import gettext

from articles.captions import caption
from articles.frontmatter.schema import PLACES
from articles.labels import inside
from articles.mapping import ATTRIBUTES, PROVIDER_PARTS, article_values, freeze, thaw
from articles.models import Article, Conflict, Review

Choice = Conflict.Choice


def open_conflicts(article: Article) -> list[Conflict]:
    """The fields of the article that wait for a choice, in the file's order. One query."""
    rows = Conflict.objects.filter(article=article, settled_at=None)
    return sorted(rows, key=lambda row: (PLACES.get(row.field, len(PLACES)), row.pk))


def attributes_of(key: str) -> tuple[str, ...]:
    """The article's attributes that hold a key of the file; ``provider`` has several."""
    if key == "provider":
        return tuple(PROVIDER_PARTS.values())
    return (ATTRIBUTES[key],) if key in ATTRIBUTES else ()


def attributes_with(key: str, value: Any) -> dict[str, Any]:
    """The attributes as one side of a conflict has them."""
    values = article_values({key: value})
    return {name: thaw(name, values[name]) for name in attributes_of(key)}


def desk_side(article: Article, key: str) -> Any:
    """The desk's value of a key as the file would have it: what the article holds now, which may be newer than the row."""
    if key == "provider":
        parts = {part: getattr(article, name) for part, name in PROVIDER_PARTS.items()}
        return {part: value for part, value in parts.items() if value is not None}
    return freeze(getattr(article, ATTRIBUTES[key])) if key in ATTRIBUTES else None


def settled_values(article: Article, rows: Iterable[Conflict], choices: Mapping[str, str]) -> dict[str, Any]:
    """What the choices give the article, ``desk_fields`` among it.

    What is taken from the feed follows the feed again; anything else is the desk's.
    """
    new: dict[str, Any] = {}
    owned = set(article.desk_fields)
    for row in rows:
        choice = choices.get(row.field, Choice.OURS)
        if choice == Choice.OURS:
            continue
        theirs = attributes_with(row.field, row.theirs)
        side = theirs if choice == Choice.THEIRS else attributes_with(row.field, row.base)
        new |= side
        for name, value in side.items():
            (owned.discard if freeze(value) == freeze(theirs[name]) else owned.add)(name)
    return new | {"desk_fields": sorted(owned)}


def seen_token(rows: Iterable[Conflict]) -> str:
    """Names exactly these sides. A page carries it, so that a choice is made between what the editor saw."""
    sides = sorted([row.field, row.base, row.theirs] for row in rows)
    return blake2b(json.dumps(sides, sort_keys=True).encode(), digest_size=8).hexdigest()


def why_not_settled(rows: Sequence[Conflict], choices: Mapping[str, str], seen: str) -> str:
    """Why the choices cannot be made on the conflicts as they are now, or nothing."""
    if not choices:
        return gettext("Nothing was chosen, so nothing was changed.")
    gone = choices.keys() - {row.field for row in rows}
    if gone:
        return gettext("%(fields)s: settled already, or both sides agree by now. Look again and choose.") % {"fields": _captions(gone)}
    if seen and seen != seen_token(rows):
        return gettext("The feed changed %(fields)s again meanwhile. Look again and choose.") % {"fields": inside(_captions(choices))}
    return ""


def close(rows: Sequence[Conflict], choices: Mapping[str, str], review: Review, at: datetime) -> None:
    """Record who chose what. One query for each side that was chosen."""
    for choice in sorted(set(choices.values())):
        chosen = [row.pk for row in rows if choices[row.field] == choice]
        Conflict.objects.filter(pk__in=chosen).update(settled_at=at, settled_by=review, choice=choice)


def reopen(review: Review) -> None:
    """Open again what an act had settled."""
    Conflict.objects.filter(settled_by=review).update(settled_at=None, settled_by=None, choice="")


def why_not_reopened(review: Review) -> str:
    """Why the conflicts that an act settled cannot be opened again, or nothing."""
    fields = Conflict.objects.filter(settled_by=review).values("field")
    if Conflict.objects.filter(article=review.article_id, settled_at=None, field__in=fields).exists():
        return gettext("The feed changed the same field again, and that conflict is open. Settle it instead.")
    return ""


def chosen_words(choices: Mapping[str, str]) -> str:
    """The choices as the history tells them."""
    return " ".join(
        f"{caption(key)}: {inside(str(Choice(choices[key]).label))}."
        for key in sorted(choices, key=lambda key: PLACES.get(key, len(PLACES)))
    )


def _captions(keys: Iterable[str]) -> str:
    return ", ".join(caption(key) for key in sorted(keys))

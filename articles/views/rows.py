"""One article as a row of a list: everything worked out before the template loops."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from articles.forms.decisions import HEAT_STEPS, heat_step
from articles.models import Article
from articles.pictures import Picture, picture_of
from articles.views.stencil import Stencil
from articles.workflow import PUBLISH_LINE, Status, Trust

COLOURS = 12
WIDEST = 140  # the quality at the gauge's right end; the line of 70 is its middle
STATUS_TAGS = {"approved": "ok", "live": "ok", "rejected": "no", "held": "pen", "pending": "pen"}
STATUS_WORDS = {
    "approved": "Approved",
    "live": "Published",
    "rejected": "Rejected",
    "held": "Held",
    "pending": "In the queue",
}
TRUST_TAGS = {"trusted": "ok", "watch": "warn", "blocked": "no", "new": "pen"}
# What differs from row to row. Everything else that the template asks is the same for all rows of one kind.
WORDS = (
    "pk", "title", "excerpt", "provider", "provider_pk", "letter", "colour", "trust", "quality", "width", "verdict",
    "heat", "age", "moment", "related", "picture", "review", "unfolds",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    article: Article
    title: str
    excerpt: str
    provider: str
    letter: str
    colour: int
    trust: str
    trust_tag: str
    quality: str
    width: int
    over: bool
    verdict: str
    heat: str
    heat_level: int
    age: str
    moment: str
    related: str
    picture: Picture
    is_video: bool
    flags: tuple[tuple[str, str], ...]


def row_of(article: Article, at: datetime) -> Row:
    """The row of an article that was loaded by ``for_listing``. No query."""
    provider = article.provider
    name = article.provider_name or (provider.name if provider else "") or article.provider_domain or "Unknown provider"
    quality, heat, status = article.quality, article.heat, article.status
    flags = []
    if status == Status.HELD:
        flags.append(("pen", f"Held until {article.hold_until:%d %b %H:%M}" if article.hold_until else "Held"))
    elif status != Status.PENDING:
        flags.append((STATUS_TAGS[status], STATUS_WORDS[status]))
    elif article.desk_fields:
        flags.append(("pen", "Edited here"))
    letter, colour = _badge(name)
    return Row(
        article=article,
        title=article.title or article.path,
        excerpt=article.excerpt or "",
        provider=name,
        letter=letter,
        colour=colour,
        trust=TRUST_WORDS.get(provider.trust, "") if provider else "",
        trust_tag=TRUST_TAGS.get(provider.trust, "") if provider else "",
        quality="–" if quality is None else str(quality),
        width=min(quality or 0, WIDEST),
        over=quality is not None and quality >= PUBLISH_LINE,
        verdict=verdict(quality),
        heat="" if heat is None or heat < 0 else str(heat),
        heat_level=heat_step(heat),
        age=age(at - article.queued_at),
        moment=f"{article.queued_at:%Y-%m-%dT%H:%M:%SZ}",
        related=f"{article.related_count} related" if article.related_count else "none related",
        picture=picture_of(article.images),
        is_video=article.type == "video",
        flags=tuple(flags),
    )


TRUST_WORDS = {case.value: case.label for case in Trust}
STENCIL = Stencil("articles/_row.html", WORDS)


def draw(rows: Iterable[Row], query: str) -> SafeString:
    """Folded rows as HTML. ``query`` is the queue's query string, which their links carry."""
    tail = f"?{query}" if query else ""
    return mark_safe("".join([_draw(row, tail) for row in rows]))  # noqa: S308 - the stencil escapes


def _draw(row: Row, tail: str) -> str:
    looks, words = _parts(row, tail)
    return STENCIL.fill(tuple(looks.values()), looks, words)


def row_context(row: Row, query: str) -> dict[str, Any]:
    """What ``_row.html`` reads from ``row`` where it is drawn alone."""
    looks, words = _parts(row, f"?{query}" if query else "")
    return {**looks, **words, "article": row.article}


def _parts(row: Row, tail: str) -> tuple[dict[str, Any], dict[str, str]]:
    pk, provider = str(row.article.pk), row.article.provider_id
    looks = {
        "has_picture": bool(row.picture.src),
        "has_provider": provider is not None,
        "over": row.over,
        "heat_level": row.heat_level,
        "is_hot": bool(row.heat),
        "is_video": row.is_video,
        "flags": row.flags,
    }
    words = {
        "pk": pk,
        "title": row.title,
        "excerpt": row.excerpt,
        "provider": row.provider,
        "provider_pk": str(provider or ""),
        "letter": row.letter,
        "colour": str(row.colour),
        "trust": row.trust,
        "quality": row.quality,
        "width": str(row.width),
        "verdict": row.verdict,
        "heat": row.heat,
        "age": row.age,
        "moment": row.moment,
        "related": row.related,
        "picture": row.picture.src,
        "review": f"{row_address('articles:review', pk)}{tail}",
        "unfolds": f"{row_address('articles:unfolded', pk)}{tail}",
    }
    return looks, words


@lru_cache(maxsize=8)
def _address_parts(name: str) -> tuple[str, str]:
    before, _, after = reverse(name, args=[7070707]).partition("7070707")
    return before, after


def row_address(name: str, pk: str) -> str:
    """The address of a view that takes an article's key. Asking the URL table for each row costs a millisecond a page."""
    before, after = _address_parts(name)
    return f"{before}{pk}{after}"


@lru_cache(maxsize=4096)
def _badge(name: str) -> tuple[str, int]:
    return name.strip()[:1].upper() or "?", colour_of(name)


def colour_of(name: str) -> int:
    """One of the twelve colours, always the same for a name."""
    return zlib.crc32(name.encode("utf-8", "replace")) % COLOURS


@lru_cache(maxsize=1024)
def verdict(quality: int | None) -> str:
    """The quality in words, beside the line."""
    if quality is None:
        return "no quality yet"
    if quality == PUBLISH_LINE:
        return f"on the line of {PUBLISH_LINE}"
    apart = abs(quality - PUBLISH_LINE)
    return f"{apart} {'over' if quality > PUBLISH_LINE else 'under'} the line of {PUBLISH_LINE}"


def age(span: timedelta) -> str:
    """How long ago, in the largest unit that says something."""
    seconds = int(span.total_seconds())
    if seconds < 0:
        return "ahead"
    for size, unit in ((365 * 86400, "y"), (30 * 86400, "mo"), (86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return "now"


def ago(span: timedelta) -> str:
    """The age as a phrase: "3 h ago", "just now", "ahead of time"."""
    words = age(span)
    return {"now": "just now", "ahead": "ahead of time"}.get(words, f"{words} ago")


def cools(heat: int | None) -> str:
    """The forecast beneath the heat: it halves in a day."""
    if heat is None or heat <= 0:
        return ""
    return f"Cools to about {round(heat / 2)} by tomorrow and {round(heat / 8)} in three days."


def heat_choices(heat: int | None) -> list[tuple[int, str, bool]]:
    """The five steps, each with the value that it sets and whether the article stands on it."""
    here = heat_step(heat)
    return [(value, label, place == here) for place, (value, label) in enumerate(HEAT_STEPS)]


def related_row(entry: Any, at: datetime) -> dict[str, Any]:
    """One related entry with the state of the article that it is a copy of."""
    target = entry.target
    values = entry.entry if isinstance(entry.entry, dict) else {}
    provider = values.get("provider") or {}
    quality = values.get("quality")
    status = target.status if target else ""
    name = provider.get("name") or provider.get("domain") or ""
    return {
        "title": entry.title or entry.web_url or "Untitled",
        "target": target,
        "provider": name,
        "colour": colour_of(name),
        "quality": quality if isinstance(quality, int) else None,
        "width": min(quality, WIDEST) if isinstance(quality, int) else 0,
        "over": isinstance(quality, int) and quality >= PUBLISH_LINE,
        "state": STATUS_WORDS.get(status, "Not on this site"),
        "tag": STATUS_TAGS.get(status, ""),
        "age": ago(at - target.queued_at) if target else "",
        "picture": picture_of(values.get("images")),
        "url": entry.web_url or "",
    }

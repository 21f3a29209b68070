"""One article as a row of a list: everything worked out before the template loops."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext

from articles.forms.decisions import HEAT_STEPS, heat_step
from articles.likeness.titles import Headline, likeness
from articles.models import Article
from articles.pictures import Picture, picture_of, related_picture
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


@dataclass(frozen=True)
class Row:
    """What a list shows of an article. Two rows are equal when they look the same, whichever query loaded them."""

    article: Article = field(compare=False)
    pk: int
    version: int
    title: str
    excerpt: str
    provider: str
    letter: str
    colour: int
    trust: str
    quality: str
    width: int
    over: bool
    verdict: str
    heat: str
    heat_level: int
    age: str
    related: str
    picture: Picture
    flags: tuple[tuple[str, str], ...]
    holder: str = ""  # who else has it open

    def __getitem__(self, name: str) -> Any:
        # Templates ask by key first; without this each of their questions costs an exception.
        return getattr(self, name)


def row_of(article: Article, at: datetime, holder: Any = None) -> Row:
    """The row of an article that was loaded by ``for_listing``. ``holder``: who else has it open. No query."""
    provider = article.provider
    name = article.provider_name or (provider.name if provider else "") or article.provider_domain or "Unknown provider"
    quality = article.quality
    flags = []
    if article.status == Status.HELD:
        flags.append(("pen", f"Held until {article.hold_until:%d %b %H:%M}" if article.hold_until else "Held"))
    elif article.status != Status.PENDING:
        flags.append((STATUS_TAGS[article.status], STATUS_WORDS[article.status]))
    if getattr(article, "alike", ""):  # given to lists by likeness.stories.mark_alike
        flags.append(("warn", article.alike))  # type: ignore[attr-defined]
    if article.watched:
        flags.append(("warn", gettext("Watch")))
    if article.type == "video":
        flags.append(("", "Video"))
    if article.desk_fields and article.status == Status.PENDING:
        flags.append(("pen", "Edited here"))
    return Row(
        article=article,
        pk=article.pk,
        version=article.version,
        title=article.title or article.path,
        excerpt=article.excerpt or "",
        provider=name,
        letter=name[:1].upper(),
        colour=colour_of(name),
        trust=Trust(provider.trust).label if provider else "",
        quality="" if quality is None else str(quality),
        width=min(quality or 0, WIDEST),
        over=quality is not None and quality >= PUBLISH_LINE,
        verdict=verdict(quality),
        heat="" if article.heat is None or article.heat < 0 else str(article.heat),
        heat_level=heat_step(article.heat),
        age=age(at - article.queued_at),
        related=f"{article.related_count} related" if article.related_count else "none related",
        picture=picture_of(article),
        flags=tuple(flags),
        holder=holder.get_username() if holder else "",
    )


def colour_of(name: str) -> int:
    """One of the twelve colours, always the same for a name."""
    return zlib.crc32(name.encode("utf-8", "replace")) % COLOURS


def verdict(quality: int | None) -> str:
    """The quality in words, beside the line."""
    if quality is None:
        return "no quality yet"
    if quality == PUBLISH_LINE:
        return "on the line of 70"
    apart = abs(quality - PUBLISH_LINE)
    return f"{apart} {'over' if quality > PUBLISH_LINE else 'under'} the line of 70"


def age(span: timedelta) -> str:
    """How long ago, in the largest unit that says something."""
    seconds = int(span.total_seconds())
    if seconds < 0:
        return "ahead"
    for size, unit in ((365 * 86400, "y"), (30 * 86400, "mo"), (86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return "now"


def past(span: timedelta) -> str:
    """How long ago, as a phrase."""
    words = age(span)
    return "just now" if words in ("now", "ahead") else f"{words} ago"


def heat_name(heat: int | None) -> str:
    return HEAT_STEPS[heat_step(heat)][1]


def cools(heat: int | None) -> str:
    """The forecast beneath the heat: it halves in a day."""
    if heat is None or heat <= 0:
        return ""
    return f"Cools to about {round(heat / 2)} by tomorrow and {round(heat / 8)} in three days."


def related_row(entry: Any, at: datetime, site: int) -> dict[str, Any]:
    """One related entry with the state of the article that it is a copy of."""
    target = entry.target
    values = entry.entry
    provider = values.get("provider") or {}
    quality = values.get("quality")
    status = target.status if target else ""
    return {
        "title": entry.title or entry.web_url or "Untitled",
        "target": target,
        "provider": provider.get("name") or provider.get("domain") or "",
        "quality": quality if isinstance(quality, int) else None,
        "width": min(quality, WIDEST) if isinstance(quality, int) else 0,
        "over": isinstance(quality, int) and quality >= PUBLISH_LINE,
        "state": STATUS_WORDS.get(status, "Not on this site"),
        "tag": STATUS_TAGS.get(status, ""),
        "age": age(at - target.queued_at) if target else "",
        "picture": related_picture(entry, site),
        "url": entry.web_url or "",
        "alike": likeness(Headline(entry.article.title or ""), Headline(entry.title or "")),
    }

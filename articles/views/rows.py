"""One article as a row of a list: everything worked out before the template loops."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, pgettext
from django.utils.translation import gettext_lazy as _

from articles.forms.decisions import heat_step
from articles.labels import age, counted, label, once_a_language
from articles.likeness.titles import Headline, likeness
from articles.models import Article
from articles.pictures import Picture, picture_of, related_picture
from articles.words import readable
from articles.workflow import NN_, PUBLISH_LINE, Status, Trust

COLOURS = 12
WIDEST = 140  # the quality at the gauge's right end; the line of 70 is its middle
STATUS_TAGS = {"approved": "ok", "live": "ok", "rejected": "no", "held": "pen", "pending": "pen"}
STATUS_WORDS = {
    "approved": _("Approved"),
    "live": _("Published"),
    "rejected": _("Rejected"),
    "held": _("Held"),
    "pending": _("In the queue"),
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
    name = article.provider_name or (provider.name if provider else "") or article.provider_domain or gettext("Unknown provider")
    quality = article.quality
    language = get_language()
    flags = []
    if article.status == Status.HELD:
        flags.append(("pen", held(article.hold_until)))
    elif article.status != Status.PENDING:
        flags.append((STATUS_TAGS[article.status], str(STATUS_WORDS[article.status])))
    if getattr(article, "alike", ""):  # given to lists by likeness.stories.mark_alike
        flags.append(("warn", article.alike))  # type: ignore[attr-defined]
    if article.watched:
        flags.append(("warn", gettext("Watch")))
    if article.assigned_to is not None:
        flags.append(("pen", gettext("For %(name)s") % {"name": article.assigned_to.get_username()}))
    if article.open_notes:
        flags.append(("warn", _open_notes.within(language, article.open_notes)))
    if article.type == "video":
        flags.append(("", gettext("Video")))
    if article.desk_fields and article.status == Status.PENDING:
        flags.append(("pen", gettext("Edited here")))
    return Row(
        article=article,
        pk=article.pk,
        version=article.version,
        title=readable(article.title or article.path),
        excerpt=readable(article.excerpt or ""),
        provider=name,
        letter=name[:1].upper(),
        colour=colour_of(name),
        trust=_trust.within(language, provider.trust) if provider else "",
        quality="" if quality is None else str(quality),
        width=min(quality or 0, WIDEST),
        over=quality is not None and quality >= PUBLISH_LINE,
        verdict=verdict.within(language, quality),
        heat="" if article.heat is None or article.heat < 0 else str(article.heat),
        heat_level=heat_step(article.heat),
        age=age(at - article.queued_at, language),
        related=_related.within(language, article.related_count),
        picture=picture_of(article),
        flags=tuple(flags),
        holder=holder.get_username() if holder else "",
    )


def colour_of(name: str) -> int:
    """One of the twelve colours, always the same for a name."""
    return zlib.crc32(name.encode("utf-8", "replace")) % COLOURS


@once_a_language
def _trust(trust: str) -> str:
    return label(Trust(trust))


@once_a_language
def _open_notes(count: int) -> str:
    return counted(NN_("%(count)s open note", "%(count)s open notes"), count)


@once_a_language
def _related(count: int) -> str:
    return counted(NN_("%(count)s related", "%(count)s related"), count) if count else gettext("none related")


def held(until: datetime | None) -> str:
    """That an article is held, and until when: day and time in UTC."""
    if until is None:
        return gettext("Held")
    # Translators: Django's letters for a day and a time of it, as in “26 Nov 14:05”.
    return gettext("Held until %(when)s") % {"when": date_format(until, pgettext("moment", "d M H:i"))}


@once_a_language
def verdict(quality: int | None) -> str:
    """The quality in words, beside the line."""
    if quality is None:
        return gettext("no quality yet")
    if quality == PUBLISH_LINE:
        return gettext("on the line of 70")
    apart = abs(quality - PUBLISH_LINE)
    words = gettext("%(points)s over the line of 70") if quality > PUBLISH_LINE else gettext("%(points)s under the line of 70")
    return words % {"points": apart}


def cools(heat: int | None) -> str:
    """The forecast beneath the heat: it halves in a day."""
    if heat is None or heat <= 0:
        return ""
    return gettext("Cools to about %(tomorrow)s by tomorrow and %(later)s in three days.") % {"tomorrow": round(heat / 2), "later": round(heat / 8)}


def related_row(entry: Any, at: datetime, site: int) -> dict[str, Any]:
    """One related entry with the state of the article that it is a copy of."""
    target = entry.target
    values = entry.entry
    provider = values.get("provider") or {}
    quality = values.get("quality")
    status = target.status if target else ""
    return {
        "title": readable(entry.title or entry.web_url or gettext("Untitled")),
        "target": target,
        "provider": provider.get("name") or provider.get("domain") or "",
        "quality": quality if isinstance(quality, int) else None,
        "width": min(quality, WIDEST) if isinstance(quality, int) else 0,
        "over": isinstance(quality, int) and quality >= PUBLISH_LINE,
        "state": str(STATUS_WORDS.get(status) or gettext("Not on this site")),
        "tag": STATUS_TAGS.get(status, ""),
        "age": age(at - target.queued_at) if target else "",
        "picture": related_picture(entry, site),
        "url": entry.web_url or "",
        "alike": likeness(Headline(entry.article.title or ""), Headline(entry.title or "")),
    }

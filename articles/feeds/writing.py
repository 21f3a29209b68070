"""Articles as RSS 2.0, Atom 1.0 and JSON Feed 1.1.

What files hold is text of strangers: it is escaped for the format, characters that XML forbids are left out, and only http and
https become links.
"""

from __future__ import annotations

import html
import json
import re
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.encoding import iri_to_uri
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.html import escape

from articles.models import Article, Site

FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # in XML 1.0
SPACE = uuid.UUID("6f1f9a52-3d0c-5a0e-9b53-2a6f0a1c7d11")  # of the names of entries, for ever


@dataclass(frozen=True)
class Feed:
    """What every format says. ``own`` is the feed's own address, ``moment`` of its latest entry."""

    site: Site
    title: str
    own: str
    moment: datetime
    entries: tuple[Entry, ...]

    @property
    def home(self) -> str:
        return web(self.site.url) or self.own


@dataclass(frozen=True)
class Entry:
    """One article in plain text. ``link`` and ``picture`` are "" where there is none that may be followed."""

    name: str
    title: str
    text: str
    link: str
    published_at: datetime
    changed_at: datetime
    author: str
    tags: tuple[str, ...]
    picture: str


def feed_from(site: Site, articles: Sequence[Article], *, own: str, topic: str = "") -> Feed:
    entries = tuple(entry_of(site, article) for article in articles)
    title = plain(site.title or site.name)
    moment = max((entry.changed_at for entry in entries), default=site.created_at)
    return Feed(site, f"{title}: {plain(topic)}" if topic else title, own, moment, entries)


def entry_of(site: Site, article: Article) -> Entry:
    return Entry(
        name=f"urn:uuid:{uuid.uuid5(SPACE, f'{site.name}/{article.path}')}",
        title=plain(article.title or article.path),
        text=plain(article.excerpt or ""),
        link=web(article.web_url) or web(article.original_url),
        published_at=article.queued_at,
        changed_at=max(article.queued_at, article.decided_at or article.queued_at),
        author=plain(article.provider_name or ""),
        tags=tuple(plain(topic) for topic in article.topics or () if topic),
        picture=next((found for one in article.images or () if isinstance(one, dict) and (found := web(one.get("url")))), ""),
    )


def plain(text: str) -> str:
    """Text on one line, as people read it: the feed writes entities into its words."""
    return FORBIDDEN.sub("", " ".join(html.unescape(text).split()))


def web(address: Any) -> str:
    """The address as a link may hold it; "" for all that is neither http nor https."""
    text = address if isinstance(address, str) else ""
    return iri_to_uri(FORBIDDEN.sub("", text)) if re.match(r"https?://[^\s/]", text) else ""


class _Pictured(SyndicationFeed):
    """What both kinds of XML have beside Django's own: the picture of an entry, by Media RSS, and the moment of an empty feed."""

    def root_attributes(self) -> dict[str, str]:
        return {**super().root_attributes(), "xmlns:media": "http://search.yahoo.com/mrss/"}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        if item["picture"]:
            handler.addQuickElement("media:content", attrs={"url": item["picture"], "medium": "image"})

    def latest_post_date(self) -> datetime:
        """Of an empty feed, too, the same every time."""
        moment: datetime = self.feed["moment"]
        return moment


class _Rss(_Pictured, Rss201rev2Feed):
    pass


class _Atom(_Pictured, Atom1Feed):
    pass


def _xml(kind: type[_Rss] | type[_Atom]) -> Callable[[Feed], bytes]:
    def write(feed: Feed) -> bytes:
        made = kind(
            feed.title, feed.home, feed.title, language=feed.site.language or None, author_name=feed.title, feed_url=feed.own,
            feed_guid=f"urn:uuid:{uuid.uuid5(SPACE, feed.own.partition('?')[0])}", moment=feed.moment,
        )  # fmt: skip
        for entry in feed.entries:
            made.add_item(
                title=entry.title, link=entry.link or feed.home, description=escape(entry.text), pubdate=entry.published_at,
                updateddate=entry.changed_at, author_name=entry.author or None, unique_id=entry.name, unique_id_is_permalink=False,
                categories=entry.tags, picture=entry.picture,
            )  # fmt: skip
        text: str = made.writeString("utf-8")
        return text.encode()

    return write


def json_feed(feed: Feed) -> bytes:
    words = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": web(feed.site.url),
        "feed_url": feed.own,
        "language": feed.site.language,
        "items": [_item(entry) for entry in feed.entries],
    }
    return json.dumps({key: value for key, value in words.items() if value != ""}, ensure_ascii=False).encode()


def _item(entry: Entry) -> dict[str, Any]:
    words = {
        "id": entry.name,
        "url": entry.link,
        "title": entry.title,
        "content_text": entry.text,
        "image": entry.picture,
        "date_published": _moment(entry.published_at),
        "date_modified": _moment(entry.changed_at),
        "authors": [{"name": entry.author}] if entry.author else "",
        "tags": list(entry.tags),
    }
    return {key: value for key, value in words.items() if value != "" or key == "content_text"}


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


# The name at the end of the address -> media type, and how it is written.
FORMATS: dict[str, tuple[str, Callable[[Feed], bytes]]] = {
    "rss.xml": ("application/rss+xml; charset=utf-8", _xml(_Rss)),
    "atom.xml": ("application/atom+xml; charset=utf-8", _xml(_Atom)),
    "feed.json": ("application/feed+json; charset=utf-8", json_feed),
}

"""The file's keys and the article's attributes, facing each other: the only room that knows both spellings."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.utils.dateparse import parse_datetime

from articles.frontmatter import REMOVE, Document, FrontMatterError
from articles.likeness.addresses import page_of
from articles.words import spelled_lines

if TYPE_CHECKING:
    from articles.models import Article

# File key -> attribute, in the file's order. ``provider`` is a mapping and has its own table below; ``related`` is the
# feed's and lives in RelatedArticle; ``secured`` stays in the source text and is copied nowhere.
ATTRIBUTES: dict[str, str] = {
    "category": "category",
    "title": "title",
    "excerpt": "excerpt",
    "publishedDateTime": "published_at",
    "originalUrl": "original_url",
    "webUrl": "web_url",
    "ampWebUrl": "amp_web_url",
    "cdnAmpWebUrl": "cdn_amp_web_url",
    "type": "type",
    "quality": "quality",
    "heat": "heat",
    "published": "published",
    "removed": "removed",
    "featuredContent": "featured_content",
    "topics": "topics",
    "images": "images",
}
PROVIDER_PARTS: dict[str, str] = {"name": "provider_name", "domain": "provider_domain", "images": "provider_images"}
KEYS: dict[str, str] = {attribute: key for key, attribute in ATTRIBUTES.items()} | {
    attribute: "provider" for attribute in PROVIDER_PARTS.values()
}
MIRRORED = tuple(KEYS)
LONGEST_NAME = 500  # characters of a provider's name or domain
LONGEST_TOPIC = 200
# The entries of ``related`` as the feed writes them: nine tenths of the text where there are any.
ENTRIES = re.compile(r"^related:[ \t]*\r?\n(?:[ \t].*\n|-[ \t].*\n|[ \t\r]*\n)*", re.MULTILINE)


def article_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Every mirrored attribute with its value; None where the file lacks the key."""
    mirrored = {attribute: values.get(key) for key, attribute in ATTRIBUTES.items()}
    provider = values.get("provider") or {}
    mirrored.update((attribute, provider.get(part)) for part, attribute in PROVIDER_PARTS.items())
    return mirrored


def kept_values(text: str, path: str) -> dict[str, Any]:
    """The values of a text that is on the desk already, by file key, without ``related``.

    Empty for a text that an older desk could read and this one cannot: nothing is known of what it said.
    """
    limit = max(len(text), 1)
    bare, count = ENTRIES.subn("", text)
    for one in (bare, text) if count == 1 else (text,):
        try:
            values = Document.parse(one, path=path, limit=limit).values
        except FrontMatterError:
            continue  # what looked like the entries was something else; read it all
        return {key: value for key, value in values.items() if key != "related"}
    return {}


def document_changes(article: Article, document: Document, held: Collection[str] = ()) -> dict[str, Any]:
    """What the desk decided that the document does not say yet: file keys with values, or REMOVE.

    ``held``: file keys that stay as the document has them, since the feed and the desk are in conflict about them.
    """
    changes: dict[str, Any] = {}
    for attribute in article.desk_fields:
        key = KEYS[attribute]
        if key in held:
            continue
        if key == "provider":
            changes[key] = _provider(article, document.values.get("provider"))
        else:
            value = getattr(article, attribute)
            changes[key] = REMOVE if value is None and document.values.get(key) is not None else value
    return {
        key: value
        for key, value in changes.items()
        if (key in document.values if value is REMOVE else document.values.get(key) != value)
    }


def _provider(article: Article, current: Any) -> dict[str, Any]:
    """The provider mapping with the parts that the desk changed; parts that we do not know stay."""
    provider = dict(current or {})
    for part, attribute in PROVIDER_PARTS.items():
        if attribute in article.desk_fields:
            value = getattr(article, attribute)
            if value is None:
                provider.pop(part, None)
            else:
                provider[part] = value
    return provider


def exported_text(article: Article, text: str, held: Collection[str] = ()) -> str:
    """The file as it leaves: ``text`` with exactly what the desk decided, and byte for byte ``text`` where nothing was.

    ``held``: file keys in conflict, which stay as they are. Raises FrontMatterError, naming the key, when the file cannot take a value safely.
    """
    if not article.desk_fields:
        return text
    document = Document.parse(text, path=article.path)
    changes = document_changes(article, document, held)
    return document.replace(changes).text if changes else text


def url_key(url: str | None) -> int | None:
    """A signed 64-bit hash of an address, small enough to index however long the address is."""
    if not url:
        return None
    digest = hashlib.blake2b(url.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def fold(text: str) -> str:
    """Text as keywords are compared: compatibility forms and case folded."""
    return unicodedata.normalize("NFKC", text).casefold()


SEARCHED = ("title", "excerpt", "provider_name", "provider_domain")
PAGE = ("web_url", "original_url", "featured_content")  # what an article's page is told by, the first that says it


def found_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes that are found from mirrored ones: what lists search and link by."""
    return {
        "search_text": spelled_lines(values.get(name) for name in SEARCHED),
        "url_key": url_key(values.get("web_url")),
        "page_key": url_key(page_of(*(values.get(name) for name in PAGE))),
    }


def freeze(value: Any) -> Any:
    """A value as Review rows keep it: JSON, moments as ISO 8601 in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value


MOMENTS = frozenset({"published_at", "hold_until", "publish_from", "publish_until", "decided_at", "queued_at", "recheck_since"})


def thaw(attribute: str, value: Any) -> Any:
    """The value that ``freeze`` kept for this attribute."""
    return parse_datetime(value) if attribute in MOMENTS and isinstance(value, str) else value

"""What fields and their values are called on the screen, by attribute or by key of the file."""

from __future__ import annotations

from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from articles.mapping import ATTRIBUTES, PROVIDER_PARTS
from articles.workflow import Recheck

NAMES = {
    "published_at": "Published at",
    "original_url": "Original address",
    "web_url": "Web address",
    "amp_web_url": "AMP address",
    "cdn_amp_web_url": "AMP address at the CDN",
    "featured_content": "Embed",
    "provider_name": "Provider",
    "provider_domain": "Domain",
    "provider_images": "Provider's logos",
    "recheck": "Another look",
    "publish_from": _("Not before"),
    "publish_until": _("Take down on"),
}
RECHECKS = {case.value: case.label.lower() for case in Recheck}


def caption(name: str) -> str:
    """What people call an attribute of the article, or a key of the file."""
    attribute = ATTRIBUTES.get(name, name)
    return str(NAMES.get(attribute) or "") or attribute.replace("_", " ").capitalize()


def words(value: Any) -> str:
    """A recorded value as people read it."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(item_words(item) for item in value) or "none"
    if isinstance(value, dict):
        return ", ".join(str(value[part]) for part in PROVIDER_PARTS if isinstance(value.get(part), str)) or "none"
    return str(value)


def item_words(item: Any) -> str:
    """One item of a list: a topic's name, a picture's address."""
    return str(item.get("url", item)) if isinstance(item, dict) else str(item or "(empty)")


def value_words(name: str, value: Any) -> str:
    """A recorded value of the named attribute."""
    return RECHECKS.get(value, words(value)) if name == "recheck" else words(value)


def grouped(count: int) -> str:
    """A number with its thousands apart, as the page's language writes it: 4,958 or 4.958."""
    return str(number_format(count, force_grouping=True))

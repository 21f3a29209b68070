"""What fields and their values are called on the screen, by attribute or by key of the file."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.labels import inside, label
from articles.mapping import ATTRIBUTES, PROVIDER_PARTS
from articles.workflow import Labelled, Recheck, Status

NAMES = {
    "title": _("Title"),
    "excerpt": _("Excerpt"),
    "quality": _("Quality"),
    "heat": _("Heat"),
    "topics": _("Topics"),
    "type": _("Type"),
    "category": _("Category"),
    "images": _("Images"),
    "published": _("Published"),
    "status": _("Status"),
    "reason": _("Reason"),
    "related": _("Related"),
    "secured": _("Secured"),
    "removed": _("Removed"),
    "provider": _("Provider"),
    "published_at": _("Published at"),
    "original_url": _("Original address"),
    "web_url": _("Web address"),
    "amp_web_url": _("AMP address"),
    "cdn_amp_web_url": _("AMP address at the CDN"),
    "featured_content": _("Embed"),
    "provider_name": _("Provider"),
    "provider_domain": _("Domain"),
    "provider_images": _("Provider's logos"),
    "recheck": _("Another look"),
    "assigned_to_id": _("Assigned to"),
    "publish_from": _("Not before"),
    "publish_until": _("Take down on"),
}
CASES: dict[str, dict[str, Labelled]] = {  # attributes that hold a case of the workflow
    name: {case.value: case for case in kind} for name, kind in (("recheck", Recheck), ("status", Status))
}
MOMENTS = frozenset({"published_at", "hold_until", "publish_from", "publish_until"})  # recorded as text of ISO 8601


def caption(name: str) -> str:
    """What people call an attribute of the article, or a key of the file."""
    attribute = ATTRIBUTES.get(name, name)
    return str(NAMES.get(attribute) or attribute.replace("_", " ").capitalize())


def words(value: Any) -> str:
    """A recorded value as people read it."""
    if value is None:
        return gettext("none")
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, list):
        return ", ".join(item_words(item) for item in value) or gettext("none")
    if isinstance(value, dict):
        return ", ".join(str(value[part]) for part in PROVIDER_PARTS if isinstance(value.get(part), str)) or gettext("none")
    return moment(value) if isinstance(value, datetime) else str(value)


def moment(value: datetime) -> str:
    """A moment as pages write it, in UTC; with its seconds where it has some."""
    there = value.astimezone(UTC)
    return f"{there:%Y-%m-%d %H:%M:%S} UTC" if there.second else f"{there:%Y-%m-%d %H:%M} UTC"


def item_words(item: Any) -> str:
    """One item of a list: a topic's name, a picture's address."""
    return str(item.get("url", item)) if isinstance(item, dict) else str(item or gettext("(empty)"))


def value_words(name: str, value: Any) -> str:
    """A recorded value of the named attribute."""
    if name in MOMENTS and isinstance(value, str):
        try:
            return moment(datetime.fromisoformat(value))
        except ValueError:
            return value
    case = CASES.get(name, {}).get(value) if isinstance(value, str) else None
    return inside(label(case)) if case is not None else words(value)

"""What templates need and Django does not bring: icons, key caps, gauges, ages."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django import template
from django.http import HttpRequest
from django.template import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from articles.labels import inside, past, percent, role, spoken
from articles.pictures import web_address
from articles.shortcuts import BY_NAME, remapped, sheet, shown
from articles.views.rows import colour_of
from articles.workflow import KeyMode

register = template.Library()
NOTHING = mark_safe("")
# In this order: each of them claims to be those that follow.
BROWSERS = {"Edg": "Edge", "OPR/": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
SYSTEMS = {"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows", "Mac OS": "macOS", "Linux": "Linux"}
ICONS: dict[str, SafeString] = {}
POINTING = {"left", "right", "undo", "in", "out", "hist"}  # these point along the line, and are mirrored where it runs leftwards


@register.simple_tag
def icon(name: str) -> SafeString:
    """A 16 px drawing of our sprite; decoration, so hidden from screen readers."""
    if name not in ICONS:
        ICONS[name] = format_html(
            '<svg class="i{}" aria-hidden="true" focusable="false"><use href="{}#i-{}"></use></svg>',
            " points" if name in POINTING else "",
            static("newsdesk/icons.svg"),
            name,
        )
    return ICONS[name]


@register.simple_tag(takes_context=True)
def key(context: Context, name: str) -> SafeString:
    """The attributes that tie an element to its key, as the person has chosen it. An unknown name ties nothing."""
    found = context.get("keys", BY_NAME).get(name)
    if found is None:
        return NOTHING
    spoken = found.spoken(context.get("key_mode", KeyMode.ON))
    return format_html(
        'data-key="{}"{}{}',
        name,
        mark_safe(" data-decides") if found.decides else "",
        format_html(' aria-keyshortcuts="{}"', spoken) if spoken else "",
    )


@register.simple_tag(takes_context=True)
def cap(context: Context, name: str) -> SafeString:
    """The key caps of a shortcut, as decoration beside its button."""
    found = context.get("keys", BY_NAME).get(name)
    if found is None:
        return NOTHING
    caps = "".join(str(format_html("<kbd>{}</kbd>", shown(one))) for one in found.keys)
    return mark_safe(f'<span class="caps" aria-hidden="true">{caps}</span>')  # noqa: S308 - escaped above


@register.simple_tag
def current(request: HttpRequest, section: str) -> SafeString:
    """``aria-current`` for the navigation entry of the section that the page is in."""
    parts = request.path.strip("/").split("/")
    return mark_safe('aria-current="page"') if parts[0] == section else NOTHING


@register.simple_tag
def gauge(width: int | None, over: bool) -> SafeString:
    """The quality on its scale of 0 to 140, with the notch at 70. The number beside it says the same in words."""
    return format_html(
        '<svg class="gauge{}" viewBox="0 0 140 14" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect class="g-track" y="4" width="140" height="6" rx="3"></rect>'
        '<rect class="g-fill" y="4" width="{}" height="6" rx="3"></rect>'
        '<rect class="g-notch" x="68.5" width="3" height="14" rx="1"></rect></svg>',
        " over" if over else "",
        width or 0,
    )


@register.simple_tag
def steps(level: int) -> SafeString:
    """The heat as four bars."""
    return format_html('<span class="steps" data-h="{}" aria-hidden="true"><i></i><i></i><i></i><i></i></span>', level)


@register.filter(name="json")
def as_json(value: Any) -> str:
    return json.dumps(value)


@register.filter
def words(text: str) -> list[str]:
    return text.split()


@register.filter
def stylesheet(name: str) -> str:
    return f"newsdesk/css/{name}.css"


@register.filter
def colour(name: str) -> int:
    return colour_of(name)


@register.filter
def browser(agent: str) -> str:
    """What a browser calls itself, as people call it: "Firefox on Linux"."""
    name = next((word for sign, word in BROWSERS.items() if sign in agent), "")
    system = next((word for sign, word in SYSTEMS.items() if sign in agent), "")
    if name and system:
        return gettext("%(browser)s on %(system)s") % {"browser": name, "system": system}
    return name or system or gettext("Some browser")


@register.filter
def role_name(name: str) -> str:
    return role(name)


@register.filter
def initials(name: str) -> str:
    return name[:2].upper()


@register.filter
def key_sheet(own_keys: tuple[tuple[str, str], ...]) -> list[Any]:
    """The help sheet with a person's own keys (shortcut's name, what was typed): groups with their rows."""
    return sheet(remapped(dict(own_keys)))


register.filter(inside)
register.filter(percent)
register.filter(spoken)


@register.filter
def ago(moment: datetime | None) -> str:
    """How long ago, whole: “3 d ago”, “just now”."""
    if not moment:
        return ""
    return past(timezone.now() - moment)


@register.filter
def web(url: Any) -> str:
    """The address if it may be a link, else nothing."""
    return web_address(url)

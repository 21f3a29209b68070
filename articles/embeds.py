"""Videos: rebuilt from host and id. The feed's own HTML is never shown as HTML."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import nh3
from django.conf import settings

VIDEO = re.compile(r"/embed/([A-Za-z0-9_-]{6,20})")
SOURCE = re.compile(r'src="([^"]*)"')


def video_address(html: str | None) -> str:
    """The address of the one embedded video, rebuilt by us; "" when there is none that we know.

    The HTML is sanitised first, so that only a well-formed iframe is looked at; then host and path must be a video's.
    """
    if not html:
        return ""
    cleaned = nh3.clean(html, tags={"iframe"}, attributes={"iframe": {"src"}}, url_schemes={"https"})
    found = SOURCE.search(cleaned)
    if not found:
        return ""
    try:
        parts = urlsplit(found[1])
    except ValueError:
        return ""
    video, host = VIDEO.fullmatch(parts.path), settings.DESK_EMBED_HOSTS.get(parts.netloc)
    if parts.scheme != "https" or not host or not video:
        return ""
    return f"https://{host}/embed/{video[1]}"

"""Where an article's picture is shown from: our own drawings for the samples, its own address, or a calm placeholder."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.templatetags.static import static

SAMPLE = re.compile(r"https://pictures\.newsdesk\.example/([a-z0-9-]+)\.svg")


@dataclass(frozen=True)
class Picture:
    """``src`` is "" where nothing can be shown. ``size`` says how large the original is."""

    src: str = ""
    size: str = ""
    remote: bool = False


def web_address(url: Any) -> str:
    """``url`` if it is a link that may be followed: http or https with a host, and nothing of a password. Else ""."""
    if not isinstance(url, str) or len(url) > 4000 or re.search(r"[\x00-\x20\x7f\\]", url):
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc else ""


def picture_of(images: Sequence[Mapping[str, Any]] | None) -> Picture:
    """The first picture of a list of images."""
    first = next((image for image in images or () if isinstance(image, Mapping)), None)
    if first is None:
        return Picture()
    url = web_address(first.get("url"))
    width, height = first.get("width"), first.get("height")
    size = f"{width} × {height}" if isinstance(width, int) and isinstance(height, int) else ""
    sample = SAMPLE.fullmatch(url)
    if sample:
        return Picture(static(f"articles/samples/{sample[1]}.svg"), size)
    if settings.DESK_REMOTE_PICTURES and url.startswith("https:"):
        return Picture(url, size, remote=True)
    return Picture("", size)

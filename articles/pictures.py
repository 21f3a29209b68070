"""Where an article's picture is shown from: always from here. Pages name our own addresses; the original's stays inside.

An address of ours is ``/pictures/KEY/SIZE``. The key names a place (an article, one of its related entries, the logos of a
provider) and which image of that place, and signs both with the site and the image's address. The server finds the address
in the database and compares: nobody can make it fetch what no imported file names, and a changed image gets a new address,
so that browsers may keep what they have for ever.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext

from articles.models import Article, Provider, RelatedArticle
from articles.thumbnails.addresses import target_of
from articles.thumbnails.cache import Cache
from articles.thumbnails.fetching import fetch
from articles.thumbnails.making import Size
from articles.thumbnails.refusals import Refused
from articles.thumbnails.wire import Net
from articles.thumbnails.workshop import Workshop

SAMPLE = re.compile(r"https://pictures\.newsdesk\.example/([a-z0-9-]+)\.svg")
KEY = re.compile(r"([alr])([0-9]{1,18})(?:\.([0-9]{1,6}))?-([0-9]{1,4})-([0-9a-f]{32})")  # only "r" has a part behind the dot
SALT = "articles.pictures"



@dataclass(frozen=True)
class Picture:
    """``src`` is "" where nothing can be shown; then the page shows the provider's letter. ``size`` is the original's."""

    src: str = ""
    size: str = ""


@dataclass(frozen=True)
class Wanted:
    """What a key stands for: the original's address, the letter to show until the picture is there, and the site's number."""

    url: str
    letter: str
    site: int


@cache
def workshop() -> Workshop:
    """The one workshop of this process."""
    net = Net(proxy=settings.DESK_PICTURE_PROXY)
    store = Cache(settings.DATA_DIR / "pictures", settings.DESK_PICTURE_SPACE * 1_000_000)
    return Workshop(store, lambda url: fetch(url, net))


def web_address(url: Any) -> str:
    """``url`` if it is a link that may be followed: http or https with a host, and nothing of a password. Else ""."""
    if not isinstance(url, str) or len(url) > 4000 or re.search(r"[\x00-\x20\x7f\\]", url):
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc else ""


def picture_of(article: Article, size: Size = Size.ROW) -> Picture:
    """The article's picture. No query where ``images`` and ``site_id`` are loaded.

    A picture that is not here yet is begun at once, so that it is on its way before the browser asks.
    """
    return _picture(article.images, f"a{article.pk}", article.site_id, size)


def related_picture(entry: RelatedArticle, site: int, size: Size = Size.RELATED) -> Picture:
    """The picture of a related entry of an article of the site with the number ``site``."""
    images = entry.entry.get("images") if isinstance(entry.entry, dict) else None
    return _picture(images, f"r{entry.article_id}.{entry.place}", site, size)


def logo_of(provider: Provider) -> Picture:
    """The provider's logo; a path in the site is looked for where the site is published. No query where ``site`` is loaded."""
    return _picture(_published(provider.images, provider.site.url), f"l{provider.pk}", provider.site_id, Size.LOGO)


def _published(images: Any, home: str) -> list[Any]:
    """The images, those at a path in the site with an address below its ``home``."""
    found = []
    for image in images if isinstance(images, list) else ():
        path = image.get("url") if isinstance(image, dict) else None
        is_path = isinstance(path, str) and path[:1] == "/" and path[:2] != "//"
        found.append(image | {"url": home.rstrip("/") + path} if is_path and home else image)
    return found


def wanted(key: str) -> Wanted | None:
    """What the key stands for; None for one that was not made here, or whose image has changed.

    One query; for a related entry two, since the article's file says what it shows."""
    found = KEY.fullmatch(key)
    if not found or (found[1] == "r") != (found[3] is not None):
        return None
    kind, number, entry, index, signature = found.groups()
    if kind == "r":
        rows = RelatedArticle.objects.filter(article=int(number), place=int(entry)).select_related("article")
        related = rows.first()
        images = related.entry.get("images") if related else None
        place, name, site = f"r{number}.{entry}", "", related.article.site_id if related else None
    elif kind == "l":
        logo = Provider.objects.filter(pk=int(number)).values_list("images", "site", "name", "site__url").first()
        images, site = (_published(logo[0], logo[3]), logo[1]) if logo else (None, None)
        place, name = f"l{number}", logo[2] if logo else ""
    else:
        rows_of_articles = Article.objects.filter(pk=int(number))
        row = rows_of_articles.values_list("images", "site", "provider_name", "provider_domain", "provider__name").first()
        images, site = row[:2] if row else (None, None)
        # The letter that the page would show: the same order as in its rows.
        place, name = f"a{number}", (row[2] or row[4] or row[3] or gettext("Unknown provider")) if row else ""
    if site is None or not isinstance(images, list) or int(index) >= len(images):
        return None
    url = _address(images[int(index)])
    if not url or not constant_time_compare(_signature(place, int(index), site, url), signature):
        return None
    return Wanted(url, name[:1].upper(), site)


def _picture(images: Sequence[Any] | None, place: str, site: int, size: Size) -> Picture:
    """The first image that has a web address."""
    listed = [image for image in images if isinstance(image, dict)] if isinstance(images, list) else []
    if not listed:
        return Picture()
    index, first = next(((i, one) for i, one in enumerate(images or ()) if _address(one)), (-1, listed[0]))
    width, height = first.get("width"), first.get("height")
    words = f"{width} × {height}" if isinstance(width, int) and isinstance(height, int) else ""
    url = _address(first)
    sample = SAMPLE.fullmatch(url)
    if sample:
        return Picture(static(f"articles/samples/{sample[1]}.svg"), words)
    if not url or index > 9999 or not settings.DESK_REMOTE_PICTURES or not _obtainable(url, size):
        return Picture("", words)
    key = f"{place}-{index}-{_signature(place, index, site, url)}"
    return Picture(reverse("articles:picture", args=[key, size.word]), words)


def _obtainable(url: str, size: Size) -> bool:
    """Whether the thumbnail is here or may come. Begins it where it is not here."""
    shop = workshop()
    if shop.cache.has(url, size):
        return True
    try:
        target_of(url)
    except Refused:
        return False
    if shop.cache.refused(url):
        return False
    shop.want(url, ahead=True)
    return True


def _address(image: Any) -> str:
    return web_address(image.get("url")) if isinstance(image, dict) else ""


def _signature(place: str, index: int, site: int, url: str) -> str:
    """128 bits in hexadecimal."""
    return salted_hmac(SALT, f"{site}\n{place}\n{index}\n{url}", algorithm="sha256").hexdigest()[:32]

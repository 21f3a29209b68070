"""Who may read a site's feeds: nobody until an admin says so, then whoever has the address, or everybody."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.utils.crypto import constant_time_compare

from articles.models import Site, SiteFeed

Access = SiteFeed.Access


def feed_of(site: Site) -> SiteFeed:
    """The site's row, or one that is off and not stored."""
    return SiteFeed.objects.filter(site=site).first() or SiteFeed(site=site)


def opened(name: str, key: str) -> SiteFeed | None:
    """The feed of the site of that name if this key opens it. None for all that is shut, unknown or wrong alike."""
    feed = SiteFeed.objects.select_related("site").filter(site__name=name).exclude(access=Access.OFF).first()
    if feed is None or feed.access == Access.KEY and not constant_time_compare(feed.key, key):
        return None
    return feed


def open_feed(site: Site, access: str, *, at: datetime, anew: bool = False) -> SiteFeed:
    """Set who may read. A key is made when one is needed and there is none, or ``anew``: then the old addresses end."""
    feed = feed_of(site)
    if access == Access.KEY and (anew or not feed.key):
        feed.key = secrets.token_urlsafe(18)
    feed.access, feed.changed_at = access, at
    feed.save()
    return feed

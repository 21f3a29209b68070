"""What mergers of providers and of topics have in common: when they are refused, and where what they kept has gone."""

from __future__ import annotations

from django.utils.translation import gettext

from articles.models import Merger


class MergeRefused(Exception):
    """These cannot be merged, or not be parted. The text is a sentence."""


def why_gone(merger: Merger) -> str:
    """Where the one that the merger kept is, which is no longer on the desk: merged itself, or removed. A sentence."""
    later = next(
        (
            one
            for one in Merger.objects.filter(site=merger.site_id, kind=merger.kind, undone_at=None)
            if any(part["pk"] == merger.keep for part in one.gone)
        ),
        None,
    )
    if later:
        words = gettext("%(name)s was merged into %(into)s since. Undo that first.")
        return words % {"name": merger.keep_name, "into": later.keep_name}
    return gettext("%(name)s is no longer on the desk.") % {"name": merger.keep_name}

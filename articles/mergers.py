"""What mergers of providers and of topics have in common: when they are refused, and where what they kept has gone."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext

from articles.models import Merger, Site


class MergeRefused(Exception):
    """These cannot be merged, or not be parted. The text is a sentence."""


def heir(site: Site | int, kind: str, pk: int) -> int | None:
    """The key of the provider or topic that the one with this key has become by mergers that stand; None where it was not
    merged. One query, which reads every merger of the site: asked only about what is not there."""
    kept = {part["pk"]: keep for keep, gone in Merger.objects.filter(site=site, kind=kind, undone_at=None).order_by("pk")
            .values_list("keep", "gone") for part in gone}  # fmt: skip
    found = kept.get(pk)
    seen = {pk}
    while found is not None and found not in seen and found in kept:
        seen.add(found)
        found = kept[found]
    return found


def standing(site: Site, kind: str, pks: Collection[int]) -> Merger | None:
    """The merger that has made one of just these already: a form that was sent twice means it."""
    for merger in Merger.objects.filter(site=site, kind=kind, keep__in=pks, undone_at=None):
        if {merger.keep, *(part["pk"] for part in merger.gone)} == set(pks):
            return merger
    return None


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

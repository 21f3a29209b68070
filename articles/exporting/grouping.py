"""What an export changes in a file, in the groups in which people look at it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext_lazy as _

from articles.frontmatter.converting import same
from articles.mapping import kept_values

# The first that applies is the group of a file; the order is that of the page.
GROUPS: Mapping[str, object] = {
    "published": _("Published"),
    "unpublished": _("Taken down"),
    "topics": _("Topics"),
    "quality": _("Quality and heat"),
    "text": _("Text"),
    "around": _("Providers and topics"),
    "new": _("New files"),
    "removed": _("Removed"),
    "other": _("As imported"),
}
NUMBERS = frozenset({"quality", "heat"})


def changed_keys(old: str, new: str, path: str) -> tuple[str, ...]:
    """The file keys whose values differ, sorted; none where only the writing differs, or where a text cannot be read."""
    before, after = kept_values(old, path), kept_values(new, path)
    return tuple(key for key in sorted(before.keys() | after.keys()) if not same(before.get(key), after.get(key)))


def group_of(keys: Iterable[str], new: str, path: str) -> str:
    """The group of a changed file."""
    found = set(keys)
    if path.startswith("_data/"):
        return "around"
    if "published" in found:
        return "published" if kept_values(new, path).get("published") else "unpublished"
    if found - NUMBERS - {"topics"}:
        return "text"
    return "topics" if "topics" in found else "quality" if found else "other"

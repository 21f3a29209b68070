"""What the pages of imports and exports need beside what all pages do."""

from __future__ import annotations

from django import template
from django.utils.translation import ngettext

from articles.models import ExportRun

register = template.Library()


@register.filter
def span(seconds: int) -> str:
    """An interval in its largest whole unit, as it stands after “every”."""
    if seconds % 86_400 == 0:
        return _counted(ngettext("day", "%(count)d days", seconds // 86_400), seconds // 86_400)
    if seconds % 3_600 == 0:
        return _counted(ngettext("hour", "%(count)d hours", seconds // 3_600), seconds // 3_600)
    if seconds % 60 == 0:
        return _counted(ngettext("minute", "%(count)d minutes", seconds // 60), seconds // 60)
    return _counted(ngettext("second", "%(count)d seconds", seconds), seconds)


def _counted(words: str, count: int) -> str:
    return words % {"count": count}


@register.filter
def commit_page(run: ExportRun) -> str:
    """Where a forge shows the commit that an export made; "" where the repository is at no such address."""
    address = run.destination
    if not run.commit or not address.startswith("https://") or "…" in address:
        return ""
    return f"{address.rstrip('/').removesuffix('.git')}/commit/{run.commit}"

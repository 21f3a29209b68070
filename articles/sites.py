"""Which site a command or a page means."""

from __future__ import annotations

from pathlib import Path

from django.utils.text import slugify

from articles.models import Site


class SiteUnclear(Exception):
    """The site cannot be told. The text is a sentence that says how to name it."""


def chosen_site(name: str | None, *, make_from: str | None = None) -> Site:
    """The site of that name, made when it is missing and ``make_from`` (a source) is given.

    Without a name: the only site there is; with none, one named after ``make_from``. Raises SiteUnclear.
    """
    if name:
        slug = slugify(name)
        if not slug or slug != name.lower():
            raise SiteUnclear(f"“{name}” is no name for a site: use letters, digits and dashes.")
        if make_from is not None:
            return Site.objects.get_or_create(name=slug)[0]
        site = Site.objects.filter(name=slug).first()
        if site is None:
            known = ", ".join(Site.objects.values_list("name", flat=True)) or "none yet"
            raise SiteUnclear(f"There is no site named {name}. Sites: {known}.")
        return site
    names = list(Site.objects.values_list("name", flat=True)[:20])
    if len(names) == 1:
        return Site.objects.get(name=names[0])
    if names:
        raise SiteUnclear(f"There are several sites. Choose one with --site: {', '.join(names)}.")
    if make_from is None:
        raise SiteUnclear("There is no site yet. Import one first: desk import SOURCE.")
    return Site.objects.create(name=slugify(Path(make_from).expanduser().resolve().name.split(".")[0])[:80] or "site")

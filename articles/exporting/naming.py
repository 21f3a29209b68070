"""Names for articles that have no file yet."""

from __future__ import annotations

from collections.abc import Container
from datetime import date

from slugify import slugify

from articles.frontmatter.files import folded

LONGEST = 180  # bytes of the name


def new_path(folder: str, day: date, title: str, taken: Container[str]) -> str:
    """``folder/YYYY-MM-DD-slug.md``, at most 180 bytes in the name, and no path of ``taken``. ``folder`` may be empty.

    ``taken`` holds paths folded by ``folded``: two names that differ in case or composition are one on many disks.
    """
    slug = slugify(title)[: LONGEST - 30].strip("-") or "article"
    count = 1
    while True:
        ending = f"-{count}" if count > 1 else ""
        path = f"{folder}/{day.year:04}-{day:%m-%d}-{slug}{ending}.md".lstrip("/")
        if folded(path) not in taken:
            return path
        count += 1

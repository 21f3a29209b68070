"""Names for articles that have no file yet."""

from __future__ import annotations

import unicodedata
from collections.abc import Container
from datetime import date

from slugify import slugify

LONGEST = 180  # bytes of the name


def new_path(folder: str, day: date, title: str, taken: Container[str]) -> str:
    """``folder/YYYY-MM-DD-slug.md``, at most 180 bytes in the name, and no path of ``taken``. ``folder`` may be empty.

    ``taken`` holds paths folded by ``folded``: two names that differ in case or composition are one on many disks.
    """
    slug = slugify(title)[: LONGEST - 30].strip("-") or "article"
    count = 1
    while True:
        ending = f"-{count}" if count > 1 else ""
        path = f"{folder}/{day:%Y-%m-%d}-{slug}{ending}.md".lstrip("/")
        if folded(path) not in taken:
            return path
        count += 1


def folded(path: str) -> str:
    """A path as the least careful file system compares it."""
    return unicodedata.normalize("NFC", path).casefold()

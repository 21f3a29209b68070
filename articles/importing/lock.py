"""One import into a site at a time."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator

from django.conf import settings
from django.db import connection

from articles.models import Site

NUMBER = 0x6E657773  # "news": the first half of our advisory locks


class ImportBusy(Exception):
    """Another import into this site is running. The text is a sentence."""


@contextlib.contextmanager
def importing(site: Site) -> Iterator[None]:
    """Hold the site's import lock. Raises ImportBusy when somebody else has it.

    Both kinds of lock end with the process that holds them, however it ends.
    """
    sentence = f"Another import into {site.name} is running. Try again when it has finished."
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [NUMBER, site.pk % 2**31])
            if not cursor.fetchone()[0]:
                raise ImportBusy(sentence)
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [NUMBER, site.pk % 2**31])
        return
    folder = settings.DATA_DIR / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder / f"import-{site.pk}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ImportBusy(sentence) from error
        yield
    finally:
        os.close(handle)

"""One article file that a robot rewrites, and the desk beside it."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from articles.importing.report import ImportReport
from articles.models import Article, Site
from tests.factories import NOON, make_text
from tests.importing.folders import bring, news, put

LATER = NOON + timedelta(hours=1)
PATH = news(1)


class Feed:
    """One article file that a robot rewrites."""

    def __init__(self, root: Path, site: Site, **words: Any) -> None:
        self.root, self.site = root, site
        self.text = make_text(**({"title": "Tram waits", "slug": "waits"} | words))
        self.writes()

    def writes(self, *changes: tuple[str, str], at: datetime = LATER) -> ImportReport:
        """Rewrite the file and import it."""
        for old, new in changes:
            assert self.text.count(old) == 1, old
            self.text = self.text.replace(old, new)
        put(self.root, {PATH: self.text})
        return bring(self.root, self.site, at=at)

    @property
    def article(self) -> Article:
        return Article.objects.get(site=self.site, path=PATH)

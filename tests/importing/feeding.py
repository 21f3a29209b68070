"""One article file that a robot rewrites, and the desk beside it."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from articles.importing.report import ImportReport
from articles.mapping import exported_text
from articles.models import Article, ExportRun, FieldPolicy, Review, SentField, Site
from tests.factories import NOON, make_text
from tests.importing.folders import bring, news, put

LATER = NOON + timedelta(hours=1)
PATH = news(1)
# Changes of the feed: what stands there, and what it writes instead.
TITLE = ('title: "Tram waits"', 'title: "Tram leaves"')
SECRET = ("c2VjcmV0LW9mLXRlc3Q", "YW5vdGhlci1zZWNyZXQ")
HEAT = ("heat: -1", "heat: 12")
ENTRY = ("secured: ", 'related:\n  - title: "Other"\n    webUrl: "https://x.example/"\n\nsecured: ')


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


def policy(site: Site, field: str, owner: str = "ask", change: str = "decision") -> None:
    FieldPolicy.objects.update_or_create(site=site, field=field, defaults={"owner": owner, "change": change})


def send(article: Article, field: str, value: Any, feed_value: Any) -> None:
    """What an export leaves in the ledger."""
    run = ExportRun.objects.create(site=article.site, destination="there")
    SentField.objects.create(article=article, field=field, value=value, feed_value=feed_value, run=run,
                             sent_at=NOON, state_since=NOON)  # fmt: skip


def comes_home(feed: Feed) -> Any:
    """Our own export, as the next import finds it."""
    feed.text = exported_text(feed.article, feed.text)
    return feed.writes()


def last() -> Review:
    return Review.objects.order_by("pk").last()  # type: ignore[return-value]

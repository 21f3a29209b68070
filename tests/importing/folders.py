"""A site's folder of the tests, the import of it, and what the desk then holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from articles.importing.pipeline import import_site
from articles.importing.report import ImportReport
from articles.importing.sources import open_source
from articles.models import (
    Article,
    Provider,
    ProviderAlias,
    QuarantinedFile,
    Site,
    SourceFile,
    Topic,
)
from tests.factories import NOON, make_text

RELATED = """related:
  - title: "{title}"
    webUrl: "{url}"
    type: article
    quality: 70

secured"""


def put(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files below ``root``."""
    for path, text in files.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text if isinstance(text, bytes) else text.encode())
    return root


def bring(root: Path, site: Site, at: datetime = NOON, **words: Any) -> ImportReport:
    """Import the folder."""
    with open_source(root) as source:
        return import_site(source, site, at=at, **words)


def counts(report: ImportReport) -> tuple[int, int, int]:
    return (report.created, report.updated, report.unchanged)


def news(number: int) -> str:
    return f"_news/2026-11-{number:02}-tram.md"


def text_with_related(url: str, title: str = "A copy", **words: Any) -> str:
    """An article file with one related entry."""
    return make_text(**words).replace("secured", RELATED.format(title=title, url=url))


def _whole(site: Site) -> Iterator[Article]:
    found = Article.objects.filter(site=site).select_related("provider", "source_file")
    for article in found.prefetch_related("topic_links__topic", "related_entries__target"):
        for row in article.related_entries.all():
            row.article = article  # which has its file, that entries are read from
        yield article


def contents(site: Site) -> dict[str, Any]:
    """Everything that an import stores, without keys and when it was: equal for two sites that took the same files."""
    left_out = {"id", "site_id", "provider_id", "arrived_at"}
    articles = {}
    for article in _whole(site):
        values = {name: value for name, value in vars(article).items() if name[0] != "_" and name not in left_out}
        articles[article.path] = values | {
            "provider": str(article.provider),
            "topic rows": [(link.place, link.topic.name) for link in article.topic_links.all()],
            "related rows": [
                (row.place, row.title, row.web_url, row.url_key, row.entry, row.target and row.target.path)
                for row in article.related_entries.all()
            ],
        }
    return {
        "articles": articles,
        "files": sorted(SourceFile.objects.filter(site=site).values_list("path", "kind", "blob_id", "text")),
        "providers": sorted(Provider.objects.filter(site=site).values_list("name", "domain", "description")),
        "aliases": sorted(ProviderAlias.objects.filter(site=site).values_list("name", "domain", "provider__name")),
        "topics": sorted(
            (topic.name, topic.place, str(topic.parent), str(topic.keywords))
            for topic in Topic.objects.filter(site=site)
        ),
        "quarantine": sorted(
            (file.path, file.reason, bytes(file.content or b""), file.line)
            for file in QuarantinedFile.objects.filter(site=site)
        ),
    }

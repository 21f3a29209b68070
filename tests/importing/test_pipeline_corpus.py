"""Two real sites, from Git: everything goes in, and nothing changes the second time."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.frontmatter.files import blob_id
from articles.importing.pipeline import import_site
from articles.importing.sources import open_source
from articles.models import Article, ImportRun, QuarantinedFile, RelatedArticle, Site, SourceFile
from tests import corpus
from tests.importing.folders import contents, counts


def bring(place: Path, site: Site, rev: str | None = None):
    with open_source(place, rev=rev) as source:
        return import_site(source, site, at=timezone.now())


@pytest.mark.parametrize(
    ("name", "articles", "statuses", "related"),
    [("powerapps", 674, {"pending": 246, "live": 428}, 0), ("diablo4", 1611, {"pending": 839, "live": 772}, 5315)],
)
def test_a_real_site_goes_in_whole_and_only_once(
    site: Site, name: str, articles: int, statuses: dict[str, int], related: int
) -> None:
    place = corpus.checkout(name)

    report = bring(place, site)

    assert (counts(report), report.problems) == ((articles, 0, 0), ())
    assert QuarantinedFile.objects.count() == 0
    assert {status: Article.objects.filter(status=status).count() for status in statuses} == statuses
    files = {file.path: file.text for file in SourceFile.objects.all()}
    assert len(files) == articles + report.others
    for path, text in files.items():
        assert text.encode() == (place / path).read_bytes(), path
    for file in SourceFile.objects.order_by("pk")[:50]:
        assert file.blob_id == blob_id((place / file.path).read_bytes())
    _check_related(related)

    before = ImportRun.objects.count()
    with CaptureQueriesContext(connection) as queries:
        again = bring(place, site)

    assert counts(again) == (0, 0, articles)
    assert ImportRun.objects.count() == before
    assert len(queries) < 40  # however many files there are


def _check_related(count: int) -> None:
    """Every related entry has found the article of its address, where the site has it."""
    addresses = set(Article.objects.values_list("web_url", flat=True))
    assert RelatedArticle.objects.count() == count
    for article in Article.objects.filter(related_count__gt=0):
        for row in article.related_entries.select_related("target"):
            assert (row.target is not None) == (row.web_url in addresses)
            assert row.target is None or row.target.web_url == row.web_url


@pytest.mark.parametrize("name", ["powerapps", pytest.param("diablo4", marks=pytest.mark.once)])
def test_a_history_imported_step_by_step_ends_as_the_last_step_alone(site: Site, name: str) -> None:
    """What a site looks like must not depend on how it came there, as long as nobody decided anything."""
    place = corpus.checkout(name)
    listed = subprocess.run(
        ["git", "-C", str(place), "rev-list", "--first-parent", "HEAD", "--", "_news"],
        check=True, capture_output=True, text=True,
    ).stdout.split()  # fmt: skip
    for rev in reversed(listed[:: max(1, len(listed) // 6)]):
        bring(place, site, rev)
    alone = Site.objects.create(name="alone")

    bring(place, alone)

    ours, theirs = contents(site), contents(alone)
    for path, article in theirs["articles"].items():
        stepped = ours["articles"][path]
        differing = {key for key in article if stepped[key] != article[key]}
        # An address that stands in several files is the first one's, and files came in another order.
        assert differing <= {"version", "queued_at", "related rows"}, (path, differing)
        assert [row[:5] for row in stepped["related rows"]] == [row[:5] for row in article["related rows"]]

"""The bench runs to its end, prints what it promises, and its peers do the same work as the desk."""
from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from articles.frontmatter import Document
from articles.importing.pipeline import import_site
from articles.importing.sources import open_source
from articles.models import Article, ArticleTopic, RelatedArticle, Site, SourceFile
from bench import site as invented
from bench.peers import careful_export, careful_import, naive_export, naive_import

ROOT = Path(__file__).resolve().parent.parent
TARGET = r"(?:≤|≥|under|worst) .+?"
LINE = re.compile(rf"(?=.{{58}})\S.+?  +\S.+?  +(?:{TARGET}  +(?:met|NOT met)|—)(?:  +\S.*)?")
WORKS = (
    "read a file of 21 KB", "put two values into a file", "first import", "… its peak memory", "nothing changed, Git",
    "nothing changed, folder", "20 changed of", "… as a command", "full export", "… again, nothing", "incremental export of 20 of 60, folder",
    "… everything as a zip", "incremental export of 20 of 60, with a commit", "queue page of 50 at 500", "queue page of 50 at 700",
    "… a page whose rows", "… filtered by one topic", "a decision through HTTP", "queries of a decision", "a change of heat",
)  # fmt: skip
KEPT = (
    "path", "category", "title", "excerpt", "published_at", "original_url", "web_url", "amp_web_url", "type", "quality", "heat",
    "published", "provider_name", "provider_domain", "provider_images", "topics", "images", "queued_at", "related_count",
    "provider__name",
)  # fmt: skip


@pytest.mark.once
def test_the_bench_runs_to_its_end_and_prints_every_measure() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "bench", "reading", "importing", "exporting", "queue", "deciding",
         "--count", "60", "--crowd", "700", "500", "--runs", "1"],
        capture_output=True, text=True, timeout=300, cwd=ROOT,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    head, titles, *lines, last = done.stdout.splitlines()
    assert re.fullmatch(r"sqlite, Python 3\.\d+\.\d+, \d+ cores", head) and titles.startswith("work ")
    for line in lines:
        assert LINE.fullmatch(line), line
    for work in WORKS:
        assert sum(line.startswith(work) for line in lines) >= 1, work
    missed = sum(" NOT met" in line for line in lines)
    assert last == ("Every target is met." if not missed else f"{missed} target{'' if missed == 1 else 's'} not met.")


@pytest.mark.django_db
def test_the_bench_leaves_a_desk_alone(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_BENCH_FOLDER", str(tmp_path))

    with pytest.raises(CommandError, match="somebody's desk"):
        call_command("bench", "reading")


def rows(site: Site) -> dict[str, Any]:
    """What an import left of a site, without keys."""
    return {
        "articles": list(Article.objects.filter(site=site).order_by("path").values_list(*KEPT)),
        "files": list(SourceFile.objects.filter(site=site).order_by("path").values_list("path", "text", "kind", "article__path")),
        "topics": list(ArticleTopic.objects.filter(article__site=site).order_by("article__path", "place")
                       .values_list("article__path", "topic__name", "place")),
        "related": list(RelatedArticle.objects.filter(article__site=site).order_by("article__path", "place")
                        .values_list("article__path", "place", "url_key")),
    }  # fmt: skip


@pytest.mark.django_db
def test_the_peers_store_the_rows_that_the_desk_stores(tmp_path: Path) -> None:
    paths = sorted(invented.write(tmp_path, 12, related=3))
    ours, naive, careful = (Site.objects.create(name=name) for name in ("ours", "naive", "careful"))

    with open_source(tmp_path) as source:
        import_site(source, ours, at=timezone.now())
    naive_import(naive, tmp_path, paths)
    careful_import(careful, tmp_path, paths)

    expected = rows(ours)
    assert len(expected["articles"]) == 12 and len(expected["related"]) == 36
    assert rows(naive) == expected
    assert rows(careful) == expected


@pytest.mark.django_db
def test_the_peers_export_files_of_the_same_values(tmp_path: Path) -> None:
    source = tmp_path / "source"
    invented_paths = list(invented.write(source, 4, related=2))
    site = Site.objects.create(name="ours")
    with open_source(source) as opened:
        import_site(opened, site, at=timezone.now())

    naive_export(site, tmp_path / "naive", 10)
    careful_export(site, tmp_path / "careful", 10)

    for path in invented_paths:
        expected = Document.parse(path.read_bytes()).values
        for peer in ("naive", "careful"):
            written = Document.parse((tmp_path / peer / path.relative_to(source)).read_bytes()).values
            assert {name: written[name] for name in ("title", "quality", "published", "topics")} == {
                name: expected[name] for name in ("title", "quality", "published", "topics")
            }

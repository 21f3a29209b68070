"""An export into a place, and what stands there: shared by the tests of exports."""
from __future__ import annotations

from pathlib import Path
from typing import Any

from articles.exporting.pipeline import export_site
from articles.exporting.report import ExportReport
from articles.exporting.sinks import FolderSink, ZipSink
from articles.models import Article, Site, SourceFile
from tests.factories import NOON


def export(site: Site, target: Path, scope: str = "approved", **words: Any) -> ExportReport:
    with ZipSink(target) if target.suffix == ".zip" else FolderSink(target) as sink:
        return export_site(site, sink, scope=scope, at=NOON, **words)


def counts(report: ExportReport) -> tuple[int, int, int]:
    return report.written, report.unchanged, report.removed


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def source_of(article: Article) -> str:
    return SourceFile.objects.get(article=article).text

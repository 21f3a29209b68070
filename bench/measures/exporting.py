"""Export of everything, of nothing, and of twenty decisions."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from django.contrib.auth.models import User
from django.utils import timezone

from articles.decisions import edit
from articles.exporting.pipeline import export_site
from articles.exporting.sinks import FolderSink, GitSink, ZipSink
from articles.exporting.sinks.targets import Target
from articles.models import Article, ExportRun, Site
from bench.clock import Line, ms, timed, times
from bench.desk import Desk
from bench.peers import careful_export, naive_export


def _export(desk: Desk, target: Path) -> int:
    sink = ZipSink(target) if target.suffix == ".zip" else FolderSink(target)
    with sink:
        report = export_site(desk.site("folder"), sink, scope=ExportRun.Scope.ALL, at=timezone.now())
    if report.problems:
        raise RuntimeError(f"The bench's own export has problems: {report.problems[:3]}")
    return report.written


def measure(desk: Desk) -> Iterator[Line]:
    site, target = desk.site("folder"), desk.folder / "export"
    scale = desk.count / 5000
    naive = timed(lambda: naive_export(site, desk.folder / "naive", desk.naive), runs=1).cpu / desk.naive * desk.count
    careful = timed(lambda: careful_export(site, desk.folder / "careful", desk.careful), runs=1).cpu / desk.careful * desk.count
    full = timed(lambda: _export(desk, target), 3, before=lambda: shutil.rmtree(target, ignore_errors=True))
    yield Line(
        f"full export of {desk.count:,}, with fsync",
        f"{ms(full.cpu)} CPU, {ms(full.wall)} wall",
        "≤ 2 s CPU; ≥ 70× naive, ≥ 13× careful",
        full.cpu <= 2 * scale and naive / full.cpu >= 70 and careful / full.cpu >= 13,
        f"naive {times(naive, full.cpu)}, careful {times(careful, full.cpu)}",
    )
    again = timed(lambda: _export(desk, target), desk.runs)
    yield Line("… again, nothing to write", f"{ms(again.cpu)} CPU", "", None)
    turns = iter(range(1, 1000))
    desk.client("superuser")
    person = User.objects.get(username="superuser")

    def decide_twenty() -> None:
        chosen = list(Article.objects.filter(site=site).order_by("pk")[:20])
        edit(chosen, {"quality": 500 + next(turns)}, editor=person, at=timezone.now())

    twenty = timed(lambda: _export(desk, target), desk.runs, before=decide_twenty)
    yield Line(f"incremental export of 20 of {desk.count:,}, folder", f"{ms(twenty.cpu)} CPU", "", None)
    zipped = timed(lambda: _export(desk, desk.folder / "export.zip"), 1)
    yield Line("… everything as a zip", f"{ms(zipped.cpu)} CPU", "", None)
    repository, site = desk.repository(), desk.site("git")
    timed(lambda: _commit(site, repository), 1, before=decide_twenty)  # makes the desk's own branch
    commit = timed(lambda: _commit(site, repository), desk.runs, before=decide_twenty)
    limit = 0.050 if desk.count <= 5_000 else 0.250
    yield Line(
        f"incremental export of 20 of {desk.count:,}, with a commit",
        f"{ms(commit.cpu)} CPU, {ms(commit.wall)} wall",
        f"≤ {ms(limit)} wall",
        commit.wall <= limit,
    )


def _commit(site: Site, repository: Path) -> None:
    with GitSink(Target(repository, "bench")) as sink:
        report = export_site(site, sink, scope=ExportRun.Scope.ALL, at=timezone.now())
    if report.problems or not report.commit:
        raise RuntimeError(f"The bench's own commit has problems: {report.problems[:3]}")

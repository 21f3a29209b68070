"""The first import, an import with nothing new, and an import of twenty changed files."""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from articles.importing.pipeline import import_site
from articles.importing.sources import open_source
from articles.models import Site
from bench import site as invented
from bench.clock import Line, Timed, ms, timed, times
from bench.desk import Desk
from bench.peers import careful_import, naive_import


def _run(location: Path, site: Site) -> None:
    with open_source(location) as source:
        report = import_site(source, site, at=timezone.now())
    if report.problems:
        raise RuntimeError(f"The bench's own files have problems: {report.problems[:3]}")


def measure(desk: Desk) -> Iterator[Line]:
    root = desk.source()
    paths = sorted(root.rglob("*.md"))
    naive = (
        timed(lambda: naive_import(Site.objects.create(name="naive"), root, paths[: desk.naive]), runs=1).cpu
        / desk.naive
        * len(paths)
    )
    careful = (
        timed(lambda: careful_import(Site.objects.create(name="careful"), root, paths[: desk.careful]), runs=1).cpu
        / desk.careful
        * len(paths)
    )
    first = timed(lambda: _run(root, Site.objects.create(name="folder")), runs=1)
    yield Line(
        f"first import, {len(paths):,} files of 21 KB",
        f"{ms(first.cpu)} CPU, {ms(first.wall)} wall",
        "≤ 5 s CPU; ≥ 12× naive, ≥ 4× careful",
        first.cpu <= 5 * len(paths) / 5000 and naive / first.cpu >= 12 and careful / first.cpu >= 4,
        f"naive {times(naive, first.cpu)}, careful {times(careful, first.cpu)}",
    )
    yield _memory(desk)
    yield from _unchanged(desk, root)
    yield from _changed(desk, naive)


def _memory(desk: Desk) -> Line:
    """Peak memory of an import in a process of its own, which knows nothing of the measures before it."""
    code = (
        "import resource, sys, django; django.setup()\n"
        "from bench.measures.importing import _run; from articles.models import Site; from pathlib import Path\n"
        "_run(Path(sys.argv[1]), Site.objects.create(name='memory'))\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(desk.source())], check=True, capture_output=True, text=True, timeout=600
    )
    peak = int(done.stdout.split()[-1]) / 1024
    return Line("… its peak memory", f"{peak:.0f} MB", "under 300 MB", peak < 300)


def _unchanged(desk: Desk, root: Path) -> Iterator[Line]:
    folder = timed(lambda: _run(root, desk.site("folder")), desk.runs)
    scale = desk.count / 5000
    repository = desk.repository()
    _run(repository, Site.objects.create(name="git"))
    git = timed(lambda: _run(repository, desk.site("git")), desk.runs)
    yield Line(f"nothing changed, Git, {desk.count:,} files", f"{ms(git.wall)} wall", "≤ 10 ms", git.wall <= 0.010)
    yield Line(
        f"nothing changed, folder, {desk.count:,} files",
        f"{ms(folder.wall)} wall, {ms(folder.cpu)} CPU",
        "≤ 120 ms for 5,000",
        folder.wall <= 0.120 * scale,
    )


def _changed(desk: Desk, naive_full: float) -> Iterator[Line]:
    repository = desk.repository()
    turns = iter(range(1, 1000))

    def change() -> None:
        turn = next(turns)
        for number in range(20):
            text = invented.article(number * 17, desk.count, heat=200 + turn, blob=turn)
            (repository / invented.path_of(number * 17)).write_text(text, encoding="utf-8")
        desk.commit(f"Turn {turn}")

    spent: Timed = timed(lambda: _run(repository, desk.site("git")), desk.runs, before=change)
    limit = 0.060 if desk.count <= 5_000 else 0.150
    yield Line(
        f"20 changed of {desk.count:,}, Git",
        f"{ms(spent.cpu)} CPU, {ms(spent.wall)} wall",
        f"≤ {ms(limit)} CPU; ≥ 1,000× naive",
        spent.cpu <= limit and naive_full / spent.cpu >= 1000,
        f"naive re-import {times(naive_full, spent.cpu)}",
    )
    command = statistics.median(_as_a_command(repository, change) for _ in range(desk.runs))
    yield Line(
        "… as a command of its own",
        f"{ms(command)} CPU",
        "≥ 150× naive",
        naive_full / command >= 150,
        f"naive re-import {times(naive_full, command)}",
    )


def _as_a_command(repository: Path, change: Callable[[], None]) -> float:
    """Processor seconds of ``desk import`` from its start to its end, with all processes that it starts."""
    change()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, str(settings.BASE_DIR / "manage.py"), "desk_import", str(repository), "--site", "git", "--json"],
        check=True, capture_output=True, timeout=600,
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

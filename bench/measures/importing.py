"""The first import, an import with nothing new, and imports of what changed: twenty files, and one real commit."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
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

NAIVE, CAREFUL = 150, 600  # files that the peers get: they are compared by the file
LARGE = 50_000  # files of the large repository, each of them small
REAL = "diablo4"  # the real site whose last commit is imported


def _run(location: Path, site: Site, rev: str | None = None) -> None:
    with open_source(location, rev=rev) as source:
        report = import_site(source, site, at=timezone.now())
    if report.problems:
        raise RuntimeError(f"The bench's own files have problems: {report.problems[:3]}")


def measure(desk: Desk) -> Iterator[Line]:
    root = desk.source()
    paths = sorted(root.rglob("*.md"))
    naive = (
        timed(lambda: naive_import(Site.objects.create(name="naive"), root, paths[:NAIVE]), runs=1).cpu
        / NAIVE
        * len(paths)
    )
    careful = (
        timed(lambda: careful_import(Site.objects.create(name="careful"), root, paths[:CAREFUL]), runs=1).cpu
        / CAREFUL
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
    git = timed(lambda: _run(repository, desk.site("git"), "HEAD"), desk.runs)
    worktree = timed(lambda: _run(repository, desk.site("git")), desk.runs)
    yield Line("nothing changed, Git", f"{ms(git.wall)}", "10 ms", git.wall <= 0.010)
    yield Line("nothing changed, Git, and no file uncommitted", f"{ms(worktree.wall)}", "", None)
    yield Line("nothing changed, folder", f"{ms(folder.wall)}", "120 ms", folder.wall <= 0.120 * scale)


def _changed(desk: Desk, naive_full: float) -> Iterator[Line]:
    repository = desk.repository()
    turns = iter(range(1, 1000))

    def change() -> None:
        turn = next(turns)
        for number in range(20):
            text = invented.article(number * 17, desk.count, heat=200 + turn, blob=turn)
            (repository / invented.path_of(number * 17)).write_text(text, encoding="utf-8")
        desk.commit(f"Turn {turn}")

    spent: Timed = timed(lambda: _run(repository, desk.site("git"), "HEAD"), desk.runs, before=change)
    yield Line(
        f"20 changed of {desk.count:,}, Git",
        f"{ms(spent.cpu)} CPU, {ms(spent.wall)} wall",
        "≤ 60 ms CPU; ≥ 1,000× naive",
        spent.cpu <= 0.060 and naive_full / spent.cpu >= 1000,
        f"naive re-import {times(naive_full, spent.cpu)}",
    )
    if desk.count >= 5000:
        yield _changed_of_many(desk)
    yield _real_commit(desk)


def _changed_of_many(desk: Desk) -> Line:
    """Twenty files of a repository of fifty thousand, which has no worktree."""
    repository, site = desk.folder / "large.git", Site.objects.create(name="large")
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(repository)], check=True)
    turns = iter(range(1, 1000))

    def commit(numbers: range, turn: int) -> None:
        texts = ((invented.path_of(number), invented.article(number, LARGE, 0, 200 + turn, turn)) for number in numbers)
        parts = [f"commit refs/heads/main\ncommitter Feed <feed@newsdesk.example> {1_700_000_000 + turn} +0000\ndata 1\nx\n"]
        parts += ["from refs/heads/main^0\n"] if turn else []
        parts += [f"M 100644 inline {path}\ndata {len(text.encode())}\n{text}\n" for path, text in texts]
        subprocess.run(["git", "-C", str(repository), "fast-import", "--quiet"], input="".join(parts).encode(), check=True)

    def change() -> None:
        commit(range(0, 340, 17), next(turns))

    commit(range(LARGE), 0)
    _run(repository, site)
    spent = timed(lambda: _run(repository, site), desk.runs, before=change)
    return Line(
        f"20 changed of {LARGE:,}, Git",
        f"{ms(spent.cpu)} CPU, {ms(spent.wall)} wall",
        "≤ 150 ms CPU",
        spent.cpu <= 0.150,
    )


def _real_commit(desk: Desk) -> Line:
    """The last commit of a real site, after an import of the one before, against an import of everything."""
    work = f"one real commit of {REAL}, incremental"
    bundle = Path(os.environ.get("DESK_CORPUS") or settings.BASE_DIR.parent / "shared" / "corpus") / f"{REAL}.bundle"
    if not bundle.exists():
        return Line(work, "not measured", "under 2 % of a full import", None, f"{bundle} is not there: set DESK_CORPUS")
    with tempfile.TemporaryDirectory(dir=desk.folder) as folder:
        repository = Path(folder) / f"{REAL}.git"
        subprocess.run(["git", "clone", "-q", "--bare", str(bundle), str(repository)], check=True, capture_output=True)
        steps = iter(range(desk.runs + 1))
        full = timed(lambda: _run(repository, Site.objects.create(name=f"real-{next(steps)}")), runs=2)
        site = Site.objects.create(name="real")
        back = iter(range(desk.runs, 0, -1))
        _run_kindly(repository, site, f"HEAD~{desk.runs}")
        spent = timed(lambda: _run_kindly(repository, site, f"HEAD~{next(back) - 1}"), desk.runs)
    share = spent.cpu / full.cpu
    return Line(
        work,
        f"{ms(spent.cpu)} CPU, {100 * share:.1f} % of full",
        "under 2 % of a full import",
        share < 0.02,
        f"full import {ms(full.cpu)}",
    )


def _run_kindly(location: Path, site: Site, rev: str) -> None:
    """Real files may have problems."""
    with open_source(location, rev=rev) as source:
        import_site(source, site, at=timezone.now())

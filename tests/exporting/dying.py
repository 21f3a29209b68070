"""Exports that are killed: a desk of its own, in a process of its own, whose exports die by SIGKILL at chosen moments.

``python -m tests.exporting.dying folder|zip FOLDER`` prints one JSON object for each moment.
"""
from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

MOMENTS = 24
WATCHED = ("open", "replace", "fsync", "unlink", "mkdir", "fstat")


def main(kind: str, root: Path) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    target = root / ("out.zip" if kind == "zip" else "out")
    _first_export(target)
    pristine = root / "pristine"
    _save(root, pristine)
    before = state(target)

    events = _counted(lambda: _export(target))
    after, manifest = state(target), _manifest()
    assert before != after
    # Spread over the whole export, and every one of its last steps.
    moments = sorted({*range(1, events, max(1, events // MOMENTS)), *range(max(1, events - 8), events + 1)})
    for moment in moments:
        _restore(root, pristine)
        status = _forked(lambda moment=moment: _dying_at(moment, lambda: _export(target)))
        found = state(target)
        torn = [path for path, data in found.items() if data not in (before.get(path), after.get(path))]
        lost = [path for path in before.keys() & after.keys() if path not in found]
        code = _forked(lambda: _export(target))
        print(json.dumps({
            "moment": moment,
            "killed": os.WIFSIGNALED(status),
            "torn": [path for path in torn if ".newsdesk-tmp" not in path],
            "lost": lost,
            "finished": code == 0 and state(target) == after and not _left(root),
            "manifest": _manifest() == manifest,
        }))  # fmt: skip


def _first_export(target: Path) -> None:
    """An export has been made; since then things were decided, so the next one creates, replaces and removes."""
    from articles.decisions import decide
    from articles.models import Article
    from articles.workflow import Action
    from tests.factories import NOON, make_article, make_person, make_site

    site, editor = make_site("dying"), make_person("editor", "ida")
    articles = [make_article(site) for _ in range(30)]
    decide(articles[:20], Action.APPROVE, editor=editor, at=NOON)
    _export(target)
    fresh = list(Article.objects.order_by("pk"))
    decide(fresh[:5], Action.REJECT, editor=editor, at=NOON)
    decide(fresh[5:10], Action.APPROVE, editor=editor, at=NOON, changes={"quality": 90})
    decide(fresh[20:], Action.APPROVE, editor=editor, at=NOON)
    from articles.decisions import edit

    edit(list(Article.objects.order_by("pk"))[5:10], {"quality": 91}, editor=editor, at=NOON)


def _export(target: Path) -> None:
    from articles.exporting.pipeline import export_site
    from articles.exporting.sinks import FolderSink, ZipSink
    from articles.models import Site
    from tests.factories import NOON

    with ZipSink(target) if target.suffix == ".zip" else FolderSink(target) as sink:
        report = export_site(Site.objects.get(), sink, scope="approved", at=NOON, recorded=False)
    assert not report.problems, report.problems


# --- dying
def _watch(tell: Callable[[], None]) -> None:
    """Tell before and after each step on the disk, and each file that a sink takes."""
    from articles.exporting.sinks import FolderSink, ZipSink

    for owner, name in [(os, name) for name in WATCHED] + [(FolderSink, "write"), (ZipSink, "write")]:
        real = getattr(owner, name)

        def watched(*args: Any, real: Any = real, **words: Any) -> Any:
            tell()
            result = real(*args, **words)
            tell()
            return result

        setattr(owner, name, watched)


def _counted(act: Callable[[], None]) -> int:
    """How many moments an export has that nobody disturbs. It is made in a child, so that nothing stays watched."""
    reader, writer = os.pipe()

    def child() -> None:
        count = 0

        def tell() -> None:
            nonlocal count
            count += 1

        _watch(tell)
        act()
        os.write(writer, str(count).encode())

    assert _forked(child) == 0
    return int(os.read(reader, 20))


def _dying_at(moment: int, act: Callable[[], None]) -> None:
    count = 0

    def tell() -> None:
        nonlocal count
        count += 1
        if count == moment:
            os.kill(os.getpid(), signal.SIGKILL)

    _watch(tell)
    act()


def _forked(act: Callable[[], None]) -> int:
    """Act in a child with connections of its own. Returns its wait status."""
    from django.db import connections

    connections.close_all()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            act()
            code = 0
        finally:
            sys.stderr.flush()
            os._exit(code)
    return os.waitpid(child, 0)[1]


# --- what is there
def state(target: Path) -> dict[str, str]:
    """Path -> contents, of the folder or of the one zip."""
    paths = [target] if target.is_file() else sorted(path for path in target.rglob("*") if path.is_file())
    return {path.name: path.read_bytes().hex() for path in paths}


def _manifests() -> Path:
    from django.conf import settings

    return settings.DATA_DIR / "exports" / "manifests"


def _manifest() -> list[Any]:
    return [json.loads(path.read_text())["files"] for path in sorted(_manifests().glob("*"))]


def _left(root: Path) -> list[str]:
    """Temporary files that are still there."""
    return [path.name for folder in (root, _manifests()) for path in folder.rglob("*.newsdesk-tmp")]


def _save(root: Path, pristine: Path) -> None:
    pristine.mkdir()
    for path in (*root.glob("out*"), _manifests()):
        if path.is_dir():
            shutil.copytree(path, pristine / path.name)
        elif path.exists():
            shutil.copy2(path, pristine / path.name)


def _restore(root: Path, pristine: Path) -> None:
    shutil.rmtree(_manifests(), ignore_errors=True)
    for path in root.glob("out*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    for path in pristine.iterdir():
        where = _manifests() if path.name == "manifests" else root / path.name
        shutil.copytree(path, where) if path.is_dir() else shutil.copy2(path, where)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))

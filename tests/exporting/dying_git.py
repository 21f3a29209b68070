"""Exports into Git that are killed: a desk of its own, in a process of its own, whose exports die at random moments.

``python -m tests.exporting.dying_git FOLDER MOMENTS`` prints one JSON object for each moment. Half of them only commit,
half push; in half of each the Git commands that are running die with the export. Then either another export finishes it,
or an import comes first.
"""
from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from tests.exporting.dying import _forked, _manifests

KINDS = ("commit", "push")


def main(root: Path, moments: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from articles.exporting.sinks import targets
    from tests.exporting.repositories import bare, site_in
    from tests.factories import make_person, make_site

    targets.STALE = 0.0
    site_in(root / "work", make_site("dying"), make_person("editor", "ida"))
    bare(root / "work", "pristine.git")
    target = root / "target.git"
    shutil.copytree(root / "pristine.git", target)
    _keep()
    lasts = {kind: min(_undisturbed(root, kind, target) for _ in range(3)) for kind in KINDS}
    after = _tree(target)
    assert _forked(lambda: _import(target)) == 0
    held = _held()
    chance = random.Random(20261124)
    done = 0
    while done < moments:
        kind, delay = KINDS[done % 2], chance.random()
        _restore(root)
        killed = _killed_after(delay * lasts[kind], kind, target, everything=bool(done // 2 % 2))
        found = _checked(target)
        imports_first = bool(done // 4 % 2)
        code = _forked(lambda: _import(target)) if imports_first else 0
        code |= _forked(lambda kind=kind: _export(kind, target))
        locks = [str(path) for folder in (target, root / "data/mirrors") for path in folder.rglob("*.lock")]
        print(json.dumps({
            "kind": kind, "moment": round(delay, 2), "killed": killed,
            "sound": found == "" and _checked(target) == "",
            "finished": code == 0 and _tree(target) == after,
            "told": _forked(lambda: _import(target)) == 0 and _held() == held,
            "locks": [path for path in locks if not path.endswith(".git.lock")],
        }), flush=True)  # fmt: skip
        done += killed  # one that had finished already shows nothing


def _undisturbed(root: Path, kind: str, target: Path) -> float:
    """How long an export takes."""
    _restore(root)
    started = time.monotonic()
    assert _forked(lambda: _export(kind, target)) == 0
    return time.monotonic() - started


def _export(kind: str, target: Path) -> None:
    from articles.exporting.publishing import Destination, publish
    from articles.models import Site
    from tests.factories import NOON

    to = Destination(f"file://{target}", push="") if kind == "push" else Destination(str(target))
    try:
        report = publish(Site.objects.get(), to, scope="approved", at=NOON)
        assert not report.problems, report.problems
    except BaseException:
        traceback.print_exc()
        raise


def _import(target: Path) -> None:
    from articles.importing.pipeline import import_site
    from articles.importing.sources import open_source
    from articles.models import Site
    from tests.factories import NOON

    try:
        with open_source(target) as source:
            import_site(source, Site.objects.get(), at=NOON)
    except BaseException:
        traceback.print_exc()
        raise


def _held() -> dict[str, Any]:
    """What the desk holds once everything is finished: contents, commit and ledger."""
    from articles.models import Repository, SentField, Site
    from tests.importing.folders import contents

    site = Site.objects.get()
    found = contents(site)
    # A commit has its time in its name; that it is the target's is what counts.
    for article in found["articles"].values():
        article.pop("decided_by_id")
    rows = SentField.objects.values_list("article__path", "field", "value", "feed_value", "state")
    return found | {"ledger": sorted(map(repr, rows)), "is_there": Repository.objects.get().commit != ""}


def _killed_after(delay: float, kind: str, target: Path, *, everything: bool) -> bool:
    from django.db import connections

    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            _export(kind, target)
        finally:
            os._exit(0)
    time.sleep(delay)
    below = _descendants(child)
    os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    for one in below:
        try:
            if everything:
                os.kill(one, signal.SIGKILL)
        except ProcessLookupError:
            pass
    until = time.monotonic() + 10
    while any(_is_alive(one) for one in below) and time.monotonic() < until:
        time.sleep(0.005)
    return os.WIFSIGNALED(status)


def _is_alive(process: int) -> bool:
    """Whether it still does something: one that nobody has waited for does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def _descendants(parent: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{parent}/task").glob("*/children"):
        try:
            for child in map(int, task.read_text().split()):
                found += [child, *_descendants(child)]
        except OSError:
            continue
    return found


def _keep() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    shutil.copy(_database(), f"{_database()}.pristine")


def _database() -> str:
    from django.conf import settings

    return str(settings.DATABASES["default"]["NAME"])


def _restore(root: Path) -> None:
    """The repository, the database and the data folder as they were before any export."""
    from django.conf import settings
    from django.db import connections

    connections.close_all()
    for end in ("-wal", "-shm"):
        Path(_database() + end).unlink(missing_ok=True)
    shutil.copy(f"{_database()}.pristine", _database())
    shutil.rmtree(root / "target.git")
    shutil.copytree(root / "pristine.git", root / "target.git")
    shutil.rmtree(settings.DATA_DIR / "mirrors", ignore_errors=True)
    shutil.rmtree(_manifests(), ignore_errors=True)


def _tree(target: Path) -> Any:
    from tests.importing.test_git_source import run

    return run(target, "rev-parse", "main^{tree}"), len(run(target, "rev-list", "main").split())


def _checked(target: Path) -> str:
    from tests.exporting.repositories import fsck

    return fsck(target)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))

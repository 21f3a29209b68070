"""Workers that die as the kernel ends them, in the middle of imports and exports; then others that go on.

``python -m tests.dying_runs`` does every run that waits, twice: by a worker that dies at the next of ``POINTS``, then by
one that nobody kills. It prints one JSON object. The test starts it on its own database.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from typing import Any

# Where a worker dies: after how many slices of an import, before an export publishes, and after it has.
POINTS = {"import": (1, 3), "export": ("before", "after")}


def apart(work: Callable[[], None]) -> int:
    """Do the work in a process of its own; how it ended."""
    from django.db import connections

    connections.close_all()
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    code = 1
    try:
        work()
        code = 0
    finally:
        os._exit(code)


def die(*args: Any, **words: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def dying_import(slices: int) -> None:
    from articles.importing.intake import Intake

    write, left = Intake._write, [slices]

    def counted(self: Any, arrivals: Any) -> None:
        write(self, arrivals)
        left[0] -= bool(arrivals)
        if not left[0]:
            die()

    Intake._write = counted  # type: ignore[method-assign]
    work()


def dying_export(moment: str) -> None:
    from articles.exporting import pipeline

    if moment == "before":
        pipeline.Manifest.announce = die  # type: ignore[method-assign, assignment]
    else:
        pipeline._Export._record = die  # type: ignore[method-assign, assignment]
    work()


def work() -> None:
    from django.core.management import call_command

    call_command("desk_work", once=True, queue="runs")


def main() -> None:
    import django

    django.setup()
    from datetime import timedelta

    from articles import leases
    from articles.importing import pace
    from articles.models import ExportRun, ImportRun

    pace.FIRST = pace.MOST = 4  # so that there are several slices
    model = ImportRun if ImportRun.objects.filter(state="waiting").exists() else ExportRun
    codes, between = [], []
    for point in POINTS["import" if model is ImportRun else "export"]:
        codes.append(apart(lambda point=point: (dying_import if model is ImportRun else dying_export)(point)))  # type: ignore[misc]
        run = model.objects.get()
        between.append([run.state, run.lease_until is not None])
        # A quarter of a minute goes by.
        model.objects.update(lease_until=leases.moment(-timedelta(seconds=5)), heartbeat_at=leases.moment(-leases.PATIENCE * 2))
    codes.append(apart(work))
    print(json.dumps({"codes": codes, "between": between}))


if __name__ == "__main__":
    main()

"""Workers that die as the kernel ends them while rules act; then others that go on.

``python -m tests.dying_rules`` does the import that waits and what its rules plan, in processes of their own: one dies between
the plan and the first act, one in the middle of the second slice, one right after it, and the last is left alone. It prints
one JSON object. The test starts it on its own database.
"""

from __future__ import annotations

import json
from typing import Any

from tests.dying_runs import apart, die


def worked(queue: str) -> None:
    from django.core.management import call_command

    call_command("desk_work", once=True, queue=queue)


def dying_after_plan() -> None:
    from articles.bulk import ruling

    ruling.advance = die  # type: ignore[assignment]
    worked("runs")


def dying_in_slice() -> None:
    """In the second slice that this worker does, its articles decided and nothing committed."""
    from articles.bulk import running

    fire, done = running.fire, []

    def fatal(*args: Any, **words: Any) -> Any:
        report = fire(*args, **words)
        done.append(len(report.reviews))
        return report if len(done) == 1 else die()

    running.fire = fatal
    worked("default")


def dying_after_slice() -> None:
    from articles.bulk import running

    whole = running._slice

    def fatal(*args: Any) -> bool:
        whole(*args)
        die()
        return False

    running._slice = fatal
    worked("default")


def main() -> None:
    import django

    django.setup()
    from datetime import timedelta

    from articles import leases
    from articles.bulk import ruling
    from articles.models import BulkRun, ImportRun, RuleFiring

    ruling.SLICE = 4  # so that there are several
    codes, between = [], []
    for work in (dying_after_plan, lambda: worked("runs"), dying_in_slice, dying_after_slice, lambda: worked("default")):
        codes.append(apart(work))
        run = BulkRun.objects.get()
        between.append([ImportRun.objects.get().state, run.state, run.checkpoint, RuleFiring.objects.count()])
        for model in (BulkRun, ImportRun):  # a quarter of a minute goes by
            late = {"lease_until": leases.moment(-timedelta(seconds=5)), "heartbeat_at": leases.moment(-leases.PATIENCE * 2)}
            model.objects.filter(state__in=leases.OPEN).update(**late)
    print(json.dumps({"codes": codes, "between": between}))


if __name__ == "__main__":
    main()

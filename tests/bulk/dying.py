"""A worker that dies as the kernel ends it, in the middle of its third slice: the articles are decided, nothing is committed.

    python -m tests.bulk.dying
"""

from __future__ import annotations

import os
import signal
from itertools import count
from typing import Any

if __name__ == "__main__":
    import django

    django.setup()
    from django.core.management import call_command

    from articles.bulk import running

    slices, decide = count(1), running.decide

    def die(*args: Any, **words: Any) -> Any:
        report = decide(*args, **words)
        if next(slices) == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return report

    running.decide = die
    call_command("desk_work", once=True)

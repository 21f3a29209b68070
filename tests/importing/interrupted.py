"""What happens to imports that are killed, meet each other, or meet editors: on a database of its own, in real processes.

``python -m tests.importing.interrupted kill|commits|meet|edit FOLDER`` prints one JSON object. The tests start it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, connections, transaction  # noqa: E402
from django.db.models import F  # noqa: E402

from articles import ledger  # noqa: E402
from articles.decisions import decide  # noqa: E402
from articles.importing import pace  # noqa: E402
from articles.importing.lock import ImportBusy  # noqa: E402
from articles.importing.pipeline import import_site  # noqa: E402
from articles.importing.sources import open_source  # noqa: E402
from articles.mapping import exported_text  # noqa: E402
from articles.models import (  # noqa: E402
    Article,
    ArticleTopic,
    ImportRun,
    RelatedArticle,
    Repository,
    Review,
    SentField,
    Site,
    SourceFile,
)
from articles.workflow import Action  # noqa: E402
from tests.factories import NOON, make_person  # noqa: E402
from tests.importing.folders import bring, contents  # noqa: E402

KILLS = int(os.environ.get("DESK_TEST_KILLS", "20"))
COMMIT_KILLS = int(os.environ.get("DESK_TEST_KILLS", "50"))
BUSY = 3  # exit code of an import that found another one running


def apart(work: Callable[[], Any]) -> int:
    """Do the work in a process of its own; its process id."""
    connections.close_all()
    child = os.fork()
    if child:
        return child
    try:
        work()
        code = 0
    except ImportBusy:
        code = BUSY
    except BaseException as error:  # noqa: BLE001 - a child that returns would run the parent's code
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        code = 1
    os._exit(code)


def counted(work: Callable[[], Any]) -> tuple[float, int]:
    """How long the work lasts in a process of its own, in seconds, and how many statements it sends."""
    told = Path(settings.DATA_DIR) / "statements"

    def listening() -> None:
        sent = count()
        with connection.execute_wrapper(lambda execute, *words: (next(sent), execute(*words))[1]):
            work()
        told.write_text(str(next(sent)))

    started = time.monotonic()
    assert code_of(apart(listening)) == 0
    return time.monotonic() - started, int(told.read_text())


def killed(work: Callable[[], Any], after: float, before: int | None = None) -> bool:
    """Start the work and kill it: after so many seconds, or as it sends its so-manieth statement. Whether it died of that."""

    def dying() -> None:
        sent = count(1)

        def listen(execute: Any, *words: Any) -> Any:
            if next(sent) == before:
                os.kill(os.getpid(), signal.SIGKILL)
            return execute(*words)

        with connection.execute_wrapper(listen):
            work()

    child = apart(work if before is None else dying)
    if before is None:
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
    return code_of(child) == -signal.SIGKILL


def code_of(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def halves(site: Site) -> list[str]:
    """Articles of which only a part is there."""
    articles = Article.objects.filter(site=site)
    parts = [
        Counter(model.objects.filter(article__site=site).order_by().values_list("article_id", flat=True))
        for model in (SourceFile, ArticleTopic, RelatedArticle)
    ]
    return [
        path
        for pk, path, topics, related, provider in articles.values_list("pk", "path", "topics", "related_count", "provider_id")
        if [part[pk] for part in parts] != [1, len([name for name in topics or () if name]), related] or provider is None
    ]


def kill(root: Path) -> dict[str, Any]:
    """Kill an import at moments spread over its whole course, then let another finish it."""
    pace.FIRST, pace.MOST = 8, 8  # so that there are several slices, on PostgreSQL too
    pace.PAUSE = 0.001
    undisturbed = Site.objects.create(name="undisturbed")
    lasts, statements = counted(lambda: bring(root, undisturbed))
    expected = contents(undisturbed)
    chance = Random(20261120)
    result: dict[str, Any] = {"lasts": lasts, "articles": len(expected["articles"]), "kills": []}
    for turn in range(KILLS):
        site = Site.objects.create(name=f"killed-{turn}")
        # Every fourth one by the clock, which may be anywhere; the others where a busy machine moves nothing.
        moment = chance.random() if turn % 4 == 0 else turn / KILLS
        died = killed(lambda: bring(root, site), moment * lasts, int(moment * statements) if turn % 4 else None)  # noqa: B023
        came_in = Article.objects.filter(site=site).count()
        torn = halves(site)
        left_open = ImportRun.objects.filter(site=site, finished_at=None).exists()
        finished = finish(lambda: bring(root, site))  # noqa: B023
        last = ImportRun.objects.filter(site=site).order_by("-pk").first()
        result["kills"].append(
            {
                "died": died,
                "came_in": came_in,
                "left_open": left_open,
                "torn": torn,
                "finished": finished,
                "closed": last.is_finished if last else None,
                "equal": contents(site) == expected,
            }
        )
    return result


def finish(work: Callable[[], Any]) -> int:
    """The exit code of a second run. PostgreSQL needs a moment to see that the one who held the lock is dead."""
    for _ in range(100):
        code = code_of(apart(work))
        if code != BUSY:
            break
        time.sleep(0.05)
    return code


# --- repositories
def commits(root: Path) -> dict[str, Any]:
    """Kill imports of a repository's next commit anywhere, then let another finish each.

    ``root`` has the branches ``first`` and ``next``. Between them articles were approved here, and ``next`` holds what was
    sent, beside files that are new, other, gone, there again, bad and mended.
    """
    pace.PAUSE = 0.001
    editor = make_person("editor", "ida")

    def at(site: Site, branch: str, most: int = 5) -> None:
        pace.FIRST, pace.MOST = most, most
        with open_source(root, rev=branch) as source:
            import_site(source, site, at=NOON)

    def begun(name: str) -> Site:
        site = Site.objects.create(name=name)
        Repository.objects.create(site=site, location=str(root), branch="next")
        at(site, "before", 200)
        at(site, "first", 200)
        chosen = list(Article.objects.filter(site=site, path__contains="sent-").order_by("path"))
        decide(chosen, Action.APPROVE, editor=editor, at=NOON)
        texts = dict(SourceFile.objects.filter(article__in=chosen).values_list("article_id", "text"))
        sent = [ledger.sent(one, texts[one.pk], exported_text(one, texts[one.pk])) for one in chosen]
        with transaction.atomic():
            ledger.record(site, sent, None, at=NOON)
        return site

    undisturbed = begun("undisturbed")
    lasts, statements = counted(lambda: at(undisturbed, "next"))
    expected, untouched = everything(undisturbed), everything(begun("untouched"))
    chance = Random(20261126)
    found = []
    for turn in range(COMMIT_KILLS):
        site = begun(f"killed-{turn}")
        moment = chance.random()
        died = killed(lambda: at(site, "next"), moment * lasts, int(moment * statements) if turn % 2 else None)  # noqa: B023
        between = everything(site)
        known = Repository.objects.get(site=site).commit
        found.append(
            {
                "died": died,
                "within": between not in (untouched, expected),
                # While anything is missing no commit may be held, except the old one before anything was written.
                "honest": between in (untouched, expected) or known == "",
                "torn": halves(site),
                "finished": finish(lambda: at(site, "next")),  # noqa: B023
                "equal": everything(site) == expected,
            }
        )
    return {"lasts": lasts, "kills": found}


def everything(site: Site) -> dict[str, Any]:
    """Whatever an import of a repository leaves, without keys and runs."""
    articles = {"article__site": site}
    rows: dict[str, Any] = contents(site)
    for article in rows["articles"].values():
        article.pop("decided_by_id")
    return rows | {
        "gone": sorted(SourceFile.objects.filter(site=site, gone_at__isnull=False).values_list("path", flat=True)),
        "commit": Repository.objects.get(site=site).commit,
        "ledger": sorted(map(repr, SentField.objects.filter(**articles).values_list(
            "article__path", "field", "value", "feed_value", "state"))),
        "reviews": sorted(map(repr, Review.objects.filter(**articles).values_list(
            "article__path", "action", "before", "after", "version"))),
    }  # fmt: skip


def meet(root: Path) -> dict[str, Any]:
    """Start two imports of the same files at once."""
    alone, shared = (Site.objects.create(name=name) for name in ("alone", "shared"))
    assert code_of(apart(lambda: bring(root, alone))) == 0
    children = [apart(lambda: bring(root, shared)) for _ in range(2)]
    codes = sorted(code_of(child) for child in children)
    return {"codes": codes, "equal": contents(shared) == contents(alone), "torn": halves(shared)}


def edit(root: Path) -> dict[str, Any]:
    """Let an editor work while an import runs; how long each of the editor's writes took, in milliseconds."""
    import random

    other = Site.objects.create(name="other")
    article = Article.objects.create(site=other, path="_news/a.md")
    busy = Site.objects.create(name="busy")
    child = apart(lambda: bring(root, busy))
    waits, failed = [], 0
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        time.sleep(random.uniform(0.005, 0.03))
        started = time.monotonic()
        try:
            with transaction.atomic():
                Article.objects.filter(pk=article.pk).update(version=F("version") + 1)
        except Exception:  # noqa: BLE001 - whatever it is, the editor's work was not taken
            failed += 1
        waits.append(1000 * (time.monotonic() - started))
    waits.sort()
    article.refresh_from_db()
    return {
        "writes": len(waits),
        "failed": failed,
        "kept": article.version - 1,
        "median": waits[len(waits) // 2],
        "p99": waits[int(len(waits) * 0.99)],
        "worst": waits[-1],
        "articles": Article.objects.filter(site=busy).count(),
    }


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    task = {"kill": kill, "commits": commits, "meet": meet, "edit": edit}[sys.argv[1]]
    print(json.dumps(task(Path(sys.argv[2]))))

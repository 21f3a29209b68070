"""Several editors at work while files come in: real processes on a database of their own.

``python -m tests.replay.meanwhile FOLDER`` prints one JSON object. A test starts it.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from random import Random
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from articles.decisions import decide, edit  # noqa: E402
from articles.models import Article, Review, Site  # noqa: E402
from articles.workflow import Action, By  # noqa: E402
from tests.factories import make_person, make_text  # noqa: E402
from tests.importing.folders import bring, put  # noqa: E402
from tests.importing.interrupted import apart, code_of  # noqa: E402

EDITORS = 4
KNOWN, NEW = 200, 1500  # files that are there, and files of the import; of the known ones every second changes
ACTS = Action.APPROVE, Action.REJECT


def texts(turn: int, count: int) -> dict[str, str]:
    """Article files; those with an even number are others in each turn."""
    return {
        f"_news/2026-11-20-tram-{number}.md": make_text(
            title=f"Tram {number} waits", slug=f"t{number}", quality=60 + (turn if number % 2 == 0 else 0)
        )
        for number in range(count)
    }


def work(number: int, site: Site, stop: Path, told: Path) -> None:
    """One editor: decides and edits articles, their own and those that all four want, until ``stop`` is there.

    ``told`` gets a line for each act that the desk said it has taken.
    """
    dice, person = Random(number), make_person("editor", f"editor-{number}")
    paths = list(Article.objects.filter(site=site).order_by("pk").values_list("path", flat=True))
    contested, own = paths[:20], paths[20 + number :: EDITORS]
    with told.open("w") as lines:
        for turn in range(10_000):
            if stop.exists():
                return
            path = dice.choice(contested if dice.random() < 0.3 else own)
            article = Article.objects.get(site=site, path=path)
            time.sleep(dice.uniform(0, 0.02))  # reading it
            if dice.random() < 0.6:
                report = decide([article], dice.choice(ACTS), editor=person, at=timezone.now())
            else:
                report = edit([article], {"heat": 1000 * number + turn + 1}, editor=person, at=timezone.now())
            for review in report.reviews:
                lines.write(json.dumps([path, review.pk, review.after]) + "\n")
                lines.flush()


def main(folder: Path) -> dict[str, Any]:
    """Import a site, then let editors work while it comes in again, changed and four times as large."""
    root = folder / "site"
    site = Site.objects.create(name="busy")
    bring(put(root, texts(0, KNOWN)), site)
    put(root, texts(1, KNOWN + NEW))
    stop = folder / "stop"
    told = [folder / f"told-{number}" for number in range(EDITORS)]
    editors = [apart(lambda: work(number, site, stop, told[number])) for number in range(EDITORS)]  # noqa: B023
    importer = apart(lambda: bring(root, site, timezone.now()))
    imported = code_of(importer)
    stop.touch()
    codes = [code_of(one) for one in editors]
    promised = [json.loads(line) for file in told for line in file.read_text().splitlines()]
    return {
        "imported": imported,
        "editors": codes,
        "promised": len(promised),
        "lost": lost(site, promised),
        "articles": Article.objects.filter(site=site).count(),
        "changed": Article.objects.filter(site=site, quality=61).count(),
    }


def lost(site: Site, promised: list[Any]) -> list[str]:
    """Acts that an editor was told were taken and that the desk does not have, and articles that are not what their last
    act said."""
    rows = {row.pk: row for row in Review.objects.filter(article__site=site, by=By.EDITOR).select_related("article")}
    missing = [path for path, pk, _ in promised if pk not in rows or rows[pk].article.path != path]
    said: dict[str, dict[str, Any]] = {}
    for pk in sorted(rows):
        said.setdefault(rows[pk].article.path, {}).update(rows[pk].after)
    for article in Article.objects.filter(site=site, path__in=said):
        wanted = {name: said[article.path][name] for name in ("status", "heat", "published") if name in said[article.path]}
        missing += [article.path for name, value in wanted.items() if getattr(article, name) != value]
    return missing


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    print(json.dumps(main(Path(sys.argv[1]))))

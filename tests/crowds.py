"""Many editors at once, in real processes, on a database of their own.

``python -m tests.crowds edits=100 desk=200 equal=50 races=50 FOLDER`` prints one JSON object. The tests start it with small
numbers; by hand it takes large ones. FOLDER is what is imported meanwhile.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402
from django.utils import timezone  # noqa: E402

from articles.decisions import edit  # noqa: E402
from articles.models import Article, Review, Site  # noqa: E402
from tests.conftest import signed_in  # noqa: E402
from tests.factories import make_article, make_person, make_site  # noqa: E402
from tests.importing.folders import bring  # noqa: E402


def together(people: int, work: Callable[[int], Any]) -> list[Any]:
    """What the work gives in as many processes, all of which begin at the same moment."""
    connections.close_all()
    gate, opener = os.pipe()
    children = []
    for number in range(people):
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(opener)
            os.read(gate, 1)
            try:
                said = json.dumps(work(number))
            except BaseException as error:  # noqa: BLE001 - a child that returns would run the parent's code
                said = json.dumps({"broken": f"{type(error).__name__}: {error}"})
            with open(write, "w") as out:
                out.write(said)
            os._exit(0)
        os.close(write)
        children.append((child, read))
    os.close(opener)  # everybody wakes up
    os.close(gate)
    found = []
    for child, read in children:
        with open(read) as said:
            found.append(json.loads(said.read() or '{"broken": "died"}'))
        os.waitpid(child, 0)
    return found


def broken(found: list[Any]) -> list[str]:
    return [one["broken"] for one in found if isinstance(one, dict) and "broken" in one]


def edits(count: int, _: Path | None) -> dict[str, Any]:
    """Eight processes edit ten articles, each after reading it: what was told "saved" must be there."""
    site, editors = make_site(), [make_person() for _ in range(8)]
    pks = [make_article(site).pk for _ in range(10)]

    def work(number: int) -> dict[str, int]:
        chance, saved = random.Random(number), Counter[str]()
        for turn in range(count):
            article = Article.objects.select_related("site").get(pk=chance.choice(pks))
            report = edit([article], {"quality": number * 10_000 + turn}, editor=editors[number], at=timezone.now())
            saved["saved" if report.reviews else "told"] += 1
        return saved

    found = together(8, work)
    rows = Review.objects.filter(article__site=site)
    return {
        "broken": broken(found),
        "saved": sum(one.get("saved", 0) for one in found),
        "told": sum(one.get("told", 0) for one in found),
        "rows": rows.count(),
        "versions": sum(Article.objects.filter(pk__in=pks).values_list("version", flat=True)) - len(pks),
        "lost": lost(site),
    }


def lost(site: Site) -> list[str]:
    """Acts that somebody wrote over without having seen them: each must begin where the one before it ended."""
    found = []
    for article in Article.objects.filter(site=site):
        state: dict[str, Any] = {}
        version = 1
        for row in article.reviews.order_by("pk"):
            if row.version != version + 1:
                found.append(f"{article.pk}: version {row.version} after {version}")
            version = row.version
            found += [f"{article.pk}: {name}" for name, value in row.before.items() if state.get(name, value) != value]
            state |= row.after
        if article.version != version or any(
            state[name] != getattr(article, name) for name in ("status", "quality") if name in state
        ):
            found.append(f"{article.pk}: not as its last act left it")
    return found


def desk(count: int, source: Path | None) -> dict[str, Any]:
    """Sixteen editors decide on twenty articles of a site, through its pages, while an import comes into it."""
    site, editors = make_site(), [make_person() for _ in range(16)]
    pks = [make_article(site).pk for _ in range(20)]

    def work(number: int) -> dict[str, Any]:
        if number == 16:
            started = time.monotonic()
            created = bring(source, site).created if source else 0
            return {"created": created, "import_seconds": round(time.monotonic() - started, 2)}
        chance, codes, waits = random.Random(number), Counter[str](), []
        client = signed_in(editors[number])
        client.raise_request_exception = False
        for turn in range(count):
            pk = chance.choice(pks)
            version = Article.objects.values_list("version", flat=True).get(pk=pk)
            words = {
                "decision": chance.choice(["approve", "reject", "hold"]), "version": version,
                "quality": str(number * 1000 + turn), "key": f"{number}-{turn}",
            }  # fmt: skip
            started = time.monotonic()
            codes[str(client.post(f"/articles/{pk}/decide/?site={site.name}", words).status_code)] += 1
            waits.append(1000 * (time.monotonic() - started))
        return {"codes": codes, "waits": waits}

    found = together(17, work)
    codes = sum((Counter(one.get("codes", {})) for one in found), Counter[str]())
    waits = sorted(wait for one in found for wait in one.get("waits", []))
    acts = Review.objects.filter(article__site=site).exclude(action__in=["wake", "follow"])
    return {
        "broken": broken(found),
        "codes": dict(codes),
        "rows": acts.count(),
        "doubled": acts.count() - len(set(acts.values_list("key", flat=True))),
        "lost": lost(site),
        "imported": found[16].get("created"),
        "import_seconds": found[16].get("import_seconds"),
        "p50": round(waits[len(waits) // 2]),
        "p99": round(waits[int(len(waits) * 0.99)]),
    }


def equal(count: int, _: Path | None) -> dict[str, Any]:
    """The same form sent a dozen times at once, for some articles; then once more."""
    editor, site = make_person(), make_site()
    result: dict[str, Any] = {"rounds": [], "broken": []}
    for turn in range(count):
        article = make_article(site)
        words = {"decision": "approve", "version": 1, "quality": "88", "key": f"form-{turn}"}

        def work(_: int, address: str = f"/articles/{article.pk}/decide/?site={site.name}", words: Any = words) -> list[Any]:
            reply = signed_in(editor).post(address, words)
            return [reply.status_code, reply.headers.get("Location")]

        found = together(12, work)
        again = work(0)
        article.refresh_from_db()
        result["broken"] += broken(found)
        result["rounds"].append(
            {
                "codes": dict(Counter(str(one[0]) for one in found if isinstance(one, list))),
                "rows": article.reviews.count(),
                "version": article.version,
                "again": again[0],
            }
        )
    return result


def races(count: int, _: Path | None) -> dict[str, Any]:
    """Two editors decide on one article at the same moment."""
    people, site = [make_person("editor", "ida"), make_person("editor", "milo")], make_site()
    result: dict[str, Any] = {"codes": [], "told": 0, "rows": [], "broken": []}
    for _turn in range(count):
        article = make_article(site)

        def work(number: int, address: str = f"/articles/{article.pk}/decide/?site={site.name}") -> list[Any]:
            words = {"decision": ["approve", "reject"][number], "version": 1}
            reply = signed_in(people[number]).post(address, words)
            other = people[1 - number].username
            return [reply.status_code, f"{other} {['rejected', 'approved'][number]} this" in reply.content.decode()]

        found = together(2, work)
        result["broken"] += broken(found)
        result["codes"].append(sorted(one[0] for one in found))
        result["told"] += sum(one[1] for one in found)
        result["rows"].append(article.reviews.count())
    return result


def warm() -> None:
    """Load the templates once, before anybody forks."""
    article, client = make_article(), signed_in(make_person())
    for version in (1, 1):
        client.post(f"/articles/{article.pk}/decide/", {"decision": "approve", "version": version})
    client.get(f"/review/{article.pk}/")


def main(words: list[str]) -> dict[str, Any]:
    tasks: dict[str, Callable[[int, Path | None], dict[str, Any]]] = {"edits": edits, "desk": desk, "equal": equal, "races": races}
    source = next((Path(word) for word in words if "=" not in word), None)
    asked = dict(word.split("=") for word in words if "=" in word)
    warm()
    return {name: tasks[name](int(count), source) for name, count in asked.items()}


if __name__ == "__main__":
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    setup_test_environment()  # the host that Django's test client names is let in
    call_command("migrate", verbosity=0)
    print(json.dumps(main(sys.argv[1:])))

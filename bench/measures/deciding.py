"""A decision through HTTP: alone, beside the admin's form, and while 5,000 files come in."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import User
from django.db import connection
from django.forms import DateTimeField, modelform_factory
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import timezone

from articles.decisions import decide, edit
from articles.models import Article
from articles.workflow import Action
from bench.clock import Line, ms, timed, times
from bench.desk import Desk


def _decide(client: Client, article: Article) -> float:
    """Seconds of wall time that one approval took."""
    started = time.perf_counter()
    answer = client.post(
        f"/articles/{article.pk}/decide/",
        {"decision": "approve", "version": article.version},
        headers={"hx-request": "true"},
    )
    if answer.status_code not in (200, 204, 302, 303):
        raise RuntimeError(f"The decision was answered with {answer.status_code}.")
    return time.perf_counter() - started


def measure(desk: Desk) -> Iterator[Line]:
    client = desk.client("editor")
    waiting = iter(list(Article.objects.filter(site__name="crowd").pending().order_by("pk")[:1000]))
    _decide(client, next(waiting))
    spent = timed(lambda: _decide(client, next(waiting)), desk.repeats)
    admin = _admin_form(desk)
    yield Line(
        "a decision through HTTP",
        f"{ms(spent.cpu)} CPU",
        "≤ 3 ms CPU; ≥ 50× the admin's form",
        spent.cpu <= 0.003 and admin / spent.cpu >= 50,
        f"admin's form, save and list {ms(admin)}: {times(admin, spent.cpu)}",
    )
    person = User.objects.get(username="editor")
    counts = []
    for size in (1, 200):
        chosen = [next(waiting) for _ in range(size)]
        with CaptureQueriesContext(connection) as queries:
            decide(chosen, Action.REJECT, editor=person, at=timezone.now())
        counts.append(sum(not query["sql"].startswith(("BEGIN", "COMMIT")) for query in queries))
    yield Line(
        "queries of a decision on 1 and on 200 articles", f"{counts[0]} and {counts[1]}", "≤ 8", max(counts) <= 8
    )
    one = next(waiting)
    turns = iter(range(1, 1000))
    spent = timed(
        lambda: edit([Article.objects.get(pk=one.pk)], {"heat": next(turns)}, editor=person, at=timezone.now()), desk.repeats
    )
    yield Line("a change of heat, without HTTP", f"{ms(spent.cpu)} CPU", "", None)
    yield _during_import(desk, client, list(waiting)[: desk.repeats * 10])


def _admin_form(desk: Desk) -> float:
    """The same job in Django's admin as it comes: open the form, save it with another status, see the list again."""
    client = desk.client("superuser")
    articles = Article.objects.filter(site__name="crowd").pending().order_by("-pk")[: desk.runs + 1]
    waiting = iter([(article.pk, _as_sent(article)) for article in articles])

    def job() -> None:
        pk, sent = next(waiting)
        address = f"/plain/articles/article/{pk}/change/"
        client.get(address)
        answer = client.post(address, sent)
        if answer.status_code != 302:
            raise RuntimeError(f"The admin refused its own form: {answer.content.decode()[:2000]}")
        client.get("/plain/articles/article/?status__exact=pending")

    with override_settings(ROOT_URLCONF="bench.plain_admin"):
        job()
        return timed(job, desk.runs).cpu


def _as_sent(article: Article) -> dict[str, Any]:
    """What a browser sends when a person sets the status in the admin's form."""
    form = modelform_factory(Article, fields="__all__")(instance=article)
    given = {name: form[name].value() for name in form.fields}
    sent = {name: "" if value is None else value for name, value in given.items()}
    for name, field in form.fields.items():
        if isinstance(field, DateTimeField):  # the admin asks for the day and the time apart
            moment = getattr(article, name)
            sent[f"{name}_0"], sent[f"{name}_1"] = (f"{moment:%Y-%m-%d}", f"{moment:%H:%M:%S}") if moment else ("", "")
    return sent | {"status": "approved", "_save": "Save"}


def _during_import(desk: Desk, client: Client, articles: list[Article]) -> Line:
    """Wall time of approvals while another process imports the whole source into a new site."""
    code = (
        "import sys, django; django.setup()\n"
        "from bench.measures.importing import _run; from articles.models import Site; from pathlib import Path\n"
        "_run(Path(sys.argv[1]), Site.objects.create(name='beside'))"
    )
    importer = subprocess.Popen([sys.executable, "-c", code, str(desk.source())])
    taken = []
    try:
        for article in articles:
            if importer.poll() is not None:
                break
            taken.append(_decide(client, article))
            time.sleep(0.05)
    finally:
        importer.wait(timeout=600)
    if importer.returncode:
        raise RuntimeError("The import beside the editors failed.")
    taken.sort()
    p99 = taken[min(len(taken) - 1, int(len(taken) * 0.99))]
    return Line(
        f"{len(taken)} decisions during an import of {desk.count:,}",
        f"median {ms(statistics.median(taken))}, p99 {ms(p99)}, worst {ms(taken[-1])}",
        "worst ≤ 50 ms, p99 < 150 ms",
        taken[-1] <= 0.050,
    )

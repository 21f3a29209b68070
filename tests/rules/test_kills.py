"""A rule whose worker is killed: the next one finishes, and no article meets the rule twice."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from django.utils import timezone

from articles import tasks
from articles.importing import ruled
from articles.importing import running as imports
from articles.models import Article, BulkRun, ImportRun, Review, RuleFiring, Source
from articles.workflow import By
from tests.factories import make_person, make_site, make_text
from tests.importing.folders import put
from tests.rules.making import make_rule, words
from tests.test_run_kills import everything, killed_and_followed

FILES = 11


@everything
def test_a_rule_goes_on_after_every_kill(tmp_path: Path, settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
    site, admin = make_site(), make_person("superuser")
    rule = make_rule(site, words("tram", place="title"), then={"decide": "reject", "step": 5}, actor=admin)
    put(tmp_path, {f"_news/2026-11-20-tram-{number:02}.md": make_text(title=f"Tram {number}", quality=40) for number in range(FILES)})
    run = imports.begin(Source.objects.create(site=site, kind="folder", location=str(tmp_path)), at=timezone.now(), actor=admin)
    tasks.hand_over(run)

    found = killed_and_followed("tests.dying_rules")

    assert found["codes"] == [-9, 0, -9, -9, 0]
    assert found["between"] == [
        ["running", "waiting", 0, 0],  # planned, and the import is another's to finish
        ["finished", "waiting", 0, 0],  # which plans nothing anew
        ["finished", "running", 4, 4],  # the slice that broke off is not there
        ["finished", "running", 8, 8],
        ["finished", "finished", FILES, FILES],
    ]
    assert Counter(Review.objects.values_list("by", "action", "rule")) == {(By.RULE, "reject", rule.pk): FILES}
    assert set(Article.objects.values_list("status", "quality", "version")) == {("rejected", 45, 2)}
    assert set(Counter(RuleFiring.objects.values_list("article", flat=True)).values()) == {1}
    done = BulkRun.objects.get()
    assert (done.done_count, done.left_count, ImportRun.objects.get().created) == (FILES, 0, FILES)
    run.refresh_from_db()
    assert ruled.ruled(run).decided == FILES

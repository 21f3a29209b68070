"""Two real sites in and out again: byte for byte, plus exactly what was decided."""
from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from articles.decisions import decide, edit
from articles.exporting.pipeline import export_site
from articles.exporting.sinks import FolderSink
from articles.importing.pipeline import import_site
from articles.importing.sources import open_source
from articles.models import Article, Review
from articles.workflow import Action
from tests import corpus
from tests.factories import NOON, make_person, make_site


def files(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and ".git" not in path.relative_to(root).parts
    }


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "count"), [("powerapps", 674), ("diablo4", 1611)])
def test_real_site_leaves_as_it_came_plus_what_was_decided(name: str, count: int, tmp_path: Path) -> None:
    source, site, editor = corpus.checkout(name), make_site(), make_person()
    with open_source(source) as opened:
        report = import_site(opened, site, at=NOON)
    with open_source(source) as opened:
        again = import_site(opened, site, at=NOON)
    assert (report.created, len(report.problems)) == (count, 0)
    assert (again.created, again.updated, again.unchanged, len(again.problems)) == (0, 0, count, 0)

    out = tmp_path / "out"
    with FolderSink(out) as sink:
        export_site(site, sink, scope="all", at=NOON)
    assert files(out) == files(source)

    chosen = list(Article.objects.filter(site=site).pending().exclude(quality=None).order_by("pk")[:35])
    assert not decide(chosen[:20], Action.APPROVE, editor=editor, at=NOON).refused
    assert not decide(chosen[20:30], Action.REJECT, editor=editor, at=NOON, reason="thin").refused
    assert not edit(chosen[30:], {"topics": ["No", "Second"]}, editor=editor, at=NOON).refused
    assert Review.objects.filter(article__site=site).count() == 35
    with FolderSink(out) as sink:
        export_site(site, sink, scope="all", at=NOON)

    expected = {}
    for article in chosen[:20]:
        lines = {"-published: false", "+published: true"}
        if article.heat == -1:
            lines |= {"-heat: -1", f"+heat: {article.quality}"}
        expected[article.path] = lines
    for article in chosen[30:]:
        gone = {f"-  - {topic}" for topic in article.topics if topic}
        expected[article.path] = gone | {'+  - "No"', "+  - Second"}
    before, after = files(source), files(out)
    assert before.keys() == after.keys()
    found = {}
    for path in before:
        if before[path] != after[path]:
            diff = difflib.unified_diff(before[path].decode().split("\n"), after[path].decode().split("\n"), n=0, lineterm="")
            found[path] = {line for line in list(diff)[2:] if not line.startswith("@@")}
    assert found == expected

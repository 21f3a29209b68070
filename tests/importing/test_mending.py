"""Refused files that are mended on the desk: they go in, and the source's own bytes stay the source's."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from articles.decisions import decide
from articles.exporting.pipeline import export_site
from articles.exporting.sinks import FolderSink
from articles.frontmatter.files import blob_id
from articles.importing import mending
from articles.importing.mending import MendRefused, mend, window_of
from articles.models import Article, ImportRun, QuarantinedFile, Site, SourceFile
from articles.workflow import Action
from tests.factories import NOON, make_text
from tests.importing.folders import bring, counts, news, put

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)
BAD = make_text(quality="high")


@pytest.fixture
def bad(tmp_path: Path, site: Site) -> QuarantinedFile:
    put(tmp_path / "site", {news(1): BAD, **{news(number): make_text() for number in range(2, 5)}})
    bring(tmp_path / "site", site)
    return QuarantinedFile.objects.get()


def mended(file: QuarantinedFile, old: str, new: str, editor: Any, **words: Any) -> Article | None:
    window = window_of(file, whole=words.get("whole", False))
    assert window is not None and old in window.text
    return mend(file, window.text.replace(old, new), whole=words.get("whole", False), editor=editor, at=LATER)


def test_the_window_is_three_lines_around_the_place(bad: QuarantinedFile) -> None:
    window = window_of(bad)

    assert window is not None and (window.first, window.last, window.count) == (6, 12, BAD.count("\n"))
    assert [line.number for line in window.lines if line.is_wrong] == [9] == [bad.line]
    assert window.text.split("\n") == BAD.split("\n")[5:12]


def test_what_is_mended_goes_in_and_the_bytes_of_the_source_are_kept(bad: QuarantinedFile, site: Site, editor: Any) -> None:
    article = mended(bad, "quality: high", "quality: 71", editor)

    assert article is not None and (article.quality, article.path) == (71, news(1))
    row, file = QuarantinedFile.objects.get(), SourceFile.objects.get(path=news(1))
    fixed = BAD.replace("quality: high", "quality: 71")
    assert (bytes(row.content), bytes(row.mended), row.mended_by, row.mended_at) == (BAD.encode(), fixed.encode(), editor, LATER)
    assert (file.text, file.blob_id, file.is_mended) == (fixed, blob_id(BAD.encode()), True)
    run = ImportRun.objects.order_by("-pk")[:1].get()
    assert (run.kind, run.actor, run.created, run.state) == ("repair", editor, 1, "finished")


def test_the_next_import_of_the_same_bytes_leaves_the_repair_alone(
    bad: QuarantinedFile, site: Site, editor: Any, tmp_path: Path
) -> None:
    mended(bad, "quality: high", "quality: 71", editor)

    for full in (False, True):
        report = bring(tmp_path / "site", site, at=LATER, full=full)
        assert (counts(report), report.problems) == ((0, 0, 4), ())

    assert Article.objects.get(path=news(1)).quality == 71
    assert bytes(QuarantinedFile.objects.get().content) == BAD.encode()


def test_other_bytes_are_merged_with_the_repair(bad: QuarantinedFile, site: Site, editor: Any, tmp_path: Path) -> None:
    mended(bad, "quality: high", "quality: 71", editor)
    put(tmp_path / "site", {news(1): BAD.replace("quality: high", "quality: 33")})

    report = bring(tmp_path / "site", site, at=LATER)

    assert counts(report) == (0, 1, 3)
    assert Article.objects.get(path=news(1)).quality == 33
    assert not QuarantinedFile.objects.exists() and not SourceFile.objects.get(path=news(1)).is_mended


def test_other_bad_bytes_are_refused_anew_and_the_repair_stays(
    bad: QuarantinedFile, site: Site, editor: Any, tmp_path: Path
) -> None:
    mended(bad, "quality: high", "quality: 71", editor)
    worse = BAD.replace("quality: high", "quality: higher")
    put(tmp_path / "site", {news(1): worse})

    report = bring(tmp_path / "site", site, at=LATER)

    assert [problem.path for problem in report.problems] == [news(1)]
    row = QuarantinedFile.objects.get()
    assert (bytes(row.content), row.mended, row.mended_at) == (worse.encode(), None, None)
    assert Article.objects.get(path=news(1)).quality == 71


def test_an_export_writes_the_repair_over_the_bad_bytes_once(
    bad: QuarantinedFile, site: Site, editor: Any, tmp_path: Path
) -> None:
    article = mended(bad, "quality: high", "quality: 71", editor)
    decide([article], Action.APPROVE, editor=editor, at=LATER)
    there = tmp_path / "site" / news(1)
    written = []
    for _ in range(2):
        with FolderSink(tmp_path / "site") as sink:
            report = export_site(site, sink, scope="all", at=LATER)
        assert report.problems == []
        written.append(report.written)

    assert written == [1, 0]
    assert "quality: 71" in there.read_text() and "published: true" in there.read_text()
    assert counts(bring(tmp_path / "site", site, at=LATER)) == (0, 1, 3)  # the export has arrived
    assert Article.objects.get(path=news(1)).status == "approved"


def test_a_repair_that_is_as_bad_changes_nothing(bad: QuarantinedFile, site: Site, editor: Any) -> None:
    with pytest.raises(MendRefused, match='quality is "low"|"quality"') as refused:
        mended(bad, "quality: high", "quality: low", editor)

    assert refused.value.line == 9
    row = QuarantinedFile.objects.get()
    assert (bytes(row.content), row.mended, row.mended_at) == (BAD.encode(), None, None)
    assert Article.objects.count() == 3


def test_hidden_lines_stay_and_cannot_be_left_out(bad: QuarantinedFile, editor: Any) -> None:
    window = window_of(bad, whole=True)
    assert window is not None and 'secured: "…"' in window.text and "c2VjcmV0" not in window.text

    with pytest.raises(MendRefused, match="hidden"):
        mended(bad, 'secured: "…"', 'secured: "mine"', editor, whole=True)
    mended(bad, "quality: high", "quality: 71", editor, whole=True)

    assert SourceFile.objects.get(path=news(1)).text == BAD.replace("quality: high", "quality: 71")


def test_bytes_outside_of_the_lines_and_line_ends_are_kept(tmp_path: Path, site: Site, editor: Any) -> None:
    text = make_text(quality="high").replace("\n", "\r\n")
    put(tmp_path, {news(1): text})
    bring(tmp_path, site)

    mended(QuarantinedFile.objects.get(), "quality: high", "quality: 71\n# said so by the feed", editor)

    assert SourceFile.objects.get().text == text.replace("quality: high", "quality: 71\r\n# said so by the feed")


def test_a_changed_article_whose_new_file_is_bad_is_merged_with_the_repair(tmp_path: Path, site: Site, editor: Any) -> None:
    text = make_text(title="First")
    put(tmp_path, {news(1): text})
    bring(tmp_path, site)
    decide(list(Article.objects.all()), Action.APPROVE, editor=editor, at=NOON, changes={"quality": 80})
    put(tmp_path, {news(1): text.replace('"First"', '"Second"').replace("heat: -1", "heat: warm")})
    bring(tmp_path, site, at=LATER)

    mended(QuarantinedFile.objects.get(), "heat: warm", "heat: 5", editor)

    article = Article.objects.get()
    assert (article.title, article.quality, article.status) == ("Second", 80, "approved")


def test_dismissed_with_a_reason_and_back(bad: QuarantinedFile, editor: Any) -> None:
    mending.dismiss(bad, "A test of the feed's.", editor=editor, at=LATER)
    bad.refresh_from_db()
    assert (bad.dismissed_at, bad.dismissed_by, bad.dismissed_for) == (LATER, editor, "A test of the feed's.")

    mending.take_back(bad)
    bad.refresh_from_db()
    assert (bad.dismissed_at, bad.dismissed_by, bad.dismissed_for) == (None, None, "")

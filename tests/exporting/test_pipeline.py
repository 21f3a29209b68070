"""What an export writes, leaves and removes."""
from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest

from articles.decisions import decide, edit, undo
from articles.exporting.pipeline import export_site
from articles.exporting.sinks import FolderReader
from articles.frontmatter import Document
from articles.frontmatter.files import blob_id
from articles.models import Article, Conflict, ExportRun, Site, SourceFile
from articles.workflow import Action, Status
from tests.exporting.places import counts, export, files, source_of
from tests.factories import NOON, fresh, make_article, make_text

CONFIG = "title: A site\n"


def config_of(site: Site) -> None:
    SourceFile.objects.create(
        site=site, path="_config.yml", kind="config", text=CONFIG, blob_id=blob_id(CONFIG.encode())
    )


# --- scopes
@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("approved", {"_news/a.md"}),
        ("decided", {"_news/a.md", "_news/r.md"}),
        ("all", {"_news/a.md", "_news/r.md", "_news/w.md", "_news/l.md", "_config.yml"}),
    ],
)
def test_export_writes_what_is_in_the_scope(site: Site, target: Path, scope: str, expected: set[str]) -> None:
    for name, status in (("a", "approved"), ("r", "rejected"), ("w", "pending"), ("l", "live")):
        make_article(site, path=f"_news/{name}.md", status=status)
    config_of(site)

    report = export(site, target, scope)

    assert files(target).keys() == expected
    assert (report.written, report.others) == (len([path for path in expected if path.endswith(".md")]), scope == "all")


def test_export_leaves_out_other_sites(site: Site, target: Path) -> None:
    make_article(status="approved")

    assert counts(export(site, target, "all")) == (0, 0, 0)


@pytest.mark.parametrize("change", [lambda text: text, lambda text: "\ufeff" + text.replace("\n", "\r\n"), str.rstrip])
def test_export_writes_an_untouched_file_byte_for_byte(site: Site, target: Path, change: Any) -> None:
    text = change(make_text())
    article = make_article(site, text=text)

    export(site, target, "all")

    assert (target / article.path).read_bytes() == text.encode()


def test_export_does_not_parse_what_nobody_touched(site: Site, target: Path, monkeypatch: Any) -> None:
    article = make_article(site, status="approved")
    monkeypatch.setattr(Document, "parse", lambda *args, **words: pytest.fail("It was parsed."))

    export(site, target)

    assert (target / article.path).read_text() == source_of(article)


def test_export_writes_the_decision_and_nothing_else(site: Site, target: Path, editor: Any) -> None:
    article = make_article(site, quality=64)
    decide([article], Action.APPROVE, editor=editor, at=NOON)

    export(site, target)

    expected = source_of(article).replace("published: false", "published: true").replace("heat: -1", "heat: 64")
    assert (target / article.path).read_text() == expected


def test_a_field_in_conflict_stays_as_the_feed_has_it(site: Site, target: Path, editor: Any) -> None:
    article, other = make_article(site, title="Theirs"), make_article(site)
    edit([article, other], {"title": "Ours", "quality": 9, "provider_name": "Mine"}, editor=editor, at=NOON)
    decide([fresh(article), fresh(other)], Action.APPROVE, editor=editor, at=NOON)
    for field in ("title", "provider"):
        Conflict.objects.create(article=article, field=field, found_at=NOON)
    Conflict.objects.create(article=other, field="title", found_at=NOON, settled_at=NOON)

    dry = export_site(site, FolderReader(target), scope="approved", at=NOON, dry_run=True)
    real = export(site, target)

    text = (target / article.path).read_text()
    assert text == source_of(article).replace("quality: 64", "quality: 9").replace("published: false", "published: true").replace(
        "heat: -1", "heat: 9"
    )
    assert 'title: "Ours"' in (target / other.path).read_text()
    assert dry.notices == real.notices == ["2 fields in conflict stay as the feed has them; settle them under Conflicts."]
    Conflict.objects.filter(field="provider").update(settled_at=NOON)
    again = export(site, target)
    assert again.notices == ["1 field in conflict stays as the feed has it; settle it under Conflicts."]
    assert "name: Mine" in (target / article.path).read_text()


def test_a_file_that_left_the_scope_holds_back_its_conflicts_as_well(site: Site, target: Path, editor: Any) -> None:
    article = make_article(site)
    (target / "_news").mkdir(parents=True)
    (target / article.path).write_text(source_of(article))
    edit([article], {"title": "Ours", "quality": 9}, editor=editor, at=NOON)
    done = decide([fresh(article)], Action.APPROVE, editor=editor, at=NOON)
    export(site, target)
    undo(done.reviews[0], editor=editor, at=NOON)
    Conflict.objects.create(article=article, field="title", found_at=NOON)

    export(site, target)

    assert (target / article.path).read_text() == source_of(article).replace("quality: 64", "quality: 9")


# --- again
def test_second_export_touches_nothing(site: Site, target: Path, editor: Any, tmp_path: Path) -> None:
    article = make_article(site)
    config_of(site)
    make_article(site)
    decide([article], Action.APPROVE, editor=editor, at=NOON)
    assert counts(export(site, target, "all")) == (2, 0, 0)
    folders = target, tmp_path / "data"
    before = {path: path.stat().st_mtime_ns for folder in folders for path in folder.rglob("*") if path.is_file()}
    assert len(before) == 4  # three files and the manifest

    report = export(site, target, "all")

    assert (counts(report), report.others) == ((0, 2, 0), 0)
    assert {path: path.stat().st_mtime_ns for folder in folders for path in folder.rglob("*") if path.is_file()} == before
    assert ExportRun.objects.count() == 1


def test_export_writes_only_what_has_changed_since(site: Site, target: Path, editor: Any) -> None:
    one, other = make_article(site), make_article(site)
    export(site, target, "all")
    old = (target / other.path).stat().st_mtime_ns
    edit([one], {"quality": 71}, editor=editor, at=NOON)

    assert counts(export(site, target, "all")) == (1, 1, 0)
    assert "quality: 71\n" in (target / one.path).read_text()
    assert (target / other.path).stat().st_mtime_ns == old


def test_export_into_the_imported_folder_replaces_what_was_imported(site: Site, target: Path, editor: Any) -> None:
    article = make_article(site)
    (target / "_news").mkdir(parents=True)
    (target / article.path).write_text(source_of(article))
    decide([article], Action.REJECT, editor=editor, at=NOON)
    edit([fresh(article)], {"title": "Another"}, editor=editor, at=NOON)

    assert counts(export(site, target, "decided")) == (1, 0, 0)
    assert 'title: "Another"' in (target / article.path).read_text()


# --- what leaves the scope
def test_a_file_that_an_export_made_goes_with_its_article(site: Site, target: Path, editor: Any) -> None:
    gone, stays = make_article(site), make_article(site)
    report = decide([gone, stays], Action.APPROVE, editor=editor, at=NOON)
    export(site, target)
    decide([fresh(gone)], Action.REJECT, editor=editor, at=NOON)
    assert len(report.reviews) == 2

    assert counts(export(site, target)) == (0, 1, 1)
    assert files(target).keys() == {stays.path}
    assert counts(export(site, target)) == (0, 1, 0)


def test_a_file_that_stood_there_before_gets_what_the_article_is_now(site: Site, target: Path, editor: Any) -> None:
    article = make_article(site)
    (target / "_news").mkdir(parents=True)
    (target / article.path).write_text(source_of(article))
    review = decide([article], Action.APPROVE, editor=editor, at=NOON).reviews[0]
    export(site, target)
    undo(review, editor=editor, at=NOON)

    assert counts(export(site, target)) == (1, 0, 0)
    assert (target / article.path).read_text() == source_of(article)
    assert counts(export(site, target)) == (0, 0, 0)


def test_a_file_of_ours_that_somebody_changed_is_not_removed(site: Site, target: Path, editor: Any) -> None:
    article = make_article(site)
    decide([article], Action.APPROVE, editor=editor, at=NOON)
    export(site, target)
    (target / article.path).write_text("mine\n")
    decide([fresh(article)], Action.REJECT, editor=editor, at=NOON)

    report = export(site, target)

    assert (report.removed, [problem.path for problem in report.problems]) == (0, [article.path])
    assert (target / article.path).read_text() == "mine\n"


def test_an_article_that_cannot_be_rendered_is_a_problem_and_its_file_stays(site: Site, target: Path) -> None:
    broken = make_article(site, status="approved")
    fine = make_article(site, status="approved")
    export(site, target)
    SourceFile.objects.filter(article=broken).update(text="---\ntitle: [\n---\n")
    Article.objects.filter(pk=broken.pk).update(desk_fields=["quality"])

    report = export(site, target)

    assert counts(report) == (0, 1, 0)
    assert [problem.path for problem in report.problems] == [broken.path]
    assert files(target).keys() == {broken.path, fine.path}


# --- dry run
def test_a_dry_run_says_what_an_export_does_and_does_nothing(site: Site, target: Path, editor: Any, tmp_path: Path) -> None:
    approved, gone, changed = make_article(site), make_article(site), make_article(site)
    decide([approved, gone, changed], Action.APPROVE, editor=editor, at=NOON)
    export(site, target)
    (target / changed.path).write_text("mine\n")
    decide([fresh(gone)], Action.REJECT, editor=editor, at=NOON)
    edit([fresh(approved)], {"quality": 9}, editor=editor, at=NOON)
    runs, before = ExportRun.objects.count(), files(tmp_path)

    dry = export_site(site, FolderReader(target), scope="approved", at=NOON, dry_run=True)

    assert (files(tmp_path), ExportRun.objects.count()) == (before, runs)
    assert [(change.path, change.kind) for change in dry.changes] == [(approved.path, "approved"), (gone.path, "removed")]
    shown = [(line.kind, line.text) for line in dry.changes[0].lines if line.kind in ("added", "removed")]
    assert shown == [("removed", "quality: 64"), ("added", "quality: 9")]
    real = export(site, target)
    assert (counts(real), real.problems) == (counts(dry), dry.problems)


def test_a_dry_run_makes_no_folder(site: Site, target: Path) -> None:
    make_article(site, status="approved")

    report = export_site(site, FolderReader(target), scope="approved", at=NOON, dry_run=True)

    assert (counts(report), report.changes, target.exists()) == ((1, 0, 0), [], False)


def test_a_preview_compares_with_what_was_imported(site: Site, editor: Any) -> None:
    approved, edited, _ = make_article(site), make_article(site), make_article(site)
    decide([approved], Action.APPROVE, editor=editor, at=NOON)
    edit([edited], {"quality": 9}, editor=editor, at=NOON)

    report = export_site(site, None, scope="all", at=NOON)

    assert (counts(report), report.kinds) == ((2, 1, 0), {"approved": 1, "edited": 1})


# --- zips
def test_a_zip_holds_the_same_files_and_the_same_bytes_each_time(site: Site, tmp_path: Path, editor: Any) -> None:
    article = make_article(site)
    decide([article], Action.APPROVE, editor=editor, at=NOON)
    export(site, tmp_path / "folder", "all")
    export(site, tmp_path / "one.zip", "all")
    export(site, tmp_path / "two.zip", "all")

    with zipfile.ZipFile(tmp_path / "one.zip") as found:
        assert {name: found.read(name) for name in found.namelist()} == files(tmp_path / "folder")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


# --- articles made on the desk
def test_an_article_made_on_the_desk_gets_a_file_and_keeps_its_name(site: Site, target: Path) -> None:
    make_article(site, path="_news/2026-11-20-harbour-opens.md")
    new = Article.objects.create(site=site, path="", title="Harbour opens", published_at=NOON, status="approved")

    assert counts(export(site, target)) == (1, 0, 0)

    path = "_news/2026-11-20-harbour-opens-2.md"
    assert files(target).keys() == {path}
    assert Document.parse((target / path).read_bytes()).values == {"title": "Harbour opens", "publishedDateTime": NOON}
    Article.objects.filter(pk=new.pk).update(title="Harbour closes")
    assert counts(export(site, target)) == (1, 0, 0)
    assert files(target).keys() == {path}
    Article.objects.filter(pk=new.pk).update(status=Status.PENDING)
    assert counts(export(site, target)) == (0, 0, 1)


def test_a_dry_run_names_nothing(site: Site) -> None:
    new = Article.objects.create(site=site, path="", title="Harbour opens", published_at=NOON, status="approved")

    report = export_site(site, None, scope="approved", at=NOON)

    assert [(change.path, change.kind) for change in report.changes] == [("_news/2026-11-20-harbour-opens.md", "new")]
    assert fresh(new).path == ""


# --- what it leaves behind
def test_a_run_is_recorded_with_its_counts(site: Site, target: Path, senior: Any) -> None:
    make_article(site, status="approved")

    export(site, target, actor=senior)

    run = ExportRun.objects.get()
    assert (run.site, run.actor, run.scope, run.written, run.destination) == (site, senior, "approved", 1, str(target))
    assert run.is_finished


def test_export_costs_the_same_queries_for_few_and_many(
    site: Site, target: Path, editor: Any, django_assert_num_queries: Any
) -> None:
    decide([make_article(site)], Action.APPROVE, editor=editor, at=NOON)
    with django_assert_num_queries(13):  # eight to export, and the ledger's
        export(site, target, recorded=False)
    decide([make_article(site) for _ in range(30)], Action.APPROVE, editor=editor, at=NOON)
    with django_assert_num_queries(13):  # eight to export, and the ledger's
        export(site, target, recorded=False)


def test_no_diff_holds_what_is_secured(site: Site, editor: Any) -> None:
    article = make_article(site)
    edit([article], {"images": None}, editor=editor, at=NOON)  # the line before it

    report = export_site(site, None, scope="all", at=NOON)

    shown = "\n".join(line.text for line in report.changes[0].lines)
    assert 'secured: "…"' in shown
    assert "c2VjcmV0" not in shown

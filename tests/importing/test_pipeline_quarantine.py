"""Bad files: kept, told, told again, and let go when they are mended."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from articles.frontmatter.files import blob_id
from articles.importing import intake
from articles.importing.quarantine import Quarantine
from articles.models import Article, ImportRun, QuarantinedFile, Site
from tests.factories import NOON, make_text
from tests.importing.folders import bring, contents, counts, news, put

LATER = NOON + timedelta(hours=1)
BAD = make_text(published="perhaps")


def test_one_bad_file_among_many_is_kept_and_told(tmp_path: Path, site: Site) -> None:
    put(tmp_path, {news(number): make_text() for number in range(1, 20)} | {news(20): BAD})

    report = bring(tmp_path, site)

    assert counts(report) == (19, 0, 0)
    (problem,) = report.problems
    assert (problem.path, problem.line, problem.column, problem.key) == (news(20), 11, 12, "published")
    assert problem.message == '"published" must be true or false, not "perhaps".'
    row = QuarantinedFile.objects.get()
    assert (bytes(row.content), row.blob_id) == (BAD.encode(), blob_id(BAD.encode()))
    assert (row.reason, row.line, row.column, row.key) == (problem.message, 11, 12, "published")
    assert (row.origin, row.found_at) == (str(tmp_path), NOON)


def test_a_bad_file_that_stays_bad_is_told_again_and_not_written(tmp_path: Path, site: Site) -> None:
    put(tmp_path, {news(1): BAD, news(2): make_text()})
    first = bring(tmp_path, site)
    QuarantinedFile.objects.update(dismissed_at=NOON)

    second = bring(tmp_path, site, at=LATER)

    row = QuarantinedFile.objects.get()
    assert second.problems == first.problems
    assert (row.found_at, row.dismissed_at) == (NOON, NOON)
    assert ImportRun.objects.count() == 1


def test_a_file_that_is_bad_in_another_way_is_a_new_find(tmp_path: Path, site: Site) -> None:
    put(tmp_path, {news(1): BAD})
    bring(tmp_path, site)
    QuarantinedFile.objects.update(dismissed_at=NOON)

    put(tmp_path, {news(1): "nothing of an article"})
    bring(tmp_path, site, at=LATER)

    row = QuarantinedFile.objects.get()
    assert (bytes(row.content), row.found_at, row.dismissed_at) == (b"nothing of an article", LATER, None)


def test_a_mended_file_goes_in_and_leaves_quarantine(tmp_path: Path, site: Site) -> None:
    put(tmp_path, {news(1): BAD})
    bring(tmp_path, site)

    put(tmp_path, {news(1): BAD.replace("perhaps", "true")})
    report = bring(tmp_path, site)

    assert (counts(report), report.problems) == ((1, 0, 0), ())
    assert QuarantinedFile.objects.count() == 0


def test_an_article_stays_as_it_was_while_its_file_is_bad(tmp_path: Path, site: Site) -> None:
    good = make_text(published="false")
    put(tmp_path, {news(1): good})
    bring(tmp_path, site)
    before = contents(site)["articles"]

    put(tmp_path, {news(1): good.replace("published: false", "published: perhaps")})
    report = bring(tmp_path, site)

    assert contents(site)["articles"] == before
    assert (counts(report), len(report.problems)) == ((0, 0, 0), 1)


def test_a_bad_file_that_becomes_what_it_was_is_unchanged(tmp_path: Path, site: Site) -> None:
    good = make_text()
    put(tmp_path, {news(1): good})
    bring(tmp_path, site)
    put(tmp_path, {news(1): BAD})
    bring(tmp_path, site)

    put(tmp_path, {news(1): good})
    report = bring(tmp_path, site)

    assert (counts(report), report.problems) == ((0, 0, 1), ())
    assert QuarantinedFile.objects.count() == 0


def test_a_link_is_told_again_and_not_written(tmp_path: Path, site: Site) -> None:
    put(tmp_path, {news(1): make_text()})
    (tmp_path / news(2)).symlink_to(tmp_path / news(1))
    first = bring(tmp_path, site)
    QuarantinedFile.objects.update(dismissed_at=NOON)

    second = bring(tmp_path, site, at=LATER)

    assert [problem.path for problem in first.problems] == [news(2)]
    assert second.problems == first.problems
    assert QuarantinedFile.objects.get().dismissed_at == NOON


def test_names_that_are_not_utf8_are_problems_of_their_own(tmp_path: Path, site: Site) -> None:
    put(tmp_path, {news(1): make_text()})
    (Path(str(tmp_path)) / "_news" / b"caf\xe9.md".decode("utf-8", "surrogateescape")).write_text(make_text())

    report = bring(tmp_path, site)

    assert report.created == 1
    assert [problem.path for problem in report.problems] == ["_news/caf\\udce9.md"]
    assert QuarantinedFile.objects.get().path == "_news/caf\\udce9.md"


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("name: Harbour Tribune", "name: " + "x" * 501, "provider"),
        ("domain: tribune.example", "domain: " + "x" * 501, "provider"),
        ("- Rail", "- " + "x" * 201, "topics"),
        ("    isCached: true\n", '    isCached: true\n    note: "a\\0b"\n', "images"),
        ("    isCached: true\n", '    isCached: true\n    "a\\x00b": c\n', "images"),
    ],
    ids=["name", "domain", "topic", "nul", "nul-key"],
)
def test_what_one_database_could_not_hold_is_refused_on_both(
    tmp_path: Path, site: Site, old: str, new: str, key: str
) -> None:
    put(tmp_path, {news(1): make_text().replace(old, new), news(2): make_text()})

    report = bring(tmp_path, site)

    assert [(problem.path, problem.key) for problem in report.problems] == [(news(1), key)]
    assert report.created == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("name: Harbour Tribune", "name: " + "x" * 500),
        ("- Rail", "- " + "x" * 200),
        ('title: "', 'title: "' + "x" * 5000),
        ("quality: 64", f"quality: {2**63 - 1}"),
        ("category: news", 'category: "\\\\0 is no NUL"'),
    ],
    ids=["name", "topic", "title", "quality", "backslash"],
)
def test_what_both_databases_hold_goes_in(tmp_path: Path, site: Site, old: str, new: str) -> None:
    put(tmp_path, {news(1): make_text().replace(old, new)})

    assert counts(bring(tmp_path, site)) == (1, 0, 0)


def test_whatever_a_file_raises_is_a_problem_of_that_file(
    tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = intake.read_article

    def touchy(entry: object, *rest: object) -> object:
        if entry.path == news(2):
            raise ZeroDivisionError("nobody thought of this")
        return read(entry, *rest)

    monkeypatch.setattr(intake, "read_article", touchy)
    put(tmp_path, {news(number): make_text() for number in range(1, 5)})

    report = bring(tmp_path, site)

    assert report.created == 3
    assert [str(problem) for problem in report.problems] == [
        f"{news(2)}: The file could not be read (ZeroDivisionError)."
    ]


def test_many_bad_files_are_written_together(tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, {f"_news/{number}.md": f"bad {number}" for number in range(50)})
    slices: list[int] = []
    write = Quarantine.write
    monkeypatch.setattr(Quarantine, "write", lambda self: (slices.append(len(self._waiting)), write(self)))

    report = bring(tmp_path, site)

    assert (len(report.problems), QuarantinedFile.objects.count()) == (50, 50)
    assert slices == [20, 20, 10]


@pytest.mark.parametrize(
    ("path", "text", "key"),
    [
        ("_data/topics/01-a.yaml", "taxonomy: topic\n", "name"),
        ("_data/topics/01-a.yaml", f"name: {'x' * 201}\n", "name"),
        ("_data/organizations/a.md", f"---\nname: {'x' * 501}\n---\n", "name"),
        ("_data/organizations/a.md", '---\nname: "a\\0b"\n---\n', ""),
        ("_config.yml", "title: [\n", ""),
        ("_config.yml", b"title: \xff\n", ""),
    ],
)
def test_bad_files_around_the_articles_are_kept_too(
    tmp_path: Path, site: Site, path: str, text: str | bytes, key: str
) -> None:
    put(tmp_path, {path: text, news(1): make_text()})

    report = bring(tmp_path, site)

    assert [(problem.path, problem.key) for problem in report.problems] == [(path, key)]
    assert (Article.objects.count(), QuarantinedFile.objects.get().path) == (1, path)

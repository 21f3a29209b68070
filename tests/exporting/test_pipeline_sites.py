"""Real sites in, decisions, and the same sites out with exactly what was decided."""
from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from articles.decisions import decide, edit
from articles.exporting.pipeline import export_site
from articles.exporting.report import ExportReport
from articles.exporting.sinks import FolderSink
from articles.importing.pipeline import import_site
from articles.importing.sources import open_source
from articles.models import Article, Site, SourceFile
from articles.workflow import Action
from tests.corpus import checkout
from tests.factories import NOON, make_site

ARTICLES = {"powerapps": 674, "diablo4": 1_611}
NEW_TOPIC = "Tram Timetables"


@pytest.fixture(params=ARTICLES)
def imported(request: Any, db: None) -> tuple[Site, Path]:
    """A site that has just come in, and the folder that it came from."""
    source, site = checkout(request.param), make_site(request.param)
    with open_source(source) as opened:
        report = import_site(opened, site, at=NOON)
    assert (report.created, list(report.problems)) == (ARTICLES[request.param], [])
    return site, source


def export(site: Site, target: Path, scope: str = "all") -> ExportReport:
    with FolderSink(target) as sink:
        return export_site(site, sink, scope=scope, at=NOON)


def files(folder: Path) -> dict[str, bytes]:
    """The files of a site, by path: the articles, and what the desk reads around them."""
    parts = ("_news", "_data/organizations", "_data/topics")
    paths = [path for part in parts for path in (folder / part).rglob("*") if path.is_file()]
    paths += [path for path in [folder / "_config.yml"] if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def test_an_untouched_site_leaves_as_it_came(imported: tuple[Site, Path], tmp_path: Path) -> None:
    site, source = imported
    target = tmp_path / "out"

    report = export(site, target)

    assert (report.written, report.problems) == (ARTICLES[site.name], [])
    assert {str(path.relative_to(target)) for path in target.rglob("*") if path.is_file()} == files(source).keys()
    assert files(target) == files(source)
    for part in ("_news", "_data/organizations", "_data/topics"):
        if (source / part).is_dir():
            compared = subprocess.run(["diff", "-r", source / part, target / part], capture_output=True, text=True)
            assert (compared.returncode, compared.stdout) == (0, "")
    again = export(site, target)
    assert (again.written, again.others, again.unchanged, again.removed) == (0, 0, ARTICLES[site.name], 0)


def test_an_untouched_checkout_is_left_as_it_is(imported: tuple[Site, Path], tmp_path: Path) -> None:
    site, source = imported
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", source, clone], check=True, capture_output=True)

    report = export(site, clone)

    assert (report.written, report.others, report.unchanged) == (0, 0, ARTICLES[site.name])
    status = subprocess.run(["git", "-C", clone, "status", "--porcelain"], check=True, capture_output=True, text=True)
    assert status.stdout == ""


def test_exactly_the_decided_lines_differ(imported: tuple[Site, Path], tmp_path: Path, desk_admin: Any) -> None:
    site, source = imported
    texts = dict(SourceFile.objects.filter(site=site, kind="article").values_list("path", "text"))
    usual = [article for article in Article.objects.filter(site=site).order_by("pk") if _is_usual(texts[article.path])]
    waiting = [article for article in usual if not article.published]
    live = [article for article in usual if article.published]
    approved, rejected, edited = waiting[:20], [*live[:8], *waiting[20:22]], [*live[8:10], *waiting[22:25]]
    assert [len(approved), len(rejected), len(edited)] == [20, 10, 5]

    decide(approved, Action.APPROVE, editor=desk_admin, at=NOON)
    decide(rejected, Action.REJECT, editor=desk_admin, at=NOON, reason="thin")
    for article in edited:
        edit([article], {"topics": [*article.topics, NEW_TOPIC]}, editor=desk_admin, at=NOON)
    report = export(site, tmp_path / "out")

    assert report.problems == []
    before = files(source)
    expected = dict(before)
    for article in approved:
        expected[article.path] = _approved(texts[article.path]).encode()
    for article in rejected:
        expected[article.path] = _rejected(texts[article.path]).encode()
    for article in edited:
        expected[article.path] = _with_topic(texts[article.path]).encode()
    assert files(tmp_path / "out") == expected
    changed = sum(1 for path, data in expected.items() if data != before[path])
    assert changed == 20 + 8 + 5  # two were rejected that the feed had not published: their files say so already
    assert _lines_that_differ(source, tmp_path / "out") == (
        sum(2 if "\nheat: -1\n" in _plain(texts[article.path]) else 1 for article in approved) + 8,
        5,
    )


def test_the_export_of_a_site_comes_in_again_without_news(
    imported: tuple[Site, Path], tmp_path: Path, desk_admin: Any
) -> None:
    site, _ = imported
    decide(
        list(Article.objects.filter(site=site, published=False).order_by("pk")[:20]),
        Action.APPROVE, editor=desk_admin, at=NOON,
    )  # fmt: skip
    export(site, tmp_path / "out")
    before = {path: (status, fields) for path, status, fields in _decided(site)}

    with open_source(tmp_path / "out") as opened:
        report = import_site(opened, site, at=NOON)

    assert (report.created, report.updated, report.conflicts, list(report.problems)) == (0, 20, 0, [])
    assert {path: (status, fields) for path, status, fields in _decided(site)} == before
    assert export(site, tmp_path / "out").written == 0


def _decided(site: Site) -> Any:
    return Article.objects.filter(site=site, status="approved").values_list("path", "status", "published")


# --- what is expected, worked out from the text alone
def _plain(text: str) -> str:
    return text.replace("\r\n", "\n")


def _is_usual(text: str) -> bool:
    """A file that has the lines which the test replaces: most have."""
    found = [re.search(rf"(?m)^{key}: \S+\r?$", text) for key in ("quality", "heat", "published")]
    return all(found) and bool(re.search(r"(?m)^topics:\r?\n(?:  - [A-Za-z][\w ]*\r?\n)+\r?\n", text))


def _approved(text: str) -> str:
    quality = re.search(r"(?m)^quality: (\d+)", text)
    assert quality is not None
    text = re.sub(r"(?m)^published: false", "published: true", text)
    return re.sub(r"(?m)^heat: -1(?=\r?$)", f"heat: {quality[1]}", text)


def _rejected(text: str) -> str:
    return re.sub(r"(?m)^published: true", "published: false", text)


def _with_topic(text: str) -> str:
    return re.sub(
        r"(?m)^(topics:(\r?\n)(?:  - [^\r\n]+\r?\n)+)", lambda found: f"{found[1]}  - {NEW_TOPIC}{found[2]}", text
    )


def _lines_that_differ(source: Path, target: Path) -> tuple[int, int]:
    """Lines replaced and lines added, as ``diff`` counts them."""
    done = subprocess.run(["diff", "-r", source / "_news", target / "_news"], capture_output=True, text=True)
    gone = len(re.findall(r"(?m)^< ", done.stdout))
    come = len(re.findall(r"(?m)^> ", done.stdout))
    return gone, come - gone

"""A site in a Git repository, imported and partly decided: shared by the tests of exports into Git."""
from __future__ import annotations

from pathlib import Path
from typing import Any

from articles.decisions import decide
from articles.exporting.publishing import Destination, publish
from articles.exporting.report import ExportReport
from articles.importing.pipeline import import_site
from articles.importing.sources import open_source
from articles.models import Article, Site
from articles.workflow import Action
from tests.factories import NOON, make_text
from tests.importing.test_git_source import repository, run

PATHS = [f"_news/2026-11-20-tram-{number}.md" for number in range(5)]
AROUND = {"_config.yml": b"title: x\n", "README.md": b"x\n", "bin/build": b"#!/bin/sh\n", "assets/a b.txt": b"not ours\n"}


def site_in(folder: Path, site: Site, editor: Any) -> list[Article]:
    """A worktree with five articles at ``folder``, imported into ``site``; the first two are approved."""
    texts = {path: make_text(title=f"Tram {number} waits").encode() for number, path in enumerate(PATHS)}
    repository(folder, AROUND | texts)
    (folder / "bin/build").chmod(0o755)
    run(folder, "commit", "-qam", "Two")
    take_in(folder, site)
    articles = list(Article.objects.filter(site=site).order_by("path"))
    decide(articles[:2], Action.APPROVE, editor=editor, at=NOON)
    return list(Article.objects.filter(site=site).order_by("path"))


def take_in(folder: Path, site: Site) -> None:
    with open_source(folder, rev="HEAD") as source:
        import_site(source, site, at=NOON)


def bare(work: Path, name: str = "bare.git") -> Path:
    run(work.parent, "clone", "-q", "--bare", str(work), name)
    return work.parent / name


def send(site: Site, location: Path | str, scope: str = "approved", **words: Any) -> ExportReport:
    dry = words.pop("dry_run", False)
    return publish(site, Destination(str(location), **words), scope=scope, at=NOON, dry_run=dry)


def changed(folder: Path, old: str, new: str) -> dict[str, tuple[int, int]]:
    """Path -> lines added and removed between two commits."""
    rows = run(folder, "diff-tree", "-r", "--numstat", "--no-renames", old, new).splitlines()
    return {path: (int(more), int(less)) for more, less, path in (row.split("\t") for row in rows)}


def commit_file(folder: Path, path: str, data: bytes, message: str = "Feed") -> str:
    (folder / path).write_bytes(data)
    run(folder, "add", "--", path)
    run(folder, "commit", "-qm", message)
    return run(folder, "rev-parse", "HEAD")


def fsck(folder: Path) -> str:
    return run(folder, "fsck", "--full", "--strict", "--no-dangling")

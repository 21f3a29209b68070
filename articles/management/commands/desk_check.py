"""``desk check SOURCE``: read every file of a site without storing anything."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from articles.frontmatter import Document
from articles.frontmatter.liquid import liquid_findings, liquid_keys
from articles.importing.reading import as_problem, read_article, storable
from articles.importing.report import Problem
from articles.importing.sources import SourceEntry, SourceError, SourceProblem, open_source
from articles.importing.surroundings import kind_of, read_surrounding
from articles.management.commands._terminal import (
    LISTED,
    DeskCommand,
    counted,
    escaped,
    progress,
)
from articles.models import SourceFile


class Command(DeskCommand):
    needs_database = False
    help = "Check a site's files: what import would refuse, and what it would warn of. Nothing is stored."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", metavar="SOURCE", help="Folder, zip, tar, Git repository (or its address) or bundle.")
        parser.add_argument("--rev", metavar="REV", help="Commit, branch or tag of a Git repository.")
        parser.add_argument("--files", action="store_true", help="Read a Git worktree's files as they lie.")
        self.add_output(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        problems: list[Problem] = []
        warnings: list[Problem] = []
        files = 0
        try:
            source = open_source(
                options["source"], rev=options["rev"], limit=settings.DESK_FILE_LIMIT, prefer_files=options["files"],
                mirrors=settings.DATA_DIR / "mirrors",
            )  # fmt: skip
            with source, progress("Checking", hidden=options["quiet"] or options["json"]) as show:
                entries = source.entries()
                for files, (entry, data) in enumerate(source.read_all(entries), 1):
                    show(files, len(entries))
                    if isinstance(data, SourceProblem):
                        problems.append(Problem(storable(entry.path), storable(data.message)))
                        continue
                    try:
                        warnings += _warnings(entry, data)
                    except Exception as error:  # noqa: BLE001 - whatever one file raises must not end the run
                        problems.append(as_problem(entry.path, error))
                problems += [Problem(storable(one.path), storable(one.message)) for one in source.problems]
                problems.sort(key=lambda problem: problem.path)
        except SourceError as error:
            self.refuse(str(error))
        words = (
            f"{counted(files, 'file')} read, {counted(len(problems), 'problem')}, {counted(len(warnings), 'warning')}."
        )
        if warnings and not options["json"]:
            for warning in warnings[:LISTED]:
                self.stdout.write(f"  warning: {escaped(str(warning))}")
        self.finish(
            {
                "files": files,
                "problems": [problem.as_dict() for problem in problems],
                "warnings": [warning.as_dict() for warning in warnings],
            },
            words,
            problems,
            as_json=options["json"],
        )


def _warnings(entry: SourceEntry, data: bytes) -> list[Problem]:
    """What is odd about a file that import would take. Raises FrontMatterError for one that it would not."""
    if kind_of(entry.path) != SourceFile.Kind.ARTICLE:
        read_surrounding(entry.path, "", data)
        return []
    arrival = read_article(entry, "", data, settings.DESK_FILE_LIMIT)
    found = list(arrival.warnings)
    if liquid_keys(arrival.values, arrival.text):  # the place of each needs a second reading, of the few that hold any
        found += liquid_findings(Document.parse(arrival.text, path=entry.path, limit=settings.DESK_FILE_LIMIT))
    return [Problem(entry.path, one.message, one.line, one.column, one.key) for one in found]

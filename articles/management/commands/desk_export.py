"""``desk export DEST``: write what was decided, and nothing else."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from rich.console import Console
from rich.text import Text

from articles.exporting.pipeline import export_site
from articles.exporting.publishing import Destination, is_git, own_author, publish
from articles.exporting.report import ExportReport
from articles.exporting.sinks import FolderReader, FolderSink, Sink, SinkError, ZipSink
from articles.exporting.sinks.git import Author
from articles.management.commands._terminal import (
    PARTLY,
    DeskCommand,
    counted,
    escaped,
    progress,
)
from articles.models import ExportRun
from articles.sites import SiteUnclear, chosen_site

COLOURS = {"added": "green", "removed": "red", "skipped": "dim", "same": ""}


class Command(DeskCommand):
    help = "Export approved articles as front-matter files into a folder, a .zip, or a branch of a Git repository."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("dest", metavar="DEST", help="A folder, a .zip, or a Git repository: its folder or address.")
        parser.add_argument("--site", metavar="NAME", help="The site. With one site it is the default.")
        scope = parser.add_mutually_exclusive_group()
        scope.add_argument("--all", action="store_true", help="Every article, and the files around them.")
        scope.add_argument("--decided", action="store_true", help="Approved and rejected articles.")
        parser.add_argument("--dry-run", action="store_true", help="Write nothing; show what would change.")
        parser.add_argument("--branch", metavar="NAME", help="The branch of a Git repository.")
        parser.add_argument(
            "--push", metavar="ADDRESS", nargs="?", const="", help="Push the commit, by default to where it came from."
        )
        parser.add_argument("--author", metavar="'NAME <MAIL>'", help="The author of the commit.")
        parser.add_argument("--files", action="store_true", help="Write a Git worktree's files instead of a commit.")
        self.add_output(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        scope = ExportRun.Scope.APPROVED
        if options["all"] or options["decided"]:
            scope = ExportRun.Scope.ALL if options["all"] else ExportRun.Scope.DECIDED
        try:
            site = chosen_site(options["site"])
            git = not options["files"] and is_git(options["dest"])
            wrong = [name for name in ("branch", "push", "author") if options[name] is not None]
            if wrong and not git:
                raise SinkError(f"--{wrong[0]} is for a Git repository, and {options['dest']} is none.")
            with progress("Exporting", hidden=options["quiet"] or options["json"]) as show:
                how = {"scope": scope, "at": timezone.now(), "progress": show, "dry_run": options["dry_run"]}
                if git:
                    report = publish(site, _destination(options), **how)
                else:
                    with _sink(options["dest"], dry=options["dry_run"]) or nullcontext() as sink:
                        report = export_site(site, sink, **how)
        except (SinkError, SiteUnclear) as error:
            self.refuse(str(error))
        except OSError as error:
            self.refuse(
                f"The export stopped: {error.strerror or error}. No file is half written; run it again.", PARTLY
            )
        if options["dry_run"] and not options["json"]:
            self._show(report)
        where = {"branch": report.branch, "commit": report.commit} if git else {}
        self.finish(
            {"site": site.name, "dry_run": options["dry_run"], **report.as_dict(), **where},
            "\n".join([f"{site}: {summary(report, dry=options['dry_run'])}", *map(escaped, report.notices)]),
            report.problems,
            as_json=options["json"],
        )

    def _show(self, report: ExportReport) -> None:
        console = Console(file=self.stdout._out, highlight=False, soft_wrap=True)  # type: ignore[attr-defined]
        for change in report.changes:
            console.print(Text(f"{escaped(change.path)} ({change.kind})", style="bold"))
            for line in change.lines:
                console.print(Text(f"  {line.mark} {escaped(line.text)}", style=COLOURS[line.kind]))
        more = sum(report.kinds.values()) - len(report.changes)
        if more:
            console.print(f"… and {counted(more, 'more file')}.")


def _destination(options: dict[str, Any]) -> Destination:
    return Destination(
        options["dest"], options["branch"] or "", options["push"],
        Author.parse(options["author"]) if options["author"] is not None else own_author(),
    )


def _sink(dest: str, *, dry: bool) -> Sink | None:
    """Where the files go; for a dry run what is there now, and nothing for a zip, which is always new."""
    if not dest.strip():
        raise SinkError("Name a folder, or a file that ends in .zip.")
    path = Path(dest).expanduser()
    if path.suffix.lower() == ".zip":
        return None if dry else ZipSink(path)
    return FolderReader(path) if dry else FolderSink(path)


def summary(report: ExportReport, *, dry: bool) -> str:
    """The report in one paragraph."""
    if dry:
        changed = sum(report.kinds.values())
        words = f"{counted(changed, 'file changes', 'files change')}. Nothing else is touched."
        words += f" {report.written:,} to write, {report.unchanged:,} unchanged, {report.removed:,} to remove."
    else:
        words = f"{report.written:,} written, {report.unchanged:,} unchanged, {report.removed:,} removed."
    if report.problems:
        words += f" {counted(len(report.problems), 'file')} left alone:"
    return words

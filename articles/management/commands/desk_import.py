"""``desk import SOURCE``: bring a site's files to the desk."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils import timezone

from articles.importing.lock import ImportBusy
from articles.importing.pipeline import import_site
from articles.importing.report import ImportReport
from articles.importing.sources import SourceError, open_source
from articles.management.commands._terminal import (
    PARTLY,
    DeskCommand,
    counted,
    progress,
)
from articles.sites import SiteUnclear, chosen_site


class Command(DeskCommand):
    help = "Import a site from a folder, a zip or tar, or a Git repository (bare, worktree or bundle)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", metavar="SOURCE", help="Folder, zip, tar, Git repository (or its address) or bundle.")
        parser.add_argument(
            "--site", metavar="NAME", help="The site; made when missing. With one site it is the default."
        )
        parser.add_argument("--rev", metavar="REV", help="Commit, branch or tag of a Git repository.")
        parser.add_argument("--files", action="store_true", help="Read a Git worktree's files as they lie.")
        self.add_output(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            source = open_source(
                options["source"], rev=options["rev"], limit=settings.DESK_FILE_LIMIT, prefer_files=options["files"],
                mirrors=settings.DATA_DIR / "mirrors",
            )  # fmt: skip
            with source, progress("Importing", hidden=options["quiet"] or options["json"]) as show:
                entries = source.entries()  # first: a source that cannot be read must not leave an empty site behind
                site = chosen_site(options["site"], make_from=options["source"])
                report = import_site(source, site, at=timezone.now(), progress=show, entries=entries)
        except (SourceError, SiteUnclear) as error:
            self.refuse(str(error))
        except ImportBusy as error:
            self.refuse(str(error), PARTLY)
        self.finish(
            report.as_dict() | {"site": site.name},
            f"{site}: {summary(report)}",
            report.problems,
            as_json=options["json"],
            more="see /imports/",
        )


def summary(report: ImportReport) -> str:
    """The report in one paragraph."""
    if report.created or report.updated or report.others:
        words = f"{report.created:,} created, {report.updated:,} updated, {report.unchanged:,} unchanged."
    else:
        words = f"nothing has changed, {counted(report.unchanged, 'article')} as before."
    if report.conflicts:
        words += f" {counted(report.conflicts, 'field')} changed on both sides; the desk's values stay."
    if report.alerts:
        words += f" {counted(report.alerts, 'decided article')} to look at again."
    if report.problems:
        words += f" {counted(len(report.problems), 'file')} in quarantine:"
    return "\n".join([words, *report.notices])

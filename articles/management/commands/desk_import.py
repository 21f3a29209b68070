"""``desk import SOURCE``: bring a site's files to the desk."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils import timezone

from articles.importing.lock import ImportBusy
from articles.importing.pipeline import import_site
from articles.importing.report import ImportReport
from articles.importing.sources import Source, SourceError, open_source, place_of
from articles.management.commands._terminal import (
    PARTLY,
    DeskCommand,
    counted,
    progress,
)
from articles.models import Article, Repository, Site
from articles.sites import SiteUnclear, chosen_site

CHUNK = 500  # paths that one question is asked about


class Command(DeskCommand):
    help = "Import a site from a folder, a zip or tar, or a Git repository (bare, worktree or bundle)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", metavar="SOURCE", help="Folder, zip, tar, Git repository (or its address) or bundle.")
        parser.add_argument(
            "--site", metavar="NAME", help="The site; made when missing. With one site it is the default."
        )
        parser.add_argument("--rev", metavar="REV", help="Commit, branch or tag of a Git repository.")
        parser.add_argument("--files", action="store_true", help="Read a Git worktree's files as they lie.")
        parser.add_argument(
            "--full", action="store_true", help="Compare every file, also where the last imported commit is known."
        )
        parser.add_argument(
            "--gone", action="store_true",
            help="Take articles out of the queue whose files are missing, however many they are.",
        )  # fmt: skip
        self.add_output(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            source = open_source(
                options["source"], rev=_revision(options), limit=settings.DESK_FILE_LIMIT, prefer_files=options["files"],
                mirrors=settings.DATA_DIR / "mirrors",
            )  # fmt: skip
            with source, progress("Importing", hidden=options["quiet"] or options["json"]) as show:
                site = _site(options, source)
                report = import_site(
                    source, site, at=timezone.now(), progress=show, full=options["full"], gone=options["gone"]
                )
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


def _revision(options: dict[str, Any]) -> str | None:
    """The revision that was asked for; without one the branch that the site follows in this repository."""
    if options["rev"] or options["files"]:
        return options["rev"] or None
    try:
        followed = Repository.objects.filter(site=chosen_site(options["site"])).exclude(branch="").first()
        is_here = followed is not None and place_of(followed.location) == place_of(options["source"])
    except (SiteUnclear, SourceError):
        return None
    return followed.branch if followed is not None and is_here else None


def _site(options: dict[str, Any], source: Source) -> Site:
    """The site. A source that cannot be read must not leave an empty one behind."""
    try:
        site = chosen_site(options["site"])
    except SiteUnclear:
        source.entries()
        return chosen_site(options["site"], make_from=options["source"])
    if not options["site"] and _is_another(site, source):
        raise SiteUnclear(
            f"Nothing in {source.label} is on the desk's only site, {site.name}, which comes from another repository. If it is another "
            f"site, name it: --site NAME. If it belongs there: --site {site.name}."
        )
    return site


def _is_another(site: Site, source: Source) -> bool:
    """Whether a repository shares neither its history nor one article with the site's own."""
    known = Repository.objects.filter(site=site).exclude(imported_at=None).first()
    if source.kind != "git" or known is None or known.location == source.location or (known.commit and source.knows(known.commit)):
        return False
    paths = [entry.path for entry in source.entries()]
    articles = Article.objects.filter(site=site)
    return not any(articles.filter(path__in=paths[start : start + CHUNK]).exists() for start in range(0, len(paths), CHUNK))


def summary(report: ImportReport) -> str:
    """The report in one paragraph."""
    if report.created or report.updated or report.others or report.withdrawn:
        words = f"{report.created:,} created, {report.updated:,} updated, {report.unchanged:,} unchanged."
        if report.withdrawn:
            words += f" {counted(report.withdrawn, 'article is', 'articles are')} gone and left the queue."
    else:
        words = f"nothing has changed, {counted(report.unchanged, 'article')} as before."
    if report.conflicts:
        words += f" {counted(report.conflicts, 'field')} changed on both sides; the desk's values stay."
    if report.alerts:
        words += f" {counted(report.alerts, 'decided article')} to look at again."
    if report.problems:
        words += f" {counted(len(report.problems), 'file')} in quarantine:"
    return "\n".join([words, *report.notices])

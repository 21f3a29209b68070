"""Exports into a Git repository: newer commits come in first, and whoever was overtaken starts again from what is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from articles.exporting.pipeline import export_site
from articles.exporting.report import ExportReport
from articles.exporting.sinks import SinkError, SinkMoved
from articles.exporting.sinks.git import Author, GitSink
from articles.exporting.sinks.targets import Target
from articles.importing.following import left_by
from articles.importing.lock import ImportBusy
from articles.importing.pipeline import import_site
from articles.importing.sources import SourceError, open_source, place_of
from articles.importing.sources.git import is_repository
from articles.importing.sources.plumbing import Git
from articles.importing.sources.remotes import GLANCE, Mirror, Remote, is_address
from articles.models import ExportRun, ImportRun, Repository, Site

ATTEMPTS = 5
OWN_COMMITS = 500  # of the desk's, that are known again on its branch


@dataclass(frozen=True)
class Destination:
    """A Git repository as people name it. ``push``: None for no push, empty for the address that belongs to it."""

    location: str
    branch: str = ""
    push: str | None = None
    author: Author = Author()


def own_author() -> Author:
    """The author that the settings name."""
    return Author.parse(f"{settings.DESK_GIT_AUTHOR_NAME} <{settings.DESK_GIT_AUTHOR_EMAIL}>")


def destination_of(repository: Repository) -> Destination:
    """Where the exports of a site go whose repository is known: pushed when that is elsewhere or has a place to push to."""
    pushes = repository.push_to or is_address(repository.location)
    return Destination(repository.location, repository.branch, repository.push_to if pushes else None, own_author())


def repository_of(site: Site) -> Repository | None:
    """The site's repository, where its exports can go there. None for a bundle, which is a file that is only read."""
    found = Repository.objects.filter(site=site).first()
    if found is None or (not is_address(found.location) and Path(found.location).expanduser().is_file()):
        return None
    return found


def is_git(location: str) -> bool:
    """Whether an export to ``location`` goes into a Git repository."""
    if is_address(location):
        return True
    path = Path(location).expanduser()
    return bool(location.strip()) and path.is_dir() and is_repository(path)


def publish(
    site: Site,
    to: Destination,
    *,
    scope: str,
    at: datetime,
    actor: Any = None,
    progress: Callable[[int, int], None] | None = None,
    dry_run: bool = False,
    message: str = "",
    announce: Callable[[str], None] | None = None,
    announced: str = "",
    **words: Any,
) -> ExportReport:
    """Export to a branch as one commit; nothing when nothing changed. Returns the report with the commit and its branch.
    Without ``message`` the commit tells itself what it holds. ``announce`` is told of the commit just before it is published;
    ``announced`` is what an earlier worker of the same run was told, so that its commit is found again where it had
    published it and was killed. ``words`` are ``export_site``'s.

    When the repository went on since the last import, its commits are imported first. When somebody else commits or
    pushes meanwhile, theirs comes in and the export starts again on top, at most five times. Raises SinkError.
    """
    if is_address(to.location) and to.push is None and not dry_run:
        raise SinkError("Nobody sees a commit in the desk's own copy. Add --push to send it, or --dry-run to look.")
    _check(site, to)
    own = frozenset(
        ExportRun.objects.filter(site=site).exclude(commit="").order_by("-pk").values_list("commit", flat=True)[:OWN_COMMITS]
    )
    for attempt in range(ATTEMPTS):
        target = _target(to, site, dry_run=dry_run)
        _check_branch(site, to, target)
        notices = _take_in(site, to, target, overtaken=attempt > 0, dry_run=dry_run)
        with GitSink(target, author=to.author, own=own) as sink:
            sink.message, sink.announce = message, announce or sink.announce
            try:
                report = export_site(
                    site, sink, scope=scope, at=at, actor=actor, progress=progress, dry_run=dry_run, **words
                )
            except SinkMoved:
                continue
        report.branch = target.branch
        if announced and not report.commit and any(tip and target.is_newer(tip, announced) for tip in (sink.base, target.tip)):
            report.commit = announced
        report.notices = [*notices, *report.notices, *_what_to_do(target, report)]
        return report
    raise SinkError(
        f"The branch {target.branch} of {target.label} moved {ATTEMPTS} times while the export was made. Export again later."
    )


def _check(site: Site, to: Destination) -> None:
    """Refuse to write over what an admin has to look at first. Raises SinkError."""
    known = Repository.objects.filter(site=site).first()
    if known is None or known.location != to.location:
        return
    if left := left_by(known):
        raise SinkError(
            f"{left:,} articles are missing in {to.location} since the last import, which left them as they are. Say under "
            "Imports whether they are gone, then export again: an export would bring them back."
        )


def _check_branch(site: Site, to: Destination, target: Target) -> None:
    """Refuse to make the followed branch anew where it is gone: nobody would look there. Raises SinkError."""
    known = Repository.objects.filter(site=site, location=to.location).exclude(imported_at=None).first()
    if to.branch and not target.tip and known is not None and known.branch == to.branch:
        raise SinkError(
            f"{target.label} has no branch {to.branch} any more; was it renamed? Say under Imports which one the desk follows."
        )


def _target(to: Destination, site: Site, *, dry_run: bool) -> Target:
    try:
        if is_address(to.location):
            remote = Remote(to.location)
            mirror = Mirror(remote, settings.DATA_DIR / "mirrors")
            if dry_run and mirror.has_been_filled:
                remote.patience = GLANCE
            mirror.update(waits=not dry_run)
            there = Remote(to.push) if to.push else remote
            return Target(mirror.path, str(remote), branch=to.branch, remote=None if dry_run else there)
        path = Path(to.location).expanduser().resolve()
        pushed = None
        if to.push is not None:
            pushed = Remote(_absolute(to.push or _known_address(site, path)))
        return Target(path, str(path), branch=to.branch, remote=None if dry_run else pushed)
    except SourceError as error:
        raise SinkError(str(error)) from error


def _known_address(site: Site, path: Path) -> str:
    """Where a repository on this machine is pushed to: as set for the site, else its remote ``origin``, read as data."""
    known = Repository.objects.filter(site=site).exclude(push_to="").values_list("push_to", flat=True).first()
    if known:
        return known
    try:
        return Git(path / ".git" if (path / ".git").is_dir() else path, str(path)).run(
            "config", "--local", "--no-includes", "--get", "remote.origin.url"
        ).decode("utf-8", "replace").strip()
    except SourceError as error:
        raise SinkError(f"{path} has no remote named origin. Say where to push: --push ADDRESS") from error


def _absolute(address: str) -> str:
    """An address; a path on this machine as one."""
    if is_address(address) or address.startswith("-"):
        return address
    return f"file://{Path(address).expanduser().resolve()}"


def _take_in(site: Site, to: Destination, target: Target, *, overtaken: bool, dry_run: bool) -> list[str]:
    """Import the commits that came after the last imported one, where the branch is the one that the site follows."""
    commit = target.newest()
    last = ImportRun.objects.filter(site=site, kind="git").exclude(finished_at=None).order_by("-pk").first()
    known = Repository.objects.filter(site=site).first()
    since = (known.commit if known else "") or (last.revision if last else "")
    if not commit or (known is not None and commit == known.commit):
        return []
    if not overtaken and not (target.is_followed and since and target.is_newer(commit, since)):
        return []
    if dry_run:
        return ["The repository has commits that are newer than the last import. The export imports them first."]
    try:
        with open_source(target.path, rev=commit, limit=settings.DESK_FILE_LIMIT) as source:
            source.label = target.label
            source.location = place_of(to.location)
            report = import_site(source, site, at=timezone.now())
    except (SourceError, ImportBusy) as error:
        raise SinkError(f"Newer commits could not be imported: {error}") from error
    if report.created or report.updated or report.withdrawn:
        gone = f", {report.withdrawn:,} gone" if report.withdrawn else ""
        counts = f"{report.created:,} created, {report.updated:,} updated{gone}"
        return [f"Newer commits were imported first: {counts}."]
    return []


def _what_to_do(target: Target, report: ExportReport) -> list[str]:
    if not report.commit:
        return []
    words = f"Committed {report.commit[:12]} to {target.branch}"
    if target.remote is not None:
        return [f"{words} and pushed it to {target.remote}."]
    if target.merge_into:
        return [f"{words}. Merge it where you work: git merge {target.branch}"]
    return [f"{words}."]

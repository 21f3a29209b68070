"""How far the desk has read a site's repository, and what of a source is left to read."""

from __future__ import annotations

from datetime import datetime

from articles.importing.sources import Changed, SourceError, place_of
from articles.importing.sources import Source as Files
from articles.models import ImportRun, Repository, Site, Source, SourceFile

REWRITTEN = (
    "The commit that was imported last ({}) is not among those that led to this one, so everything was compared."
)
Kind = SourceFile.Kind


def left_by(source: Source) -> int:
    """How many articles the last import of a source left as they are although they are missing there. One query."""
    runs = ImportRun.objects.filter(source=source, state=ImportRun.State.FINISHED).order_by("-pk")
    return runs.values_list("left", flat=True).first() or 0


class Following:
    """A site's Repository row during one import. Nobody else moves ``commit`` while the import's lock is held."""

    def __init__(self, site: Site, source: Files) -> None:
        self.site, self.source = site, source
        self.is_repair = source.kind == "repair"
        self.is_git = source.kind == "git" and bool(source.revision)
        self.row = Repository.objects.filter(site=site).first()
        self.commit = self.row.commit if self.row else ""
        self._knows: bool | None = None

    @property
    def is_where_it_was(self) -> bool:
        """Whether the desk holds exactly what the source has."""
        return self.is_git and self.commit == self.source.revision

    @property
    def knows(self) -> bool:
        """Whether the source's commit came from the one that the desk holds. One call of Git."""
        if self._knows is None:
            held = self.row.commit if self.row else ""
            self._knows = bool(self.is_git and held) and self.source.knows(held)
        return self._knows

    @property
    def may_be_partial(self) -> bool:
        """Whether a file that is not there may only have been left out: in a folder or an archive, in a repository that
        nobody has called this site's, and in one whose history was rewritten, until somebody has said that it is right."""
        return not self.is_git or not (self.knows or (self._is_the_sites() and not self._was_rewritten()))

    def changed(self) -> Changed | None:
        """What changed since the commit that the desk holds; None where everything must be compared."""
        if not self.is_git or not self.commit:
            return None
        if not self.knows:
            self.source.notices.append(REWRITTEN.format(self.commit[:12]))
            return None
        return self.source.changed_since(self.commit, self._witnesses())

    def let_go(self) -> None:
        """From now on the desk holds no commit. Call it with the first thing that is written, in its transaction.

        A file that was mended changes nothing of what the desk holds of the source."""
        if self.commit and not self.is_repair:
            Repository.objects.filter(site=self.site).update(commit="")
            self.commit = ""

    @property
    def is_behind(self) -> bool:
        """Whether there is a commit to hold that is not held."""
        return self.is_git and self.commit != self.source.revision

    def hold(self, at: datetime) -> None:
        """The desk holds the source's commit now. The first Git import of a site makes the row. In a transaction."""
        values = {"commit": self.source.revision or "", "imported_at": at}
        if self.row:
            Repository.objects.filter(pk=self.row.pk).update(**values)
        elif self.source.location and len(self.source.location) <= 1000:
            made = values | {"location": self.source.location, "branch": self.source.branch()[:200]}
            Repository.objects.update_or_create(site=self.site, defaults=values, create_defaults=made)
        self.commit = self.source.revision or ""

    def source_row(self) -> Repository | None:
        """The site's row that this source is."""
        return self.row if self.is_git and self._is_the_sites() else None

    def _was_rewritten(self) -> bool:
        """Whether the commit that was held is not in the history any more, now or when the last import asked about it."""
        if self.row is None:
            return False
        return bool(self.row.commit) or left_by(self.row) > 0

    def _is_the_sites(self) -> bool:
        try:
            return self.row is not None and place_of(self.row.location) == self.source.location
        except SourceError:
            return False

    def _witnesses(self) -> list[str]:
        """A few paths that were in the commit that the desk holds."""
        there = SourceFile.objects.filter(site=self.site, kind=Kind.ARTICLE, gone_at=None)
        ends = (there.order_by("pk").values_list("path", flat=True), there.order_by("-pk").values_list("path", flat=True))
        return list(dict.fromkeys(path for end in ends for path in end[:1]))

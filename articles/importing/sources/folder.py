"""A folder of files as they lie on the disk."""

from __future__ import annotations

import stat
from pathlib import Path

from articles.frontmatter.files import UnsafePath, read_bytes, safe_path, walk
from articles.importing.sources.kinds import (
    Source,
    SourceEntry,
    SourceError,
    SourceProblem,
    site_paths,
)

MOST_FILES = 500_000  # entries that are looked at before the folder is taken for something else
SKIPPED = {".git", "node_modules", "_site", ".jekyll-cache"}


class FolderSource(Source):
    """Reads regular files only; links, pipes and devices are problems, never opened."""

    kind = "folder"

    def __init__(self, root: Path, limit: int) -> None:
        super().__init__(str(root), limit)
        self.root = root.resolve()

    def entries(self) -> list[SourceEntry]:
        found = {}
        try:
            tops = sorted(entry.name for entry in self.root.iterdir())
        except OSError as error:
            raise SourceError(f"The folder {self.root} cannot be read: {error.strerror}.") from error
        for top in tops:
            if top in SKIPPED:
                continue
            if (self.root / top).is_symlink() or not (self.root / top).is_dir():
                found[top] = (self.root / top).lstat()
                continue
            for path, info in walk(self.root, top):
                found[path] = info
                if len(found) > MOST_FILES:
                    raise SourceError(f"The folder {self.root} holds more than {MOST_FILES:,} files. Is it a site?")
        places = site_paths(found)
        entries = []
        for place, path in places.items():
            try:
                safe_path(path)
            except UnsafePath as error:
                self.problems.append(SourceProblem(path, str(error)))
                continue
            if not stat.S_ISREG(found[place].st_mode):
                self.problems.append(SourceProblem(path, "It is a link or no plain file; only plain files are read."))
                continue
            entries.append(SourceEntry(path, place, found[place].st_size))
        if not entries and not self.problems:
            raise SourceError(f"{self.root} holds no articles: there is no _news folder and no Markdown file in it.")
        return sorted(entries, key=lambda entry: entry.path)

    def read(self, entry: SourceEntry) -> bytes:
        try:
            return read_bytes(self.root, entry.place, self.limit)
        except UnsafePath as error:
            raise SourceProblem(entry.path, str(error)) from error
        except OSError as error:
            sentence = f"It cannot be read: {error.strerror}." if error.strerror else str(error)
            raise SourceProblem(entry.path, sentence) from error

"""What the desk has written to a destination, so that it never takes somebody else's file for its own.

It is kept in the desk's data folder and not beside the files: an exported site holds the site's files and nothing else.
If it is lost, files that the desk changed are reported and left, as anybody's would be.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from articles.frontmatter.files import write_atomic
from articles.models import Site

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Written:
    """One file that the desk wrote: the blob ids that it may have there, and whether the desk made the file.

    There are two blob ids where an export was killed: the file is as before it or as after it.
    """

    blobs: tuple[str, ...]
    created: bool


class Manifest:
    """``files``: path -> what the desk wrote there.

    What an export is about to publish is announced on the disk first and settled afterwards, so that a file is known as
    the desk's own wherever the export is killed.
    """

    def __init__(self, site: Site, label: str) -> None:
        self.site, self.label = site.name, str(Path(label).resolve())
        self.folder = settings.DATA_DIR / "exports" / "manifests"
        place = hashlib.blake2b(self.label.encode(), digest_size=12).hexdigest()
        self.name, self.next = f"{site.pk}-{place}.json", f"{site.pk}-{place}.next.json"
        self.files = _read(self.folder / self.name)
        self.was = dict(self.files)
        self.interrupted = (self.folder / self.next).exists()
        for path, entry in _read(self.folder / self.next).items():
            before = self.files.get(path, Written((), entry.created))
            self.files[path] = Written(tuple(dict.fromkeys((*before.blobs, *entry.blobs))), entry.created)

    def is_ours(self, path: str, blob: str) -> bool:
        """Whether these bytes are what the desk wrote last."""
        return path in self.files and blob in self.files[path].blobs

    def is_open(self, path: str) -> bool:
        """Whether it is not certain that an earlier export has recorded what it wrote there."""
        return self.interrupted or path not in self.files

    def is_created(self, path: str) -> bool:
        """Whether the desk made the file."""
        return path in self.files and self.files[path].created

    def wrote(self, path: str, blob: str, *, created: bool) -> None:
        self.files[path] = Written((blob,), created)

    def found(self, path: str, blob: str) -> None:
        """The file is there with these bytes: what an export that was killed had left open is settled."""
        if path in self.files:
            self.files[path] = Written((blob,), self.files[path].created)

    def forget(self, path: str) -> None:
        self.files.pop(path, None)

    def announce(self, scope: str, at: datetime) -> None:
        """Put what is about to be published beside what is known. Call it before the first file appears."""
        if self.files != self.was:
            self._write(self.next, scope, at)
            self.interrupted = True

    def save(self, scope: str, at: datetime) -> None:
        """Call it when every file is in place."""
        if self.files != self.was:
            self._write(self.name, scope, at)
        if self.interrupted:
            with contextlib.suppress(FileNotFoundError):
                (self.folder / self.next).unlink()

    def _write(self, name: str, scope: str, at: datetime) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        files = {path: {"blobs": entry.blobs, "created": entry.created} for path, entry in sorted(self.files.items())}
        head = {"format": FORMAT, "site": self.site, "destination": self.label, "scope": scope}
        text = json.dumps(head | {"exported_at": at.isoformat(), "files": files}, indent=0)
        write_atomic(self.folder, name, text.encode())


def announced(site: Site) -> set[str]:
    """The blob ids that exports of the site were about to publish when they died. Usually none: one look at a folder."""
    found: set[str] = set()
    for path in (settings.DATA_DIR / "exports" / "manifests").glob(f"{site.pk}-*.next.json"):
        settled = _read(path.with_name(path.name.replace(".next.json", ".json")))
        for name, entry in _read(path).items():
            found.update(set(entry.blobs) - set(settled[name].blobs if name in settled else ()))
    return found


def _read(path: Path) -> dict[str, Written]:
    try:
        files = json.loads(path.read_text(encoding="utf-8"))["files"]
        return {name: Written(tuple(entry["blobs"]), entry["created"]) for name, entry in files.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}

"""What the desk has written to a destination, so that it never takes somebody else's file for its own.

It is kept in the desk's data folder and not beside the files: an exported site holds the site's files and nothing else.
If it is lost, files that the desk changed are reported and left, as anybody's would be.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

from articles.frontmatter.files import write_atomic
from articles.models import Site


@dataclass
class Manifest:
    """``files``: path -> the blob id that the desk wrote last, and whether the desk made the file."""

    folder: Path
    name: str
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    was: str = ""

    @classmethod
    def of(cls, site: Site, label: str) -> Manifest:
        folder = settings.DATA_DIR / "exports" / "manifests"
        place = str(Path(label).resolve())
        name = f"{site.pk}-{hashlib.blake2b(place.encode(), digest_size=12).hexdigest()}.json"
        try:
            was = (folder / name).read_text(encoding="utf-8")
            files = json.loads(was)["files"]
        except (OSError, ValueError, KeyError):
            was, files = "", {}
        return cls(folder, name, files, was)

    def wrote(self, path: str, blob: str, created: bool) -> None:
        self.files[path] = {"blob": blob, "created": created or self.files.get(path, {}).get("created", False)}

    def is_ours(self, path: str, blob: str) -> bool:
        """Whether these bytes are what the desk wrote last."""
        return self.files.get(path, {}).get("blob") == blob

    def save(self) -> None:
        text = json.dumps({"format": 1, "files": self.files}, sort_keys=True, indent=0)
        if text != self.was:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_atomic(self.folder, self.name, text.encode())

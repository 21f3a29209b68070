"""Archives that people upload: streamed to the data folder as they come, never held in memory, never larger than allowed."""

from __future__ import annotations

import contextlib
import os
import shutil
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.utils.translation import gettext as _

from articles.importing.running import place_of_upload
from articles.importing.sources import SourceError
from articles.importing.sources.archive import open_archive
from articles.models import Source
from articles.people import rights

OTHERS = 12_000_000  # bytes of whatever anybody else sends


def may_import(person: Any) -> bool:
    """Whether the person imports anywhere: which site the page is about is not known yet."""
    if person is None or not person.is_active or not person.is_authenticated:
        return False
    seats = rights.seats_of(person)
    return any("articles.add_importrun" in may for may in seats.values()) if seats else person.has_perm("articles.add_importrun")


class UploadTooLarge(RequestDataTooBig):
    """More came than is taken. ``sentence`` says how much that is."""

    @property
    def sentence(self) -> str:
        return too_large()


class Quota(TemporaryFileUploadHandler):
    """Writes uploads to the disk, and stops one that grows too large: people who may import send archives, nobody else
    sends anything large. Django makes one for each request."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.left, self.of_importer = OTHERS, False

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None) -> None:
        if may_import(getattr(self.request, "user", None)):
            self.left, self.of_importer = most_bytes() + OTHERS, True
        self._spend(0, content_length)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._spend(len(raw_data), 0)
        super().receive_data_chunk(raw_data, start)

    def _spend(self, count: int, announced: int) -> None:
        self.left -= count
        if self.left < 0 or announced > self.left:
            raise UploadTooLarge if self.of_importer else RequestDataTooBig


def most_bytes() -> int:
    """The largest archive that is taken."""
    return int(settings.DESK_UPLOAD_LIMIT) * 1_000_000


def too_large() -> str:
    words = {"limit": f"{settings.DESK_UPLOAD_LIMIT:,}"}
    return _("An archive has at most %(limit)s MB. Split it, or name a folder or a repository instead.") % words


def check(upload: UploadedFile) -> None:
    """Look whether an upload is a zip or tar that can be read. Raises SourceError with a sentence."""
    if (upload.size or 0) > most_bytes():
        raise SourceError(too_large())
    path = Path(upload.temporary_file_path())  # type: ignore[attr-defined]
    name = upload.name or "the upload"
    try:
        archive = open_archive(path, settings.DESK_FILE_LIMIT)
    except SourceError as error:
        raise SourceError(str(error).replace(path.name, name)) from error
    if archive is None:
        raise SourceError(_("This is no zip or tar."))
    with archive:
        archive.label = name
        archive.entries()


def keep(source: Source, upload: UploadedFile) -> None:
    """Bring the file to its place in the data folder and make it the source's; what it replaces goes. The source is not
    saved. Raises OSError."""
    old = place_of_upload(source) if source.location else None
    source.location, source.label = f"{uuid.uuid4().hex}.archive", Path(upload.name or "archive").name[:200]
    place = place_of_upload(source)
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.chmod(upload.temporary_file_path(), 0o600)  # type: ignore[attr-defined]
    shutil.move(upload.temporary_file_path(), place)  # type: ignore[attr-defined]
    if old is not None:
        forget(old)


def clear_away(at: datetime) -> None:
    """Remove what uploads left that broke off with the server."""
    for path in (Path(settings.DATA_DIR) / "uploads").glob("*.upload*"):
        with contextlib.suppress(OSError):
            if path.stat().st_mtime < (at - timedelta(days=1)).timestamp():
                path.unlink()


def forget(place: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        place.unlink()

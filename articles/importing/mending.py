"""Refused files that somebody mends on the desk, or says need no look.

The source's own bytes stay as they are, in the row and at the source. What was mended goes in under the name of those bytes
(``SourceFile.blob_id``), so the next import that meets them again finds them known and leaves the repair alone; other
bytes are merged with it like any change of the feed. An export finds the bad bytes where it expects them, and writes the
repair over them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from articles.frontmatter import FrontMatterError
from articles.frontmatter.veiling import veiled
from articles.importing.intake import ARTICLE
from articles.importing.pipeline import import_site
from articles.importing.reading import read_article
from articles.importing.running import name_of
from articles.importing.sources import Source as Files
from articles.importing.sources import SourceEntry, SourceProblem
from articles.importing.surroundings import kind_of, read_surrounding
from articles.importing.under_way import REPAIR
from articles.models import Article, QuarantinedFile, Source, SourceFile

ENDS = re.compile(rb"\r\n|\r|\n")
AROUND = 3  # lines before and after the one that is wrong
MOST_LINES = 400  # that are shown and edited at once
LONGEST = 2_000  # characters of a line that can be edited here


class MendRefused(Exception):
    """It did not go in. The text is a sentence; ``line`` is of the whole file, where there is one."""

    def __init__(self, sentence: str, line: int | None = None) -> None:
        super().__init__(sentence)
        self.line = line


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it is shown: ``text`` without the value of ``secured``."""

    number: int
    text: str
    is_wrong: bool
    is_veiled: bool


@dataclass(frozen=True)
class Window:
    """Lines of a file, ``first`` to ``last`` (from 1), of ``count``. ``text`` are those lines as they are edited."""

    lines: Sequence[Line]
    first: int
    last: int
    count: int

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)

    @property
    def is_whole(self) -> bool:
        return self.first == 1 and self.last == self.count


def window_of(file: QuarantinedFile, *, whole: bool = False) -> Window | None:
    """The lines around the place, or the first ``MOST_LINES`` of the whole file. None where there are no bytes."""
    if file.content is None:
        return None
    raw = _lines(bytes(file.content))
    shown = veiled("\n".join(line.decode("utf-8", "replace") for line, _ in raw))
    if len(shown) != len(raw):
        return None  # a text that is veiled across its lines cannot be shown line by line
    place = min(file.line or 1, len(raw))
    first, last = (1, min(len(raw), MOST_LINES)) if whole else (max(1, place - AROUND), min(len(raw), place + AROUND))
    lines = [
        Line(number, shown[number - 1], number == file.line, shown[number - 1] != raw[number - 1][0].decode("utf-8", "replace"))
        for number in range(first, last + 1)
    ]
    return Window(lines, first, last, len(raw))


def why_not_mended(window: Window | None) -> str:
    """Why the lines cannot be edited here, as a sentence; "" where they can."""
    if window is None:
        return _("Its bytes could not be kept, so it cannot be mended here. Mend it at its source.")
    if any(len(line.text) > LONGEST for line in window.lines):
        return _("A line is too long to be edited here. Mend it at its source.")
    return ""


def mend(file: QuarantinedFile, text: str, *, whole: bool, editor: Any, at: datetime) -> Article | None:
    """Try the file again with other lines in place of those of its window, and let it in when it can be read. Its article,
    None for other files. Raises MendRefused, and nothing has changed; ImportBusy while another import runs.

    What is hidden of a line cannot be changed: each hidden line stays, as often as it was there.
    """
    window = window_of(file, whole=whole)
    sentence = why_not_mended(window)
    if sentence or window is None or file.content is None:
        raise MendRefused(sentence)
    data = _with(bytes(file.content), window, text)
    _check(file, data)
    rows = QuarantinedFile.objects.filter(pk=file.pk)
    # Said first: were this process killed in between, the next import would meet the bad bytes and refuse them again.
    rows.update(mended=data, mended_at=at, mended_by=editor, dismissed_at=None, dismissed_by=None, dismissed_for="")
    try:
        report = import_site(_Repair(file, data), file.site, at=at, actor=editor, part=True)
        if report.problems:
            problem = report.problems[0]
            raise MendRefused(problem.message, problem.line)
    except BaseException:
        rows.update(mended=None, mended_at=None, mended_by=None)
        raise
    if any(name_of(one) == file.origin for one in Source.objects.filter(site=file.site, is_part=True)):
        SourceFile.objects.filter(site=file.site, path=file.path).update(is_extra=True)
    return Article.objects.filter(site=file.site, path=file.path).first()


def dismiss(file: QuarantinedFile, reason: str, *, editor: Any, at: datetime) -> None:
    """Take a file out of what asks for attention, and say why. It comes back with other bytes."""
    rows = QuarantinedFile.objects.filter(pk=file.pk, dismissed_at=None, mended_at=None)
    rows.update(dismissed_at=at, dismissed_by=editor, dismissed_for=reason[:500])


def take_back(file: QuarantinedFile) -> None:
    """Let a dismissed file ask for attention again."""
    rows = QuarantinedFile.objects.filter(pk=file.pk, mended_at=None)
    rows.update(dismissed_at=None, dismissed_by=None, dismissed_for="")


def _check(file: QuarantinedFile, data: bytes) -> None:
    """Read it as an import would. Raises MendRefused."""
    try:
        if kind_of(file.path) == ARTICLE:
            read_article(SourceEntry(file.path, file.path, len(data)), file.blob_id, data, settings.DESK_FILE_LIMIT)
        else:
            read_surrounding(file.path, file.blob_id, data)
    except FrontMatterError as error:
        raise MendRefused(error.message, error.line) from error
    except Exception as error:  # noqa: BLE001 - as an import does: whatever one file raises is told of it
        raise MendRefused(_("The file could not be read (%(what)s).") % {"what": type(error).__name__}) from error


def _with(content: bytes, window: Window, text: str) -> bytes:
    """The file's bytes with other lines in the window. Bytes outside of it are never decoded."""
    raw = _lines(content)
    within = raw[window.first - 1 : window.last]
    end = next((end for _, end in raw if end), b"\n")
    hidden: dict[str, list[bytes]] = {}
    for line, (bare, _end) in zip(window.lines, within, strict=True):
        if line.is_veiled:
            hidden.setdefault(line.text, []).append(bare)
    new = []
    for line_text in re.sub(r"\r\n|\r", "\n", text).split("\n"):
        waiting = hidden.get(line_text)
        new.append(waiting.pop(0) if waiting else line_text.encode("utf-8", "surrogatepass"))
    if any(hidden.values()):
        raise MendRefused(_("A line whose value is hidden was changed or left out. Leave it as it was."))
    last_end = within[-1][1]
    lines = [(bare, end) for bare in new[:-1]] + [(new[-1], last_end)]
    return b"".join(bare + stop for bare, stop in [*raw[: window.first - 1], *lines, *raw[window.last :]])


def _lines(content: bytes) -> list[tuple[bytes, bytes]]:
    """The lines with the end of each, which is empty for the last."""
    lines, start = [], 0
    for found in ENDS.finditer(content):
        lines.append((content[start : found.start()], found[0]))
        start = found.end()
    if start < len(content) or not lines:
        lines.append((content[start:], b""))
    return lines


class _Repair(Files):
    """One file as somebody mended it, under the blob id of what the source has."""

    kind = REPAIR

    def __init__(self, file: QuarantinedFile, data: bytes) -> None:
        super().__init__(file.path, settings.DESK_FILE_LIMIT)
        self.entry = SourceEntry(file.path, file.path, len(data), file.blob_id or None)
        self.data = data

    def entries(self) -> list[SourceEntry]:
        return [self.entry]

    def _list(self) -> Iterable[Any]:
        return ()

    def read_all(self, entries: Iterable[SourceEntry]) -> Iterator[tuple[SourceEntry, bytes | SourceProblem]]:
        for entry in entries:
            yield entry, self.data

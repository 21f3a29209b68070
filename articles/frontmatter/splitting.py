"""Bytes to text, and text into front matter and body: everything that must hold before YAML is asked."""

from __future__ import annotations

import re
from dataclasses import dataclass

from articles.frontmatter.errors import FrontMatterError

BOM = "\ufeff"
# What YAML itself forbids or what no reader downstream agrees on. U+0085, U+2028 and U+2029 are text: see `masked`.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
OPENING = re.compile(r"---[ \t]*(\r\n|\n|\r)")
CLOSING = re.compile(r"[\r\n](?:---|\.\.\.)[ \t]*(?:\r\n|\n|\r|\Z)")  # from the line end before it: many times as fast
LINE_END = re.compile(r"\r\n|\n|\r")
LFS = "version https://git-lfs.github.com/spec/"
POINTER = (
    "Git LFS keeps this file elsewhere; only a pointer to it is here. Fetch the files (git lfs pull) and import the folder, or commit "
    "the file itself."
)
NAMES = {"\x00": "a NUL character", "\x7f": "a DEL character", "\ufeff": "a second byte order mark"}


@dataclass(frozen=True)
class Split:
    """Where the front matter lies in the text: ``text[start:end]``, whose first line is ``first_line`` of the file."""

    text: str
    start: int
    end: int
    body: int
    first_line: int
    line_end: str


def decoded(data: bytes, path: str, limit: int) -> str:
    """The text of a file. Raises FrontMatterError with the line for anything that is not UTF-8."""
    if len(data) > limit:
        raise FrontMatterError(f"The file has {len(data):,} bytes; the limit is {limit:,}.", path)
    for mark, name in ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"), (b"\x00\x00\xfe\xff", "UTF-32")):
        if data.startswith(mark):
            raise FrontMatterError(f"The file is {name}; it must be UTF-8.", path, 1, 1)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        line, column = position(before, len(before))
        byte = data[error.start]
        raise FrontMatterError(
            f"The byte 0x{byte:02X} is not UTF-8. Save the file as UTF-8.", path, line, column
        ) from None


def position(text: str, offset: int) -> tuple[int, int]:
    """The 1-based line and column of a character."""
    line, start = 1, 0
    for found in LINE_END.finditer(text, 0, offset):
        if found.end() <= offset:
            line, start = line + 1, found.end()
    return line, offset - start + 1


def split(text: str, path: str) -> Split:
    """Find the fences. Raises FrontMatterError for text that has no front matter or holds forbidden characters."""
    start = 1 if text.startswith(BOM) else 0
    check_characters(text, start, path)
    if not text[start:].strip():
        raise FrontMatterError("The file is empty. An article begins with a line ---.", path, 1, 1)
    opening = OPENING.match(text, start)
    if not opening:
        sentence = POINTER if text.startswith(LFS) else "The file does not begin with a line ---, so it has no front matter."
        raise FrontMatterError(sentence, path, 1, 1)
    closing = CLOSING.search(text, opening.end() - 1)
    if not closing:
        raise FrontMatterError("The front matter is not closed: a second line --- is missing.", path, 1, 1)
    return Split(text, opening.end(), closing.start() + 1, closing.end(), 2, opening[1])


def check_characters(text: str, start: int, path: str) -> None:
    """Raise FrontMatterError at the first character that no article may hold."""
    found = FORBIDDEN.search(text, start)
    if found:
        line, column = position(text, found.start())
        name = NAMES.get(found[0], f"the control character U+{ord(found[0]):04X}")
        raise FrontMatterError(f"The file holds {name}. Remove it.", path, line, column)


def masked(text: str) -> tuple[str, dict[str, str]]:
    """The text with U+0085, U+2028 and U+2029 replaced by as many stand-ins, and how to put them back.

    YAML ends a line at each of them where editors, Git and Jekyll's own splitter see one line: a field could be smuggled
    in behind one.
    """
    hidden = [char for char in "\x85\u2028\u2029" if char in text]
    if not hidden:
        return text, {}
    free = (chr(code) for code in range(0xE000, 0xF8FF) if chr(code) not in text)
    stand_ins = {char: next(free) for char in hidden}
    for char, stand_in in stand_ins.items():
        text = text.replace(char, stand_in)
    return text, {stand_in: char for char, stand_in in stand_ins.items()}

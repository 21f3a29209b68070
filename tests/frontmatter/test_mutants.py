"""Twenty thousand broken versions of real-looking files: nothing but a FrontMatterError may come out, and soon."""
from __future__ import annotations

import contextlib
import random
import time
from pathlib import Path

import pytest

from articles.frontmatter import Document, FrontMatterError

pytestmark = pytest.mark.pure
SAMPLES = sorted((Path(__file__).resolve().parents[2] / "samples" / "site" / "_news").glob("*.md"))
COUNT = 20_000
PARTS = 4
SLOWEST = 0.25  # seconds of processor time
PIECES = ['"', "'", ": ", "- ", "\n", "\r\n", "\t", "  ", "#", "&a ", "*a", "!!int ", "<<: ", "[", "]", "{", "}", "|", ">", "%",
          "---\n", "...\n", "\x00", "\x85", "\u2028", "\ufeff", "\\", "\\u", "\ud800", "0x1F", "1e9", "~", "null", "yes", "2021-02-30",
          "9" * 30, "quality: ", "title: ", "? ", "@", "`", "é", "🤖"]  # fmt: skip


def mutant(dice: random.Random, text: str) -> str:
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(text) + 1)
        end = min(len(text), at + dice.choice([0, 0, 1, 1, 3, 10, 60]))
        kind = dice.randrange(5)
        if kind == 0:
            text = text[:at] + text[end:]
        elif kind == 1:
            text = text[:at] + dice.choice(PIECES) + text[at:]
        elif kind == 2:
            text = text[:at] + dice.choice(PIECES) + text[end:]
        elif kind == 3:
            text = text[:at] + text[at:end] * 2 + text[end:]
        else:
            other = dice.randrange(len(text) + 1)
            text = text[:at] + text[other : other + 40] + text[at:]
    return text


@pytest.mark.parametrize("part", range(PARTS))
def test_no_mutant_breaks_the_reader(part: int) -> None:
    dice = random.Random(2026 + part)
    texts = [path.read_bytes().decode() for path in SAMPLES]
    read = refused = 0
    for number in range(COUNT // PARTS):
        text = mutant(dice, dice.choice(texts))
        data = text.encode("utf-8", "surrogatepass") if number % 2 else text
        started = time.process_time()
        try:
            document = Document.parse(data, path="x.md")
        except FrontMatterError as error:
            refused += 1
            assert error.message
        else:
            read += 1
            assert document.text == text
            if number % 20 == 0:
                check_patch(document)
        assert time.process_time() - started < SLOWEST or again(data) < SLOWEST
    # Both must be many, or the mutants test nothing.
    assert read > 1000 and refused > 1000


def again(data: str | bytes) -> float:
    """Seconds of a second look: what is slow is slow twice, what was interrupted is not."""
    started = time.process_time()
    with contextlib.suppress(FrontMatterError):
        Document.parse(data, path="x.md")
    return time.process_time() - started


def check_patch(document: Document) -> None:
    """A readable mutant takes a change as exactly that, or refuses it by name."""
    try:
        changed = document.replace({"quality": 77, "published": True, "topics": ["A", "No"]})
    except FrontMatterError as error:
        assert error.key
    else:
        assert changed.values == document.values | {"quality": 77, "published": True, "topics": ["A", "No"]}

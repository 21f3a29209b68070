"""docs/pages.md shows every picture that is taken, and no other."""

from __future__ import annotations

import re

from tests.pictures import shots
from tests.pictures.take import NARROW_DARK, PICTURES

PAGES = PICTURES.parent / "pages.md"
CHAPTERS = (shots.JUDGING, shots.MANAGING, shots.ACCOUNTS, shots.LEFTWARDS, shots.DECIDING, shots.EMPTY, shots.BARE)


def names() -> set[str]:
    found = set()
    for shot in (shot for chapter in CHAPTERS for shot in chapter):
        found |= {f"{shot.name}-light.png", f"{shot.name}-dark.png"}
        found |= {f"{shot.name}-light-narrow.png"} if shot.narrow else set()
        found |= {f"{shot.name}-dark-narrow.png"} if shot.name in NARROW_DARK else set()
    return found


def test_the_gallery_shows_every_picture_that_is_taken() -> None:
    linked = re.findall(r"\(pictures/([^)]+)\)", PAGES.read_text(encoding="utf-8"))

    assert sorted(linked) == sorted(names())
    assert {path.name for path in PICTURES.glob("*.png")} == names()

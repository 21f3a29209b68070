"""Two texts side by side: which words only one of them has. Pure."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

Pieces = list[tuple[str, bool]]  # text, and whether only this side has it
PART = re.compile(r"\s+|[^\W_]+|.", re.DOTALL)
MOST = 3_000  # characters that are compared word by word


def differences(one: str, other: str) -> tuple[Pieces, Pieces]:
    """Both texts in pieces; joined again they are the texts. Case alone is no difference. Long texts are not compared."""
    if max(len(one), len(other)) > MOST:
        return [(one, one != other)], [(other, one != other)]
    left, right = PART.findall(one), PART.findall(other)
    matcher = SequenceMatcher(None, [part.casefold() for part in left], [part.casefold() for part in right], autojunk=False)
    mine: Pieces = []
    theirs: Pieces = []
    for kind, a, b, c, d in matcher.get_opcodes():
        if b > a:
            mine.append(("".join(left[a:b]), kind != "equal"))
        if d > c:
            theirs.append(("".join(right[c:d]), kind != "equal"))
    return mine, theirs

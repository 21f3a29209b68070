"""How often something happened within a while: the while begins with the first time, and then all is forgotten.

``cache.incr`` is no use for that: it writes the count as if it were new, so that it is kept for as long as anything is.
Counts of two who count at once may be one too low.
"""

from __future__ import annotations

import math
import time

from django.core.cache import cache


def count(name: str, seconds: int) -> tuple[int, int]:
    """Count one more: how many there are, and in how many seconds they are forgotten."""
    number, until = _kept(name)
    until = until or time.time() + seconds
    left = math.ceil(until - time.time())
    cache.set(name, (number + 1, until), left)
    return number + 1, left


def counted(name: str) -> tuple[int, int]:
    """The same without counting."""
    number, until = _kept(name)
    return number, math.ceil(until - time.time()) if number else 0


def _kept(name: str) -> tuple[int, float]:
    """How many, and until when."""
    kept: tuple[int, float] = cache.get(name, (0, 0.0))
    return kept if kept[1] > time.time() else (0, 0.0)

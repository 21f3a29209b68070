"""Counts within a while: each further one must neither lengthen nor shorten it."""
from __future__ import annotations

import time

import pytest

from articles.counting import count, counted

pytestmark = pytest.mark.pure


def test_the_while_begins_with_the_first_time_and_then_all_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    began, found = 2_000_000_000.0, []
    for gone in (0, 400, 899.5, 901):
        monkeypatch.setattr(time, "time", lambda gone=gone: began + gone)
        found.append(count("tests:count", 900))

    assert found == [(1, 900), (2, 500), (3, 1), (1, 900)] and counted("tests:count") == (1, 900) and counted("tests:other") == (0, 0)
